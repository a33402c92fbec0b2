// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "live/flow_book.h"
#include "live/live_line.h"
#include "live/live_log.h"
#include "run/report.h"
#include "scenario/scenario.h"

namespace stayalive {

// What of a scenario cannot be had with real programs at both ends: proxies, several lines' worth
// of what happens to programs and hosts, and claims about messages.  Empty: all of it can.
std::vector<Diagnostic> refuse_live(const Scenario& scenario);

// What a live session has come to.
struct LiveReport {
  RunReport run;  // its instants and its duration by the boxes' clock; events are packets
  std::uint32_t scale = 1;
  LiveCounts counts;
  std::uint64_t flows = 0;          // those that were followed
  std::uint64_t beyond = 0;         // packets of others
  std::vector<std::string> boxes;   // their names
  std::vector<std::uint64_t> held;  // by box: flows in its table at the end
};

// A live line with its books: real packets through the boxes of a scenario, what it asks to happen
// to them at its instants, the log, and in the end the verdict about each flow and each
// expectation. Time is an argument, as for LiveLine.
//
//   LiveSession session(scenario, {}, sink, write);
//   session.line().enter(Side::Internal, bytes, now);
//   const LiveReport report = session.finish(now);
class LiveSession final : public LiveObserver {
 public:
  struct Setting {
    LiveClock clock{1};
    std::uint32_t most_flows = FlowBook::kUsualFlows;
    std::size_t most_reported = 1000;  // flows beyond the scenario's own connections
    bool named = false;                // flows have the names of the scenario's connections
  };
  // The scenario passes refuse_live(); it and the sink must outlive the session.  write: takes the
  // lines of the log; empty: there is none.
  LiveSession(const Scenario& scenario, const Setting& setting, LiveSink& sink,
              LiveLog::Write write);

  void enter(Side end, std::span<std::uint8_t> bytes, TimePoint now);
  TimePoint next_deadline() const;
  void expire(TimePoint now);
  LiveLine& line() { return line_; }
  const LiveLine& line() const { return line_; }
  // That have come from both ends.
  std::uint64_t packets() const { return line_.counts().entered[0] + line_.counts().entered[1]; }
  const FlowBook& book() const { return book_; }
  // A line of the log.
  void say(const std::string& what, TimePoint now) { log_.say(what, setting_.clock.box(now)); }
  // early: why it ended before its command did.
  LiveReport finish(TimePoint now, std::optional<EarlyEnd> early = std::nullopt);

  void entered(Side end, Packet& packet, const DecodedPacket& decoded, TimePoint now) override;
  void processed(std::size_t box, Side from, const Packet& packet, const Verdict& verdict,
                 TimePoint now) override;
  void flow_changed(std::size_t box, const FlowNote& note, TimePoint now) override;
  void answered(std::size_t box, Side to, const Packet& packet, TimePoint now) override;
  void left(Side end, const Packet& packet, TimePoint now) override;
  void lost(LiveLoss why, const Packet& packet, TimePoint now) override;

 private:
  void happen(const EventSpec& event, TimePoint now);
  std::size_t number_at(std::size_t hop) const;

  const Scenario& scenario_;
  Setting setting_;
  FlowBook book_;
  LiveLog log_;
  LiveLine line_;
  std::size_t next_event_ = 0;
};

}  // namespace stayalive
