// SPDX-License-Identifier: Apache-2.0
#include "study/advise/question_words.h"

#include <fmt/format.h>

#include <filesystem>
#include <string_view>

#include "base/text.h"
#include "scenario/file_kind.h"
#include "scenario/profiles/profiles.h"
#include "scenario/profiles/proxies.h"
#include "scenario/profiles/unknown_profile.h"
#include "scenario/text_file.h"

namespace stayalive {
namespace {

std::vector<Diagnostic> wrong_word(std::string message, std::string allowed,
                                   std::string suggestion = "") {
  Diagnostic mistake;
  mistake.message = std::move(message);
  mistake.allowed = std::move(allowed);
  mistake.suggestion = std::move(suggestion);
  return {mistake};
}

// "tcp" of "tcp=5m,count=3".
std::string_view head_of(std::string_view word) { return word.substr(0, word.find_first_of("=,")); }

// "aws-nlb" of "aws-nlb:tcp.established=60s".
std::string_view box_of(std::string_view word) { return word.substr(0, word.find_first_of(":,")); }

bool is_box(std::string_view word) {
  const std::string_view box = box_of(word);
  return box.ends_with(".json") || find_builtin_profile(box) != nullptr ||
         find_builtin_proxy(box) != nullptr;
}

bool is_file(const std::string& word) {
  std::error_code code;
  return word.ends_with(".json") || word.find('/') != word.npos ||
         std::filesystem::is_regular_file(word, code);
}

// What goes on after a comma at its end, with the word that follows.
void append(std::string& list, std::string_view more) {
  while (list.ends_with(',')) list.pop_back();
  while (more.starts_with(',')) more.remove_prefix(1);
  if (!list.empty() && !more.empty()) list += ',';
  list += more;
}

// A scenario where a box is expected: it has a path of its own.
bool is_scenario(const std::string& word) {
  if (!word.ends_with(".json")) return false;
  const Result<std::string> text = read_text_file(word);
  return text.ok() && kind_of(text.value()) == FileKind::Scenario;
}

std::vector<Diagnostic> scenario_as_box(const std::string& word) {
  return wrong_word(fmt::format("\"{}\" is a scenario, which is no box on a path", word),
                    fmt::format("the scenario first, with --strategy to try another keepalive in "
                                "it: {} --strategy NAME",
                                word));
}

// Reads words that name strategies and boxes.
class ShortForm {
 public:
  ShortForm(QuestionWords begun, Products& products)
      : read_(std::move(begun)), products_(products) {}

  bool is_strategy(std::string_view word) const { return products_.find(head_of(word)) != nullptr; }

  Result<QuestionWords> read(const std::vector<std::string>& words) {
    for (const std::string& word : words) {
      const bool option = word.find('=') != word.npos && word.find(':') == word.npos;
      if (is_strategy(word)) {
        read_.strategies.push_back(word);
      } else if (goes_on_ && option) {
        append(read_.strategies.back(), word);
      } else if (is_scenario(word)) {
        return scenario_as_box(word);
      } else if (is_box(word) ||
                 (meant_strategy(word).empty() && products_.refusal(head_of(word)).empty())) {
        if (!is_box(word) && strange_.empty()) strange_ = word;
        append(read_.through, word);
        goes_on_ = false;
        continue;
      } else {
        return unknown_word(word);
      }
      std::string& strategy = read_.strategies.back();
      goes_on_ = strategy.ends_with(',');
      if (goes_on_) strategy.pop_back();
    }
    // Without a strategy a strange word may be one, or a scenario's name, as well as a box.
    if (read_.strategies.empty() && !strange_.empty()) return unknown_word(strange_);
    return read_;
  }

 private:
  // The strategy that the word is a mistyping of; empty when it is none.  Two letters of five are
  // too many ("mysql" is not "psql"), so that the first letter of a short word has to be right.
  std::string meant_strategy(std::string_view word) const {
    constexpr std::size_t kShort = 5;
    const std::string_view head = head_of(word);
    std::string meant = closest_word(head, products_.names());
    const bool same_start =
        !meant.empty() && meant.front() == static_cast<char>(head.front() | 0x20);
    return head.size() > kShort || same_start ? meant : "";
  }

  // A word that nobody knows: mistyped, or the name of a scenario that is not there.
  std::vector<Diagnostic> unknown_word(const std::string& word) const {
    if (const std::string refusal = products_.refusal(head_of(word)); !refusal.empty())
      return wrong_word(refusal, "another product; docs/limits.md says what is not played");
    const Diagnostic box = unknown_profile(std::string(box_of(word)), builtin_names());
    std::string suggestion = meant_strategy(word);
    if (suggestion.empty()) suggestion = box.suggestion;
    return wrong_word(
        fmt::format("\"{}\" is no file, no strategy and no box or proxy", word),
        "a scenario file, or a strategy and the boxes on the path, such as `postgresql azure-lb`; "
        "`tcp` for a program that `stayalive products` does not list and that leaves keepalives to "
        "the kernel; `stayalive profiles` lists the boxes",
        suggestion);
  }

  QuestionWords read_;
  Products& products_;
  bool goes_on_ = false;  // the word before was a strategy with a comma at its end
  std::string strange_;   // the first word that is neither a strategy nor a box
};

Result<QuestionWords> read_scenario_words(const std::vector<std::string>& words) {
  QuestionWords read;
  read.scenario = words[0];
  if (words.size() > 1) read.connection = words[1];
  if (words.size() <= 2) return read;
  return wrong_word(fmt::format("\"{}\" follows the scenario \"{}\" and the connection \"{}\"",
                                words[2], words[0], words[1]),
                    "SCENARIO [CONNECTION], or a strategy and the boxes on the path");
}

}  // namespace

Result<QuestionWords> read_words(const std::vector<std::string>& words, const std::string& through,
                                 const std::vector<std::string>& strategies, Products& products) {
  const bool goes_on = through.ends_with(',');
  if (!words.empty() && is_file(words[0]) && !goes_on) {
    if (!ShortForm({}, products).is_strategy(words[0])) return read_scenario_words(words);
    return wrong_word(fmt::format("\"{}\" is a strategy, and a file here has this name", words[0]),
                      fmt::format("./{0} for the file, --strategy {0} for the strategy", words[0]));
  }
  QuestionWords begun;
  begun.strategies = strategies;
  if (goes_on) begun.through = through;
  Result<QuestionWords> read = ShortForm(begun, products).read(words);
  if (!read.ok() || goes_on || through.empty()) return read;
  QuestionWords all = std::move(read).value();
  if (!all.through.empty()) {
    return wrong_word(fmt::format("the path is named twice: by --through \"{}\" and by \"{}\"",
                                  through, all.through),
                      fmt::format("--through {},{}", through, all.through));
  }
  all.through = through;
  return all;
}

}  // namespace stayalive
