// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "live/live_clock.h"
#include "middlebox/stateful_box.h"
#include "net/wire.h"
#include "path/link.h"
#include "scenario/scenario.h"

namespace stayalive {

// Why a packet went no further, other than that a box dropped it.
enum class LiveLoss : std::uint8_t {
  Unreadable,  // its bytes are no packet that can be used (WireError)
  Chance,      // a line lost it
  Queue,       // it found the queue before a line full
  Cut,         // a line was cut
  Away,        // a box was rebooting
  NoRoom,      // more would have been on the way than is kept
};
inline constexpr std::size_t kLiveLosses = static_cast<std::size_t>(LiveLoss::NoRoom) + 1;
const char* name(LiveLoss loss);

// Is told what happens to packets on a live line.  now: what the clock of the boxes shows; it never
// decreases.  box: the position among the boxes.
class LiveObserver {
 public:
  virtual ~LiveObserver() = default;
  // A packet has come from this end, which observers may give a number and a kind.
  virtual void entered(Side end, Packet& packet, const DecodedPacket& decoded, TimePoint now) = 0;
  virtual void processed(std::size_t box, Side from, const Packet& packet, const Verdict& verdict,
                         TimePoint now) = 0;
  virtual void flow_changed(std::size_t box, const FlowNote& note, TimePoint now) = 0;
  // A box sends a packet of its own.
  virtual void answered(std::size_t box, Side to, const Packet& packet, TimePoint now) = 0;
  // It leaves the line at this end.
  virtual void left(Side end, const Packet& packet, TimePoint now) = 0;
  virtual void lost(LiveLoss why, const Packet& packet, TimePoint now) = 0;
};

// Takes the packets that leave the line.
class LiveSink {
 public:
  virtual ~LiveSink() = default;
  virtual void leave(Side end, std::span<const std::uint8_t> bytes) = 0;
};

struct LiveCounts {
  std::array<std::uint64_t, 2> entered{};  // by the end they came from; those that can be read
  std::array<std::uint64_t, 2> left{};     // by the end they went to
  std::uint64_t answered = 0;              // that boxes sent of their own
  std::array<std::uint64_t, kLiveLosses> lost{};
  std::array<std::uint64_t, kWireErrors> unreadable{};
};

// The boxes and lines of a scenario's path between two ends from which real packets come: what
// enters at one end leaves translated, late, or not at all, at the other.  Time is an argument: one
// real clock, whose `now` never decreases, and the boxes' own, which is made from it.  Whoever
// drives it calls expire() by next_deadline(); to do so late changes only when delayed packets
// leave and when a box says of itself what it has forgotten.  Bytes of any content may enter; what
// it keeps is bounded by the tables of the boxes and by most_waiting.
//
//   LiveLine line(scenario, {LiveClock(60)}, sink, observer);
//   line.enter(Side::Internal, bytes, now);
//   if (line.next_deadline() <= now) line.expire(now);
class LiveLine {
 public:
  struct Setting {
    LiveClock clock{1};
    std::size_t most_waiting = std::size_t{64} << 20;  // bytes that are on the way at once
  };
  // The scenario has no proxies; it, sink and observer must outlive the line.
  LiveLine(const Scenario& scenario, const Setting& setting, LiveSink& sink,
           LiveObserver& observer);
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;

  // The bytes are written over.
  void enter(Side end, std::span<std::uint8_t> bytes, TimePoint now);
  TimePoint next_deadline() const;
  void expire(TimePoint now);

  // As Middlebox says.  span: of real time.
  void flush(std::size_t box, TimePoint now);
  void reboot(std::size_t box, Duration span, TimePoint now);
  void change_timer(std::size_t box, Timeout timer, Duration span, TimePoint now);
  // kForever: until it is mended, which Duration::zero() does.
  // towards: only what travels to this side; empty: both.
  void cut(std::size_t wire, Duration span, std::optional<Side> towards, TimePoint now);

  std::size_t boxes() const { return boxes_.size(); }
  const StatefulBox& box(std::size_t box) const { return *boxes_[box].box; }
  const MiddleboxSpec& spec(std::size_t box) const { return *boxes_[box].spec; }
  std::size_t wires() const { return wires_.size(); }
  const std::string& wire_name(std::size_t wire) const { return wires_[wire].name; }
  // Packets that lines delay.
  std::size_t waiting() const { return waiting_.size(); }
  const LiveCounts& counts() const { return counts_; }
  const LiveClock& clock() const { return setting_.clock; }

 private:
  // A box of the path, or both directions of a line.
  struct Box {
    std::size_t stage = 0;
    const MiddleboxSpec* spec = nullptr;
    std::unique_ptr<StatefulBox> box;
    TimePoint away_until = kStart;  // of real time
  };
  struct Wire {
    std::string name;
    std::array<std::unique_ptr<Link>, 2> towards;  // by Side
    std::array<TimePoint, 2> cut_until{};          // by the Side that packets travel to
  };
  struct Stage {
    bool is_box = false;
    std::size_t number = 0;  // among the boxes, or among the lines
  };
  // A packet on its way.  first: as its bytes have it.
  struct Carried {
    Packet first;
    Packet packet;
    Side towards = Side::External;
    // The next one, below zero inside of all and as many as there are outside.
    std::ptrdiff_t stage = 0;
    void go_on() { stage += towards == Side::External ? 1 : -1; }
  };
  struct Waiting {
    TimePoint at;
    std::uint64_t serial = 0;
    Carried carried;
    std::vector<std::uint8_t> bytes;
  };
  struct Later {
    bool operator()(const Waiting& a, const Waiting& b) const {
      return a.at != b.at ? a.at > b.at : a.serial > b.serial;
    }
  };

  void run_until(TimePoint now);
  void carry(Carried carried, std::span<std::uint8_t> bytes, TimePoint now);
  // Whether it goes on at once.
  bool pass_box(std::size_t number, Carried& carried, TimePoint now);
  bool pass_wire(std::size_t number, const Carried& carried, std::span<const std::uint8_t> bytes,
                 TimePoint now);
  void settle(std::size_t box, Outbox& out, TimePoint now);
  void emit(std::size_t box, Outbox& out, TimePoint now);
  void expire_boxes(TimePoint now);
  void send(std::size_t box, const Outbox::Sent& sent, TimePoint now);
  void lose(LiveLoss why, const Packet& packet, TimePoint now);

  Setting setting_;
  LiveSink& sink_;
  LiveObserver& observer_;
  std::vector<Stage> stages_;
  std::vector<Box> boxes_;
  std::vector<Wire> wires_;
  std::vector<Waiting> waiting_;  // a heap, the earliest first
  Outbox spare_;                  // empty; its memory is used again
  std::size_t waiting_bytes_ = 0;
  std::uint64_t serial_ = 0;
  LiveCounts counts_;
};

}  // namespace stayalive
