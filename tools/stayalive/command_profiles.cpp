// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "base/text.h"
#include "command.h"
#include "document/table.h"
#include "scenario/profiles/profiles.h"
#include "scenario/text_file.h"

namespace stayalive {
namespace {

std::string value_of(const ProfileDocument& document, std::string_view key) {
  for (const SourcedValue& value : document.values) {
    if (value.key == key) return value.value;
  }
  return "-";
}

int list_profiles() {
  const Style style(colour_wanted());
  Table table({"PROFILE", "TCP ESTABLISHED", "UDP", "UDP ANSWERED", "WHAT IT IS"});
  for (const ProfileDocument* document : builtin_profiles()) {
    const bool pf = document->profile.tracker == TrackerKind::Pf;
    table.add({{document->profile.name, style.strong(document->profile.name)},
               {value_of(*document, "timeouts.tcp.established"), ""},
               {value_of(*document, "timeouts.udp.single"), ""},
               {value_of(*document, pf ? "timeouts.udp.multiple" : "timeouts.udp.stream"), ""},
               {document->profile.title, ""}});
  }
  table.print(std::cout, style);
  std::cout << "\n`stayalive profiles NAME` shows every value with its source.\n";
  return kHolds;
}

void write_profile(const ProfileDocument& document) {
  const Style style(colour_wanted());
  std::cout << style.strong(document.profile.name) << ": " << document.profile.title << '\n';
  std::cout << document.summary << "\nSources read: " << document.checked << "\n\n";
  Table table({"VALUE", "", "STATUS", "SOURCE"});
  for (const SourcedValue& value : document.values) {
    const std::string status(name(value.status));
    std::string source = value.source;
    if (!value.note.empty()) source += (source.empty() ? "" : "; ") + value.note;
    const bool unread =
        value.status == SourceStatus::Recalled || value.status == SourceStatus::Chosen;
    table.add({{value.key, ""},
               {value.value, ""},
               {status, unread ? style.warn(status) : ""},
               {source, ""}});
  }
  table.print(std::cout, style);
}

int show_file(const std::string& file) {
  const Result<std::string> text = read_text_file(file);
  if (!text.ok()) {
    print_errors(text.errors());
    return kWrongInput;
  }
  const Result<ProfileDocument> document = parse_profile(text.value(), file);
  if (!document.ok()) {
    print_errors(document.errors());
    return kWrongInput;
  }
  write_profile(document.value());
  return kHolds;
}

int show_profile(const std::string& wanted) {
  if (wanted.ends_with(".json")) return show_file(wanted);
  if (const ProfileDocument* document = find_builtin_profile(wanted)) {
    write_profile(*document);
    return kHolds;
  }
  std::vector<std::string_view> names;
  for (const ProfileDocument* known : builtin_profiles()) names.push_back(known->profile.name);
  const std::string close = closest_word(wanted, names);
  std::cerr << fmt::format("error: there is no profile \"{}\"{}; `stayalive profiles` lists them\n",
                           wanted,
                           close.empty() ? "" : fmt::format("; did you mean \"{}\"?", close));
  return kWrongInput;
}

}  // namespace

void add_profiles(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "profiles", "List the built-in middleboxes, or show one with the source of every value");
  auto wanted = std::make_shared<std::string>();
  command->add_option("NAME", *wanted, "A profile, or a profile file (*.json)");
  command->footer(
      "Examples:\n  stayalive profiles\n  stayalive profiles aws-nlb\n  stayalive profiles "
      "./my-box.json");
  command->callback([wanted, &exit_code] {
    exit_code = wanted->empty() ? list_profiles() : show_profile(*wanted);
  });
}

}  // namespace stayalive
