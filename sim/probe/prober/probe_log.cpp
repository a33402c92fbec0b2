// SPDX-License-Identifier: Apache-2.0
#include "probe/prober/probe_log.h"

#include <array>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"

namespace stayalive {
namespace {

constexpr std::string_view kLogHead = "stayalive-probe 1 ";
constexpr Duration kLongestLogged = 8784h;  // as of the timers of a profile
constexpr std::string_view kLateFromOutside = "tcp.late_from_outside";

std::vector<std::string_view> words_in(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const std::size_t end = line.find(' ');
    words.push_back(line.substr(0, end));
    line = end == std::string_view::npos ? std::string_view() : line.substr(end + 1);
  }
  return words;
}

std::optional<Measure> measure_named(std::string_view word) {
  for (std::size_t i = 0; i < kMeasures; ++i) {
    if (word == name(static_cast<Measure>(i))) return static_cast<Measure>(i);
  }
  return std::nullopt;
}

std::optional<std::uint32_t> small_count(std::string_view word) {
  std::uint32_t number = 0;
  const auto read = std::from_chars(word.data(), word.data() + word.size(), number);
  const bool whole = read.ec == std::errc() && read.ptr == word.data() + word.size();
  return whole && number <= 1'000'000 ? std::optional(number) : std::nullopt;
}

std::optional<Duration> span_or_none(std::string_view word) {
  return word == "-" ? std::optional(kForever) : parse_duration(word);
}
std::string span_word(Duration span) { return span == kForever ? "-" : print_duration(span); }

std::string votes_line(std::string_view what, const Votes& votes) {
  std::string line = "votes " + std::string(what);
  for (const std::uint32_t count :
       {votes.alive, votes.dead, votes.reset, votes.answered, votes.same, votes.other})
    line += " " + std::to_string(count);
  return line + "\n";
}

// "tried udp.single 30s 3 0 30.01s -"
bool read_tried(const std::vector<std::string_view>& words, Prober& prober) {
  if (words.size() != 7) return false;
  const auto measure = measure_named(words[1]);
  const auto silence = parse_duration(words[2]);
  const auto alive = small_count(words[3]);
  const auto dead = small_count(words[4]);
  const auto survived = span_or_none(words[5]);
  const auto dead_after = span_or_none(words[6]);
  if (!measure || !is_lifetime(*measure) || !silence || !alive || !dead || !survived || !dead_after)
    return false;
  if (*silence > kLongestLogged) return false;
  if ((*alive > 0) != (*survived != kForever) || (*dead > 0) != (*dead_after != kForever))
    return false;
  prober.restore(*measure, {*silence, *alive, *dead, *survived, *dead_after});
  return true;
}

// "ended tcp.established 4 299.7s 300.1s"
bool read_ended(const std::vector<std::string_view>& words, Prober& prober) {
  if (words.size() != 5) return false;
  const auto measure = measure_named(words[1]);
  const auto count = small_count(words[2]);
  const auto low = parse_duration(words[3]);
  const auto high = parse_duration(words[4]);
  if (!measure || !is_lifetime(*measure) || !count || *count == 0 || !low || !high) return false;
  if (*low > *high || *high > kLongestLogged) return false;
  prober.restore(*measure, LifetimeSearch::Ended{*count, *low, *high});
  return true;
}

// "votes hairpinning 0 3 0 0 0 0"
bool read_votes(const std::vector<std::string_view>& words, Prober& prober) {
  if (words.size() != 8) return false;
  std::array<std::uint32_t, 6> counts{};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto count = small_count(words[i + 2]);
    if (!count) return false;
    counts[i] = *count;
  }
  const Votes votes{counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], 0};
  if (words[1] == kLateFromOutside) {
    prober.restore_late_from_outside(votes);
    return true;
  }
  const auto measure = measure_named(words[1]);
  if (!measure || is_lifetime(*measure)) return false;
  prober.restore(*measure, votes);
  return true;
}

bool read_line(std::string_view line, Prober& prober) {
  const std::vector<std::string_view> words = words_in(line);
  if (words.empty()) return false;
  if (words[0] == "tried") return read_tried(words, prober);
  if (words[0] == "ended") return read_ended(words, prober);
  return words[0] == "votes" && read_votes(words, prober);
}

Diagnostic log_mistake(const std::string& file, std::uint32_t line, std::string message) {
  Diagnostic mistake;
  mistake.file = file;
  mistake.line = line;
  mistake.column = line == 0 ? 0 : 1;
  mistake.message = std::move(message);
  return mistake;
}

}  // namespace

std::string print_probe_log(const Prober& prober, std::string_view reflector) {
  std::string text = std::string(kLogHead) + std::string(reflector) + "\n";
  for (std::size_t i = 0; i < kMeasures; ++i) {
    const auto measure = static_cast<Measure>(i);
    if (!is_lifetime(measure)) {
      if (prober.votes(measure).all() > 0) text += votes_line(name(measure), prober.votes(measure));
      continue;
    }
    const std::optional<LifetimeSearch>& search = prober.search(measure);
    if (!search) continue;
    for (const LifetimeSearch::Point& point : search->points()) {
      text += "tried " + std::string(name(measure)) + " " + print_duration(point.silence) + " " +
              std::to_string(point.alive) + " " + std::to_string(point.dead) + " " +
              span_word(point.survived) + " " + span_word(point.dead_after) + "\n";
    }
    const LifetimeSearch::Ended& ended = search->ended();
    if (ended.flows == 0) continue;
    text += "ended " + std::string(name(measure)) + " " + std::to_string(ended.flows) + " " +
            print_duration(ended.low) + " " + print_duration(ended.high) + "\n";
  }
  if (prober.late_from_outside().all() > 0)
    text += votes_line(kLateFromOutside, prober.late_from_outside());
  return text;
}

std::vector<Diagnostic> read_probe_log(std::string_view text, const std::string& file,
                                       std::string_view reflector, Prober& prober) {
  std::vector<Diagnostic> mistakes;
  std::uint32_t line = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view words = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (++line > 1) {
      if (!read_line(words, prober))
        mistakes.push_back(log_mistake(file, line, "this is no line of a probe's record"));
    } else if (!words.starts_with(kLogHead)) {
      return {log_mistake(file, 1, "the file is no record of a probe, or of another version")};
    } else if (words.substr(kLogHead.size()) != reflector) {
      return {log_mistake(file, 1,
                          "the record is about the reflector " +
                              std::string(words.substr(kLogHead.size())) + ", not about " +
                              std::string(reflector))};
    }
  }
  return mistakes;
}

}  // namespace stayalive
