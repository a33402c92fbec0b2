// SPDX-License-Identifier: Apache-2.0
#include "tidy/rules.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string_view>

namespace stayalive::tidy {
namespace {

// The floors of sim/, lowest first.  Floors of one height stand beside each other: neither knows
// the other.
struct Floor {
  std::string_view name;
  std::size_t height;
};
constexpr std::array<Floor, 20> kFloors{
    {{"base", 0},      {"document", 1}, {"net", 2},      {"engine", 3}, {"path", 4},
     {"middlebox", 5}, {"stack", 5},    {"failover", 6}, {"probe", 6},  {"strategy", 6},
     {"app", 7},       {"scenario", 8}, {"run", 9},      {"live", 10},  {"study", 10},
     {"picture", 10},  {"sockets", 10}, {"report", 11},  {"relay", 11}, {"api", 12}}};
constexpr std::size_t kNoFloor = kFloors.size();

constexpr std::size_t height(std::string_view name) {
  for (const Floor& floor : kFloors) {
    if (floor.name == name) return floor.height;
  }
  return kNoFloor;
}

// What stands between the quotes of an #include; empty when the line has none.
std::string included(const std::string& line) {
  constexpr std::string_view kInclude = "#include \"";
  if (!line.starts_with(kInclude)) return "";
  const std::size_t end = line.find('"', kInclude.size());
  return end == std::string::npos ? "" : line.substr(kInclude.size(), end - kInclude.size());
}

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// Whether `word` occurs in `text` with no letter, digit or underscore beside those of its ends
// that are letters themselves.
bool has_word(const std::string& text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool free_before = at == 0 || !is_word_character(text[at - 1]);
    const bool open_end = !is_word_character(word.back()) || word.back() == '_';
    if (free_before && (open_end || end == text.size() || !is_word_character(text[end]))) {
      return true;
    }
  }
  return false;
}

// A word that is not written in the code of the floors from `lowest` to `highest`, both included,
// and why.
struct Ban {
  std::string_view word;
  std::string_view lowest;
  std::string_view highest;
  std::string_view why;
};

constexpr std::string_view kClock = "time is an argument: nothing in sim/ reads a clock";
constexpr std::string_view kChance = "random numbers come from a named stream of base/random.h";
constexpr std::string_view kOrder = "no result may depend on the order of a hash table";
constexpr std::string_view kReal = "times, rates and probabilities are integers";
constexpr std::string_view kHot = "the hot path calls nothing through std::function";
constexpr std::string_view kTooNew = "the oldest supported compiler does not know it";
constexpr std::string_view kThrow = "errors are values; exceptions do not cross a floor";

constexpr Ban kBans[] = {
    {"system_clock", "base", "run", kClock},
    {"steady_clock", "base", "run", kClock},
    {"high_resolution_clock", "base", "run", kClock},
    {"gettimeofday", "base", "run", kClock},
    {"clock_gettime", "base", "run", kClock},
    {"sleep_for", "base", "run", kClock},
    {"sleep_until", "base", "run", kClock},
    {"random_device", "base", "run", kChance},
    {"mt19937", "base", "run", kChance},
    {"rand(", "base", "run", kChance},
    {"srand(", "base", "run", kChance},
    {"unordered_", "base", "run", kOrder},
    {"double", "base", "base", kReal},
    {"double", "net", "strategy", kReal},
    {"float", "base", "strategy", kReal},
    {"std::function", "engine", "stack", kHot},
    {"shared_ptr", "base", "run", "ownership is a tree"},
    {"throw", "base", "run", kThrow},
    {"std::format", "base", "run", kTooNew},
    {"std::expected", "base", "run", kTooNew},
    {"source_location", "base", "run", kTooNew},
    {"thread_local", "base", "run", "a simulation keeps its state in itself"},
};

// The one namespace that is opened to everybody: spans are written 5s, as people write them.
constexpr std::string_view kLiterals = "using namespace std::chrono_literals;";

}  // namespace

std::string to_string(const Breach& breach) {
  return breach.path + ":" + std::to_string(breach.line) + ": " + breach.rule;
}

std::vector<Breach> includes_look_down(const Files& files) {
  std::vector<Breach> breaches;
  for (const SourceFile& file : files) {
    if (file.floor().empty() || !file.is_cpp()) continue;
    const std::size_t own = height(file.floor());
    if (own == kNoFloor) {
      breaches.push_back({file.path, 1, "the folder is none of the floors"});
      continue;
    }
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::string header = included(file.lines[i]);
      if (header.empty()) continue;
      const std::string floor = header.substr(0, header.find('/'));
      if (height(floor) > own || (height(floor) == own && floor != file.floor())) {
        breaches.push_back(
            {file.path, i + 1, "includes look down: " + file.floor() + " does not know " + header});
      }
    }
  }
  return breaches;
}

std::vector<Breach> banned_words(const Files& files) {
  std::vector<Breach> breaches;
  for (const SourceFile& file : files) {
    if (file.floor().empty() || !file.is_cpp()) continue;
    const std::size_t own = height(file.floor());
    for (std::size_t i = 0; i < file.code.size(); ++i) {
      const std::string& code = file.code[i];
      for (const Ban& ban : kBans) {
        if (own < height(ban.lowest) || own > height(ban.highest)) continue;
        if (!has_word(code, ban.word)) continue;
        breaches.push_back(
            {file.path, i + 1, "\"" + std::string(ban.word) + "\": " + std::string(ban.why)});
      }
      if (has_word(code, "using namespace") &&
          !(file.path == "sim/base/time.h" && code == kLiterals)) {
        breaches.push_back({file.path, i + 1, "names are written with their namespace"});
      }
    }
  }
  return breaches;
}

namespace {

// Who reads Packet::notes, each a file or a folder.
constexpr std::string_view kReadersOfNotes[] = {
    // The books, and whoever hands them what boxes tell.
    "sim/app/ledger.h",
    "sim/app/ledger.cpp",
    "sim/app/population/population.h",
    "sim/run/world.cpp",
    "sim/live/flow_book.cpp",
    "sim/live/live_log.cpp",
    "sim/run/world_path.cpp",
    // Traces and what is drawn of them.
    "sim/picture/",
    "sim/run/rehearsal/rhythm.cpp",
    // Packets that answer another are of its connection.
    "sim/net/packet.cpp",
    "sim/net/reset.cpp",
    "sim/middlebox/tracker/pf_tracker.cpp",
    // What a box tells the books of a flow: whose it is, and what refreshed it.
    "sim/middlebox/ending/dead_connection_detection.cpp",
    "sim/middlebox/ending/flow_ending.cpp",
    "sim/middlebox/linux_path.cpp",
    "sim/middlebox/nat_path.cpp",
};

// Whether the notes at this place of a line of code, behind an object and a dot, are read: not
// written, and not the list of what a box has to tell.
bool reads_notes(const std::string& code, std::size_t at) {
  const std::string_view before = std::string_view(code).substr(0, at);
  if (before.ends_with("out.") || before.ends_with("outbox_.")) return false;
  std::size_t end = at + std::string_view("notes").size();
  if (end < code.size() && code[end] == '.') {
    for (++end; end < code.size() && is_word_character(code[end]);) ++end;
  }
  return !std::string_view(code).substr(end).starts_with(" = ");
}

}  // namespace

std::vector<Breach> notes_are_for_the_books(const Files& files) {
  std::vector<Breach> breaches;
  for (const SourceFile& file : files) {
    if (file.floor().empty() || !file.is_cpp()) continue;
    if (std::any_of(std::begin(kReadersOfNotes), std::end(kReadersOfNotes),
                    [&](std::string_view reader) { return file.path.starts_with(reader); }))
      continue;
    for (std::size_t i = 0; i < file.code.size(); ++i) {
      const std::string& code = file.code[i];
      for (const std::string_view access : {".notes", ">notes"}) {
        for (std::size_t at = code.find(access); at != std::string::npos;
             at = code.find(access, at + 1)) {
          const std::size_t end = at + access.size();
          if (end < code.size() && is_word_character(code[end])) continue;
          if (!reads_notes(code, at + 1)) continue;
          breaches.push_back({file.path, i + 1, "only the books read the notes of a packet"});
        }
      }
    }
  }
  return breaches;
}

std::vector<Breach> printing_goes_through_output(const Files& files) {
  constexpr std::string_view kWriters[] = {
      "std::cout",     "std::cerr",     "std::clog", "stdout",  "stderr",
      "printf(",       "puts(",         "putchar(",  "perror(", "<iostream>",
      "STDOUT_FILENO", "STDERR_FILENO", "ofstream",  "fopen("};
  // A broken sentence of CHECK ends the program, and nothing of a file is in it.
  constexpr std::string_view kDoors[] = {"tools/stayalive/output.cpp",
                                         "tools/stayalive/descriptor.cpp", "sim/base/check.h"};
  std::vector<Breach> breaches;
  for (const SourceFile& file : files) {
    const bool program = file.begins_with("sim/") || file.begins_with("tools/stayalive/");
    if (!program || !file.is_cpp() || std::ranges::count(kDoors, file.path) > 0) continue;
    for (std::size_t i = 0; i < file.code.size(); ++i) {
      const bool fmt_print = has_word(file.code[i], "fmt::print(");
      if (!fmt_print && std::ranges::none_of(kWriters, [&](std::string_view writer) {
            return has_word(file.code[i], writer);
          }))
        continue;
      breaches.push_back({file.path, i + 1, "what is printed goes through output.h"});
    }
  }
  return breaches;
}

std::vector<Breach> loose_ends(const Files& files) {
  // Put together here, so that this file does not break its own rule.
  const std::string words[] = {std::string("TO") + "DO", std::string("FIX") + "ME",
                               std::string("XX") + "X"};
  std::vector<Breach> breaches;
  for (const SourceFile& file : files) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      for (const std::string& word : words) {
        if (!has_word(file.lines[i], word)) continue;
        breaches.push_back({file.path, i + 1,
                            "\"" + word + "\" is not left behind: do it, or " +
                                "write it down in docs/limits.md"});
      }
    }
  }
  return breaches;
}

std::vector<Breach> machine_paths(const Files& files) {
  const std::string paths[] = {std::string("/wo") + "rk/", std::string("/ho") + "me/",
                               std::string("/ro") + "ot/"};
  std::vector<Breach> breaches;
  for (const SourceFile& file : files) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      for (const std::string& path : paths) {
        const std::size_t at = file.lines[i].find(path);
        if (at == std::string::npos || (at > 0 && is_word_character(file.lines[i][at - 1]))) {
          continue;
        }
        breaches.push_back({file.path, i + 1, "\"" + path + "\" exists on one machine only"});
      }
    }
  }
  return breaches;
}

std::vector<Breach> nouns(const Files& files) {
  std::set<std::string> paths;
  for (const SourceFile& file : files) paths.insert(file.path);
  std::vector<Breach> breaches;
  for (const SourceFile& file : files) {
    if (file.floor().empty() || !file.ends_with(".cpp")) continue;
    const std::string stem = file.path.substr(0, file.path.size() - 4);
    std::string first;
    bool helps = false;
    for (const std::string& line : file.lines) {
      const std::string header = included(line);
      if (first.empty()) first = header;
      helps |= header.starts_with(file.floor() + "/");
    }
    const bool has_header = paths.contains(stem + ".h");
    if (has_header && "sim/" + first != stem + ".h") {
      breaches.push_back({file.path, 1, "a source begins with the header of its own name"});
    }
    if (!has_header && !helps) {
      breaches.push_back({file.path, 1,
                          "a source without a header of its name includes the header of the noun "
                          "that it helps, from its own floor"});
    }
  }
  return breaches;
}

std::vector<Breach> untested_headers(const Files& files) {
  std::set<std::string> paths;
  for (const SourceFile& file : files) paths.insert(file.path);
  // Reached is what a test includes, what a reached header includes, and what the sources of a
  // reached header include: the one of its name and those that have no header of their own.
  std::set<std::string> reached;
  const auto is_reached = [&paths, &reached](const SourceFile& file) {
    if (file.begins_with("tests/") || reached.contains(file.path)) return true;
    if (!file.ends_with(".cpp")) return false;
    const std::string own = file.path.substr(0, file.path.size() - 4) + ".h";
    if (paths.contains(own)) return reached.contains(own);
    return std::any_of(file.lines.begin(), file.lines.end(), [&](const std::string& line) {
      const std::string header = included(line);
      return header.starts_with(file.floor() + "/") && reached.contains("sim/" + header);
    });
  };
  for (std::size_t before = 1; before != reached.size();) {
    before = reached.size();
    for (const SourceFile& file : files) {
      if (!file.is_cpp() || !is_reached(file)) continue;
      for (const std::string& line : file.lines) reached.insert("sim/" + included(line));
    }
  }
  std::vector<Breach> breaches;
  for (const SourceFile& file : files) {
    if (file.floor().empty() || !file.ends_with(".h") || reached.contains(file.path)) continue;
    breaches.push_back({file.path, 1, "no test includes this header, not even through others"});
  }
  return breaches;
}

}  // namespace stayalive::tidy
