// SPDX-License-Identifier: Apache-2.0
#include "report/profiles.h"

#include <string_view>

#include "base/text.h"
#include "scenario/profiles/after_expiry.h"

namespace stayalive {
namespace {

// Behind a value that nobody has read in a source.
constexpr const char* kDoubt = "?";

const char* doubt(ValueStatus status) { return is_sourced(status) ? "" : kDoubt; }

// The value of a timer, and how sure it is.
void add_timer(std::vector<Cell>& cells, const ProfileDocument& profile, Timeout timer) {
  const SourcedValue* value = profile.find("timeouts." + std::string(name(timer)));
  if (value == nullptr) {
    cells.insert(cells.end(), {Cell(Value()), Cell(Value())});
    return;
  }
  const Duration span = profile.profile.timeouts[timer];
  cells.emplace_back(span, print_duration(span) + doubt(value->status));
  cells.emplace_back(name(value->status));
}

// What the box does at expiry and with the next segment of either side, in words, and how sure each
// is.
void add_after_expiry(std::vector<Cell>& cells, const ProfileDocument& document) {
  const Profile& profile = document.profile;
  const ValueStatus status = document.status_of("on_expiry");
  const char* action = profile.on_expiry == ExpiryAction::Silent ? "silent" : "RST";
  cells.emplace_back(std::string(action) + doubt(status));
  cells.emplace_back(action);
  cells.emplace_back(name(status));
  std::string both;
  std::vector<Cell> apart;
  for (const Side from : {Side::Internal, Side::External}) {
    const NextSegmentRule next = next_segment(profile, from);
    const ValueStatus sure = document.status_of(next.key);
    if (!both.empty()) both += " / ";
    both += std::string(name(next.fate)) + doubt(sure);
    apart.emplace_back(name(next.fate));
    apart.emplace_back(name(sure));
  }
  cells.emplace_back(both);
  cells.insert(cells.end(), apart.begin(), apart.end());
}

Tree values_tree(const SourcedFile& file) {
  Tree values = Tree::list();
  for (const SourcedValue& value : file.values) {
    const std::optional<Duration> span = parse_duration(value.value);
    values.add(Tree::record({{"key", value.key},
                             {"value", value.value},
                             {"seconds", span},
                             {"status", name(value.status)},
                             {"source", text_or_nothing(value.source)},
                             {"note", text_or_nothing(value.note)}}));
  }
  return values;
}

Tree profile_tree(const ProfileDocument& profile) {
  return Tree::record({{"name", profile.profile.name},
                       {"title", profile.profile.title},
                       {"summary", profile.summary},
                       {"checked", profile.checked},
                       {"values", values_tree(profile)}});
}

Tree proxy_tree(const ProxyDocument& proxy) {
  return Tree::record({{"name", proxy.name},
                       {"title", proxy.title},
                       {"summary", proxy.summary},
                       {"simplified", proxy.simplified},
                       {"checked", proxy.checked},
                       {"values", values_tree(proxy)}});
}

Tree server_tree(const ServerDocument& server) {
  return Tree::record({{"name", server.name},
                       {"title", server.title},
                       {"summary", server.summary},
                       {"simplified", server.simplified},
                       {"checked", server.checked},
                       {"values", values_tree(server)}});
}

Tree profiles_tree(const std::vector<const ProfileDocument*>& profiles,
                   const std::vector<const ProxyDocument*>& proxies,
                   const std::vector<const ServerDocument*>& servers) {
  Tree boxes = Tree::list();
  for (const ProfileDocument* profile : profiles) boxes.add(profile_tree(*profile));
  Tree others = Tree::list();
  for (const ProxyDocument* proxy : proxies) others.add(proxy_tree(*proxy));
  Tree last = Tree::list();
  for (const ServerDocument* server : servers) last.add(server_tree(*server));
  return Tree::record({{"format", "stayalive-profiles"},
                       {"version", 1},
                       {"profiles", boxes},
                       {"proxies", others},
                       {"servers", last}});
}

std::vector<Block> listing(const std::vector<const ProfileDocument*>& profiles) {
  Table table(
      {Column::of("PROFILE", "profile"), Column::of("IDLE TCP", "tcp_established", Unit::Span),
       Column::for_programs("tcp_established_status"), Column::of("UDP", "udp", Unit::Span),
       Column::for_programs("udp_status"),
       Column::of("UDP STREAM", "udp_stream", Unit::Span).ranked(1),
       Column::for_programs("udp_stream_status"), Column::for_people("AT EXPIRY"),
       Column::for_programs("on_expiry"), Column::for_programs("on_expiry_status"),
       Column::for_people("NEXT PACKET"), Column::for_programs("next_from_inside"),
       Column::for_programs("next_from_inside_status"), Column::for_programs("next_from_outside"),
       Column::for_programs("next_from_outside_status"),
       Column::of("WHAT IT IS", "title").wrapping(20).below_if_narrower()});
  for (const ProfileDocument* profile : profiles) {
    std::vector<Cell> cells{{profile->profile.name, Tone::Strong}};
    add_timer(cells, *profile, Timeout::TcpEstablished);
    add_timer(cells, *profile, Timeout::UdpSingle);
    add_timer(cells, *profile, udp_stream_timer(profile->profile.tracker));
    add_after_expiry(cells, *profile);
    cells.emplace_back(profile->profile.title);
    table.add(std::move(cells));
  }
  return {std::move(table), Gap{},
          Paragraph{{"A value with ? is recalled or assumed: nobody has read it in a source. NEXT "
                     "PACKET is the first TCP segment after the flow was forgotten, from inside / "
                     "from outside. UDP STREAM holds once a flow was answered; on Linux, OpenWrt "
                     "and RouterOS from the first packet on that comes after an answer and more "
                     "than 2 s after the flow began."}},
          Gap{}};
}

// What ends a silent connection first, in words: "client_timeout 50s".
std::string first_timer(const ProxyRules& rules) {
  const ProxyPatience patience = shortest_patience(rules);
  if (patience.timer == ProxyTimer::None) return "never";
  return std::string(name(patience.timer)) + " " + print_duration(patience.span);
}

std::vector<Block> proxy_listing(const std::vector<const ProxyDocument*>& proxies) {
  Table table({Column::of("PROXY", "proxy"), Column::for_people("ENDS A SILENT CONNECTION"),
               Column::for_programs("timer"), Column::for_programs("timeout", Unit::Span),
               Column::for_programs("timeout_status"), Column::of("ON A FIN", "half_close"),
               Column::of("WHAT IT IS", "title").wrapping(20).below_if_narrower()});
  for (const ProxyDocument* proxy : proxies) {
    const ProxyPatience patience = shortest_patience(proxy->rules);
    const ValueStatus status = proxy->status_of(name(patience.timer));
    const bool never = patience.timer == ProxyTimer::None;
    const SourcedValue* half_close = proxy->find("half_close");
    std::vector<Cell> cells{{proxy->name, Tone::Strong}};
    cells.emplace_back(first_timer(proxy->rules) + (never ? "" : doubt(status)));
    cells.push_back(never ? Cell(Value()) : Cell(name(patience.timer)));
    cells.push_back(never ? Cell(Value()) : Cell(patience.span));
    cells.push_back(never ? Cell(Value()) : Cell(name(status)));
    cells.push_back(half_close == nullptr ? Cell(Value()) : Cell(half_close->value));
    cells.emplace_back(proxy->title);
    table.add(std::move(cells));
  }
  return {std::move(table), Gap{},
          Paragraph{{"A proxy ends the connection of the client and begins another one: TCP "
                     "keepalives of either end do not cross it, what a program sends does. ON A "
                     "FIN is what it does when one end closes its direction."}},
          Line{{"`stayalive profiles NAME` shows every value with its source."}}};
}

std::vector<Block> both_listings(const std::vector<const ProfileDocument*>& profiles,
                                 const std::vector<const ProxyDocument*>& proxies) {
  std::vector<Block> all = listing(profiles);
  for (Block& block : proxy_listing(proxies)) all.push_back(std::move(block));
  return all;
}

// What an idle flow meets, how sure that is, and which of it nobody has read.
std::vector<Block> sureness(const ProfileDocument& document) {
  const Profile& profile = document.profile;
  std::vector<Block> all;
  const auto add = [&](const std::string& what, std::string_view key) {
    const ValueStatus status = document.status_of(key);
    all.push_back(Item{
        {what + ": ", {std::string(words(status)), is_sourced(status) ? Tone::Plain : Tone::Warn}},
        2,
        4});
  };
  add("forgets idle TCP after " + print_duration(profile.timeouts[Timeout::TcpEstablished]),
      "timeouts.tcp.established");
  add(profile.on_expiry == ExpiryAction::Silent ? "says nothing at that moment"
                                                : "sends both ends a RST at that moment",
      "on_expiry");
  for (const Side from : {Side::Internal, Side::External}) {
    const NextSegmentRule next = next_segment(profile, from);
    add(std::string("the next segment from ") + (from == Side::Internal ? "inside" : "outside") +
            ": " + std::string(name(next.fate)),
        next.key);
  }
  return all;
}

// The source and the note are one text for people, and two for programs.
Table value_table(const SourcedFile& file) {
  Table table({Column::of("VALUE", "key"), Column::of("", "value"), Column::of("STATUS", "status"),
               Column::for_people("SOURCE").wrapping(60).below_if_narrower(),
               Column::for_programs("source"), Column::for_programs("note")});
  for (const SourcedValue& value : file.values) {
    const bool unread = !is_sourced(value.status);
    const bool both = !value.source.empty() && !value.note.empty();
    table.add({value.key,
               value.value,
               {name(value.status), unread ? Tone::Warn : Tone::Plain},
               value.source + (both ? "; " : "") + value.note,
               value.source,
               value.note});
  }
  return table;
}

std::vector<Block> details(const ProfileDocument& profile) {
  std::vector<Block> all{
      Heading{{{profile.profile.name, Tone::Strong}, ": " + profile.profile.title}},
      Paragraph{{profile.summary}}, Line{{"Sources read: " + profile.checked}}};
  for (Block& block : sureness(profile)) all.push_back(std::move(block));
  all.push_back(Gap{});
  all.push_back(value_table(profile));
  return all;
}

std::vector<Block> server_listing(const std::vector<const ServerDocument*>& servers) {
  Table table({Column::of("SERVER", "server"), Column::for_people("KEEPS AN IDLE CONNECTION"),
               Column::for_people("REQUESTS AFTER THE FIRST").ranked(1),
               Column::of("WHAT IT IS", "title").wrapping(20).below_if_narrower()});
  for (const ServerDocument* server : servers) {
    const SourcedValue* kept = server->find("keep_alive_timeout");
    const SourcedValue* most = server->find("max_keep_alive_requests");
    const std::string requests = most == nullptr || most->value == "0" ? "any" : most->value;
    table.add({{server->name, Tone::Strong},
               kept == nullptr ? "-" : kept->value + doubt(kept->status),
               requests + (most == nullptr ? "" : doubt(most->status)),
               server->title});
  }
  return {Gap{}, Paragraph{{"Servers, for the strategy http: \"server\": \"nginx\"."}},
          std::move(table)};
}

std::vector<Block> server_details(const ServerDocument& server) {
  return {Heading{{{server.name, Tone::Strong}, ": " + server.title}},
          Paragraph{{server.summary}},
          Paragraph{{"Simplified: " + server.simplified}},
          Line{{"Sources read: " + server.checked}},
          Gap{},
          value_table(server)};
}

std::vector<Block> proxy_details(const ProxyDocument& proxy) {
  return {Heading{{{proxy.name, Tone::Strong}, ": " + proxy.title}},
          Paragraph{{proxy.summary}},
          Paragraph{{"Simplified: " + proxy.simplified}},
          Line{{"Sources read: " + proxy.checked}},
          Gap{},
          value_table(proxy)};
}

}  // namespace

Document describe_profiles(const std::vector<const ProfileDocument*>& profiles,
                           const std::vector<const ProxyDocument*>& proxies,
                           const std::vector<const ServerDocument*>& servers) {
  return {[profiles, proxies, servers] { return profiles_tree(profiles, proxies, servers); },
          [profiles, proxies, servers] {
            std::vector<Block> all = both_listings(profiles, proxies);
            for (Block& block : server_listing(servers)) all.push_back(std::move(block));
            return all;
          }};
}

Document describe_profile(const ProfileDocument& profile) {
  return {[&profile] { return profiles_tree({&profile}, {}, {}); },
          [&profile] { return details(profile); }};
}

Document describe_proxy(const ProxyDocument& proxy) {
  return {[&proxy] { return profiles_tree({}, {&proxy}, {}); },
          [&proxy] { return proxy_details(proxy); }};
}

Document describe_server(const ServerDocument& server) {
  return {[&server] { return profiles_tree({}, {}, {&server}); },
          [&server] { return server_details(server); }};
}

}  // namespace stayalive
