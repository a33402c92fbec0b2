// SPDX-License-Identifier: Apache-2.0
#include "manual.h"

#include <string_view>
#include <vector>

#include "base/text.h"
#include "completion.h"

namespace stayalive {
namespace {

// Text as roff(7) reads it: hyphens stay what one can copy, and no line is a request.
std::string roff(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (c == '\\') {
      line += "\\e";
    } else if (c == '-') {
      line += "\\-";
    } else {
      line += c;
    }
  }
  const bool request = line.starts_with(".") || line.starts_with("'");
  return request ? "\\&" + line : line;
}

std::string heading(std::string_view words) { return ".SH " + std::string(words) + "\n"; }

std::string bold(std::string_view words) { return "\\fB" + roff(words) + "\\fR"; }

std::string italic(std::string_view words) { return "\\fI" + roff(words) + "\\fR"; }

// Lines that begin with two blanks as they are, the others filled.
std::string filled(const std::vector<std::string>& lines) {
  std::string page;
  bool literal = false;
  for (const std::string& line : lines) {
    const bool example = line.starts_with("  ");
    if (example && !literal) page += page.empty() ? ".nf\n.RS 4\n" : ".PP\n.nf\n.RS 4\n";
    if (!example && literal) page += ".RE\n.fi\n";
    literal = example;
    page += roff(example ? std::string_view(line).substr(2) : std::string_view(line)) + "\n";
  }
  return literal ? page + ".RE\n.fi\n" : page;
}

// What help says below the options, in the sections of a manual page.
struct Footer {
  std::string description;
  std::string exit_status;
  std::string examples;
};

Footer read_footer(const std::string& text) {
  Footer footer;
  std::vector<std::string> paragraph;
  const auto flush = [&] {
    if (paragraph.empty()) return;
    std::string& first = paragraph.front();
    constexpr std::string_view kExit = "Exit code: ";
    if (first.starts_with("Example")) {
      paragraph.erase(paragraph.begin());
      footer.examples += filled(paragraph);
    } else if (first.starts_with(kExit)) {
      first.erase(0, kExit.size());
      footer.exit_status += filled(paragraph);
    } else {
      footer.description += ".PP\n" + filled(paragraph);
    }
    paragraph.clear();
  };
  for (const std::string& line : CLI::detail::split(text, '\n')) {
    if (line.empty()) {
      flush();
    } else {
      paragraph.push_back(line);
    }
  }
  flush();
  return footer;
}

// The form of an option's value as people write it: "TEXT:{a,b}" is "a|b".
std::string form_of(const CLI::Option& option) {
  std::string form = option.get_type_name();
  const std::size_t open = form.find('{');
  if (open != std::string::npos) {
    form = form.substr(open + 1, form.find('}') - open - 1);
    for (char& c : form) c = c == ',' ? '|' : c;
    return form;
  }
  const std::size_t check = form.find(":UINT in ");
  const std::size_t range = check == std::string::npos ? form.find(":INT in ") : check;
  return form.substr(0, range);
}

std::string option_entry(const CLI::Option& option) {
  std::string names;
  if (option.get_positional()) {
    names = italic(option.get_name(true));
  } else {
    for (const std::string& name : option.get_snames()) names += bold("-" + name) + ", ";
    for (const std::string& name : option.get_lnames()) names += bold("--" + name) + ", ";
    names.erase(names.size() - 2);
  }
  const bool valued = option.get_items_expected_max() > 0;
  std::string entry = ".TP\n" + names;
  if (valued && !option.get_positional()) entry += " " + italic(form_of(option));
  entry += "\n" + roff(option.get_description());
  const std::string usual = option.get_default_str();
  if (valued && !usual.empty()) entry += roff(" [" + usual + "]");
  return entry + "\n";
}

std::string options_of(const CLI::App& command, bool positional) {
  std::string page;
  for (const CLI::Option* option : shown_options(command)) {
    if (option->get_positional() == positional) page += option_entry(*option);
  }
  return page;
}

std::string synopsis(const CLI::App& app, const CLI::App& command) {
  const bool whole = &app == &command;
  std::string page = bold(whole ? app.get_name() : app.get_name() + " " + command.get_name());
  if (whole) return page + " " + italic("COMMAND") + " [" + italic("OPTION") + "]...\n";
  page += " [" + italic("OPTION") + "]...";
  for (const CLI::Option* option : shown_options(command)) {
    if (!option->get_positional()) continue;
    const bool many = option->get_items_expected_max() > 1;
    const std::string word = italic(option->get_name(true)) + (many ? "..." : "");
    page += option->get_required() ? " " + word : " [" + word + "]";
  }
  return page + "\n";
}

// As the index of manual pages has it: in one line, without the program's name in front.
std::string summary_of(const CLI::App& app, const CLI::App& command) {
  std::string text = command.get_description();
  for (char& c : text) c = c == '\n' ? ' ' : c;
  const std::string name = app.get_name() + " ";
  if (text.starts_with(name)) text.erase(0, name.size());
  if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
}

std::string commands_section(const CLI::App& app) {
  std::string page = heading("COMMANDS");
  for (const CLI::App* command : shown_commands(app)) {
    page += ".TP\n.BR " + roff(manual_name(app, *command)) + " (1)\n" +
            roff(command->get_description()) + "\n";
  }
  return page;
}

}  // namespace

std::string manual_name(const CLI::App& app, const CLI::App& command) {
  return &app == &command ? app.get_name() : app.get_name() + "-" + command.get_name();
}

std::string manual_page(const CLI::App& app, const CLI::App& command) {
  const bool whole = &app == &command;
  const std::string name = manual_name(app, command);
  std::string title = name;
  for (char& c : title) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const Footer footer = read_footer(command.get_footer());
  std::string page = ".\\\" SPDX-License-Identifier: Apache-2.0\n.TH \"" + roff(title) +
                     "\" 1 \"\" \"" + roff(app.get_name() + " " + STAYALIVE_VERSION) +
                     "\" \"User Commands\"\n";
  page += heading("NAME") + roff(name) + " \\- " + roff(summary_of(app, command)) + "\n";
  page += heading("SYNOPSIS") + synopsis(app, command);
  page += heading("DESCRIPTION") + filled(CLI::detail::split(command.get_description(), '\n'));
  page += footer.description;
  if (whole) page += commands_section(app);
  const std::string words = options_of(command, true);
  if (!words.empty()) page += heading("ARGUMENTS") + words;
  page += heading("OPTIONS") + options_of(command, false);
  if (!footer.exit_status.empty()) page += heading("\"EXIT STATUS\"") + footer.exit_status;
  if (!footer.examples.empty()) page += heading("EXAMPLES") + footer.examples;
  page += heading("\"SEE ALSO\"");
  if (!whole) return page + ".BR " + roff(app.get_name()) + " (1)\n";
  std::string pages;
  for (const CLI::App* other : shown_commands(app)) {
    if (!pages.empty()) pages += ",\n";
    pages += ".BR " + roff(manual_name(app, *other)) + " (1)";
  }
  return page + pages + "\n";
}

}  // namespace stayalive
