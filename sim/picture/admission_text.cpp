// SPDX-License-Identifier: Apache-2.0
#include "picture/admission_text.h"

#include <fmt/format.h>

#include "document/brief.h"

namespace stayalive {
namespace {

// One connection after the other is not told from several here.
std::string wait_phrase(const AdmissionReport& its) {
  const Admission& figures = its.figures;
  const std::string longest = brief(figures.longest_wait);
  const std::uint64_t connections = figures.came_in();
  if (figures.waiting > 0 && connections == 1)
    return fmt::format("has been waiting in the accept queue of {} for {}", its.server, longest);
  if (connections == 1)
    return fmt::format("waited {} in the accept queue of {}", longest, its.server);
  std::string text =
      fmt::format("{} of {} connections waited in the accept queue of {}, {} at most",
                  figures.waited + figures.waiting, connections, its.server, longest);
  if (figures.waiting > 0) text += fmt::format(", and {} still do", figures.waiting);
  return text;
}

std::string some(std::uint64_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

}  // namespace

std::string admission_text(const ConnectionReport& connection) {
  if (!connection.admission) return "";
  const AdmissionReport& its = *connection.admission;
  const Admission& figures = its.figures;
  std::string text;
  const auto add = [&text](const std::string& phrase) {
    text += (text.empty() ? "" : "; ") + phrase;
  };
  if (figures.longest_wait > Duration::zero()) add(wait_phrase(its));
  if (figures.dropped_syns > 0)
    add(fmt::format("{} found that queue full{}", some(figures.dropped_syns, "SYN", "SYNs"),
                    text.empty() ? fmt::format(" ({})", its.server) : ""));
  if (figures.ignored > 0)
    add(fmt::format("{} that would have ended a handshake {} ignored",
                    some(figures.ignored, "segment", "segments"),
                    figures.ignored == 1 ? "was" : "were"));
  if (its.kept_out > 0)
    add(fmt::format("{} never came to be", some(its.kept_out, "connection", "connections")));
  if (figures.left_waiting > 0)
    add(fmt::format("{} left before {} accepted", some(figures.left_waiting, "one", "of them"),
                    figures.left_waiting == 1 ? "it was" : "they were"));
  if (figures.turned_away > 0)
    add(fmt::format("{} turned away",
                    some(figures.turned_away, "connection was", "connections were")));
  if (figures.closed_idle > 0)
    add(fmt::format("{} closed to make room for others",
                    some(figures.closed_idle, "connection was", "connections were")));
  return text;
}

}  // namespace stayalive
