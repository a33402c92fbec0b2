// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "base/check.h"
#include "fuzz/choices.h"
#include "middlebox/stateful_box.h"
#include "net/reset.h"

namespace stayalive {

inline constexpr AddressId kOutside = ipv4(198, 51, 100, 1);

inline bool same_verdict(const Verdict& a, const Verdict& b) {
  return a.handling == b.handling && a.drop == b.drop && a.flow == b.flow && a.timer == b.timer &&
         a.deadline == b.deadline && a.hairpinned == b.hairpinned;
}

// Two boxes see the same packets; one is woken whenever it asks to be, and the other never.
class TwoBoxes {
 public:
  explicit TwoBoxes(const Profile& profile)
      : woken_(profile, {"box", 1, {kOutside}}), asleep_(profile, {"box", 1, {kOutside}}) {}

  void step(Choices& choices) {
    wait(choices);
    const std::uint8_t what = choices.byte();
    if (what == 0xff) return flush();
    const Side from = (what & 1) != 0 ? Side::Internal : Side::External;
    const Packet packet = packet_from(from, choices);
    if ((what & 2) != 0) asleep_.foresee(from, packet);
    Packet first = packet;
    Packet second = packet;
    const Verdict verdict = woken_.process(from, first, now_, of_woken_);
    CHECK(same_verdict(verdict, asleep_.process(from, second, now_, of_asleep_)),
          "a flow is dead by comparison, woken or not");
    CHECK(print_packet(first) == print_packet(second), "and so is what becomes of the packet");
    if (verdict.forwarded() && verdict.flow.valid() && verdict.handling != Handling::Leaked)
      CHECK(verdict.deadline >= now_, "what passes belongs to a flow that lives");
    CHECK(woken_.next_deadline() > now_, "a packet leaves nothing undone");
    CHECK(woken_.size() <= woken_.profile().capacity, "a table has its capacity");
  }

  // Both have told the same by the end.
  void finish() {
    woken_.expire(now_, of_woken_);
    asleep_.expire(now_, of_asleep_);
    CHECK(woken_.size() == asleep_.size(), "as many flows live");
    CHECK(of_woken_.notes.size() == of_asleep_.notes.size(), "as much is told");
    for (std::size_t i = 0; i < of_woken_.notes.size(); ++i) {
      const FlowNote& a = of_woken_.notes[i];
      const FlowNote& b = of_asleep_.notes[i];
      CHECK(a.event == b.event && a.at == b.at && a.flow == b.flow, "in the same order");
    }
    CHECK(of_woken_.packets.size() == of_asleep_.packets.size(), "as much is sent");
    for (std::size_t i = 0; i < of_woken_.packets.size(); ++i) {
      CHECK(print_packet(of_woken_.packets[i].packet) == print_packet(of_asleep_.packets[i].packet),
            "and the same");
    }
  }

 private:
  void wait(Choices& choices) {
    const std::uint32_t how = choices.byte();
    const TimePoint due = woken_.next_deadline();
    if (how < 64) return;
    if (how < 96) return wait_until(later(now_, Duration{1s} * (how - 63)));
    if (how < 128) return wait_until(later(now_, Duration{1s} * choices.word()));
    if (due == kNever) return;
    if (how < 192) return wait_until(due);
    if (how < 224) return wait_until(due - 1ns);
    wait_until(later(due, Duration{how}));
  }

  // A crowded table may ask to be woken every second for days: after some times in one go.
  void wait_until(TimePoint until) {
    if (until <= now_ || until == kNever) return;
    for (int wakes = 0; woken_.next_deadline() <= until && wakes < 200; ++wakes) {
      const TimePoint due = woken_.next_deadline();
      woken_.expire(due - 1ns, of_woken_);
      CHECK(woken_.next_deadline() >= due, "waking it early does nothing");
      woken_.expire(due, of_woken_);
      CHECK(woken_.next_deadline() > due, "after expire(now) the next deadline is later than now");
    }
    woken_.expire(until, of_woken_);
    CHECK(woken_.next_deadline() > until, "after expire(now) the next deadline is later than now");
    now_ = until;
  }

  void flush() {
    woken_.flush(now_, of_woken_);
    asleep_.flush(now_, of_asleep_);
    CHECK(woken_.size() == 0 && woken_.next_deadline() == kNever, "a flush leaves nothing");
  }

  // Few addresses and ports, so that packets meet; anything in the other fields.
  static Packet packet_from(Side from, Choices& choices) {
    const std::uint8_t who = choices.byte();
    const auto small = [&](unsigned shift, unsigned mask) {
      return static_cast<std::uint8_t>(who >> shift & mask);
    };
    const Endpoint inner{ipv4(10, 0, 0, small(0, 3)),
                         static_cast<std::uint16_t>(4000 + small(2, 1))};
    const Endpoint outer{kOutside, static_cast<std::uint16_t>(4000 + small(3, 3))};
    const Endpoint remote{ipv4(203, 0, 113, small(5, 1)), 80};
    const bool other = small(6, 3) == 3;  // hairpinned, or not translated
    Packet packet;
    packet.set_source(from == Side::Internal ? inner : remote);
    packet.set_destination(from == Side::Internal ? (other ? outer : remote)
                                                  : (other ? inner : outer));
    const std::uint8_t kind = choices.byte();
    if (kind < 64) {
      packet.payload = kind;
      return packet;
    }
    if (kind < 72) {
      Packet original = packet;
      original.set_source(packet.destination());
      original.set_destination(packet.source());
      original.protocol = (kind & 4) != 0 ? Protocol::Tcp : Protocol::Udp;
      return icmp_error(packet.source_address, static_cast<Unreachable>(kind % 2), original);
    }
    packet.protocol = Protocol::Tcp;
    packet.flags = kind & 0x3f;
    packet.sequence = 0x1'0000u * (kind >> 6 & 1) - 8 + choices.byte();
    packet.acknowledgment = choices.byte() - 8u;
    const std::uint8_t size = choices.byte();
    packet.window = (size & 0x80) != 0 ? 64'000 : size;
    packet.payload = size & 0x0f;
    if (packet.has(tcp_flag::kSyn | tcp_flag::kRst)) packet.payload = 0;
    return packet;
  }

  StatefulBox woken_;
  StatefulBox asleep_;
  Outbox of_woken_;
  Outbox of_asleep_;
  TimePoint now_ = kStart;
};

// Feeds both with what is left of the choices.
inline void feed_box(const Profile& profile, Choices& choices) {
  TwoBoxes boxes(profile);
  for (int step = 0; !choices.empty() && step < 2'000; ++step) boxes.step(choices);
  boxes.finish();
}

}  // namespace stayalive
