// SPDX-License-Identifier: Apache-2.0
#include "report/profiles.h"

#include <string_view>

#include "base/text.h"

namespace stayalive {
namespace {

// A value of a profile: a span where it is one, with the words of the profile.
Cell profile_value(const std::string& text) {
  const std::optional<Duration> span = parse_duration(text);
  return span ? Cell(*span, text) : Cell(text);
}

Cell value_of_key(const ProfileDocument& profile, std::string_view key) {
  for (const SourcedValue& value : profile.values) {
    if (value.key == key) return profile_value(value.value);
  }
  return Value();
}

Tree profile_tree(const ProfileDocument& profile) {
  Tree values = Tree::list();
  for (const SourcedValue& value : profile.values) {
    const std::optional<Duration> span = parse_duration(value.value);
    values.add(Tree::record({{"key", value.key},
                             {"value", value.value},
                             {"seconds", span},
                             {"status", name(value.status)},
                             {"source", text_or_nothing(value.source)},
                             {"note", text_or_nothing(value.note)}}));
  }
  return Tree::record({{"name", profile.profile.name},
                       {"title", profile.profile.title},
                       {"summary", profile.summary},
                       {"checked", profile.checked},
                       {"values", values}});
}

Tree profiles_tree(const std::vector<const ProfileDocument*>& profiles) {
  Tree list = Tree::list();
  for (const ProfileDocument* profile : profiles) list.add(profile_tree(*profile));
  return Tree::record({{"format", "stayalive-profiles"}, {"version", 1}, {"profiles", list}});
}

std::vector<Block> listing(const std::vector<const ProfileDocument*>& profiles) {
  Table table({Column::of("PROFILE", "profile"),
               Column::of("TCP ESTABLISHED", "tcp_established", Unit::Span),
               Column::of("UDP", "udp", Unit::Span),
               Column::of("UDP ANSWERED", "udp_answered", Unit::Span),
               Column::of("WHAT IT IS", "title").wrapping(20)});
  for (const ProfileDocument* profile : profiles) {
    const bool pf = profile->profile.tracker == TrackerKind::Pf;
    table.add({{profile->profile.name, Tone::Strong},
               value_of_key(*profile, "timeouts.tcp.established"),
               value_of_key(*profile, "timeouts.udp.single"),
               value_of_key(*profile, pf ? "timeouts.udp.multiple" : "timeouts.udp.stream"),
               profile->profile.title});
  }
  return {std::move(table), Gap{},
          Line{{"`stayalive profiles NAME` shows every value with its source."}}};
}

std::vector<Block> details(const ProfileDocument& profile) {
  // The source and the note are one text for people, and two for programs.
  Table table({Column::of("VALUE", "key"), Column::of("", "value"), Column::of("STATUS", "status"),
               Column::for_people("SOURCE").wrapping(60).below_if_narrower(),
               Column::for_programs("source"), Column::for_programs("note")});
  for (const SourcedValue& value : profile.values) {
    const bool unread =
        value.status == SourceStatus::Recalled || value.status == SourceStatus::Chosen;
    const bool both = !value.source.empty() && !value.note.empty();
    table.add({value.key,
               value.value,
               {name(value.status), unread ? Tone::Warn : Tone::Plain},
               value.source + (both ? "; " : "") + value.note,
               value.source,
               value.note});
  }
  return {Heading{{{profile.profile.name, Tone::Strong}, ": " + profile.profile.title}},
          Line{{profile.summary}}, Line{{"Sources read: " + profile.checked}}, Gap{},
          std::move(table)};
}

}  // namespace

Document describe_profiles(const std::vector<const ProfileDocument*>& profiles) {
  return {[profiles] { return profiles_tree(profiles); }, [profiles] { return listing(profiles); }};
}

Document describe_profile(const ProfileDocument& profile) {
  return {[&profile] { return profiles_tree({&profile}); },
          [&profile] { return details(profile); }};
}

}  // namespace stayalive
