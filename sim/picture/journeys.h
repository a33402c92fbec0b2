// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/trace.h"

namespace stayalive {

// A packet's way from the station that sent it to wherever it came.
struct Journey {
  enum class Delivery : std::uint8_t {
    Arrived,   // the last station took it
    Dropped,   // the last station did not let it through
    Lost,      // on the line after the last station
    UnderWay,  // until the end of the run
  };
  struct Stop {
    std::size_t station = 0;
    TimePoint at;
    std::optional<TimerChange> timer{};  // what it did there
  };
  Packet packet;        // as it was sent
  std::string purpose;  // what its message is for: "request", "data"; empty without one
  Side towards = Side::External;
  std::vector<Stop> stops;
  Delivery delivery = Delivery::UnderWay;
  // Why it went no further: "lost on internet".
  std::string detail;
};

// Something that happened at a station without a packet.
struct Incident {
  TimePoint at;
  std::size_t station = 0;
  std::string said;                    // by a program or a proxy; empty:
  std::optional<TimerChange> timer{};  // what a station knew has ended
};

// Follows the packets of one connection from station to station: the host at the internal end, the
// boxes and proxies, the host at the external end.
class Journeys final : public TraceSink {
 public:
  // stations: the names of all, from the internal end to the external one.
  Journeys(ConnectionId connection, std::vector<std::string> stations)
      : connection_(connection), stations_(std::move(stations)) {}
  void record(const TraceRecord& record, const std::string& where) override;

  struct TimerRecord {
    TimePoint at;
    std::size_t station = 0;
    TimerChange change;
  };
  const std::vector<std::string>& stations() const { return stations_; }
  const std::vector<Journey>& journeys() const { return journeys_; }     // by time of departure
  const std::vector<Incident>& incidents() const { return incidents_; }  // by time
  const std::vector<TimerRecord>& timers() const { return timers_; }     // by time

 private:
  std::optional<std::size_t> find_station(const std::string& name) const;
  bool is_end(std::size_t station) const { return station == 0 || station + 1 == stations_.size(); }
  void depart(const TraceRecord& record, std::size_t station);
  Journey& reach(const TraceRecord& record, std::size_t station);
  void lose(const TraceRecord& record);
  void change(const TraceRecord& record, std::size_t station);

  ConnectionId connection_;
  std::vector<std::string> stations_;
  std::vector<Journey> journeys_;
  std::vector<Incident> incidents_;
  std::vector<TimerRecord> timers_;
  std::vector<std::size_t> under_way_;  // positions in journeys_, by time of departure
  std::size_t seen_ = 0;                // the journey that a station saw last
  std::map<std::pair<std::size_t, std::uint32_t>, std::string> purposes_;  // by writer and tag
};

}  // namespace stayalive
