// SPDX-License-Identifier: Apache-2.0
#include <execinfo.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <new>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "base/text.h"
#include "command.h"
#include "completion.h"
#include "descriptor.h"
#include "output.h"

namespace {

std::string did_you_mean(std::string_view word, const std::vector<std::string>& names) {
  const std::vector<std::string_view> words(names.begin(), names.end());
  const std::string close = stayalive::closest_word(word, words);
  return close.empty() ? "" : "; did you mean \"" + close + "\"?";
}

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : stayalive::shown_commands(app))
    names.push_back(command->get_name());
  return names;
}

// Where the first word is no command: says which there are, and which was meant.
bool refuse_unknown_command(const CLI::App& app, const std::string& word) {
  if (word.empty() || word.front() == '-') return false;
  for (const CLI::App* command : app.get_subcommands({})) {
    if (command->get_name() == word) return false;
  }
  const std::vector<std::string> names = commands_of(app);
  const std::vector<std::string_view> words(names.begin(), names.end());
  stayalive::say_error("there is no command \"" + word + "\"; allowed: " +
                       stayalive::join_choices(words) + did_you_mean(word, names));
  return true;
}

// What the command line has too much: says which word it is, and which option was meant.
void refuse_extra_words(const CLI::App& app) {
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  const CLI::App& command = chosen.empty() ? app : *chosen.front();
  std::vector<std::string> options;
  for (const CLI::Option* option : command.get_options({})) {
    for (const std::string& name : option->get_lnames()) options.push_back("--" + name);
  }
  for (const std::string& word : app.remaining(true)) {
    const bool option = word.size() > 1 && word.front() == '-';
    const std::string name = option ? word.substr(0, word.find('=')) : word;
    stayalive::say_error(option
                             ? "there is no option \"" + name + "\"" + did_you_mean(name, options)
                             : "there is no room for \"" + name + "\"");
  }
  stayalive::say("`stayalive " + (chosen.empty() ? "" : command.get_name() + " ") +
                 "--help` tells more.\n");
}

// `help` and `help COMMAND` are `--help` and `COMMAND --help`.
std::vector<std::string> words_of(int argc, char** argv) {
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (words.empty() || words.front() != "help") return words;
  words.erase(words.begin());
  words.resize(std::min<std::size_t>(words.size(), 1));
  words.emplace_back("--help");
  return words;
}

// Does what the command line asks for, which sets the exit code.
int parse_and_do(CLI::App& app, std::vector<std::string> words, const int& exit_code) {
  try {
    // The library takes them from the end.
    std::reverse(words.begin(), words.end());
    app.parse(std::move(words));
    return exit_code;
  } catch (const CLI::ExtrasError&) {
    refuse_extra_words(app);
    return stayalive::kWrongInput;
  } catch (const CLI::ParseError& error) {
    std::ostringstream text;
    const bool asked = app.exit(error, stayalive::Output().stream(), text) == stayalive::kHolds;
    stayalive::say(text.str());
    return asked ? stayalive::kHolds : stayalive::kWrongInput;
  }
}

int run_program(int argc, char** argv) {
  using stayalive::kHolds;
  CLI::App app{
      "stayalive replays keepalives against middleboxes that forget idle flows, in virtual time, "
      "and says which\n"
      "connections stay alive, who forgot whom, when, and when each end noticed.",
      "stayalive"};
  app.set_version_flag("--version", STAYALIVE_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Examples:\n  stayalive run scenarios/ssh-behind-a-home-router.json\n"
      "  stayalive explain scenarios/ssh-behind-a-home-router.json silent\n"
      "  stayalive profiles aws-nlb\n\n`stayalive COMMAND --help` tells more about each.");
  int exit_code = kHolds;
  stayalive::add_run(app, exit_code);
  stayalive::add_explain(app, exit_code);
  stayalive::add_test(app, exit_code);
  stayalive::add_advise(app, exit_code);
  stayalive::add_compare(app, exit_code);
  stayalive::add_sweep(app, exit_code);
  stayalive::add_merge(app, exit_code);
  stayalive::add_replay(app, exit_code);
  stayalive::add_probe(app, exit_code);
  stayalive::add_reflector(app, exit_code);
  stayalive::add_live(app, exit_code);
  stayalive::add_tell(app, exit_code);
  stayalive::add_check(app, exit_code);
  stayalive::add_profiles(app, exit_code);
  stayalive::add_products(app, exit_code);
  stayalive::add_schema(app, exit_code);
  stayalive::add_manual(app, exit_code);
  for (CLI::App* command : app.get_subcommands({})) {
    command->set_version_flag("--version", STAYALIVE_VERSION)->group("");
  }
  const std::vector<std::string> words = words_of(argc, argv);
  // Whatever is being typed is no option of this command.
  if (!words.empty() && words.front() == "complete") {
    stayalive::print_completion(app, {words.begin() + 1, words.end()});
    return stayalive::finish_output(kHolds);
  }
  if (!words.empty() && refuse_unknown_command(app, words.front())) return stayalive::kWrongInput;
  const auto mistakes =
      stayalive::guarded("", [&] { exit_code = parse_and_do(app, words, exit_code); });
  if (!mistakes.empty()) {
    stayalive::print_errors(mistakes);
    exit_code = stayalive::kWrongInput;
  }
  return stayalive::finish_output(exit_code);
}

// A destructor that needs memory cannot say that there is none: those of the JSON library do, with
// which the schema is made.  Anything else that comes here is a mistake of the program.
void end_without_memory() {
  try {
    if (const std::exception_ptr what = std::current_exception()) std::rethrow_exception(what);
  } catch (const std::bad_alloc&) {
    stayalive::say_out_of_memory();
    std::_Exit(stayalive::kWrongInput);
  } catch (...) {
  }
  std::abort();
}

}  // namespace

int main(int argc, char** argv) {
  stayalive::prepare_descriptors();
  std::set_terminate(end_without_memory);
  // Makes the C library load what an exception needs to leave it, while there is memory.
  void* here = nullptr;
  backtrace(&here, 1);
  try {
    return run_program(argc, argv);
  } catch (...) {
    // Not even a message can be put together.
    stayalive::say_out_of_memory();
    return stayalive::kWrongInput;
  }
}
