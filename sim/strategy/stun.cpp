// SPDX-License-Identifier: Apache-2.0
#include "strategy/stun.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/big_endian.h"
#include "base/random.h"
#include "base/state_walk.h"
#include "strategy/after_death.h"
#include "strategy/wait_for_answer.h"

namespace stayalive {
namespace {

constexpr std::array<std::string_view, 2> kClasses{"indication", "request"};
constexpr std::array<std::string_view, 3> kBindingEnds{"client", "server", "both"};
constexpr std::array<std::string_view, 2> kPutOffs{"sent", "nothing"};
constexpr std::array<std::string_view, 2> kFlowFailures{"close", "reconnect"};
constexpr std::int64_t kHeader = 20;  // bytes of a message without attributes (RFC 8489 section 5)
// With an XOR-MAPPED-ADDRESS for IPv4 (RFC 8489 section 14.2).
constexpr std::string_view kAnswerBytes = "32";
constexpr std::int64_t kMostBindingBytes = 65507;  // of a UDP datagram over IPv4
constexpr std::int64_t kShortest = Duration{1ms}.count();

constexpr std::array<OptionSpec, 13> kStunOptions{{
    {.key = "interval",
     .help = "Tr of ICE, or the longest time between two requests of SIP outbound: time until the "
             "next Binding message; ICE takes 15s and no less, SIP outbound 29s with a jitter of "
             "5s.",
     .default_text = "15s",
     .least = kShortest},
    {.key = "jitter",
     .help = "The longest time by which a wait is shortened at random.",
     .default_text = "0s"},
    {.key = "message_class",
     .type = OptionType::Choice,
     .help = "Class of the Binding messages: an indication asks for nothing (ICE), a request for "
             "an answer (SIP outbound).",
     .default_text = "indication",
     .choices = kClasses},
    {.key = "from",
     .type = OptionType::Choice,
     .help = "Which end sends Binding messages; with ICE both do.",
     .default_text = "client",
     .choices = kBindingEnds},
    {.key = "reset_by",
     .type = OptionType::Choice,
     .help =
         "What puts the next Binding message off by a full interval: any message sent (ICE), or "
         "nothing (SIP outbound).",
     .default_text = "sent",
     .choices = kPutOffs},
    {.key = "bytes",
     .type = OptionType::Count,
     .help =
         "Size of a Binding request or indication in bytes of UDP payload: 20 is the header, 28 "
         "with FINGERPRINT.",
     .default_text = "20",
     .least = kHeader,
     .most = kMostBindingBytes},
    {.key = "answer_bytes",
     .type = OptionType::Count,
     .help = "Size of a Binding success response in bytes of UDP payload: 32 with "
             "XOR-MAPPED-ADDRESS for IPv4.",
     .default_text = kAnswerBytes,
     .least = kHeader,
     .most = kMostBindingBytes},
    {.key = "rto",
     .help =
         "RTO: time from a request to its first repetition; each further wait is twice as long.",
     .default_text = "500ms",
     .least = kShortest,
     .most = Duration{1min}.count()},
    {.key = "rc",
     .type = OptionType::Count,
     .help = "Rc: how many times a request is sent at most.",
     .default_text = "7",
     .least = 1,
     .most = 16},
    {.key = "rm",
     .type = OptionType::Count,
     .help = "Rm: after the last request the flow has failed without an answer for so many times "
             "rto.",
     .default_text = "16",
     .least = 1,
     .most = 1000},
    {.key = "new_mapping_fails",
     .type = OptionType::Flag,
     .help = "Whether an answer with another mapped address than the last one is a failure of the "
             "flow (SIP outbound), or is only noted.",
     .default_text = "true"},
    {.key = "on_failure",
     .type = OptionType::Choice,
     .help = "What an end does whose flow has failed.  Only a client can reconnect.",
     .default_text = "reconnect",
     .choices = kFlowFailures},
    {.key = "reconnect_pause",
     .help = "Time between a failure of the flow and opening a new socket.",
     .default_text = "1s"},
}};

struct StunRules {
  PingRules ping;
  Duration rto = 500ms;
  std::int64_t rc = 7;
  std::int64_t rm = 16;
  bool new_mapping_fails = true;
  AfterDeath after_failure;
};

// One end.  It has at most one request under way: a Binding message that comes due meanwhile is
// sent once that is answered.  A mapped address is told as the number of addresses that the
// answering end has seen requests come from.
class StunEnd final : public Strategy {
 public:
  StunEnd(StunRules rules, Role role, Random waits) : rules_(rules), role_(role), waits_(waits) {}

  void on_open(TimePoint now, Channel&) override {
    open_ = true;
    requests_ = 0;
    mapping_known_ = false;
    next_ping_ = kNever;
    move_ping(PingEvent::Opened, now);
  }

  void on_message(TimePoint now, const Message& message, bool moved, Channel& channel) override {
    if (!open_) return;
    peer_moved_ = peer_moved_ || moved;
    if (message.kind == MessageKind::Request) return answer(moved, channel);
    if (message.kind != MessageKind::Reply || requests_ == 0) return;
    note_wait(now, channel);
    requests_ = 0;
    next_ping_ = std::max(next_ping_, now);
    const bool changed = mapping_known_ && message.subtype != mapping_;
    mapping_known_ = true;
    mapping_ = message.subtype;
    if (!changed) return;
    if (rules_.new_mapping_fails) return fail("the mapped address has changed", channel);
    channel.log("The mapped address has changed");
  }

  void on_sent(TimePoint now, const Message&) override {
    if (open_ && !pinging_) move_ping(PingEvent::Sent, now);
  }

  TimePoint next_deadline() const override {
    if (!open_) return kNever;
    return requests_ > 0 ? repeat_at_ : next_ping_;
  }

  void expire(TimePoint now, Channel& channel) override {
    if (next_deadline() > now) return;
    if (requests_ > 0 && requests_ >= rules_.rc) {
      return fail(std::to_string(requests_) + " Binding requests went unanswered", channel);
    }
    if (requests_ == 0) move_ping(PingEvent::Pinged, now);
    pinging_ = true;
    if (rules_.ping.answered) {
      ++requests_;
      const std::int64_t rtos =
          requests_ < rules_.rc ? std::int64_t{1} << (requests_ - 1) : rules_.rm;
      repeat_at_ = later(now, rtos * rules_.rto);
    }
    channel.send({.kind = rules_.ping.answered ? MessageKind::Request : MessageKind::Ping,
                  .bytes = rules_.ping.bytes});
    pinging_ = false;
  }

  void walk(StateWalk& walk) override {
    walk.still(waits_.state(), open_, pinging_, requests_, mapping_known_, mapping_);
    walk.still(peer_moved_, peer_mapping_);
    walk.instant(next_ping_);
    walk.past(repeat_at_);
  }

 private:
  void move_ping(PingEvent event, TimePoint now) {
    if (const auto at = rules_.ping.next_ping(role_, event, now, {}, waits_)) next_ping_ = *at;
  }

  void note_wait(TimePoint now, Channel& channel) const {
    const auto sent = static_cast<std::uint32_t>(requests_);
    const std::int64_t rtos = sent < rules_.rc ? std::int64_t{1} << (sent - 1) : rules_.rm;
    const auto wait = wait_of(*this, "rc", sent, repeat_at_ - rtos * rules_.rto, now);
    if (wait) channel.came_in_time(*wait);
  }

  // An answer goes to where its request came from.
  void answer(bool moved, Channel& channel) {
    if (moved) channel.adopt_source();
    if (std::exchange(peer_moved_, false)) ++peer_mapping_;
    channel.send(
        {.kind = MessageKind::Reply, .subtype = peer_mapping_, .bytes = rules_.ping.answer_bytes});
  }

  void fail(const std::string& reason, Channel& channel) {
    open_ = false;
    rules_.after_failure.carry_out(reason, channel);
  }

  StunRules rules_;
  Role role_;
  Random waits_;
  bool open_ = false;
  bool pinging_ = false;       // what is sent now is this end's own Binding message
  std::int64_t requests_ = 0;  // of the request that is under way; 0: none is
  TimePoint repeat_at_;        // it is sent again, or has failed
  TimePoint next_ping_ = kNever;
  bool mapping_known_ = false;
  std::uint8_t mapping_ = 0;  // in the last answer
  bool peer_moved_ = false;   // since the peer's last request
  std::uint8_t peer_mapping_ = 0;
};

PingRules binding_rules(const Options& options) {
  const std::string& from = options.choice("from");
  PingRules rules;
  rules.pings = {from != "server", from != "client"};
  rules.answered = options.choice("message_class") == "request";
  rules.put_off_by_sent = options.choice("reset_by") == "sent";
  rules.interval.fill(options.span("interval"));
  rules.jitter = options.span("jitter");
  rules.bytes = static_cast<std::uint32_t>(options.count("bytes"));
  rules.answer_bytes = static_cast<std::uint32_t>(options.count("answer_bytes"));
  return rules;
}

std::vector<OptionError> check_binding(const Options& options, Transport) {
  if (options.span("jitter") < options.span("interval")) return {};
  return {{"jitter", "must be shorter than interval"}};
}

std::vector<std::string> reasons_against_compact_binding(const Options& options) {
  if (options.choice("message_class") == "indication") return {};
  return {"stun repeats a request that goes unanswered"};
}

std::unique_ptr<Strategy> make_binding(const Options& options, const StrategyContext& context) {
  StunRules rules;
  rules.ping = binding_rules(options);
  rules.rto = options.span("rto");
  rules.rc = options.count("rc");
  rules.rm = options.count("rm");
  rules.new_mapping_fails = options.flag("new_mapping_fails");
  rules.after_failure = after_death(options.choice("on_failure") == "reconnect",
                                    options.span("reconnect_pause"), context);
  return std::make_unique<StunEnd>(
      rules, context.role,
      Random(context.seed, context.connection, std::string("stun jitter ") + name(context.role)));
}

// A Binding message (RFC 8489 sections 5 and 14.2): its type, the length of its attributes, the
// magic cookie and a transaction ID, which is random and stays as it is filled; an answer begins
// with XOR-MAPPED-ADDRESS, which is where it is sent to.  Attributes have whole words; what is left
// over beyond the address is no attribute, and its length is not counted.
void write_binding(const Packet& packet, const Message& message, std::span<std::uint8_t> datagram) {
  constexpr std::uint16_t kRequest = 0x0001;
  constexpr std::uint16_t kIndication = 0x0011;
  constexpr std::uint16_t kSuccess = 0x0101;
  constexpr std::uint16_t kXorMappedAddress = 0x0020;
  constexpr std::uint16_t kIpv4Family = 0x0001;
  constexpr std::uint32_t kMagicCookie = 0x2112'a442;
  constexpr std::size_t kAttribute = 12;
  const bool binding = message.kind == MessageKind::Request || message.kind == MessageKind::Ping ||
                       message.kind == MessageKind::Reply;
  if (!binding || datagram.size() < kHeader) return;
  std::uint8_t* at = datagram.data();
  const bool answer = message.kind == MessageKind::Reply;
  const bool mapped = answer && datagram.size() >= kHeader + kAttribute;
  put_big16(at, answer ? kSuccess : message.kind == MessageKind::Ping ? kIndication : kRequest);
  put_big16(at + 2, mapped ? kAttribute : 0);
  put_big32(at + 4, kMagicCookie);
  if (!mapped) return;
  put_big16(at + 20, kXorMappedAddress);
  put_big16(at + 22, kAttribute - 4);
  put_big16(at + 24, kIpv4Family);
  put_big16(at + 26, static_cast<std::uint16_t>(packet.destination_port ^ kMagicCookie >> 16));
  put_big32(at + 28, packet.destination_address.value ^ kMagicCookie);
}

}  // namespace

constinit const StrategyKind kStun{
    .name = "stun",
    .help = "STUN Binding indications (ICE) or requests (SIP outbound) as a keepalive.",
    .udp_port = 3478,
    .usual = Transport::Udp,
    .options = kStunOptions,
    .intervals = {"interval"},
    .check = check_binding,
    .make = make_binding,
    .random = [](const Options& options) { return options.span("jitter") > Duration::zero(); },
    .compact = {.udp = true,
                .reasons_against = reasons_against_compact_binding,
                .pings = binding_rules},
    .payload = PayloadStyle::Ciphertext,
    .write_header = write_binding,
};

}  // namespace stayalive
