// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include "scenario/json/object_reader.h"
#include "scenario/sections/sections.h"

namespace stayalive {
namespace {

constexpr SpanLimits kSome{1ns, kForever};
constexpr SpanLimits kAny{0ns, kForever};
constexpr std::array<std::string_view, 2> kEntryWords{"forgotten",
                                                      "kept"};  // whether it keeps them

using Kind = Names::Kind;

// Reads one event of the list.
class EventReader {
 public:
  explicit EventReader(Draft& draft) : draft_(draft) {}

  void read(Reader& in) {
    const SourceText::Position position = in.position();
    place_ = {in.pointer(), position.line, position.column};
    const std::array<Reader::Variant, 13> kinds{{
        {"cut", "a line is down", [this](ObjectReader& fields) { read_cut(fields); }},
        {"crash", "a host stops at once, without a word",
         [this](ObjectReader& fields) { read_host(fields, "crash", EventKind::Crash); }},
        {"reboot", "a host or a middlebox restarts and then knows nothing",
         [this](ObjectReader& fields) { read_reboot(fields); }},
        {"kill", "the process at one end ends; its kernel closes the socket",
         [this](ObjectReader& fields) { read_connection(fields, "kill", EventKind::Kill); }},
        {"close", "the program at one end closes the connection",
         [this](ObjectReader& fields) { read_connection(fields, "close", EventKind::Close); }},
        {"shutdown", "the program at one end closes its sending direction (TCP)",
         [this](ObjectReader& fields) {
           read_connection(fields, "shutdown", EventKind::Shutdown);
         }},
        {"stop_reading", "the program at one end does not read for a while (TCP)",
         [this](ObjectReader& fields) {
           read_connection(fields, "stop_reading", EventKind::StopReading);
           read_span(fields.optional("for", "for how long; to the end of the run when missing"));
         }},
        {"hang", "the program at one end does not run for a while, and its kernel does",
         [this](ObjectReader& fields) {
           read_connection(fields, "hang", EventKind::Hang);
           read_span(fields.optional("for", "for how long; to the end of the run when missing"));
         }},
        {"suspend", "a host sleeps: its timers and its programs stand still",
         [this](ObjectReader& fields) {
           read_host(fields, "suspend", EventKind::Suspend);
           read_span(fields.optional("for", "for how long; to the end of the run when missing"));
         }},
        {"change_address", "a host, or a box that translates, has a new address from now on",
         [this](ObjectReader& fields) { read_change_address(fields); }},
        {"replace", "another instance takes the place of a host behind a box",
         [this](ObjectReader& fields) { read_replace(fields); }},
        {"take_over", "the standby of a box takes its place",
         [this](ObjectReader& fields) { read_take_over(fields); }},
        {"flush", "a middlebox forgets every flow",
         [this](ObjectReader& fields) {
           start(fields, EventKind::Flush);
           Reader box = fields.required("flush", "the name of a middlebox");
           set_target(draft_.names.read_reference(box, {Kind::Box}));
         }},
    }};
    in.variants(kinds);
  }
  // Empty when the event is wrong.
  std::optional<EventSpec> take() const { return complete_ ? std::optional(event_) : std::nullopt; }
  bool cuts_at_host() const { return cuts_at_host_; }

 private:
  void start(ObjectReader& fields, EventKind kind) {
    event_.kind = kind;
    event_.place = place_;
    read_instant_of_run(fields.required("at", "when it happens"), draft_, event_.at);
  }
  void set_target(const std::optional<Names::Entry>& entry) {
    if (!entry) return;
    event_.target = entry->position;
    complete_ = true;
  }
  void read_span(Reader in) { in.span(event_.span, kSome); }

  void read_host(ObjectReader& fields, std::string_view key, EventKind kind) {
    start(fields, kind);
    Reader host = fields.required(key, "the name of a host");
    set_target(draft_.names.read_reference(host, {Kind::Host}));
  }

  void read_cut(ObjectReader& fields) {
    start(fields, EventKind::Cut);
    Reader line = fields.required("cut", "the name of a link, or of a host: the line next to it");
    const auto entry = draft_.names.read_reference(line, {Kind::Link, Kind::Host});
    set_target(entry);
    cuts_at_host_ = entry && entry->kind == Kind::Host;
    read_span(fields.optional("for", "for how long; to the end of the run when missing"));
    Side towards = Side::Internal;
    if (fields
            .optional("towards", "only packets travelling to this side are lost; all when missing")
            .choice(towards, kSideWords)) {
      event_.towards = towards;
    }
  }

  void read_reboot(ObjectReader& fields) {
    start(fields, EventKind::Reboot);
    Reader what = fields.required("reboot", "the name of a host or a middlebox");
    const auto entry = draft_.names.read_reference(what, {Kind::Host, Kind::Box});
    set_target(entry);
    if (entry && entry->kind == Kind::Box) event_.kind = EventKind::RebootBox;
    read_span(fields.required("for", "how long it is away"));
  }

  void read_change_address(ObjectReader& fields) {
    start(fields, EventKind::ChangeAddress);
    Reader what = fields.required("change_address", "the name of a host or a middlebox");
    const auto entry = draft_.names.read_reference(what, {Kind::Host, Kind::Box});
    set_target(entry);
    Reader entries = fields.optional(
        "entries",
        "of a middlebox: \"forgotten\" as with masquerading, or \"kept\", under the address that "
        "it has no more, as with a rule of SNAT; forgotten when missing");
    const bool said = entries.choice(event_.keeps_entries, kEntryWords);
    if (!entry) return;
    if (entry->kind == Kind::Host) {
      if (said) entries.error("a host has no entries", "the name of a middlebox in change_address");
      return;
    }
    event_.kind = EventKind::ChangeOutside;
    if (box(*entry).profile.translate) return;
    what.error("the middlebox " + quote(what.as_written()) + " does not translate addresses",
               "one that does, or a host");
  }

  void read_replace(ObjectReader& fields) {
    start(fields, EventKind::Replace);
    Reader host = fields.required("replace", "the name of a host on the external side");
    const auto entry = draft_.names.read_reference(host, {Kind::Host});
    Reader behind = fields.required(
        "behind", "the name of the middlebox whose entries go on leading to the old instance");
    const auto of = draft_.names.read_reference(behind, {Kind::Box});
    event_.span = Duration::zero();
    fields.with_default("for", "how long nobody is there between the two").span(event_.span, kAny);
    if (entry && draft_.scenario.hosts[entry->position].side == Side::Internal)
      host.error("the host " + quote(host.as_written()) + " is on the internal side",
                 "a host on the external side");
    if (!of) return;
    event_.behind = of->position;
    set_target(entry);
  }

  void read_take_over(ObjectReader& fields) {
    start(fields, EventKind::TakeOver);
    Reader name = fields.required("take_over", "the name of a middlebox");
    set_target(draft_.names.read_reference(name, {Kind::Box}));
    event_.span = Duration::zero();
    fields.with_default("for", "how long nothing passes until the standby has noticed")
        .span(event_.span, kAny);
    fields
        .with_default("synchronised",
                      "whether the standby has the flows of the other, as with conntrackd, pfsync "
                      "or session synchronisation; otherwise it knows none")
        .flag(event_.keeps_entries);
  }

  const MiddleboxSpec& box(const Names::Entry& entry) const {
    return std::get<MiddleboxSpec>(draft_.scenario.path[entry.position]);
  }

  void read_connection(ObjectReader& fields, std::string_view key, EventKind kind) {
    start(fields, kind);
    Reader connection = fields.required(key, "the name of a connection");
    const auto entry = draft_.names.read_reference(connection, {Kind::Connection});
    if (entry && draft_.scenario.connections[entry->position].population.count > 0) {
      connection.error("the connection " + quote(connection.as_written()) + " stands for many",
                       "a connection without count");
    }
    if (entry && draft_.scenario.connections[entry->position].session) {
      connection.error("the client of " + quote(connection.as_written()) + " has a pool of them",
                       "a connection without pool, or an event of a host or a box");
    }
    set_target(entry);
    fields.with_default("side", "at which end").choice(event_.role, kRoleWords);
    if (!entry || (kind != EventKind::Shutdown && kind != EventKind::StopReading)) return;
    if (draft_.scenario.connections[entry->position].transport == Transport::Tcp) return;
    connection.error("the connection " + quote(connection.as_written()) + " uses udp",
                     "a connection over tcp");
  }

  Draft& draft_;
  TextPlace place_;
  EventSpec event_;
  bool complete_ = false;
  bool cuts_at_host_ = false;
};

bool is_link(const Hop& hop) { return std::holds_alternative<LinkConfig>(hop); }

// Whether its target is a hop of the path.
bool is_at_hop(EventKind kind) {
  return kind == EventKind::Cut || kind == EventKind::Flush || kind == EventKind::RebootBox ||
         kind == EventKind::TakeOver || kind == EventKind::ChangeOutside;
}

// An ideal line with a name that nothing else has.
LinkConfig line_of(const std::string& host, Names& names, std::size_t position) {
  LinkConfig link;
  link.name = host + "-link";
  while (!names.add(link.name, {Kind::Link, position})) link.name += "-2";
  return link;
}

// Turns cuts next to a host into cuts of a link, and puts a link there where the path has none.
void place_cuts_at_hosts(Draft& draft) {
  const std::vector<Hop>& path = draft.scenario.path;
  const auto is_line = [&](std::size_t hop) {
    return is_link(path[hop]) && !way_of(draft.scenario, hop);
  };
  std::vector<EventSpec>& events = draft.scenario.events;
  std::array<bool, 2> wanted{};  // by Side
  std::array<std::string, 2> host_names;
  std::vector<Side> sides;
  for (const std::size_t each : draft.cut_at_host) {
    const HostSpec& host = draft.scenario.hosts[events[each].target];
    const auto side = static_cast<std::size_t>(host.side);
    wanted[side] = true;
    if (host_names[side].empty()) host_names[side] = host.name;
    sides.push_back(host.side);
  }
  if (wanted[0] && (path.empty() || !is_line(0))) {
    draft.scenario.insert_hop(0, line_of(host_names[0], draft.names, 0));
    for (EventSpec& event : events) {
      if (is_at_hop(event.kind)) ++event.target;  // of a cut next to a host, it is set below
      ++event.behind;
    }
  }
  if (wanted[1] && (path.empty() || !is_line(path.size() - 1))) {
    draft.scenario.insert_hop(path.size(), line_of(host_names[1], draft.names, path.size()));
  }
  for (std::size_t i = 0; i < sides.size(); ++i) {
    events[draft.cut_at_host[i]].target = sides[i] == Side::Internal ? 0 : path.size() - 1;
  }
}

}  // namespace

void read_events(Reader in, Draft& draft) {
  in.array(0, kMostItems, [&](Reader& item) {
    EventReader reader(draft);
    reader.read(item);
    const std::optional<EventSpec> event = reader.take();
    if (!event) return;
    if (reader.cuts_at_host()) draft.cut_at_host.push_back(draft.scenario.events.size());
    draft.scenario.events.push_back(*event);
  });
  if (in.describing()) return;
  place_cuts_at_hosts(draft);
  std::stable_sort(draft.scenario.events.begin(), draft.scenario.events.end(),
                   [](const EventSpec& a, const EventSpec& b) { return a.at < b.at; });
}

}  // namespace stayalive
