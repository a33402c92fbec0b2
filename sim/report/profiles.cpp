// SPDX-License-Identifier: Apache-2.0
#include "report/profiles.h"

#include <fmt/format.h>

#include <string_view>

#include "base/text.h"
#include "report/sourced_values.h"
#include "scenario/profiles/after_expiry.h"

namespace stayalive {
namespace {

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

Tree profile_tree(const ProfileDocument& profile) {
  return Tree::record({{"name", profile.profile.name},
                       {"title", profile.profile.title},
                       {"summary", profile.summary},
                       {"checked", profile.checked},
                       {"values", values_tree(profile)}});
}

Tree profiles_tree(const std::vector<const ProfileDocument*>& profiles,
                   const std::vector<const ProxyDocument*>& proxies,
                   const std::vector<const ServerDocument*>& servers,
                   const std::vector<const PoolDocument*>& pools) {
  Tree boxes = Tree::list();
  for (const ProfileDocument* profile : profiles) boxes.add(profile_tree(*profile));
  Tree others = Tree::list();
  for (const ProxyDocument* proxy : proxies) others.add(product_tree(*proxy));
  Tree last = Tree::list();
  for (const ServerDocument* server : servers) last.add(product_tree(*server));
  Tree kept = Tree::list();
  for (const PoolDocument* pool : pools) kept.add(product_tree(*pool));
  return Tree::record({{"format", "stayalive-profiles"},
                       {"version", 1},
                       {"profiles", boxes},
                       {"proxies", others},
                       {"servers", last},
                       {"pools", kept}});
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
          Gap{}};
}

std::string span_or_never(Duration span) {
  return span == kForever ? "never" : print_duration(span);
}

std::vector<Block> pool_listing(const std::vector<const PoolDocument*>& pools) {
  Table table({Column::of("POOL", "pool"), Column::of("SIZE", "size", Unit::Count),
               Column::for_people("CLOSES UNUSED"), Column::for_programs("idle_limit", Unit::Span),
               Column::for_programs("min_idle", Unit::Count),
               Column::for_programs("max_idle", Unit::Count), Column::for_people("LIFETIME"),
               Column::for_programs("lifetime", Unit::Span), Column::for_people("ASKS BEFORE USE"),
               Column::for_programs("check_before_use", Unit::Span),
               Column::of("WHAT IT IS", "title").wrapping(20).below_if_narrower()});
  const auto some = [](Duration span) { return span == kForever ? Value() : Value(span); };
  for (const PoolDocument* pool : pools) {
    const SessionSpec& keeps = pool->rules.keeps;
    const bool unasked = keeps.check_before_use == kForever;
    table.add({Cell(pool->name, Tone::Strong), keeps.size,
               keeps.min_idle == keeps.size ? "never" : span_or_never(keeps.idle_limit),
               some(keeps.idle_limit), keeps.min_idle, std::min(keeps.max_idle, keeps.size),
               span_or_never(keeps.lifetime), some(keeps.lifetime),
               unasked ? "no" : "after " + print_duration(keeps.check_before_use),
               some(keeps.check_before_use), pool->title});
  }
  return {std::move(table), Gap{},
          Paragraph{{"A pool keeps several connections of one client side by side: "
                     "{\"pool\": \"hikaricp\"} in a connection of a scenario."}},
          Line{{"`stayalive profiles NAME` shows every value with its source."}}};
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

std::vector<Block> all_listings(const std::vector<const ProfileDocument*>& profiles,
                                const std::vector<const ProxyDocument*>& proxies,
                                const std::vector<const ServerDocument*>& servers,
                                const std::vector<const PoolDocument*>& pools) {
  std::vector<Block> all = listing(profiles);
  for (Block& block : proxy_listing(proxies)) all.push_back(std::move(block));
  for (Block& block : server_listing(servers)) all.push_back(std::move(block));
  for (Block& block : pool_listing(pools)) all.push_back(std::move(block));
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

std::vector<Block> details(const ProfileDocument& profile) {
  std::vector<Block> all{
      Heading{{{profile.profile.name, Tone::Strong}, ": " + profile.profile.title}},
      Paragraph{{profile.summary}}, Line{{"Sources read: " + profile.checked}}};
  for (Block& block : sureness(profile)) all.push_back(std::move(block));
  all.push_back(Gap{});
  all.push_back(value_table(profile));
  return all;
}

}  // namespace

Document describe_profiles(const std::vector<const ProfileDocument*>& profiles,
                           const std::vector<const ProxyDocument*>& proxies,
                           const std::vector<const ServerDocument*>& servers,
                           const std::vector<const PoolDocument*>& pools) {
  return {[profiles, proxies, servers, pools] {
            return profiles_tree(profiles, proxies, servers, pools);
          },
          [profiles, proxies, servers, pools] {
            return all_listings(profiles, proxies, servers, pools);
          }};
}

Document describe_profile(const ProfileDocument& profile) {
  return {[&profile] { return profiles_tree({&profile}, {}, {}, {}); },
          [&profile] { return details(profile); }};
}

Document describe_proxy(const ProxyDocument& proxy) {
  return describe_products_named(&proxy, nullptr, nullptr);
}

Document describe_server(const ServerDocument& server) {
  return describe_products_named(nullptr, &server, nullptr);
}

Document describe_pool(const PoolDocument& pool) {
  return describe_products_named(nullptr, nullptr, &pool);
}

Document describe_products_named(const ProxyDocument* proxy, const ServerDocument* server,
                                 const PoolDocument* pool) {
  return {[=] {
            std::vector<const ProxyDocument*> proxies;
            std::vector<const ServerDocument*> servers;
            std::vector<const PoolDocument*> pools;
            if (proxy != nullptr) proxies.push_back(proxy);
            if (server != nullptr) servers.push_back(server);
            if (pool != nullptr) pools.push_back(pool);
            return profiles_tree({}, proxies, servers, pools);
          },
          [=] {
            std::vector<Block> all;
            const auto add = [&all](const ProductFile* product, const char* kind) {
              if (product == nullptr) return;
              if (!all.empty()) all.push_back(Gap{});
              for (Block& block : product_details(*product, kind)) all.push_back(std::move(block));
            };
            add(proxy, "proxy");
            add(server, "server");
            add(pool, "pool");
            return all;
          }};
}

}  // namespace stayalive
