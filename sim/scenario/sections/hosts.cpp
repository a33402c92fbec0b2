// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "base/text.h"
#include "scenario/json/object_reader.h"
#include "scenario/sections/sections.h"
#include "scenario/sections/tcp_options.h"

namespace stayalive {
namespace {

void read_host(Reader& in, HostSpec& host) {
  in.object([&](ObjectReader& fields) {
    std::vector<std::string_view> words;
    std::size_t position = 0;
    for (const OsPreset& preset : os_presets()) {
      if (preset.name == host.profile) position = words.size();
      words.push_back(preset.name);
    }
    if (fields.with_default("profile", "the operating system, which decides the defaults of TCP")
            .word(position, words)) {
      host.profile = words[position];
    }
    if (const OsPreset* preset = find_os_preset(host.profile)) host.tcp = preset->tcp;
    fields
        .optional("side",
                  "the end of the path where the host is; \"internal\" for the host called "
                  "client, \"external\" for all others")
        .choice(host.side, kSideWords);
    read_tcp_options(fields.optional("tcp", "settings of its kernel, laid over the profile's"),
                     host.tcp);
  });
}

// The hosts called client and server are always there, with what the scenario says of them.
void add_default_host(Draft& draft, const std::string& name, Side side) {
  const Names::Entry* known = draft.names.find(name);
  if (known != nullptr && known->kind == Names::Kind::Host) return;
  const OsPreset* preset = find_os_preset("linux");
  CHECK(preset != nullptr, "the preset linux exists");
  draft.names.add(name, {Names::Kind::Host, draft.scenario.hosts.size()});
  draft.scenario.hosts.push_back({name, side, "linux", preset->tcp});
}

void add_default_hosts(Draft& draft) {
  add_default_host(draft, "client", Side::Internal);
  add_default_host(draft, "server", Side::External);
}

}  // namespace

void read_hosts(Reader in, Draft& draft) {
  if (!in.describing() && !in.present()) {
    add_default_hosts(draft);
    return;
  }
  const std::size_t mistakes = in.mistakes();
  std::vector<HostSpec>& hosts = draft.scenario.hosts;
  in.map(kMostItems, [&](const std::string& name, Reader& value) {
    HostSpec host;
    host.name = name;
    const SourceText::Position place = value.position();
    host.place = {value.pointer(), place.line, place.column};
    host.side = name == "client" ? Side::Internal : Side::External;
    read_host(value, host);
    if (value.describing()) return;
    if (draft.names.add(name, {Names::Kind::Host, hosts.size()})) hosts.push_back(std::move(host));
  });
  if (in.mistakes() != mistakes) {
    draft.hosts_known = false;
    return;
  }
  if (!in.describing()) add_default_hosts(draft);
  for (const Side side : {Side::Internal, Side::External}) {
    bool found = false;
    for (const HostSpec& host : hosts) found = found || host.side == side;
    if (found) continue;
    const std::string word(kSideWords[static_cast<std::size_t>(side)]);
    in.error("no host is on the " + word + " side of the path",
             "at least one host on each side, for example \"side\": \"" + word + "\"");
  }
}

}  // namespace stayalive
