// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>

#include "base/check.h"
#include "fuzz/choices.h"
#include "fuzz/targets.h"
#include "stack/tcp_config.h"
#include "stack/tcp_connection.h"

namespace stayalive {
namespace {

constexpr Endpoint kLocal{ipv4(10, 0, 0, 2), 4000};
constexpr Endpoint kRemote{ipv4(203, 0, 113, 1), 80};
constexpr std::uint32_t kInitial = 1000;
constexpr std::uint32_t kPeerInitial = 5000;

std::string told(const TcpOutbox& out) {
  std::string text;
  for (const Packet& packet : out.packets) text += print_packet(packet) + "\n";
  for (const TcpEvent& event : out.events) {
    text += std::to_string(static_cast<int>(event.kind)) + " " + std::to_string(event.message) +
            " " + std::to_string(static_cast<int>(event.error)) + "\n";
  }
  return text;
}

class Story {
 public:
  Story(const TcpConfig& config, bool opens)
      : connection_(config, kLocal, kRemote, {StreamId{1}, ConnectionId{0}}, kInitial) {
    if (opens) {
      connection_.open(now_, out_);
      return;
    }
    Packet syn = segment(tcp_flag::kSyn);
    syn.sequence = kPeerInitial;
    connection_.accept(syn, now_, out_);
  }

  void step(Choices& choices) {
    wait(choices);
    follow();
    out_.clear();
    const std::uint8_t what = choices.byte();
    if (what < 160) {
      connection_.receive(segment_from(choices), now_, out_);
    } else if (what < 200) {
      connection_.send(++messages_, 1 + choices.below(5000), now_, out_);
    } else if (what < 216) {
      connection_.set_reading(choices.flag(), now_, out_);
    } else if (what < 224) {
      connection_.set_keepalive(choices.flag(), now_);
    } else if (what < 232) {
      connection_.receive_error(
          {kLocal, kRemote, Protocol::Tcp, static_cast<Unreachable>(choices.below(2))}, now_, out_);
    } else if (what < 240) {
      connection_.shutdown(now_, out_);
    } else if (what < 250) {
      connection_.close(now_, out_);
    } else {
      connection_.abort(now_, out_);
    }
    follow();
    CHECK(connection_.next_deadline() > now_ || connection_.next_deadline() == now_,
          "nothing is due before now");
    if (connection_.state() == TcpState::Closed)
      CHECK(connection_.next_deadline() == kNever, "who is gone does nothing more");
  }

 private:
  static Packet segment(std::uint8_t flags) {
    Packet packet;
    packet.protocol = Protocol::Tcp;
    packet.set_source(kRemote);
    packet.set_destination(kLocal);
    packet.flags = flags;
    packet.window = 64'000;
    packet.content.stream = StreamId{2};
    return packet;
  }

  // Near what the connection expects, in both directions.
  Packet segment_from(Choices& choices) {
    constexpr std::array<std::uint8_t, 8> kFlags{
        tcp_flag::kAck,
        tcp_flag::kAck,
        tcp_flag::kAck | tcp_flag::kPsh,
        tcp_flag::kSyn | tcp_flag::kAck,
        tcp_flag::kFin | tcp_flag::kAck,
        tcp_flag::kRst,
        tcp_flag::kRst | tcp_flag::kAck,
        tcp_flag::kSyn,
    };
    const std::uint8_t how = choices.byte();
    Packet packet = segment(kFlags[how % 8]);
    packet.sequence = peer_next_ + ((how & 8) != 0 ? choices.byte() - 128u : 0u);
    packet.acknowledgment = highest_ - ((how & 16) != 0 ? choices.word() - 128u : 0u);
    if ((how & 32) != 0) packet.window = 100u * choices.byte();
    if ((how & 64) != 0 && !packet.has(tcp_flag::kSyn | tcp_flag::kRst)) {
      packet.payload = static_cast<std::uint16_t>(choices.below(1449));
      packet.content.message = ++peer_messages_;
    }
    if ((how & 128) == 0) peer_next_ = packet.sequence + packet.sequence_length();
    return packet;
  }

  // Learns up to where the peer may acknowledge.
  void follow() {
    for (const Packet& packet : out_.packets) {
      const std::uint32_t end = packet.sequence + packet.sequence_length();
      if (sequence_before(highest_, end)) highest_ = end;
    }
  }

  void wait(Choices& choices) {
    const std::uint8_t how = choices.byte();
    TimePoint until = now_;
    const TimePoint due = connection_.next_deadline();
    if (how >= 64 && how < 160) {
      until = later(now_, Duration{1ms} * (how - 63) * (how - 63));
    } else if (how >= 160 && how < 240) {
      until = due == kNever ? now_ : due - Duration{how % 2};
    } else if (how >= 240) {
      until = later(now_, Duration{1s} * choices.word());
    }
    if (until <= now_) return;
    TcpConnection stepwise = connection_;
    TcpOutbox in_one, in_steps;
    connection_.expire(until, in_one);
    CHECK(connection_.next_deadline() > until,
          "after expire(now) the next deadline is later than now");
    while (stepwise.next_deadline() <= until) {
      const TimePoint next = stepwise.next_deadline();
      stepwise.expire(next - 1ns, in_steps);
      CHECK(stepwise.next_deadline() >= next, "waking it early does nothing");
      stepwise.expire(next, in_steps);
      CHECK(stepwise.next_deadline() > next,
            "after expire(now) the next deadline is later than now");
    }
    CHECK(told(in_one) == told(in_steps), "it does not matter in how many steps time passes");
    CHECK(stepwise.next_deadline() == connection_.next_deadline(), "nor for what comes next");
    CHECK(stepwise.state() == connection_.state(), "nor for where it stands");
    out_ = in_one;
    now_ = until;
  }

  TimePoint now_ = kStart;
  TcpOutbox out_;
  TcpConnection connection_;
  std::uint32_t highest_ = kInitial;
  std::uint32_t peer_next_ = kPeerInitial + 1;
  std::uint32_t messages_ = 0;
  std::uint32_t peer_messages_ = 0;
};

TcpConfig config_from(Choices& choices) {
  const auto presets = os_presets();
  TcpConfig config = presets[choices.below(presets.size())].tcp;
  constexpr std::array<std::uint32_t, 4> kTicks{0, 100, 250, 1000};
  config.timer_hz = choices.pick(kTicks);
  const std::uint8_t set = choices.byte();
  config.nodelay = (set & 1) != 0;
  if ((set & 2) != 0) config.user_timeout = Duration{1s} * choices.byte();
  if ((set & 4) != 0) config.keepalive_idle = Duration{1s} * (1 + choices.byte());
  if ((set & 8) != 0) config.receive_buffer = 4096u + 64u * choices.byte();
  if ((set & 16) != 0) config.conversing = true;
  return config;
}

}  // namespace

void fuzz_tcp(std::span<const std::uint8_t> bytes) {
  Choices choices(bytes);
  const TcpConfig config = config_from(choices);
  Story story(config, choices.flag());
  for (int step = 0; !choices.empty() && step < 500; ++step) story.step(choices);
}

}  // namespace stayalive
