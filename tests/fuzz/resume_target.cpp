// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/digest.h"
#include "fuzz/choices.h"
#include "fuzz/mistakes.h"
#include "fuzz/targets.h"
#include "study/sweep/sweep_log.h"
#include "support/sweep_grid.h"

namespace stayalive {
namespace {

SweepIdentity identity() {
  SweepIdentity its;
  its.program = "fuzz";
  its.axes = "loss";
  its.runs = 3;
  return its;
}

Sweep undone() { return sweep_grid({"path.wan.loss=0%,1%,2%,3%"}, "????"); }

std::string done_points(const Sweep& sweep) {
  std::string points;
  for (const SweepPoint& point : sweep.points) points += point.done ? 'd' : '?';
  return points;
}

// Each line of the text with the checksum that it would have been written with.
std::string with_checksums(std::string_view text, std::uint64_t fingerprint) {
  constexpr std::string_view kBefore = ",\"check\":\"";
  std::string checked;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    line = line.substr(0, line.rfind(kBefore));
    Digest digest;
    digest.add(fingerprint);
    digest.add(line);
    checked += fmt::format("{}{}{:016x}\"}}\n", line, kBefore, digest.value());
  }
  return checked;
}

// What a program leaves of a log after it has opened it.
std::string repaired(std::string text, const SweepLogDamage& damage, const std::string& head) {
  if (damage.head) text.replace(0, head.size(), head);
  for (const SweepLogDamage::Line& line : damage.lines)
    text.replace(line.begin, line.repaired.size(), line.repaired);
  text.resize(damage.whole);
  return text;
}

}  // namespace

void fuzz_resume(std::span<const std::uint8_t> bytes) {
  Choices choices(bytes);
  const bool as_written = choices.flag();
  const SweepIdentity its = identity();
  const std::string head = sweep_log_head(its);
  std::string text(choices.rest());
  if (as_written) text = head + with_checksums(text, its.fingerprint());
  Sweep sweep = undone();
  const Result<SweepLogDamage> result = read_sweep_log(text, "fuzz.jsonl", its, sweep);
  if (!result.ok()) {
    CHECK(sweep.done() == 0, "nothing is taken of another file");
    return check_mistakes(result.errors());
  }
  const SweepLogDamage& damage = result.value();
  CHECK(damage.whole <= text.size(), "whole lines are part of the text");
  for (const SweepLogDamage::Line& line : damage.lines) {
    CHECK(line.begin + line.repaired.size() <= damage.whole, "a line is part of the text");
    CHECK(line.number >= 2, "the first line is the head");
  }
  if (damage.head && text.size() < head.size()) return;
  if (text.size() < head.size()) {
    CHECK(damage.whole == 0 && damage.lines.empty(), "of a head that is cut short nothing is kept");
    return;
  }
  const std::string left = repaired(text, damage, head);
  Sweep again = undone();
  const Result<SweepLogDamage> second = read_sweep_log(left, "fuzz.jsonl", its, again);
  CHECK(second.ok(), "what is repaired is the log of this sweep");
  CHECK(!second.value().head && second.value().lines.empty(), "and is whole");
  CHECK(second.value().whole == left.size(), "to its end");
  CHECK(done_points(again) == done_points(sweep), "and holds the same points");
}

}  // namespace stayalive
