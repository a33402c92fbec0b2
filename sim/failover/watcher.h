// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/ring.h"
#include "base/state_walk.h"
#include "base/time.h"
#include "base/timed_machine.h"
#include "failover/watcher_rules.h"

namespace stayalive {

// What a watcher wants to be sent, in order.
struct WatcherOutbox {
  struct Sent {
    std::uint32_t number = 0;
    bool hears_nothing = false;
    bool slow = false;  // the next comes at the slow pace
  };
  std::vector<Sent> sent;
};

// One end's opinion about one way.  It is told the time (a TimedMachine) and what comes from the
// other end; up() says what it thinks after that.  It takes the way for whole at first, as if it
// had watched it before the run began.  What is due at an instant comes before what arrives then.
class Watcher {
 public:
  // rules must outlive the watcher; stream names its random numbers.
  Watcher(const WatcherRules& rules, std::uint64_t seed, std::string_view stream);

  bool up() const { return up_; }
  // Since when; kStart where it has been so from the beginning.
  TimePoint since() const { return since_; }
  TimePoint next_deadline() const;
  void expire(TimePoint now, WatcherOutbox& out);
  // The answer to a probe has come, or a hello.
  void answered(std::uint32_t number, TimePoint now, WatcherOutbox& out);
  struct Hello {
    bool hears_nothing = false;  // as its sender says
    bool slow = false;
  };
  void heard(const Hello& hello, TimePoint now, WatcherOutbox& out);

  // So far: what it has sent, what of it came back in time, or what it has heard; and how often it
  // has taken the way for broken.
  struct Figures {
    std::uint64_t sent = 0;
    std::uint64_t heard = 0;
    std::uint64_t missed = 0;  // probes without an answer in time; silences that were too long
    std::uint64_t downs = 0;
    // The longest run of missing answers, or the longest silence, that it did not take for an end.
    std::uint64_t most_missed = 0;
    Duration longest_silence{};
  };
  const Figures& figures() const { return figures_; }
  void walk(StateWalk& walk);

 private:
  struct Probe {
    TimePoint lost_at{};
    bool answered = false;
    bool lost = false;
  };
  bool asks() const { return rules_->method != WatcherRules::Method::Hellos; }
  Duration patience() const;
  void turn(bool up, TimePoint at);
  void send(WatcherOutbox& out);
  void lose_due(TimePoint now);
  void miss(TimePoint at);
  void succeed(TimePoint at);
  void look(TimePoint at);
  std::optional<TimePoint> next_loss() const;

  const WatcherRules* rules_;
  Random spread_;
  TimePoint next_send_;
  TimePoint next_look_ = kNever;
  std::uint32_t number_ = 0;   // of the next one
  Ring<Probe, 512> probes_;    // that are waited for, or looked at; the last has number_ - 1
  std::uint32_t waiting_ = 0;  // how many of them, from the back, may still be answered
  std::uint32_t lost_ = 0;     // how many of them are
  std::uint32_t answers_ = 0;  // how many of them are answered
  std::uint32_t misses_ = 0;   // in a row, no more than count
  std::uint32_t hits_ = 0;     // in a row while it is down, no more than up_count
  TimePoint heard_at_{};       // Hellos: the last one; virtually one at the beginning
  bool heard_slow_ = false;    // Hellos: the last said that the next would come late
  bool silent_ = false;        // Hellos: nothing has been heard for too long
  bool up_ = true;
  TimePoint since_{};
  Figures figures_;
};
static_assert(TimedMachine<Watcher, WatcherOutbox>);

}  // namespace stayalive
