// SPDX-License-Identifier: Apache-2.0
#include "strategy/http/http.h"

#include <gtest/gtest.h>

#include "strategy/http/http_rules.h"
#include "support/strategy_story.h"

namespace stayalive {
namespace {

// One end of an HTTP connection with a teller in the place of the other.
class HttpEnd {
 public:
  HttpEnd(Role role, OptionTexts texts) : end_(make_strategy("http", role, Transport::Tcp, texts)) {
    channel_.attach(*end_);
    end_->on_opening(kStart);
    end_->on_open(kStart, channel_);
  }
  HttpEnd& at(Duration since_start) {
    channel_.set_now(kStart + since_start);
    return *this;
  }
  HttpEnd& wakes() {
    end_->expire(channel_.now(), channel_);
    return *this;
  }
  HttpEnd& hears(HttpConnection header) {
    Message message;
    message.subtype = static_cast<std::uint8_t>(header);
    end_->on_message(channel_.now(), message, false, channel_);
    return *this;
  }
  HttpConnection writes() {
    Message message;
    end_->on_writing(channel_.now(), message, channel_);
    end_->on_sent(channel_.now(), message);
    return static_cast<HttpConnection>(message.subtype);
  }
  // A request arrives and is answered at once; the answer's header.
  HttpConnection serves(HttpConnection header) {
    hears(header);
    return writes();
  }
  Duration next() const { return end_->next_deadline().time_since_epoch(); }
  bool waits() const { return end_->next_deadline() == kNever; }
  bool takes() const { return end_->takes(kStart, Message{}); }
  bool ready() const { return channel_.ready(); }
  Lines did() { return channel_.take_lines(); }

 private:
  std::unique_ptr<Strategy> end_;
  FakeChannel channel_;
};

// Apache httpd with KeepAliveTimeout 10 and MaxKeepAliveRequests 20: as recorded with 2.4.71.
TEST(HttpServer, CountsDownWhatTheKeepAliveHeaderSaysAndTheTwentyFirstAnswerSaysClose) {
  HttpEnd server(Role::Server, {{"keep_alive_timeout", "10s"}, {"max_keep_alive_requests", "20"}});
  for (int left = 20; left >= 1; --left) {
    EXPECT_EQ(server.serves(HttpConnection::KeepAlive), HttpConnection::KeepAlive);
    EXPECT_EQ(server.did(), Lines{"0.000 says: answers with Keep-Alive: timeout=10, max=" +
                                  std::to_string(left)});
  }
  EXPECT_EQ(server.serves(HttpConnection::KeepAlive), HttpConnection::Close);
  EXPECT_EQ(server.did(), Lines{"0.000 says: answers with Connection: close"});
  server.wakes();
  EXPECT_EQ(server.did(),
            (Lines{"0.000 says: the last answer of this connection", "0.000 shuts down"}));
}

TEST(HttpServer, WithoutALimitNamesNoneAndNeverSaysClose) {
  HttpEnd server(Role::Server, {{"max_keep_alive_requests", "0"}});
  for (int i = 0; i < 1000; ++i)
    EXPECT_EQ(server.serves(HttpConnection::KeepAlive), HttpConnection::KeepAlive);
  EXPECT_EQ(server.did().back(), "0.000 says: answers with Keep-Alive: timeout=5");
}

TEST(HttpServer, TellsItsTimeoutNeverWhenAskedOrAlways) {
  HttpEnd asked(Role::Server, {});
  EXPECT_EQ(asked.serves(HttpConnection::Silent), HttpConnection::Silent);
  EXPECT_EQ(asked.serves(HttpConnection::KeepAlive), HttpConnection::KeepAlive);
  HttpEnd never(Role::Server, {{"keep_alive_header", "never"}});
  EXPECT_EQ(never.serves(HttpConnection::KeepAlive), HttpConnection::Silent);
  HttpEnd always(Role::Server, {{"keep_alive_header", "always"}, {"advertised_timeout", "20s"}});
  EXPECT_EQ(always.serves(HttpConnection::Silent), HttpConnection::KeepAlive);
  EXPECT_EQ(always.did(), Lines{"0.000 says: answers with Keep-Alive: timeout=20, max=100"});
}

TEST(HttpServer, PersistsAsTheVersionAndTheRequestsHeaderSay) {
  HttpEnd one_one(Role::Server, {});
  EXPECT_EQ(one_one.serves(HttpConnection::Silent), HttpConnection::Silent);
  EXPECT_EQ(one_one.serves(HttpConnection::Close), HttpConnection::Close);
  HttpEnd one_zero(Role::Server, {{"version", "1.0"}});
  EXPECT_EQ(one_zero.serves(HttpConnection::KeepAlive), HttpConnection::KeepAlive);
  EXPECT_EQ(one_zero.serves(HttpConnection::Silent), HttpConnection::Close);
  HttpEnd off(Role::Server, {{"server_keep_alive", "false"}});
  EXPECT_EQ(off.serves(HttpConnection::KeepAlive), HttpConnection::Close);
}

TEST(HttpServer, ClosesAfterItsTimeoutFromTheLastAnswerOn) {
  HttpEnd server(Role::Server, {{"keep_alive_timeout", "10s"}, {"linger", "0s"}});
  EXPECT_EQ(server.next(), 60s);  // no request yet
  server.at(1s).hears(HttpConnection::Silent);
  EXPECT_TRUE(server.waits());  // it works
  server.at(5s).writes();
  EXPECT_EQ(server.next(), 15s);
  server.at(15s - 1ns).wakes();
  EXPECT_EQ(server.did(), Lines{});
  server.at(15s).wakes();
  EXPECT_EQ(server.did(), Lines{"15.000 finishes, 0: no further request within 10s"});
}

TEST(HttpServer, WhileAnotherRequestIsUnderWayNoTimeoutRuns) {
  HttpEnd server(Role::Server, {});
  server.hears(HttpConnection::Silent).hears(HttpConnection::Silent);
  server.writes();
  EXPECT_TRUE(server.waits());
  server.writes();
  EXPECT_EQ(server.next(), 5s);
}

// Recorded: up to about 2 s after its FIN Apache swallows a request, 3 s after it answers with RST.
TEST(HttpServer, AfterItsFinThrowsAwayWhatStillComesAndThenCloses) {
  HttpEnd server(Role::Server, {});
  server.serves(HttpConnection::Silent);
  server.at(5s).wakes();
  EXPECT_EQ(server.did(), (Lines{"5.000 says: no further request within 5s", "5.000 shuts down"}));
  EXPECT_FALSE(server.takes());
  EXPECT_EQ(server.next(), 7s);
  server.at(6s).hears(HttpConnection::Silent);
  EXPECT_EQ(server.next(), 8s);  // each read is waited for anew
  server.did();
  server.at(8s).wakes();
  EXPECT_EQ(server.did(), Lines{"8.000 finishes, 0: closed"});
}

TEST(HttpServer, LingersForHalfAMinuteAtMost) {
  HttpEnd server(Role::Server, {});
  server.serves(HttpConnection::Silent);
  server.at(5s).wakes();
  for (Duration at = 6s; at < 34s; at += 1s) server.at(at).hears(HttpConnection::Silent);
  EXPECT_EQ(server.next(), 35s);
}

TEST(HttpClient, WaitsForTheAnswerBeforeTheNextRequestUnlessItPipelines) {
  HttpEnd client(Role::Client, {});
  client.writes();
  EXPECT_FALSE(client.ready());
  client.hears(HttpConnection::Silent);
  EXPECT_TRUE(client.ready());
  HttpEnd pipelining(Role::Client, {{"pipelining", "true"}});
  pipelining.writes();
  EXPECT_TRUE(pipelining.ready());
}

TEST(HttpClient, ClosesAtOnceAfterAnAnswerThatSaysClose) {
  HttpEnd client(Role::Client, {});
  client.writes();
  client.at(1s).hears(HttpConnection::Close);
  EXPECT_FALSE(client.ready());
  client.wakes();
  EXPECT_EQ(client.did().back(), "1.000 finishes, 0: the server closes after this answer");
}

TEST(HttpClient, KeepsAnIdleConnectionForAsLongAsItWantsOrIsTold) {
  HttpEnd forever(Role::Client, {});
  forever.writes();
  forever.hears(HttpConnection::KeepAlive);
  EXPECT_TRUE(forever.waits());
  HttpEnd curl(Role::Client, {{"client_idle", "118s"}});
  EXPECT_EQ(curl.next(), 118s);
  curl.at(1s).writes();
  EXPECT_TRUE(curl.waits());
  curl.at(2s).hears(HttpConnection::Silent);
  EXPECT_EQ(curl.next(), 120s);
  HttpEnd heeds(Role::Client,
                {{"client_idle", "118s"}, {"heeds_header", "true"}, {"connection", "keep-alive"}});
  EXPECT_EQ(heeds.writes(), HttpConnection::KeepAlive);
  heeds.hears(HttpConnection::KeepAlive);
  EXPECT_EQ(heeds.next(), 5s);
}

TEST(Http, RefusesWhatCannotBe) {
  const auto refused = [](OptionTexts texts) {
    const auto errors = kHttp.check(options_of(kHttp, texts), Transport::Tcp);
    return errors.empty() ? std::string() : std::string(errors.front().key);
  };
  EXPECT_EQ(refused({{"pipelining", "true"}, {"version", "1.0"}}), "pipelining");
  EXPECT_EQ(refused({{"heeds_header", "true"}}), "heeds_header");
  EXPECT_EQ(refused({{"heeds_header", "true"}, {"connection", "keep-alive"}}), "");
  EXPECT_EQ(refused({{"heeds_header", "true"}, {"keep_alive_header", "always"}}), "");
}

}  // namespace
}  // namespace stayalive
