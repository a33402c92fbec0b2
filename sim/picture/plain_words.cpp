// SPDX-License-Identifier: Apache-2.0
#include "picture/plain_words.h"

#include <utility>

namespace stayalive {

Blame in_plain_words(Blame blame) {
  blame.setting.clear();
  blame.because.clear();
  blame.taken_up.clear();
  if (blame.kind == FaultKind::Flow) blame.timer.clear();
  // A proxy without a timer had another reason.
  if (blame.kind == FaultKind::Proxy && !blame.timer.empty()) blame.timer = "time limit";
  return blame;
}

RunReport in_plain_words(RunReport report) {
  for (ConnectionReport& connection : report.connections) {
    connection.blame = in_plain_words(std::move(connection.blame));
    connection.rests_on.clear();
    connection.closest_call.reset();
    for (SideReport& side : connection.sides) side.blame = in_plain_words(std::move(side.blame));
    if (!connection.population) continue;
    for (PopulationReport::Cause& cause : connection.population->causes)
      cause.blame = in_plain_words(std::move(cause.blame));
  }
  for (ExpectationReport& expectation : report.expectations)
    expectation.blame = in_plain_words(std::move(expectation.blame));
  return report;
}

RunReport in_words(const RunReport& report, Wording wording) {
  return wording == Wording::Plain ? in_plain_words(report) : report;
}

}  // namespace stayalive
