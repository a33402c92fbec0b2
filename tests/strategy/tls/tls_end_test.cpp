// SPDX-License-Identifier: Apache-2.0
#include "strategy/tls/tls_end.h"

#include <gtest/gtest.h>

#include "strategy/tls/tls_messages.h"
#include "support/strategy_story.h"

namespace stayalive {
namespace {

// An end around a keepalive of 60 s, with a teller in the place of the other.
class TlsTold {
 public:
  explicit TlsTold(Role role, const TlsRules& rules = {}, TlsSession* session = nullptr)
      : end_(rules, make_strategy("keepalive", role, Transport::Tcp, {{"interval", "60s"}}), role,
             session) {
    channel_.attach(end_);
    end_.on_opening(kStart);
    end_.on_open(kStart, channel_);
  }
  TlsTold& at(Duration since_start) {
    channel_.set_now(kStart + since_start);
    end_.expire(channel_.now(), channel_);
    return *this;
  }
  TlsTold& hears_flight(std::size_t position, bool resumed = false) {
    const Message flight{.kind = MessageKind::Control, .subtype = tls_flight(resumed, position)};
    end_.on_message(channel_.now(), flight, false, channel_);
    return *this;
  }
  TlsTold& says_goodbye() {
    end_.say_goodbye(channel_.now(), channel_);
    return *this;
  }
  std::uint32_t wire_bytes(std::uint32_t bytes) const { return end_.wire_bytes(bytes); }
  Duration next() const { return end_.next_deadline().time_since_epoch(); }
  Lines did() { return channel_.take_lines(); }

 private:
  TlsEnd end_;
  FakeChannel channel_;
};

TlsRules of_version(TlsRules::Version version) {
  TlsRules rules;
  rules.version = version;
  return rules;
}

TEST(TlsEnd, AClientOf13IsReadyWithItsFinishedAndItsKeepaliveBeginsThen) {
  TlsTold client(Role::Client);
  EXPECT_EQ(client.did(), (Lines{"0.000 not ready", "0.000 control 349"}));
  client.at(1s).hears_flight(1);
  EXPECT_EQ(client.did(), (Lines{"1.000 control 80", "1.000 says: TLS: the handshake is complete",
                                 "1.000 ready"}));
  EXPECT_EQ(client.next(), 61s);
  client.at(61s);
  EXPECT_EQ(client.did(), Lines{"61.000 request 24"}) << "2 bytes and a record of 22";
}

TEST(TlsEnd, AClientOf12WaitsForTheServersFinished) {
  TlsTold client(Role::Client, of_version(TlsRules::Version::V12));
  client.did();
  client.at(1s).hears_flight(1);
  EXPECT_EQ(client.did(), Lines{"1.000 control 93"});
  client.at(2s).hears_flight(3);
  EXPECT_EQ(client.did(), (Lines{"2.000 says: TLS: the handshake is complete", "2.000 ready"}));
}

TEST(TlsEnd, AServerAnswersWhatTheClientOffers) {
  TlsTold full(Role::Server);
  EXPECT_EQ(full.did(), Lines{"0.000 not ready"});
  full.hears_flight(0).hears_flight(2);
  EXPECT_EQ(full.did(), (Lines{"0.000 control 2537", "0.000 control 542",
                               "0.000 says: TLS: the handshake is complete", "0.000 ready"}));
  TlsTold resumed(Role::Server);
  resumed.hears_flight(0, true).hears_flight(2, true);
  EXPECT_EQ(resumed.did(), (Lines{"0.000 not ready", "0.000 control 241", "0.000 control 271",
                                  "0.000 says: TLS: a session is resumed", "0.000 ready"}));
}

TEST(TlsEnd, ASessionThatWasGivenIsOfferedUntilItsTimeout) {
  const auto offers = [](Duration ago) {
    TlsSession session{kStart - ago, true};
    TlsTold client(Role::Client, {}, &session);
    return client.did().back();
  };
  EXPECT_EQ(offers(5min - 1ns), "0.000 control 636");
  EXPECT_EQ(offers(5min), "0.000 control 349");
}

TEST(TlsEnd, ARecordHoldsSixteenKilobytesAndCostsMoreBefore13) {
  TlsTold v13(Role::Client);
  EXPECT_EQ(v13.wire_bytes(16384), 16384u + 22);
  EXPECT_EQ(v13.wire_bytes(16385), 16385u + 44);
  TlsTold v12(Role::Client, of_version(TlsRules::Version::V12));
  EXPECT_EQ(v12.wire_bytes(1), 30u);
}

TEST(TlsEnd, SaysCloseNotifyOnceAndOnlyAfterTheHandshake) {
  TlsTold client(Role::Client);
  client.says_goodbye().did();
  client.hears_flight(1).did();
  client.says_goodbye().says_goodbye();
  EXPECT_EQ(client.did(), Lines{"0.000 goodbye 24"});
}

TEST(TlsEnd, AServerCloses60SecondsAfterTheOpeningAndAClientWhenItIsTold) {
  TlsTold server(Role::Server);
  EXPECT_EQ(server.next(), 60s);
  server.at(60s - 1ns).did();
  server.at(60s);
  EXPECT_EQ(server.did(), Lines{"60.000 finishes, 0: no TLS within 1m"});
  TlsTold patient(Role::Client);
  EXPECT_EQ(patient.next(), kNever.time_since_epoch());
  TlsRules rules;
  rules.client_timeout = 10s;
  TlsTold client(Role::Client, rules);
  client.did();
  client.at(10s);
  EXPECT_EQ(client.did(), Lines{"10.000 gives up, 1: no TLS within 10s"});
}

}  // namespace
}  // namespace stayalive
