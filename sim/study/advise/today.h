// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <optional>
#include <string>

#include "base/result.h"
#include "study/advise/constraint.h"
#include "study/advise/interval_trials.h"

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

// What happens on a path with a connection as it is today: with the product's default, or what the
// user says there is.
struct Today {
  std::string keepalive;  // "no keepalives, the default", "2h, the default", "10m, as given"
  Duration interval{};    // zero: none is sent
  Duration span{};        // of the run
  bool holds = false;
  // Where it does not hold:
  Duration died_after{};            // from the beginning of the connection
  Constraint constraint;            // why
  TimePoint asked_at;               // when the next message is written, a moment after that
  std::array<NextMessage, 2> next;  // by Role
};

// How long a run goes on after the question: longer than that is not waited for.
inline constexpr Duration kLongestHang = 3h;

// Runs the subject's connection for `span` at the interval that the user or the product says, or
// without a keepalive where the product sends none by default; losses, jitter and the scenario's
// events are left out.  An error when its scenario is wrong so.
Result<Today> find_today(const Subject& subject, Duration span);

}  // namespace stayalive
