// SPDX-License-Identifier: Apache-2.0
#include "run/warning.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <variant>

#include "base/text.h"
#include "run/held.h"
#include "run/report.h"

namespace stayalive {
namespace {

bool is_tcp(Timeout timer) { return name(timer).starts_with("tcp."); }
bool is_udp(Timeout timer) { return name(timer).starts_with("udp."); }

TextPlace place_of(const ExpectSpec& expect) {
  return {expect.pointer, expect.line, expect.column};
}

bool any_over(const Scenario& scenario, Transport transport) {
  return std::ranges::any_of(scenario.connections, [transport](const ConnectionSpec& spec) {
    return spec.transport == transport;
  });
}

// A timer of datagrams where all connections are streams, or the other way round.
bool concerns_nobody(const Scenario& scenario, Timeout timer) {
  return (is_tcp(timer) && !any_over(scenario, Transport::Tcp)) ||
         (is_udp(timer) && !any_over(scenario, Transport::Udp));
}

void warn_of_hosts(const Scenario& scenario, std::vector<Warning>& warnings) {
  for (std::size_t i = 0; i < scenario.hosts.size(); ++i) {
    const HostSpec& host = scenario.hosts[i];
    const bool used = std::ranges::any_of(scenario.connections, [i](const ConnectionSpec& spec) {
      return spec.client == i || spec.server == i;
    });
    if (used || host.place.line == 0) continue;
    warnings.push_back({fmt::format("no connection begins or ends at {}", host.name), host.place});
  }
}

void warn_of_servers(const Scenario& scenario, std::vector<Warning>& warnings) {
  for (std::size_t i = 0; i < scenario.servers.size(); ++i) {
    const bool used = std::ranges::any_of(
        scenario.connections, [i](const ConnectionSpec& spec) { return spec.served_by == i; });
    if (used) continue;
    warnings.push_back({fmt::format("no connection calls at {}", scenario.servers[i].name),
                        scenario.server_places[i]});
  }
}

void warn_of_timers(const Scenario& scenario, std::vector<Warning>& warnings) {
  for (const Hop& hop : scenario.path) {
    const auto* box = std::get_if<MiddleboxSpec>(&hop);
    if (box == nullptr) continue;
    for (const MiddleboxSpec::SetTimer& set : box->set_timers) {
      if (!concerns_nobody(scenario, set.timer)) continue;
      warnings.push_back(
          {fmt::format("{} of {} has no effect: no connection is over {}", name(set.timer),
                       box->name, is_tcp(set.timer) ? "tcp" : "udp"),
           set.place});
    }
  }
}

// --- expectations that cannot fail ---

bool is_least(const Amount& amount) {
  if (const auto* share = std::get_if<Ratio>(&amount)) return share->numerator == 0;
  if (const auto* count = std::get_if<std::uint64_t>(&amount)) return *count == 0;
  return std::get<Duration>(amount) == Duration::zero();
}

bool is_everything(const Amount& amount) {
  const auto* share = std::get_if<Ratio>(&amount);
  return share != nullptr && share->numerator == share->denominator;
}

bool exclude_nothing(const Limits& limits) {
  return (!limits.least || is_least(*limits.least)) &&
         (!limits.most || is_everything(*limits.most));
}

void warn_of_certain(const Scenario& scenario, const ExpectSpec& expect,
                     std::vector<Warning>& warnings) {
  const ConnectionSpec& spec = scenario.connections[expect.connection];
  const auto warn = [&](const std::string& why) {
    warnings.push_back({"this cannot fail: " + why, place_of(expect)});
  };
  for (const Claim& claim : expect.claims) {
    // A closest call and something to notice have to be there at all.
    const bool may_lack =
        claim.metric == Metric::ClosestCall || claim.metric == Metric::NoticedAfter;
    if (!may_lack && exclude_nothing(claim.limits)) return warn("the limits exclude nothing");
  }
  if (expect.share && exclude_nothing(*expect.share)) return warn("every share is right");
  if (expect.held && later(kStart, scenario.duration) <= spec.start)
    warn(spec.name + " does not begin before the run ends");
}

// --- runs that are too short ---

// How long a silent flow of the connection lives at least in a box, once it is established.
Duration shortest_life(const Profile& profile, Transport transport) {
  if (transport == Transport::Tcp) return profile.timeouts[Timeout::TcpEstablished];
  Duration shortest = kForever;
  for (const Timeout timer : timeouts_of(profile.tracker)) {
    if (is_udp(timer)) shortest = std::min(shortest, profile.timeouts[timer]);
  }
  return shortest;
}

struct Patience {
  std::string what;  // "tcp.established of router"
  Duration span = kForever;
};

// Who on the path loses patience first; empty: nobody there could.
std::optional<Patience> least_patient(const Scenario& scenario, const ConnectionSpec& spec) {
  std::optional<Patience> first;
  const auto consider = [&first](std::string what, Duration span) {
    if (!first || span < first->span) first = Patience{std::move(what), span};
  };
  for (const Hop& hop : scenario.path) {
    if (const auto* box = std::get_if<MiddleboxSpec>(&hop)) {
      const char* timers = spec.transport == Transport::Tcp ? "tcp.established" : "UDP timers";
      consider(fmt::format("{} of {}", timers, box->name),
               shortest_life(box->profile, spec.transport));
    } else if (const auto* proxy = std::get_if<ProxySpec>(&hop)) {
      const ProxyPatience patience = shortest_patience(proxy->rules);
      if (spec.transport == Transport::Tcp && patience.timer != ProxyTimer::None)
        consider(fmt::format("{} of {}", name(patience.timer), proxy->name), patience.span);
    }
  }
  return first;
}

// What expects a connection to have lived.
bool expects_life(const ExpectSpec& expect) {
  return (expect.held || expect.outcome == Outcome::Alive) && !expect.within;
}

// The end of the run is the last instant that any expectation of a connection could mean.  Events
// have their own ways to end a connection.
void warn_of_short_runs(const Scenario& scenario, std::vector<Warning>& warnings) {
  if (!scenario.events.empty()) return;
  for (std::size_t i = 0; i < scenario.connections.size(); ++i) {
    const ConnectionSpec& spec = scenario.connections[i];
    const auto expect = std::ranges::find_if(scenario.expectations, [i](const ExpectSpec& its) {
      return its.connection == i && expects_life(its);
    });
    if (expect == scenario.expectations.end()) continue;
    const Duration life = later(kStart, scenario.duration) - spec.start;
    const std::optional<Patience> patience = least_patient(scenario, spec);
    if (!patience || life <= Duration::zero() || life > patience->span) continue;
    warnings.push_back(
        {fmt::format("the run is shorter than every timer on the path, so that {} holds whatever "
                     "keeps it alive: {}, the shortest, allows {}",
                     spec.name, patience->what, print_duration(patience->span)),
         place_of(*expect)});
  }
}

// --- after a run ---

bool tells_of_loss(const ExpectSpec& expect) {
  const bool of_claims = std::ranges::any_of(expect.claims, [](const Claim& claim) {
    return claim.metric == Metric::Blackhole || claim.metric == Metric::NoticedAfter;
  });
  return of_claims || (expect.outcome && *expect.outcome != Outcome::Alive &&
                       *expect.outcome != Outcome::Closed);
}

// When a connection that is alive, as was expected, was lost before; kNever: it was not.
TimePoint lost_before(const ExpectSpec& expect, const ConnectionReport& report) {
  TimePoint first = kNever;
  for (const Role role : {Role::Client, Role::Server}) {
    if (expect.side && *expect.side != role) continue;
    const SideReport& side = report.sides[index(role)];
    const std::optional<Outcome> outcome = expect.at ? outcome_at(side, *expect.at) : side.outcome;
    if (outcome != Outcome::Alive) return kNever;
    first = std::min(first, first_loss(side));
  }
  return expect.at && first > *expect.at ? kNever : first;
}

// Of many: whether some are alive that were lost.
bool some_came_back(const PopulationReport& population) {
  std::uint64_t dead = population.left;
  for (std::size_t i = 0; i < population.outcomes.size(); ++i) {
    if (static_cast<Outcome>(i) != Outcome::Alive) dead += population.outcomes[i];
  }
  return population.fell > dead;
}

void warn_of_life_after_death(const Scenario& scenario,
                              const std::vector<ConnectionReport>& reports,
                              std::vector<Warning>& warnings) {
  for (const ExpectSpec& expect : scenario.expectations) {
    if (expect.outcome != Outcome::Alive || expect.within) continue;
    const bool told = std::ranges::any_of(scenario.expectations, [&expect](const auto& other) {
      return other.connection == expect.connection && tells_of_loss(other);
    });
    if (told) continue;
    const ConnectionReport& report = reports[expect.connection];
    if (report.population) {
      if (some_came_back(*report.population))
        warnings.push_back({fmt::format("members of {} are alive that were lost before; "
                                        "\"is\": \"held\" is about the whole of the run",
                                        report.name),
                            place_of(expect)});
      continue;
    }
    const TimePoint lost = lost_before(expect, report);
    if (lost == kNever) continue;
    warnings.push_back({fmt::format("{} is alive, but was lost at {}; \"is\": \"held\" is about "
                                    "the whole of the run",
                                    report.name, print_duration(lost.time_since_epoch())),
                        place_of(expect)});
  }
}

bool is_about_closest_call(const ExpectSpec& expect) {
  return std::ranges::any_of(
      expect.claims, [](const Claim& claim) { return claim.metric == Metric::ClosestCall; });
}

// Of each connection once, at the first expectation of it to live.
void warn_of_late_timers(const Scenario& scenario, const std::vector<ConnectionReport>& reports,
                         std::vector<Warning>& warnings) {
  for (std::size_t i = 0; i < reports.size(); ++i) {
    const ClosestCall* margin = margin_of(reports[i]);
    if (margin == nullptr || !margin->within_slip()) continue;
    const ExpectSpec* first = nullptr;
    bool told = false;
    for (const ExpectSpec& expect : scenario.expectations) {
      if (expect.connection != i) continue;
      told = told || is_about_closest_call(expect);
      if (first == nullptr && expects_life(expect)) first = &expect;
    }
    if (first == nullptr || told) continue;
    warnings.push_back(
        {fmt::format("{} held by {} ({}: {} {}): a real timer may be late by {}; an expectation "
                     "of closest_call says how near it may come",
                     reports[i].name, print_duration(margin->left), margin->who, margin->timer,
                     print_duration(margin->timeout), print_duration(margin->slip)),
         place_of(*first), reports[i].name});
  }
}

const char* event_name(EventKind kind) {
  switch (kind) {
    case EventKind::Cut:
      return "cut";
    case EventKind::Crash:
      return "crash";
    case EventKind::Reboot:
    case EventKind::RebootBox:
      return "reboot";
    case EventKind::Kill:
      return "kill";
    case EventKind::Close:
      return "close";
    case EventKind::Shutdown:
      return "shutdown";
    case EventKind::StopReading:
      return "stop_reading";
    case EventKind::Hang:
      return "hang";
    case EventKind::Suspend:
      return "suspend";
    case EventKind::TakeOver:
      return "take_over";
    case EventKind::Replace:
      return "replace";
    case EventKind::ChangeOutside:
    case EventKind::ChangeAddress:
      return "change_address";
    case EventKind::Flush:
      return "flush";
  }
  return "event";
}

}  // namespace

std::vector<Warning> warnings_before_run(const Scenario& scenario) {
  std::vector<Warning> warnings;
  warn_of_hosts(scenario, warnings);
  warn_of_servers(scenario, warnings);
  warn_of_timers(scenario, warnings);
  for (const ExpectSpec& expect : scenario.expectations)
    warn_of_certain(scenario, expect, warnings);
  warn_of_short_runs(scenario, warnings);
  return warnings;
}

std::vector<Warning> warnings_after_run(const Scenario& scenario,
                                        const std::vector<ConnectionReport>& reports,
                                        const Effects& effects) {
  std::vector<Warning> warnings;
  for (std::size_t hop = 0; hop < scenario.path.size(); ++hop) {
    const auto* box = std::get_if<MiddleboxSpec>(&scenario.path[hop]);
    if (box == nullptr) continue;
    for (const MiddleboxSpec::SetTimer& set : box->set_timers) {
      const bool ran = (effects.timers[hop] >> static_cast<unsigned>(set.timer) & 1) != 0;
      if (ran || concerns_nobody(scenario, set.timer)) continue;
      warnings.push_back({fmt::format("{} of {} has no effect: no flow came to where it counts",
                                      name(set.timer), box->name),
                          set.place});
    }
  }
  for (std::size_t i = 0; i < scenario.events.size(); ++i) {
    const EventSpec& event = scenario.events[i];
    if (effects.events[i]) continue;
    warnings.push_back({fmt::format("this {} at {} has no effect", event_name(event.kind),
                                    print_duration(event.at.time_since_epoch())),
                        event.place});
  }
  warn_of_life_after_death(scenario, reports, warnings);
  warn_of_late_timers(scenario, reports, warnings);
  return warnings;
}

}  // namespace stayalive
