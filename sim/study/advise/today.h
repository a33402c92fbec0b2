// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "study/advise/constraint.h"
#include "study/advise/interval_trials.h"
#include "study/trials/job_pool.h"

namespace stayalive {

// What becomes of the first question that one end asks after the connection has died, as one run
// with it shows.
struct NextMessage {
  enum class Fate : std::uint8_t {
    Answered,  // it gets through and so does the answer: a box takes the connection up again
    Fails,     // the end waits for so long and then learns that the connection is dead
    Lost,      // there is no answer, and the end does not learn of it within the longest wait
    Unsent,    // the end had already learned
  };
  Fate fate = Fate::Lost;
  Duration after{};  // Answered, Fails: since it was written
  std::string said;  // Fails, Unsent: what the program says then; may be empty

  bool operator==(const NextMessage&) const = default;
};

// A value of a box turned round - silent and RST, dropped and RST - and what the next messages
// meet then.
struct TurnedValue {
  Support value;                    // as the box has it
  std::string turned;               // as Support::words, the other way round
  std::array<NextMessage, 2> next;  // by Role
  bool changes = false;             // whether either end fares differently
};

// What happens on a path with a connection as it is today: with the product's default, or what the
// user says there is.
struct Today {
  std::string keepalive;  // "no keepalives, the default", "2h, the default", "10m, as given"
  Duration interval{};    // zero: none is sent
  Duration span{};        // of a run
  // Runs, each with another seed: several where chance decides, one elsewhere.
  std::uint64_t runs = 1;
  std::uint64_t held = 0;
  bool holds() const { return held == runs; }
  // Where it does not hold in each of them.  Of several runs `died_after` is the first death of all
  // and `constraint` that of the first run that died; the rest stays empty.
  Duration died_after{};            // from the beginning of the connection
  Constraint constraint;            // why
  TimePoint asked_at;               // when the next message is written, a moment after that
  std::array<NextMessage, 2> next;  // by Role
  std::vector<Support> rests_on;    // of the box to blame: its timer, and what follows
  std::vector<TurnedValue> turned;  // those of them that nobody has read, each turned round
};

// What the run of a connection without chance shows; empty when it holds.
struct Death {
  Duration after{};  // from the beginning of the connection
  Constraint constraint;
  std::vector<Support> rests_on;  // the box's timer, and what follows for a message of either end
  TimePoint asked_at;
  std::array<NextMessage, 2> next;  // by Role
};
// stop: ends it soon; what is found then means nothing.  Likewise below.
std::optional<Death> find_death(const Scenario& quiet, std::size_t connection,
                                const std::stop_token& stop = {});
// What becomes of a message that the client writes at this instant and of one that the server
// writes, each in a run of its own; by Role.
std::array<NextMessage, 2> next_messages(const Scenario& quiet, std::size_t connection,
                                         TimePoint asked_at, const std::stop_token& stop = {});

// How long a run goes on after the question: longer than that is not waited for.
inline constexpr Duration kLongestHang = 3h;

// How often find_today() runs what depends on chance, and where only programs draw random numbers.
inline constexpr std::uint64_t kRunsOfToday = 20;
inline constexpr std::uint64_t kProgramRunsOfToday = 8;

// Runs the subject's connection for `span` at the interval that the user or the product says, or
// without a keepalive where the product sends none by default; the scenario's events are left out.
// What holds without losses and jitter is run with them, too.  An error when its scenario is wrong
// so, when jobs.stop was requested before a run of several was over, jobs.leave before the end, or
// when a run has reached a limit.
Result<Today> find_today(const Subject& subject, Duration span, const JobOptions& jobs = {});

}  // namespace stayalive
