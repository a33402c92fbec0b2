// SPDX-License-Identifier: Apache-2.0

#include <memory>

#include "command.h"
#include "output.h"
#include "report/profiles.h"
#include "scenario/file_kind.h"
#include "scenario/profiles/pools.h"
#include "scenario/profiles/profiles.h"
#include "scenario/profiles/proxies.h"
#include "scenario/profiles/unknown_profile.h"
#include "scenario/text_file.h"

namespace stayalive {
namespace {

struct ProfilesArguments {
  std::string wanted;
  OutputOptions output;
};

template <class Profile>
int show_read(const Result<Profile>& profile, Document (*describe)(const Profile&),
              Output& output) {
  if (!profile.ok()) {
    print_errors(profile.errors());
    return kWrongInput;
  }
  output.print(describe(profile.value()));
  return kHolds;
}

int show_file(const std::string& file, Output& output) {
  const Result<std::string> text = read_text_file(file);
  if (!text.ok()) {
    print_errors(text.errors());
    return kWrongInput;
  }
  switch (kind_of(text.value())) {
    case FileKind::Proxy:
      return show_read(parse_proxy(text.value(), file), describe_proxy, output);
    case FileKind::Server:
      return show_read(parse_server(text.value(), file), describe_server, output);
    case FileKind::Pool:
      return show_read(parse_pool(text.value(), file), describe_pool, output);
    default:
      return show_read(parse_profile(text.value(), file), describe_profile, output);
  }
}

int show_profile(const std::string& wanted, Output& output) {
  if (wanted.ends_with(".json")) return show_file(wanted, output);
  if (const ProfileDocument* document = find_builtin_profile(wanted)) {
    output.print(describe_profile(*document));
    return kHolds;
  }
  if (const ProxyDocument* document = find_builtin_proxy(wanted)) {
    output.print(describe_proxy(*document));
    return kHolds;
  }
  if (const ServerDocument* document = find_builtin_server(wanted)) {
    output.print(describe_server(*document));
    return kHolds;
  }
  if (const PoolDocument* document = find_builtin_pool(wanted)) {
    output.print(describe_pool(*document));
    return kHolds;
  }
  print_errors({unknown_profile(wanted, builtin_names())});
  return kWrongInput;
}

int show(const ProfilesArguments& arguments) {
  Output output(arguments.output);
  if (!arguments.wanted.empty()) return show_profile(arguments.wanted, output);
  output.print(
      describe_profiles(builtin_profiles(), builtin_proxies(), builtin_servers(), builtin_pools()));
  return kHolds;
}

}  // namespace

void add_profiles(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("profiles",
                                         "List the built-in middleboxes, proxies and pools, or "
                                         "show one with the source of every value");
  auto arguments = std::make_shared<ProfilesArguments>();
  command->add_option("NAME", arguments->wanted, "A profile, or a profile file (*.json)");
  add_format(*command, arguments->output);
  add_width(*command, arguments->output);
  command->footer(
      "Examples:\n  stayalive profiles\n  stayalive profiles aws-nlb\n  stayalive profiles "
      "haproxy\n"
      "  stayalive profiles ./my-box.json");
  command->callback([arguments, &exit_code] { exit_code = show(*arguments); });
}

}  // namespace stayalive
