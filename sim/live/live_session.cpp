// SPDX-License-Identifier: Apache-2.0
#include "live/live_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "base/text.h"
#include "run/expectation.h"

namespace stayalive {
namespace {

Diagnostic refusal(const Scenario& scenario, const std::string& pointer, std::string message) {
  Diagnostic diagnostic;
  diagnostic.file = scenario.file;
  diagnostic.pointer = pointer;
  diagnostic.message = std::move(message);
  return diagnostic;
}

bool can_happen_live(EventKind kind) {
  return kind == EventKind::Cut || kind == EventKind::Flush || kind == EventKind::RebootBox;
}

bool can_be_claimed_live(Metric metric) {
  return metric == Metric::Blackhole || metric == Metric::NoticedAfter ||
         metric == Metric::Keepalives || metric == Metric::Packets || metric == Metric::Bytes;
}

std::vector<std::string> names_of_boxes(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const Hop& hop : scenario.path) {
    if (const auto* box = std::get_if<MiddleboxSpec>(&hop)) names.push_back(box->name);
  }
  return names;
}

}  // namespace

std::vector<Diagnostic> refuse_live(const Scenario& scenario) {
  std::vector<Diagnostic> errors;
  for (std::size_t i = 0; i < scenario.path.size(); ++i) {
    if (const auto* proxy = std::get_if<ProxySpec>(&scenario.path[i])) {
      errors.push_back(refusal(
          scenario, fmt::format("/path/{}", i),
          fmt::format("{} is a proxy; put the program itself behind --serve", proxy->name)));
    }
  }
  for (std::size_t i = 0; i < scenario.events.size(); ++i) {
    if (can_happen_live(scenario.events[i].kind)) continue;
    errors.push_back(refusal(scenario, fmt::format("/events/{}", i),
                             "with real programs only lines can be cut, and boxes flushed and "
                             "rebooted"));
  }
  for (const ConnectionSpec& connection : scenario.connections) {
    if (connection.population.count == 0 && !connection.session) continue;
    errors.push_back(refusal(scenario, "/connections",
                             connection.name + " stands for several connections; live flows are "
                                               "named one by one"));
  }
  for (const ExpectSpec& expect : scenario.expectations) {
    if (expect.share || std::ranges::any_of(expect.claims, [](const Claim& claim) {
          return !can_be_claimed_live(claim.metric);
        })) {
      errors.push_back(refusal(scenario, expect.pointer,
                               "cannot be seen from between two real programs; what can are "
                               "outcomes, blame, black holes, packets and TCP keepalives"));
    }
  }
  return errors;
}

LiveSession::LiveSession(const Scenario& scenario, const Setting& setting, LiveSink& sink,
                         LiveLog::Write write)
    : scenario_(scenario),
      setting_(setting),
      book_(scenario, setting.clock, setting.most_flows, setting.named),
      log_(names_of_boxes(scenario), book_, setting.clock, std::move(write)),
      line_(scenario, {setting.clock}, sink, *this) {}

TimePoint LiveSession::next_deadline() const {
  const TimePoint next = line_.next_deadline();
  if (next_event_ == scenario_.events.size()) return next;
  return std::min(next, setting_.clock.real(scenario_.events[next_event_].at));
}

void LiveSession::enter(Side end, std::span<std::uint8_t> bytes, TimePoint now) {
  expire(now);
  line_.enter(end, bytes, now);
}

void LiveSession::expire(TimePoint now) {
  while (next_event_ < scenario_.events.size() &&
         setting_.clock.real(scenario_.events[next_event_].at) <= now)
    happen(scenario_.events[next_event_++], now);
  if (line_.next_deadline() <= now) line_.expire(now);
}

// Among the boxes, or among the lines.
std::size_t LiveSession::number_at(std::size_t hop) const {
  const bool box = std::holds_alternative<MiddleboxSpec>(scenario_.path[hop]);
  std::size_t number = 0;
  for (std::size_t i = 0; i < hop; ++i)
    number += std::holds_alternative<MiddleboxSpec>(scenario_.path[i]) == box ? 1u : 0u;
  return number;
}

void LiveSession::happen(const EventSpec& event, TimePoint now) {
  const std::size_t number = number_at(event.target);
  // What it says of spans is by the boxes' clock, too.
  const Duration span =
      event.span == kForever ? kForever : event.span / static_cast<int>(setting_.clock.scale());
  if (event.kind == EventKind::Flush) {
    say(fmt::format("the scenario flushes {}", line_.spec(number).name), now);
    line_.flush(number, now);
  } else if (event.kind == EventKind::RebootBox) {
    say(fmt::format("the scenario reboots {}", line_.spec(number).name), now);
    line_.reboot(number, span, now);
  } else {
    say(fmt::format("the scenario cuts {}", line_.wire_name(number)), now);
    line_.cut(number, span, event.towards, now);
  }
}

LiveReport LiveSession::finish(TimePoint now, std::optional<EarlyEnd> early) {
  expire(now);
  const TimePoint end = setting_.clock.box(now);
  LiveReport report;
  RunReport& run = report.run;
  run.file = scenario_.file;
  run.title = scenario_.title;
  run.seed = scenario_.seed;
  // So short that it can be read.
  run.duration = (end - kStart) / Duration{1ms} * Duration{1ms};
  run.planned = run.duration;
  run.early_end = std::move(early);
  report.counts = line_.counts();
  run.events = report.counts.entered[0] + report.counts.entered[1];
  run.connections = book_.finish(end, setting_.most_reported);
  for (const ExpectSpec& expect : scenario_.expectations) {
    if (!setting_.named) break;
    const auto& name = scenario_.connections[expect.connection].name;
    const auto found = std::ranges::find(run.connections, name, &ConnectionReport::name);
    run.expectations.push_back(check_expectation(scenario_, expect, *found));
    const bool open = expect.at && *expect.at > end;
    if (open) run.expectations.back().decided = run.expectations.back().holds = false;
  }
  report.scale = setting_.clock.scale();
  report.flows = book_.size();
  report.beyond = book_.beyond();
  for (std::size_t i = 0; i < line_.boxes(); ++i) {
    report.boxes.push_back(line_.spec(i).name);
    report.held.push_back(line_.box(i).size());
  }
  return report;
}

void LiveSession::entered(Side end, Packet& packet, const DecodedPacket& decoded, TimePoint now) {
  book_.entered(end, packet, decoded, now);
}

void LiveSession::processed(std::size_t box, Side from, const Packet& packet,
                            const Verdict& verdict, TimePoint now) {
  if (verdict.handling == Handling::Dropped) book_.dropped(box, packet, verdict.drop, now);
  log_.processed(box, from, packet, verdict, now);
}

void LiveSession::flow_changed(std::size_t box, const FlowNote& note, TimePoint now) {
  book_.flow_changed(box, note, now);
  log_.flow_changed(box, note, now);
}

void LiveSession::answered(std::size_t box, Side to, const Packet& packet, TimePoint now) {
  log_.answered(box, to, packet, now);
}

void LiveSession::left(Side end, const Packet& packet, TimePoint now) {
  book_.left(end, packet, now);
}

void LiveSession::lost(LiveLoss, const Packet&, TimePoint) {}

}  // namespace stayalive
