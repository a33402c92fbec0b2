// SPDX-License-Identifier: Apache-2.0
#include "run/claim.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/check.h"
#include "base/text.h"
#include "run/notice.h"
#include "run/server_claim.h"
#include "run/way_claim.h"

namespace stayalive {
namespace {

// As people write it: 1/1000 as a ratio, 1/100 and 5/1000 as percentages.
std::string share_text(Ratio share) {
  if (share.denominator == 100) return fmt::format("{}%", share.numerator);
  if (share.denominator == 1000 && share.numerator > 1)
    return fmt::format("{}.{}%", share.numerator / 10, share.numerator % 10);
  return print_ratio(share);
}

std::string amount_text(const Amount& amount) {
  if (const auto* count = std::get_if<std::uint64_t>(&amount)) return std::to_string(*count);
  if (const auto* share = std::get_if<Ratio>(&amount)) return share_text(*share);
  return print_duration(std::get<Duration>(amount));
}

// Less than, equal to or more than 0 as `count` of `all` is below, at or above the amount.
int compare(std::uint64_t count, std::uint64_t all, const Amount& amount) {
  __extension__ using Wide = unsigned __int128;
  Wide left = count;
  Wide right = 0;
  if (const auto* share = std::get_if<Ratio>(&amount)) {
    left *= share->denominator;
    right = Wide{all} * share->numerator;
  } else {
    right = std::get<std::uint64_t>(amount);
  }
  return left < right ? -1 : left > right ? 1 : 0;
}

std::string of_side(std::optional<Role> side) {
  return side ? fmt::format(" of the {}", name(*side)) : "";
}

// Of Error502 and the following: the position in kErrorStatuses.
std::size_t error_of(Metric metric) {
  return static_cast<std::size_t>(metric) - static_cast<std::size_t>(Metric::Error502);
}

// Whether it is about requests.
bool is_of_requests(Metric metric) {
  return metric >= Metric::Answered && metric <= Metric::Duplicate;
}

std::string verb(Metric metric) {
  switch (metric) {
    case Metric::Delivered:
      return "delivered";
    case Metric::Lost:
      return "lost";
    case Metric::Late:
      return "late";
    case Metric::Unsent:
      return "unsent";
    case Metric::Failed:
      return "failed";
    case Metric::Repeated:
      return "repeated";
    case Metric::Duplicate:
      return "read twice";
    case Metric::Answered:
      return "answered";
    case Metric::Errors:
      return "answered with an error";
    default:
      return fmt::format("answered with {}", kErrorStatuses[error_of(metric)]);
  }
}

// --- messages ---

struct Part {
  std::uint64_t count = 0;
  std::uint64_t all = 0;
};

Part part_of(Metric metric, const MessageCounters& messages) {
  switch (metric) {
    case Metric::Delivered:
      return {messages.delivered, messages.due()};
    case Metric::Lost:
      return {messages.lost, messages.due()};
    case Metric::Late:
      return {messages.late, messages.due()};
    case Metric::Unsent:
      return {messages.unsent, messages.due()};
    case Metric::Failed:
      return {messages.failed, messages.asked};
    case Metric::Repeated:
      return {messages.repeated, messages.asked};
    case Metric::Duplicate:
      return {messages.duplicate, messages.asked};
    case Metric::Answered:
      return {messages.answered, messages.asked};
    case Metric::Errors:
      return {messages.refused(), messages.asked};
    default:
      return {messages.errors[error_of(metric)], messages.asked};
  }
}

ClaimReport check_messages(const Claim& claim, const ConnectionReport& connection) {
  MessageCounters messages;
  for (const Role role : {Role::Client, Role::Server}) {
    if (!claim.side || *claim.side == role) messages += connection.sides[index(role)].messages;
  }
  const Part part = part_of(claim.metric, messages);
  const std::string what =
      (is_of_requests(claim.metric) ? "requests" : "messages") + of_side(claim.side);
  ClaimReport report;
  report.text = fmt::format("{} of the {} {}", limits_text(claim.limits), what, verb(claim.metric));
  report.found = part.all == 0 ? fmt::format("there were no {}", what)
                               : fmt::format("{} of the {} {} {}", part.count, part.all, what,
                                             verb(claim.metric));
  report.holds = lies_within(claim.limits, part.count, part.all);
  return report;
}

// --- counts ---

ClaimReport check_count(const Claim& claim, const ConnectionReport& connection) {
  const char* what = claim.metric == Metric::Keepalives ? "keepalives"
                     : claim.metric == Metric::Packets  ? "packets"
                                                        : "bytes";
  std::uint64_t count = 0;
  for (const Role role : {Role::Client, Role::Server}) {
    if (claim.side && *claim.side != role) continue;
    const SideCounters& counters = connection.sides[index(role)].counters;
    count += claim.metric == Metric::Keepalives ? counters.keepalives
             : claim.metric == Metric::Packets  ? counters.packets_sent
                                                : counters.bytes_sent;
  }
  const std::string by = claim.side ? fmt::format(" by the {}", name(*claim.side)) : "";
  return {lies_within(claim.limits, count, count),
          fmt::format("{} sent{}: {}", what, by, limits_text(claim.limits)),
          fmt::format("{} {} sent{}", count, what, by)};
}

ClaimReport check_opened(const Claim& claim, const ConnectionReport& connection) {
  const SideReport& client = connection.sides[index(Role::Client)];
  const std::uint64_t single = client.opened_at ? client.reconnects + 1u : 0u;
  const std::uint64_t count = connection.session ? connection.session->sums.opened : single;
  return {lies_within(claim.limits, count, count),
          fmt::format("connections opened: {}", limits_text(claim.limits)),
          fmt::format("{} connections opened", count)};
}

// --- spans ---

ClaimReport check_wait(const Claim& claim, const ConnectionReport& connection) {
  const Duration longest =
      connection.session ? connection.session->figures.longest_wait : Duration::zero();
  return {lies_within(claim.limits, longest),
          fmt::format("longest wait for a connection: {}", limits_text(claim.limits)),
          fmt::format("the longest wait for a connection was {}", print_duration(longest))};
}

ClaimReport check_blackhole(const Claim& claim, const ConnectionReport& connection) {
  Duration longest{};
  for (const Role role : {Role::Client, Role::Server}) {
    if (!claim.side || *claim.side == role)
      longest = std::max(longest, connection.sides[index(role)].blackhole);
  }
  return {lies_within(claim.limits, longest),
          fmt::format("a black hole{} of {}", of_side(claim.side), limits_text(claim.limits)),
          fmt::format("a black hole{} of {}", of_side(claim.side), print_duration(longest))};
}

ClaimReport check_page(const Claim& claim, const ConnectionReport& connection) {
  const PageFigures pages = connection.session ? connection.session->figures.pages : PageFigures{};
  ClaimReport report;
  report.text = fmt::format("a page loaded within: {}", limits_text(claim.limits));
  report.holds = pages.loaded > 0 && pages.loaded == pages.begun &&
                 lies_within(claim.limits, pages.longest_load);
  report.found = fmt::format("{} of {} pages loaded", pages.loaded, pages.begun);
  if (pages.loaded > 0)
    report.found += fmt::format(", the slowest in {}", print_duration(pages.longest_load));
  return report;
}

// What is known of how long it took an end to notice.
struct Noticing {
  bool concerns = false;          // there was something to notice
  std::optional<Duration> after;  // empty: not by the end
  Duration waited{};              // until the end, where it did not
};

Noticing noticing_of(const SideReport& side, std::optional<TimePoint> since, TimePoint end) {
  const std::optional<TimePoint> from = since ? since : broken_at(side);
  if (!from || went_down(side)) return {};
  const std::optional<TimePoint> learned = learned_at(side, *from);
  if (learned) return {true, *learned - *from, {}};
  return {true, std::nullopt, end - *from};
}

// The members that are forgotten at the end have not noticed.
std::vector<Noticing> noticing_of(const PopulationReport::End& end) {
  std::vector<Noticing> all;
  if (end.delays) {
    all.push_back({true, end.delays->front(), {}});
    all.push_back({true, end.delays->back(), {}});
  }
  if (end.outcomes[static_cast<std::size_t>(Outcome::Forgotten)] > 0)
    all.push_back({true, std::nullopt, {}});
  return all;
}

bool holds(const Noticing& noticing, const Limits& limits) {
  if (noticing.after) return lies_within(limits, *noticing.after);
  return !limits.most && noticing.waited >= std::get<Duration>(*limits.least);
}

ClaimReport check_notice(const Claim& claim, const ConnectionReport& connection, TimePoint end) {
  ClaimReport report;
  report.text = "noticed after " + limits_text(claim.limits);
  if (claim.since) report.text += " since " + print_duration(claim.since->time_since_epoch());
  if (claim.side) report.text += fmt::format(" by the {}", name(*claim.side));
  report.holds = true;
  for (const Role role : {Role::Client, Role::Server}) {
    if (claim.side && *claim.side != role) continue;
    std::vector<Noticing> all;
    if (connection.population) {
      if (connection.population->ends)
        all = noticing_of((*connection.population->ends)[index(role)]);
    } else {
      all = {noticing_of(connection.sides[index(role)], claim.since, end)};
    }
    for (const Noticing& noticing : all) {
      if (!noticing.concerns) continue;
      report.holds = report.holds && holds(noticing, claim.limits);
      report.found += fmt::format(
          "{}the {} noticed {}", report.found.empty() ? "" : ", ", name(role),
          noticing.after ? "after " + print_duration(*noticing.after) : "nothing by the end");
    }
  }
  if (!report.found.empty()) return report;
  report.holds = false;
  report.found = "nothing broke the connection, so that there was nothing to notice";
  return report;
}

std::string packet_text(PacketKind kind) {
  const std::string_view noun = name(kind);
  if (kind == PacketKind::Data) return std::string(noun);
  return (std::string_view("aeiou").find(noun.front()) == std::string_view::npos ? "a " : "an ") +
         std::string(noun);
}

std::string call_text(const ClosestCall& call) {
  const std::string timer =
      call.setting.empty() ? call.timer : fmt::format("{} ({})", call.timer, call.setting);
  return fmt::format("{} were left of the {} of {} of {} when {} came from the {} side at {}",
                     print_duration(call.left), print_duration(call.timeout), timer, call.who,
                     packet_text(call.by), name(call.from),
                     print_duration(call.at.time_since_epoch()));
}

bool was_forgotten_by_a_box(const ConnectionReport& connection) {
  if (connection.population) return connection.population->ever_forgotten > 0;
  return std::ranges::any_of(connection.sides, [](const SideReport& side) {
    return side.forgotten_at && side.blame.kind == FaultKind::Flow;
  });
}

ClaimReport check_closest_call(const Claim& claim, const ConnectionReport& connection) {
  ClaimReport report;
  report.text = "a closest call of " + limits_text(claim.limits);
  const std::optional<ClosestCall>& call = connection.closest_call;
  report.found = call ? call_text(*call)
                      : "no packet extended the life of a flow after a pause, so that there was no "
                        "closest call";
  if (was_forgotten_by_a_box(connection)) {
    // It came nearer than any call tells.
    report.holds = !claim.limits.least;
    report.found = "a box forgot it, which is nearer than any closest call";
    if (call) report.found += "; before or after that, " + call_text(*call);
  } else {
    report.holds = call ? lies_within(claim.limits, call->left) : false;
  }
  return report;
}

std::string wait_text(const CloseGiveUp& wait, Role role) {
  return fmt::format("the {} had {} left until {} would have ended it, at {} after a wait of {}",
                     name(role), print_duration(wait.left), wait.limit,
                     print_duration(wait.at.time_since_epoch()), print_duration(wait.waited));
}

// An end that gave up came nearer than any wait tells; one that never had to ask twice was never
// near.
ClaimReport check_give_up(const Claim& claim, const ConnectionReport& connection) {
  ClaimReport report;
  report.text = "giving up no nearer than " + limits_text(claim.limits);
  if (!claim.limits.least)
    report.text = "time left until giving up of " + limits_text(claim.limits);
  if (claim.side) report.text += fmt::format(" by the {}", name(*claim.side));
  report.holds = true;
  for (const Role role : {Role::Client, Role::Server}) {
    if (claim.side && *claim.side != role) continue;
    const SideReport& side = connection.sides[index(role)];
    const bool gave_up = std::ranges::any_of(side.timeline, [](const Transition& transition) {
      return transition.outcome == Outcome::Detected;
    });
    const std::optional<CloseGiveUp>& wait = side.close_give_up;
    const bool holds = gave_up ? !claim.limits.least
                       : wait  ? lies_within(claim.limits, wait->left)
                               : !claim.limits.most;
    report.holds = report.holds && holds;
    if (!report.found.empty()) report.found += "; ";
    report.found += gave_up ? fmt::format("the {} gave up", name(role))
                    : wait  ? wait_text(*wait, role)
                            : fmt::format("the {} never had to ask twice", name(role));
  }
  return report;
}

}  // namespace

std::string limits_text(const Limits& limits) {
  if (limits.least && limits.most) {
    const std::string least = amount_text(*limits.least);
    const std::string most = amount_text(*limits.most);
    if (least != most) return least + " to " + most;
    return least == "100%" ? "all" : least == "0" || least == "0%" ? "none" : "exactly " + least;
  }
  return limits.least ? "at least " + amount_text(*limits.least)
                      : "at most " + amount_text(*limits.most);
}

bool lies_within(const Limits& limits, Duration span) {
  if (limits.least && span < std::get<Duration>(*limits.least)) return false;
  return !limits.most || span <= std::get<Duration>(*limits.most);
}

bool lies_within(const Limits& limits, std::uint64_t count, std::uint64_t all) {
  if (limits.least && compare(count, all, *limits.least) < 0) return false;
  if (limits.most && compare(count, all, *limits.most) > 0) return false;
  // Of nothing every share is hit, which shows nothing.
  const bool share = limits.least && std::holds_alternative<Ratio>(*limits.least);
  return all > 0 || !share || std::get<Ratio>(*limits.least).numerator == 0;
}

ClaimReport check_claim(const Claim& claim, const ConnectionReport& connection, TimePoint end) {
  if (is_of_server(claim.metric)) return check_server_claim(claim, connection);
  if (is_of_ways(claim.metric)) return check_way_claim(claim, connection);
  switch (claim.metric) {
    case Metric::Delivered:
    case Metric::Lost:
    case Metric::Late:
    case Metric::Unsent:
    case Metric::Answered:
    case Metric::Errors:
    case Metric::Error502:
    case Metric::Error503:
    case Metric::Error504:
    case Metric::Error520:
    case Metric::Error524:
    case Metric::Failed:
    case Metric::Repeated:
    case Metric::Duplicate:
      return check_messages(claim, connection);
    case Metric::Keepalives:
    case Metric::Packets:
    case Metric::Bytes:
      return check_count(claim, connection);
    case Metric::Opened:
      return check_opened(claim, connection);
    case Metric::PageLoad:
      return check_page(claim, connection);
    case Metric::LongestWait:
      return check_wait(claim, connection);
    case Metric::Blackhole:
      return check_blackhole(claim, connection);
    case Metric::NoticedAfter:
      return check_notice(claim, connection, end);
    case Metric::ClosestCall:
      return check_closest_call(claim, connection);
    case Metric::CloseGiveUp:
      return check_give_up(claim, connection);
    default:
      break;  // of copies
  }
  CHECK(false, "every metric is checked");
  return {};
}

}  // namespace stayalive
