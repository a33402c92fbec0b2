// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "app/message_store.h"
#include "base/result.h"
#include "engine/trace.h"
#include "net/wire.h"
#include "run/report.h"
#include "run/roster.h"
#include "scenario/scenario.h"

namespace stayalive {

// Of a population so many members at most have their packets captured.
inline constexpr std::uint32_t kMostCaptured = 10'000;

// The scenario as it is run for a capture: the members of populations have programs and packets of
// their own, which changes no result.  A mistake where they are too many.
Result<Scenario> scenario_to_capture(const Scenario& scenario);

// Writes the packets of a run as a pcapng file while the run goes on; what it keeps does not grow
// with the length of the run.  Each host, box and proxy is an interface and sees each packet once:
// a box sees it as it is on its internal side, and one that it drops as it came.  Comments say
// which packets were dropped or lost and why, what became of a flow, and what programs said.
//
//   PacketCapture capture(scenario, {}, seed, write);
//   const RunReport report = run(scenario, {.trace = &capture, .messages = capture.reader()});
//   const std::string head = capture.finish(report);  // takes the place of what was written first
class PacketCapture final : public TraceSink {
 public:
  struct Choice {
    std::optional<std::size_t> connection{};  // of the scenario; empty: all
    std::string station{};                    // empty: all
  };
  // write: is given the file piece by piece.  The scenario is that of scenario_to_capture() and
  // must outlive it.
  PacketCapture(const Scenario& scenario, Choice choice, std::uint64_t seed,
                std::function<void(std::string_view)> write);

  // The names that a choice may have.
  static std::vector<std::string> stations(const Scenario& scenario, std::uint64_t seed);

  // For RunOptions::messages.
  std::function<void(const MessageStore&)> reader();
  void record(const TraceRecord& record, const std::string& where) override;
  std::size_t held_bytes() const override;
  // After the run.  Returns the first bytes of the file anew, as many as they were, with the
  // verdict about each connection.
  [[nodiscard]] std::string finish(const RunReport& report);

 private:
  // What a packet says beside its Packet, from its sender to wherever it comes.
  struct UnderWay {
    std::uint32_t timestamp = 0;
    std::uint32_t timestamp_echo = 0;
    std::optional<Message> message;  // of a datagram
  };
  using Key = std::tuple<StreamId, std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t,
                         std::uint16_t, std::uint8_t>;
  static Key key_of(const Packet& packet);
  // What one end of a TCP connection has heard (RFC 7323, section 4.3).
  struct Heard {
    std::uint32_t timestamp = 0;
    std::optional<std::uint32_t> acknowledged;
  };
  using Ends = std::pair<Endpoint, Endpoint>;  // here, there
  struct Station {
    std::optional<std::uint32_t> interface;  // empty: not captured
    std::optional<Side> host_on;             // of a host
    std::uint64_t packets = 0;
    std::uint64_t dropped = 0;
  };
  struct Pending {
    Station* station = nullptr;
    const std::string* name = nullptr;
    TraceRecord record;
    UnderWay under_way;
    std::vector<std::string> comments;
    bool told = false;  // what became of its flow
  };

  void add_station(const std::string& name, const std::string& description, std::optional<Side> on);
  void declare();
  std::string head(const std::string& verdict) const;
  bool concerns(ConnectionId connection) const;
  UnderWay sent(const Packet& packet, TimePoint now);
  UnderWay passing(const Packet& packet, bool ends);
  void hear(const Packet& packet, const UnderWay& its);
  void take_packet(const TraceRecord& record, const std::string& where, Station& station);
  void tell_timer(const TraceRecord& record, const std::string& where);
  void note(const std::string& where, ConnectionId connection, std::string text);
  void write_pending();
  void flush();

  Roster roster_;
  Choice choice_;
  std::uint32_t first_ = 0;  // of the connections that are captured
  std::uint32_t count_ = 0;
  std::uint32_t named_ = 0;  // the position of the one that was chosen
  std::function<void(std::string_view)> write_;
  const MessageStore* messages_ = nullptr;
  std::map<std::string, Station> stations_;
  std::vector<const std::string*> interfaces_;  // names, by number
  std::multimap<Key, UnderWay> under_way_;
  std::map<Ends, Heard> heard_;
  // What is to be said with the next packet of a connection at a station.
  std::map<std::pair<std::string, ConnectionId>, std::vector<std::string>> notes_;
  std::optional<Pending> pending_;
  std::string buffer_;
  std::vector<std::uint8_t> payload_;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace stayalive
