// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

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

// All names that the list shows, in order, each once: a proxy and a server may share one.
std::vector<std::string_view> listed_names() {
  std::vector<std::string_view> names = builtin_names();
  for (const ServerDocument* server : builtin_servers()) names.emplace_back(server->name);
  for (const PoolDocument* pool : builtin_pools()) names.emplace_back(pool->name);
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

int show_profile(const std::string& wanted, Output& output) {
  if (wanted.ends_with(".json")) return show_file(wanted, output);
  if (const ProfileDocument* document = find_builtin_profile(wanted)) {
    output.print(describe_profile(*document));
    return kHolds;
  }
  const ProxyDocument* proxy = find_builtin_proxy(wanted);
  const ServerDocument* server = find_builtin_server(wanted);
  const PoolDocument* pool = find_builtin_pool(wanted);
  if (proxy != nullptr || server != nullptr || pool != nullptr) {
    output.print(describe_products_named(proxy, server, pool));
    return kHolds;
  }
  print_errors({unknown_profile(wanted, listed_names())});
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
                                         "List the built-in middleboxes, proxies, servers and "
                                         "pools, or show one with the source of every value");
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
