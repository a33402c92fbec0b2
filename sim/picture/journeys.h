// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/trace.h"
#include "picture/moment.h"
#include "scenario/scenario.h"

namespace stayalive {

// A packet's way from the station that sent it to wherever it came.
struct Journey {
  enum class Delivery : std::uint8_t {
    Arrived,   // the last station took it
    Dropped,   // the last station did not let it through
    Lost,      // on the line after the last station
    UnderWay,  // still, at the end of the run
  };
  // A station that saw it.
  struct Stop {
    std::size_t station = 0;
    TimePoint at;
    // Among what is recorded then; where the packet did something to a timer, the place of that.
    std::uint32_t order = 0;
    std::optional<TimerChange> timer{};
    Moment moment() const { return {at, order}; }
  };
  // As it was sent.
  Packet packet;
  // What its message is for: "request", "data"; empty without one.
  std::string purpose;
  Side towards = Side::External;
  std::vector<Stop> stops;
  Delivery delivery = Delivery::UnderWay;
  // Why it went no further: "lost on internet".
  std::string detail;
  // What the station that dropped it sent back at once.
  std::optional<PacketKind> answer{};
};

// Something that happened at a station without a packet.
struct Incident {
  TimePoint at;
  std::uint32_t order = 0;
  std::size_t station = 0;
  // By a program or a proxy; empty where a timer tells it.
  std::string said;
  // The end of what a station knew.
  std::optional<TimerChange> timer{};
  Moment moment() const { return {at, order}; }
};

// Packets in the middle of a long story that are not kept.
struct JourneyGap {
  std::size_t before = 0;  // the position of the journey that is kept after them
  Moment from;             // when the first of them was sent
  std::size_t packets = 0;
  std::size_t stopped = 0;  // of them, those that did not arrive
};

// A station that a packet may pass: the name by which it is recorded, and of one in a way of a
// group of alternatives which they are.
struct StationOnPath {
  std::string name;
  std::optional<WayPlace> way{};
};

// Follows the packets of one connection from station to station: the host at the internal end, the
// boxes and proxies, the host at the external end.  Records of other connections are ignored.  It
// keeps kMostJourneys at most, however long the run: of more it keeps the beginning, the end and
// what lies around what is unusual - packets that did not arrive, flows that begin and end, what
// programs say - as far as there is room, and counts the rest.
//
//   Journeys journeys(ConnectionId{0}, stations_of(scenario, 0));
//   const RunReport report = run(scenario, {std::nullopt, &journeys});
class Journeys final : public TraceSink {
 public:
  // stations: the names of all, from the internal end to the external one.
  Journeys(ConnectionId connection, std::vector<StationOnPath> stations)
      : connection_(connection), stations_(std::move(stations)), arrivals_(stations_.size()) {}
  void record(const TraceRecord& record, const std::string& where) override;

  std::size_t held_bytes() const override;

  static constexpr std::size_t kMostJourneys = 40'000;
  struct TimerRecord {
    Moment when;
    std::size_t station = 0;
    TimerChange change;
  };
  const std::vector<StationOnPath>& stations() const { return stations_; }
  // By time of departure.
  const std::vector<Journey>& journeys() const { return journeys_; }
  // By time.
  const std::vector<Incident>& incidents() const { return incidents_; }
  // In order.
  const std::vector<JourneyGap>& gaps() const { return gaps_; }
  // By moment.  Where a packet opens a flow at the instant at which another ends, the end is first.
  const std::vector<TimerRecord>& timers() const { return timers_; }

 private:
  std::optional<std::size_t> find_station(const std::string& name) const;
  bool is_end(std::size_t station) const { return station == 0 || station + 1 == stations_.size(); }
  bool follows(std::size_t last, std::size_t next, bool outward) const;
  void depart(const TraceRecord& record, std::size_t station);
  Journey& reach(const TraceRecord& record, std::size_t station);
  void lose(const TraceRecord& record);
  void change(const TraceRecord& record, std::size_t station);
  void end_flow(const TraceRecord& record, std::size_t station);
  void note_answer(const TraceRecord& record, std::size_t station);

  // How much of what is unusual is kept: all of it, where flows end and programs speak, or nothing.
  enum class Kept : std::uint8_t { Unusual, Turns, Nothing };
  void thin();
  std::vector<bool> worth_keeping(Kept kept) const;
  void drop_journeys(const std::vector<bool>& keep);
  void drop_timers();
  void drop_incidents();
  void drop_purposes();

  ConnectionId connection_;
  std::vector<StationOnPath> stations_;
  std::vector<Journey> journeys_;
  std::vector<Incident> incidents_;
  std::vector<TimerRecord> timers_;
  std::vector<JourneyGap> gaps_;
  // Positions in journeys_, by time of departure.
  std::vector<std::size_t> under_way_;
  // The journey that a station saw last.
  std::size_t seen_ = 0;
  // For each station the journey that came there last.
  std::vector<std::optional<std::size_t>> arrivals_;
  // Of the record at hand.
  std::uint32_t order_ = 0;
  // Of messages.
  std::map<Content, std::string> purposes_;
};

}  // namespace stayalive
