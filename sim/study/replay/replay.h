// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "middlebox/stateful_box.h"
#include "net/wire.h"
#include "scenario/scenario.h"
#include "study/replay/keepalive_finder.h"
#include "study/replay/replayed_flow.h"
#include "study/replay/silence_watch.h"

namespace stayalive {

inline constexpr std::size_t kUsualFlows = 20'000;
inline constexpr std::size_t kMostFlows = 1'000'000;
// Of so many broken flows it is looked up which boxes would have done that.
inline constexpr std::size_t kMostLookedUp = 200;

struct ReplayOptions {
  std::vector<MiddleboxSpec> boxes;  // from the inside to the outside
  // So many flows are followed; the packets of further ones are counted.
  std::size_t most_flows = kUsualFlows;
};

struct ReplayResult {
  std::vector<std::string> boxes;
  std::vector<ReplayedFlow> flows;
  TimePoint begun;                 // the instant of the first packet, since 1970
  Duration span{};                 // from the first packet to the last
  std::uint64_t packets = 0;       // of TCP and UDP
  std::uint64_t icmp = 0;          // errors, which no flow is judged by
  std::uint64_t beyond = 0;        // packets of flows that were too many
  std::uint64_t unreadable = 0;    // headers that contradict themselves, fragments, other protocols
  std::uint64_t back_in_time = 0;  // packets that are earlier than the one before
  std::uint64_t count(ReplayedFlow::Fate fate) const;
  std::uint64_t died() const;
};

// Sends the packets of a capture through boxes at the instants at which they were captured, without
// any delay, and finds out what would have become of each flow.  Whoever opened a flow is inside;
// where the capture has not its beginning, the side with the private address, else the one with the
// higher port.  What a flow did not live to see is left out: its later packets are only looked at
// for what they say of the flow itself.  How long a timer would have had to be is asked of the same
// boxes with timers of ten years.  What it keeps is bounded by the number of flows.
//
//   Replay replay({boxes});
//   while (reader.next(record)) replay.feed(record.at, decode(record.bytes, Replay::kDecoding));
//   const ReplayResult result = replay.finish();
class Replay {
 public:
  // How packets are to be decoded: captures on a sender have checksums that are not written yet,
  // and windows are scaled here.
  static constexpr DecodeOptions kDecoding{false, 0};

  explicit Replay(ReplayOptions options);
  ~Replay();
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  // Of the instants those that are earlier than the one before count as that.  Returns the number
  // of the packet's flow and the side it came from; 0 where it has none.
  struct Place {
    std::uint64_t flow = 0;
    Side from = Side::Internal;
    TimePoint at;  // since the first packet
  };
  Place feed(TimePoint at, const DecodedPacket& decoded);
  // At the instant of the last packet.
  ReplayResult finish();

 private:
  struct Box {
    const MiddleboxSpec* spec = nullptr;
    std::unique_ptr<StatefulBox> real;
    std::unique_ptr<StatefulBox> patient;  // with timers of years
  };
  struct Follow;
  using Key = std::tuple<Protocol, Endpoint, Endpoint>;

  std::optional<std::size_t> flow_of(const Packet& packet);
  std::size_t begin_flow(const Packet& packet);
  void begin_before(std::size_t flow, const Packet& packet, Side from);
  void observe(Follow& flow, const Packet& packet, Side from);
  void expire();
  void pass(std::size_t flow, Packet packet, Side from);
  bool leaves(std::size_t flow, std::size_t box, const Packet& packet, Side from, bool opened);
  void lose(std::size_t flow, std::size_t box, DropReason drop, const Packet& packet, Side from);
  void wait(std::size_t flow, Packet packet, Side from);
  void take_notes(std::size_t box);
  void die(std::size_t flow, std::size_t box, ReplayedFlow::Fate fate, DropReason drop, Side from);
  void conclude(Follow& flow);
  ReplayedFlow::Death death_by(const Follow& flow, std::size_t box) const;

  ReplayOptions options_;
  std::vector<Box> boxes_;
  std::vector<std::unique_ptr<Follow>> flows_;
  std::map<Key, std::size_t> present_;
  Outbox outbox_;
  std::optional<TimePoint> begun_;
  TimePoint now_ = kStart;
  std::size_t looked_up_ = 0;
  ReplayResult result_;
};

}  // namespace stayalive
