// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "base/timed_machine.h"
#include "probe/message/probe_message.h"
#include "probe/prober/control_line.h"
#include "probe/prober/findings.h"
#include "probe/search/lifetime_search.h"
#include "probe/trial/probe_outbox.h"
#include "probe/trial/trial.h"

namespace stayalive {

// What a probe is to find out, and how politely.
struct ProbePlan {
  std::vector<Measure> measures;  // each once
  SearchRules udp;
  SearchRules tcp;
  std::uint32_t flows_at_once = 256;
  Duration between_flows = 100ms;  // at least so long from the beginning of one to the next
  Duration time_limit = 30min;
};

// Why a probe has nothing more to do.
enum class ProbeStop : std::uint8_t {
  Known,   // everything that was asked for is known, or cannot be
  Time,    // the time limit
  Nobody,  // the reflector has not answered for a minute
  NoRoom,  // the reflector has no room
  Asked,   // somebody asked for it
};

// Measures a path: which flows to try, with which silences, and what is known.  Driven by whoever
// has sockets (ProbeOutbox says what they are to do) and time.  Flows that need a lifetime wait
// until it is known.
class Prober {
 public:
  // session: a number that nobody can guess; it names the probe to the reflector.
  Prober(ProbePlan plan, Endpoint reflector, std::uint64_t session);
  ~Prober();

  void begin(TimePoint now, ProbeOutbox& out);
  void opened(std::uint32_t flow, Endpoint local, TimePoint now, ProbeOutbox& out);
  void receive(std::uint32_t flow, std::span<const std::uint8_t> bytes, TimePoint now,
               ProbeOutbox& out);
  void failed(std::uint32_t flow, ProbeFailure failure, TimePoint now, ProbeOutbox& out);
  // Ends all flows; what is known stays.
  void stop(ProbeStop why, TimePoint now, ProbeOutbox& out);

  TimePoint next_deadline() const;
  void expire(TimePoint now, ProbeOutbox& out);

  const std::optional<ProbeStop>& stopped() const { return stopped_; }
  Findings findings(TimePoint now) const;
  std::size_t flows_now() const { return trials_.size(); }
  // When the last flow that is silent now will speak, as far as it is known.
  TimePoint silent_until() const;
  const ProbePlan& plan() const { return plan_; }

  // What earlier work on the same path has found, to be told before begin().
  void restore(Measure measure, const LifetimeSearch::Point& point);
  void restore(Measure measure, const LifetimeSearch::Ended& ended);
  void restore(Measure measure, const Votes& votes);
  void restore_late_from_outside(const Votes& votes) { late_from_outside_ = votes; }
  const Votes& votes(Measure measure) const { return votes_[static_cast<std::size_t>(measure)]; }
  const Votes& late_from_outside() const { return late_from_outside_; }
  const std::optional<LifetimeSearch>& search(Measure measure) const {
    return searches_[static_cast<std::size_t>(measure)];
  }

 private:
  bool gives_up_on(Measure measure) const;
  std::optional<Duration> silence_for(Measure measure) const;
  std::uint32_t running(Measure measure, Duration silence) const;
  std::optional<LifetimeSearch::Wanted> next_silence(Measure measure, TimePoint now) const;
  bool votes_wanted(Measure measure) const;
  bool known(Measure measure) const;
  void plan_more(TimePoint now, ProbeOutbox& out);
  bool start_one(TimePoint now, ProbeOutbox& out);
  void start(Measure measure, Duration silence, TimePoint now, ProbeOutbox& out);
  TrialSetting setting() const;
  Trial* trial_of(std::uint32_t flow);
  void flush(TimePoint now, ProbeOutbox& out);
  void settle(TimePoint now, ProbeOutbox& out);
  void note(const TrialResult& result);
  void drop_useless(TimePoint now, ProbeOutbox& out);
  void remember_cookie(const ProbeMessage& welcome);

  ProbePlan plan_;
  Endpoint reflector_;
  std::uint64_t session_;
  ControlLine control_;
  std::array<std::optional<LifetimeSearch>, 4> searches_;
  std::array<std::uint32_t, 4> spoilt_{};
  std::array<std::uint32_t, kMeasures> spoilt_in_a_row_{};
  std::array<Votes, kMeasures> votes_{};
  std::array<TimePoint, kMeasures> spread_until_{};
  Votes late_from_outside_;
  std::map<std::uint32_t, std::unique_ptr<Trial>> trials_;
  std::map<AddressId, std::uint64_t> cookies_;  // of the outside addresses, as far as known
  std::set<AddressId> outside_;
  TrialOutbox wishes_;
  std::uint32_t next_flow_ = 1;
  std::uint32_t turn_ = 0;
  TimePoint begun_ = kStart;
  TimePoint next_start_ = kStart;
  TimePoint starts_again_ = kNever;  // a flow may begin then
  std::uint32_t ports_kept_ = 0;
  std::uint32_t ports_changed_ = 0;
  std::uint32_t tried_ = 0;
  std::optional<ProbeStop> stopped_;
  TimePoint stopped_at_ = kStart;
};
static_assert(TimedMachine<Prober, ProbeOutbox>);

}  // namespace stayalive
