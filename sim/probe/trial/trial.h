// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "base/timed_machine.h"
#include "probe/message/probe_message.h"
#include "probe/trial/probe_outbox.h"
#include "probe/trial/trial_script.h"

namespace stayalive {

// What became of a flow that was tried.
enum class TrialEnd : std::uint8_t {
  Alive,     // what came from outside, or should not, came in
  Dead,      // it did not
  Reset,     // it did not, and whoever sent it was answered with a RST
  Ended,     // the connection was reset while nobody said anything
  Answered,  // what was said from inside was answered
  Same,      // one external endpoint for both destinations
  Other,     // two
  Spoilt,    // nothing was learned: a packet was lost, or there was no socket
};

struct TrialResult {
  Measure measure = Measure::UdpSingle;
  Duration silence{};
  TrialEnd end = TrialEnd::Spoilt;
  // Of a lifetime: alive at least for, or dead after at most; of Ended both.
  Duration low{};
  Duration high{};
  Endpoint local;
  Endpoint seen;  // by the reflector; port 0: it was not
};

// What a trial wants done: by its own socket, and by the reflector.
struct TrialOutbox {
  struct Wish {
    std::uint32_t flow = 0;
    ProbeAction action = ProbeAction::Query;
    std::uint8_t socket = 0;
  };
  std::vector<ProbeAct> acts;
  std::vector<Wish> orders;
  void clear() {
    acts.clear();
    orders.clear();
  }
};

// What all trials of a probe share.
struct TrialSetting {
  std::uint64_t session = 0;
  std::uint64_t cookie = 0;
  // The reflector's sockets, by the sum of kOther...; all have the address or port of the first
  // where there is no other.
  std::array<Endpoint, kReflectorSockets> reflector{};
  Duration round_trip = 100ms;  // no less than it takes
};

// One flow, from its socket to what became of it.  It sends once what it needs to send once, since
// what is repeated would refresh.  Flow numbers: its own, and the next for its twin.
class Trial {
 public:
  Trial(Measure measure, Duration silence, std::uint32_t flow, const TrialSetting& setting);

  void begin(TimePoint now, TrialOutbox& out);
  // The socket stands; of TCP it is connected.
  void opened(std::uint32_t flow, Endpoint local, TimePoint now, TrialOutbox& out);
  void failed(ProbeFailure failure, TimePoint now, TrialOutbox& out);
  // A message came on the flow; or the answer to an order about it.
  void receive(std::uint32_t flow, const ProbeMessage& message, TimePoint now, TrialOutbox& out);
  void done(const ProbeMessage& answer, TimePoint now, TrialOutbox& out);
  // Nobody needs to know any more.
  void give_up(TrialOutbox& out);

  TimePoint next_deadline() const { return result_ ? kNever : until_; }
  void expire(TimePoint now, TrialOutbox& out);

  const std::optional<TrialResult>& result() const { return result_; }
  std::uint32_t flow() const { return flow_; }
  bool owns(std::uint32_t flow) const { return flow == flow_ || (twin() && flow == flow_ + 1); }
  Measure measure() const { return measure_; }
  Duration silence() const { return silence_; }
  // The silence has begun, and when it ends.
  std::optional<TimePoint> silent_until() const;

 private:
  using Kind = TrialStep::Kind;

  bool tcp() const { return protocol_of(measure_) == Protocol::Tcp; }
  bool twin() const { return measure_ == Measure::Hairpin; }
  ProbeBytes mark(std::uint32_t flow, bool answered) const;
  void send(std::uint32_t flow, Endpoint to, bool answered, TrialOutbox& out);
  void heard(TimePoint now);
  void advance(TimePoint now, TrialOutbox& out);
  void begin_step(TimePoint now, TrialOutbox& out);
  void begin_mark(const TrialStep& step, TimePoint now, TrialOutbox& out);
  void ask(ProbeAction action, std::uint8_t socket, TimePoint now, TrialOutbox& out);
  void meet(TrialOutbox& out);
  void confirm(const ProbeMessage& answer, TimePoint now, TrialOutbox& out);
  void checked(bool came, TimePoint now, TrialOutbox& out);
  void run_out(TimePoint now, TrialOutbox& out);
  void end(TrialEnd how, TrialOutbox& out);

  Measure measure_;
  Duration silence_;
  std::uint32_t flow_;
  TrialSetting setting_;
  std::vector<TrialStep> script_;
  std::size_t step_ = 0;
  TimePoint until_ = kNever;
  // The flow's last packet passed the box between these.
  TimePoint spoken_from_ = kStart;
  TimePoint spoken_to_ = kStart;
  TimePoint asked_at_ = kStart;     // when the last order was given
  TimePoint answered_at_ = kStart;  // when its answer came
  bool waits_for_done_ = false;
  bool last_query_ = false;  // only whether a RST has come is asked
  std::uint32_t attempts_ = 0;
  std::uint32_t marks_ = 0;
  std::uint32_t opened_ = 0;
  Duration low_{};  // for the result
  Duration high_{};
  std::array<Endpoint, 2> local_{};
  std::array<Endpoint, 2> seen_{};
  std::optional<TrialResult> result_;
};
static_assert(TimedMachine<Trial, TrialOutbox>);

}  // namespace stayalive
