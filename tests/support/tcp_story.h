// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/text.h"
#include "net/reset.h"
#include "stack/tcp_connection.h"

namespace stayalive::test {

enum class End : std::uint8_t { Client, Server };

// Two TCP connections joined by a wire of constant delay that can be cut, healed and told which
// packets to lose.  Time moves only by at(); everything sent and told is written down with its
// time, sequence numbers counted from each end's SYN.
class TcpStory {
 public:
  struct Sent {
    TimePoint at;
    End from;
    Packet packet;
  };
  struct Told {
    TimePoint at;
    End to;
    TcpEvent event;
  };

  explicit TcpStory(const TcpConfig& client = {}, const TcpConfig& server = {},
                    Duration delay = 500us)
      : configs_{client, server}, delay_(delay) {
    reset();
  }
  TcpStory(const TcpStory&) = delete;
  TcpStory& operator=(const TcpStory&) = delete;

  // Shakes hands from 0 on and forgets the packets of the handshake.
  void connect() {
    client().open(now_, out_);
    flush(End::Client);
    at(4 * delay_);
    forget();
  }
  void forget() {
    sent.clear();
    told.clear();
    waits.clear();
    origin_ = now_;
  }
  // Runs to `since` after the last forget().
  void at(Duration since) { run_until(origin_ + since); }
  void run_until(TimePoint limit) {
    while (step(limit)) {
    }
    now_ = limit;
  }
  TimePoint now() const { return now_; }
  Duration elapsed() const { return now_ - origin_; }

  TcpConnection& client() { return connections_[0]; }
  TcpConnection& server() { return connections_[1]; }
  TcpConnection& connection(End end) { return connections_[static_cast<std::size_t>(end)]; }
  // A write of the program; messages are numbered from 1.
  void writes(End end, std::uint32_t bytes) {
    connection(end).send(++messages_[static_cast<std::size_t>(end)], bytes, now_, out_);
    flush(end);
  }
  void reads(End end, bool reading) {
    connection(end).set_reading(reading, now_, out_);
    flush(end);
  }
  void shuts_down(End end) {
    connection(end).shutdown(now_, out_);
    flush(end);
  }
  void closes(End end) {
    connection(end).close(now_, out_);
    flush(end);
  }
  void aborts(End end) {
    connection(end).abort(now_, out_);
    flush(end);
  }
  void unreachable(End end, Unreachable code) {
    const TcpConnection& hurt = connection(end);
    connection(end).receive_error({hurt.local(), hurt.remote(), Protocol::Tcp, code}, now_, out_);
    flush(end);
  }
  void cut() { cut_ = true; }
  void heal() { cut_ = false; }
  // Loses every packet for which it answers true.
  std::function<bool(End, const Packet&)> loses;

  // "0.402 C [PA] seq 1 ack 1 len 100 retransmission"
  std::string line(const Sent& entry) const {
    const Packet& packet = entry.packet;
    const std::size_t from = static_cast<std::size_t>(entry.from);
    std::string flags;
    if (packet.has(tcp_flag::kSyn)) flags += 'S';
    if (packet.has(tcp_flag::kFin)) flags += 'F';
    if (packet.has(tcp_flag::kRst)) flags += 'R';
    if (packet.has(tcp_flag::kPsh)) flags += 'P';
    if (packet.has(tcp_flag::kAck)) flags += 'A';
    return fmt::format("{} {} [{}] seq {} ack {} len {} {}", seconds(entry.at),
                       entry.from == End::Client ? 'C' : 'S', flags,
                       packet.sequence - kInitial[from],
                       packet.has(tcp_flag::kAck) ? packet.acknowledgment - kInitial[1 - from] : 0,
                       packet.payload, name(packet.notes.kind));
  }
  std::vector<std::string> transcript() const {
    std::vector<std::string> lines;
    for (const Sent& entry : sent) lines.push_back(line(entry));
    return lines;
  }
  // When an end sent packets of this kind.
  std::vector<std::string> times(End from, PacketKind kind) const {
    std::vector<std::string> result;
    for (const Sent& entry : sent) {
      if (entry.from == from && entry.packet.notes.kind == kind)
        result.push_back(seconds(entry.at));
    }
    return result;
  }
  // "3.000 C closed ETIMEDOUT"
  std::vector<std::string> news() const {
    std::vector<std::string> lines;
    for (const Told& entry : told) lines.push_back(line(entry));
    return lines;
  }
  std::string line(const Told& entry) const {
    const std::string head =
        fmt::format("{} {} ", seconds(entry.at), entry.to == End::Client ? 'C' : 'S');
    switch (entry.event.kind) {
      case TcpEvent::Kind::Established:
        return head + "established";
      case TcpEvent::Kind::Acknowledged:
        return head + fmt::format("acknowledged {}", entry.event.message);
      case TcpEvent::Kind::Delivered:
        return head + fmt::format("delivered {}", entry.event.message);
      case TcpEvent::Kind::Octets:
        return head + fmt::format("octets {}", entry.event.octets);
      case TcpEvent::Kind::PeerClosed:
        return head + "peer closed";
      case TcpEvent::Kind::Closed:
        return head + fmt::format("closed {}", name(entry.event.error));
    }
    return head;
  }
  std::string seconds(TimePoint at) const { return print_seconds(at - origin_); }

  std::vector<Sent> sent;
  std::vector<Told> told;
  // Waits that something ended, of either end, in order.
  std::vector<CloseGiveUp> waits;

  static constexpr std::array<std::uint32_t, 2> kInitial{0xffff'ff00, 5'000'000};

 private:
  struct Travelling {
    TimePoint arrival;
    End to;
    Packet packet;
  };

  void reset() {
    const Endpoint a{ipv4(10, 0, 0, 2), 40000};
    const Endpoint b{ipv4(203, 0, 113, 10), 80};
    connections_.emplace_back(configs_[0], a, b, Origin{StreamId{0}, ConnectionId{0}}, kInitial[0]);
    connections_.emplace_back(configs_[1], b, a, Origin{StreamId{1}, ConnectionId{0}}, kInitial[1]);
  }

  bool step(TimePoint limit) {
    const TimePoint wire = wire_.empty() ? kNever : wire_.front().arrival;
    const TimePoint next = std::min({wire, client().next_deadline(), server().next_deadline()});
    if (next > limit) return false;
    now_ = std::max(now_, next);
    if (wire == next) {
      const Travelling arrived = wire_.front();
      wire_.erase(wire_.begin());
      arrive(arrived);
    } else {
      const End due = client().next_deadline() == next ? End::Client : End::Server;
      connection(due).expire(now_, out_);
      flush(due);
    }
    return true;
  }

  void arrive(const Travelling& arrived) {
    TcpConnection& to = connection(arrived.to);
    const bool listens = arrived.to == End::Server && !accepted_;
    if (to.state() == TcpState::Closed && listens && arrived.packet.has(tcp_flag::kSyn)) {
      accepted_ = true;
      to.accept(arrived.packet, now_, out_);
    } else if (to.state() == TcpState::Closed) {
      // The host answers for a connection that is gone.
      if (const auto answer = reset_for(arrived.packet)) out_.packets.push_back(*answer);
    } else {
      to.receive(arrived.packet, now_, out_);
    }
    flush(arrived.to);
  }

  void flush(End from) {
    for (const Packet& packet : out_.packets) {
      sent.push_back({now_, from, packet});
      if (cut_ || (loses && loses(from, packet))) continue;
      wire_.push_back({now_ + delay_, from == End::Client ? End::Server : End::Client, packet});
    }
    for (const TcpEvent& event : out_.events) told.push_back({now_, from, event});
    if (out_.wait) waits.push_back(*out_.wait);
    out_.clear();
  }

  std::array<TcpConfig, 2> configs_;
  Duration delay_;
  std::vector<TcpConnection> connections_;
  std::vector<Travelling> wire_;  // constant delay: in order of arrival
  std::array<std::uint32_t, 2> messages_{};
  TcpOutbox out_;
  TimePoint now_ = kStart;
  TimePoint origin_ = kStart;
  bool cut_ = false;
  bool accepted_ = false;
};

}  // namespace stayalive::test
