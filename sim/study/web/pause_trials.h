// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "study/web/web_question.h"

namespace stayalive {

// What becomes of a request that comes after a pause.
struct PauseOutcome {
  enum class Fault : std::uint8_t {
    None,          // it is answered, perhaps after somebody has sent it again
    ServerCloses,  // a proxy had sent it on an idle connection that the server was closing
    BoxForgets,    // a box had forgotten the connection
    PeerCloses,    // the client had sent it while the next hop was closing
    Other,
  };
  Fault fault = Fault::None;
  std::uint16_t status = 0;  // that the client is answered with; 0: it is not answered
  std::string who;           // the box, or who closed
  friend bool operator==(const PauseOutcome&, const PauseOutcome&) = default;
};

// Pauses between two requests after which the second one fails in the same way.
struct PauseWindow {
  Duration from{};         // included; as all pauses, between the instants at which the client asks
  Duration to = kForever;  // excluded; kForever: every longer one
  PauseOutcome outcome;
  // The share of the requests of a Poisson stream, on average one each `mean`, that meets it.
  double share(Duration mean) const;
};

// Plays pauses on the path of a question, each in a run of its own with two requests.
class PauseTrials {
 public:
  // Every mistake of the path.
  static Result<PauseTrials> prepare(const WebQuestion& question);

  PauseOutcome outcome(Duration keep_alive, Duration pause);
  // All windows, for a server that keeps idle connections for so long: found from the timers of the
  // path and, each edge, by halving; they are widened to tenths of a millisecond.
  std::vector<PauseWindow> windows(Duration keep_alive);
  // How many of the requests of a client fail that asks `requests` times, always after this pause.
  std::uint64_t failures(Duration keep_alive, Duration pause, std::uint32_t requests) const;
  const Scenario& scenario() const { return scenario_; }
  std::uint64_t runs() const { return runs_; }

 private:
  explicit PauseTrials(Scenario scenario) : scenario_(std::move(scenario)) {}
  std::vector<Duration> points(Duration keep_alive) const;
  Duration edge(Duration keep_alive, Duration before, Duration after,
                const PauseOutcome& outcome_before);

  Scenario scenario_;
  std::uint64_t runs_ = 0;
};

}  // namespace stayalive
