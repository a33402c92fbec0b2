// SPDX-License-Identifier: Apache-2.0
#include "run/rehearsal/rhythm.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <variant>

#include "engine/trace.h"
#include "run/held.h"
#include "run/run.h"
#include "strategy/strategy.h"

namespace stayalive {
namespace {

// Estimates of the round trip follow the last ones by an eighth and a quarter (RFC 6298): after so
// many intervals nothing is left of how the connection began.
constexpr int kSettlingOfTcp = 100;
constexpr int kSettlingOfUdp = 8;
constexpr int kWatched = 6;  // intervals, in which the cycle has to show itself
constexpr int kStretch = 3;  // intervals, where nothing repeats itself
constexpr int kPhases = 64;  // of a clock by which somebody looks now and then
constexpr std::size_t kMostRare = 2;
constexpr Duration kSlowestProbe = 12h;
constexpr std::int64_t kMostCycles = 200;

// What happens to one connection.
struct Moment {
  TimePoint at;
  TraceKind kind = TraceKind::Event;
  NodeId node;
  Side towards = Side::External;
  PacketKind packet = PacketKind::Data;
  std::uint16_t bytes = 0;
  bool like(const Moment& other) const {
    return std::tie(kind, node, towards, packet, bytes) ==
           std::tie(other.kind, other.node, other.towards, other.packet, other.bytes);
  }
};

class Listener final : public TraceSink {
 public:
  Listener(const Scenario& scenario, std::size_t connection, TimePoint from)
      : connection_(ConnectionId{static_cast<std::uint32_t>(connection)}),
        spec_(scenario.connections[connection]),
        client_(scenario.hosts[spec_.client].name),
        server_(scenario.hosts[spec_.server].name),
        from_(from) {}

  void record(const TraceRecord& record, const std::string& where) override {
    if (record.at < from_ || record.packet.notes.connection != connection_) return;
    const bool is_packet = record.kind != TraceKind::Event && record.kind != TraceKind::Written &&
                           record.kind != TraceKind::Timer;
    moments.push_back({record.at, record.kind, record.node, record.towards,
                       is_packet ? record.packet.notes.kind : PacketKind::Data,
                       is_packet ? record.packet.payload : std::uint16_t{0}});
    const bool at_client = where == client_;
    if (record.kind == TraceKind::Sent && at_client) sent.push_back(record.at);
    if (record.kind == TraceKind::Written && record.detail == name(MessageKind::Control)) {
      controls.push_back(record.at);
    }
    if (record.kind == TraceKind::Arrived && at_client) received.push_back(record.at);
    if (!is_keepalive(record)) return;
    if (at_client) pings[index(Role::Client)].push_back(record.at);
    if (where == server_) pings[index(Role::Server)].push_back(record.at);
  }

  std::vector<Moment> moments;
  std::vector<TimePoint> sent;                  // by the client
  std::vector<TimePoint> received;              // by the client
  std::vector<TimePoint> controls;              // messages by which the ends agree on something
  std::array<std::vector<TimePoint>, 2> pings;  // by Role

 private:
  static bool is_keepalive(const TraceRecord& record) {
    if (record.kind == TraceKind::Written) {
      return record.detail == name(MessageKind::Request) ||
             record.detail == name(MessageKind::Ping);
    }
    return record.kind == TraceKind::Sent && record.packet.notes.kind == PacketKind::KeepaliveProbe;
  }

  ConnectionId connection_;
  const ConnectionSpec& spec_;
  const std::string& client_;
  const std::string& server_;
  TimePoint from_;
};

// The smallest step after which what follows is what went before; zero when there is none.
Duration find_cycle(const std::vector<Moment>& moments) {
  const std::size_t count = moments.size();
  for (std::size_t step = 1; 2 * step <= count; ++step) {
    const Duration span = moments[step].at - moments[0].at;
    bool repeats = span > Duration::zero();
    for (std::size_t i = 0; repeats && i + step < count; ++i) {
      repeats = moments[i].like(moments[i + step]) && moments[i + step].at - moments[i].at == span;
    }
    if (repeats) return span;
  }
  return Duration::zero();
}

// The clocks by which somebody looks only now and then: boxes that forget in sweeps, proxies,
// programs that check whether they have heard anything.
std::vector<Duration> hidden_clocks(const Scenario& scenario, const ConnectionSpec& spec) {
  std::vector<Duration> clocks;
  for (const Hop& hop : scenario.path) {
    const auto* box = std::get_if<MiddleboxSpec>(&hop);
    if (box != nullptr) clocks.push_back(box->profile.reap_interval);
    const auto* proxy = std::get_if<ProxySpec>(&hop);
    if (proxy != nullptr) clocks.push_back(proxy->rules.granularity);
  }
  const StrategyKind* kind = find_strategy(spec.strategy);
  if (kind != nullptr && std::ranges::count(kind->options, "check_every", &OptionSpec::key) > 0) {
    clocks.push_back(spec.options.span("check_every"));
  }
  std::erase(clocks, Duration::zero());
  return clocks;
}

// After how many cycles the connection has been in each phase of a clock, spread evenly over them
// where there are many; `grain` is then how far they are apart.
std::vector<std::int64_t> cycles_to_look_at(Duration clock, Duration cycle, Duration& grain) {
  const Duration step{std::gcd(clock.count(), cycle.count())};
  const std::int64_t phases = clock / step;
  const std::int64_t shown = std::min<std::int64_t>(phases, kPhases);
  std::vector<std::int64_t> cycles;
  if (shown == phases) {
    for (std::int64_t i = 0; i < shown; ++i) cycles.push_back(i);
    return cycles;
  }
  grain = std::max(grain, clock / (kPhases / 2));
  const std::int64_t stride = cycle / step % phases;
  for (std::int64_t i = 0; i < shown; ++i) {
    // Few cycles lie exactly on the wanted phase; the first one near it will do.
    const std::int64_t wanted = i * phases / shown;
    const std::int64_t near = phases / shown / 4;
    std::int64_t cycle_number = 0;
    std::int64_t phase = 0;
    while (std::abs(phase - wanted) > near && cycle_number < kMostCycles) {
      phase = (phase + stride) % phases;
      ++cycle_number;
    }
    // What comes so late that nobody sees it is left out.
    if (cycle_number < kMostCycles) cycles.push_back(cycle_number);
  }
  return cycles;
}

struct Span {
  TimePoint from;
  TimePoint until;
};

// Those within the span, as they are `shift` later.
void put(std::vector<TimePoint>& into, const std::vector<TimePoint>& from, const Span& span,
         Duration shift = {}) {
  for (const TimePoint at : from) {
    if (at >= span.from && at < span.until) into.push_back(later(at, shift));
  }
}

void sort_once(std::vector<TimePoint>& instants) {
  std::ranges::sort(instants);
  instants.erase(std::unique(instants.begin(), instants.end()), instants.end());
}

// The longest span after which an end's kernel asks whether the other is there, or its program
// agrees on new keys.
Duration slowest_timer(const ConnectionSpec& spec) {
  Duration slowest{};
  const StrategyKind* kind = find_strategy(spec.strategy);
  if (kind != nullptr && std::ranges::count(kind->options, "reneg_sec", &OptionSpec::key) > 0) {
    slowest = spec.options.span("reneg_sec");
  }
  if (spec.transport != Transport::Tcp) return std::min(slowest, kSlowestProbe);
  for (const TcpConfig& tcp : spec.tcp) {
    if (tcp.keepalive) slowest = std::max(slowest, tcp.keepalive_idle);
  }
  return std::min(slowest, kSlowestProbe);
}

// The cycles around what does not happen in every cycle, from `from` on.
std::vector<Span> rare_spans(const std::vector<Moment>& moments, TimePoint from, Duration cycle) {
  std::vector<Span> spans;
  std::size_t before = 0;
  for (const Moment& moment : moments) {
    while (before < moments.size() && moments[before].at < moment.at - cycle) ++before;
    bool usual = moment.at - cycle < moments.front().at;
    for (std::size_t i = before; !usual && i < moments.size(); ++i) {
      if (moments[i].at != moment.at - cycle) break;
      usual = moments[i].like(moment);
    }
    if (usual || moment.at < from) continue;
    if (!spans.empty() && moment.at < spans.back().until) {
      spans.back().until = std::max(spans.back().until, later(moment.at, cycle));
    } else if (spans.size() < kMostRare) {
      spans.push_back({moment.at - cycle, later(moment.at, cycle)});
    }
  }
  return spans;
}

// What goes before and comes with the first agreement of the ends from `from` on.
std::vector<Span> agreement_spans(const std::vector<TimePoint>& controls, TimePoint from,
                                  Duration interval) {
  for (const TimePoint at : controls) {
    if (at > later(from, interval)) return {{at - interval, later(at, 1s)}};
  }
  return {};
}

// The packet after the longest pause among those from `from` until `until`.
TimePoint after_longest_pause(const std::vector<TimePoint>& crossings, TimePoint from,
                              TimePoint until) {
  TimePoint found = from;
  Duration longest{-1};
  for (std::size_t i = 1; i < crossings.size(); ++i) {
    if (crossings[i] < from || crossings[i] >= until) continue;
    const Duration pause = crossings[i] - crossings[i - 1];
    if (pause <= longest) continue;
    longest = pause;
    found = crossings[i];
  }
  return found;
}

Duration longest_interval(const ConnectionSpec& spec, Duration interval) {
  for (const TrafficSpec& traffic : spec.traffic) {
    if (traffic.every) interval = std::max(interval, *traffic.every);
  }
  return interval;
}

}  // namespace

Scenario without_events(const Scenario& scenario) {
  Scenario eventless = scenario;
  eventless.events.clear();
  eventless.expectations.clear();
  return eventless;
}

Scenario without_chance(const Scenario& scenario) {
  Scenario quiet = without_events(scenario);
  for (Hop& hop : quiet.path) {
    auto* link = std::get_if<LinkConfig>(&hop);
    if (link == nullptr) continue;
    link->loss = {};
    link->jitter = {};
  }
  return quiet;
}

std::size_t client_line(Scenario& scenario, std::size_t connection) {
  const HostSpec& client = scenario.hosts[scenario.connections[connection].client];
  const bool inside = client.side == Side::Internal;
  const std::vector<Hop>& path = scenario.path;
  LinkConfig line;
  line.name = client.name + "-line";
  const auto is_line = [&](std::size_t hop) {
    return std::holds_alternative<LinkConfig>(path[hop]) && !way_of(scenario, hop);
  };
  if (inside && (path.empty() || !is_line(0))) scenario.insert_hop(0, line);
  if (!inside && (path.empty() || !is_line(path.size() - 1)))
    scenario.insert_hop(path.size(), line);
  return inside ? 0 : path.size() - 1;
}

namespace {

// When what travels towards the client enters its line, before it arrives.
Duration line_delay(const Scenario& scenario, std::size_t connection) {
  Scenario with_line = scenario;
  const std::size_t hop = client_line(with_line, connection);
  return std::get<LinkConfig>(with_line.path[hop]).delay;
}

// Everything that enters the client's line, in either direction.
std::vector<TimePoint> all_crossings(const Listener& listener, Duration delay) {
  std::vector<TimePoint> crossings = listener.sent;
  for (const TimePoint at : listener.received) crossings.push_back(at - delay);
  sort_once(crossings);
  return crossings;
}

// The instants at which keepalives enter the client's line.
std::vector<TimePoint> keepalive_crossings(const Listener& listener, bool of_server,
                                           Duration on_the_way) {
  std::vector<TimePoint> at = listener.pings[index(of_server ? Role::Server : Role::Client)];
  if (!of_server) return at;
  for (TimePoint& ping : at) ping = later(ping, on_the_way);
  return at;
}

// How long what the server sends needs until it enters the client's line: as long as all lines but
// that one.
Duration way_to_client_line(const Scenario& scenario, std::size_t connection) {
  Duration sum{};
  for (const Hop& hop : scenario.path) {
    const auto* line = std::get_if<LinkConfig>(&hop);
    if (line != nullptr) sum += line->delay;
  }
  return sum - line_delay(scenario, connection);
}

bool server_keeps_alive(const Listener& listener) {
  return listener.pings[index(Role::Client)].empty();
}

}  // namespace

Rhythm find_rhythm(const Scenario& scenario, std::size_t connection, Duration interval, bool seldom,
                   const std::stop_token& stop) {
  Scenario quiet = without_chance(scenario);
  const ConnectionSpec& spec = quiet.connections[connection];
  interval = longest_interval(spec, interval);
  const int settling = spec.transport == Transport::Tcp ? kSettlingOfTcp : kSettlingOfUdp;
  const TimePoint settled = later(spec.start, settling * interval + 1min);
  const TimePoint watched = later(settled, kWatched * interval + 1min);
  const Duration slowest = slowest_timer(spec);
  quiet.duration = watched - kStart;
  if (seldom && slowest > interval) {
    quiet.duration = std::max(quiet.duration, (settled - kStart) + slowest + 4 * interval + 1min);
  }
  Listener listener(quiet, connection, settled);
  const RunReport report = run(quiet, {std::nullopt, &listener, true, stop, settled});
  Rhythm rhythm;
  rhythm.beat = rhythm.until = settled;
  rhythm.lives = held(report.connections[connection]);
  const std::vector<Moment>& moments = listener.moments;
  if (interval == Duration::zero() || moments.empty()) return rhythm;
  const auto after = [](TimePoint at, const Moment& moment) { return at < moment.at; };
  const auto end = std::upper_bound(moments.begin(), moments.end(), watched, after);
  rhythm.cycle = find_cycle({moments.begin(), end});
  rhythm.repeats = rhythm.cycle > Duration::zero();
  const Duration span = rhythm.repeats ? rhythm.cycle : kStretch * interval;
  if (!rhythm.repeats) rhythm.cycle = interval;
  const std::vector<TimePoint> crossings = all_crossings(listener, line_delay(quiet, connection));
  const TimePoint begin = moments.front().at;
  rhythm.beat = after_longest_pause(crossings, begin, later(begin, 2 * span));
  rhythm.until = later(rhythm.beat, span);
  std::vector<TimePoint> instants;
  for (const Moment& moment : moments) instants.push_back(moment.at);
  const std::vector<TimePoint> keepalives = keepalive_crossings(
      listener, server_keeps_alive(listener), way_to_client_line(quiet, connection));
  const auto add = [&](const Span& part, Duration shift = {}) {
    put(rhythm.instants, instants, part, shift);
    put(rhythm.crossings, crossings, part, shift);
    put(rhythm.keepalives, keepalives, part, shift);
  };
  const Span cycle{rhythm.beat, rhythm.until};
  add(cycle);
  if (rhythm.repeats) {
    for (const Duration clock : hidden_clocks(quiet, spec)) {
      for (const std::int64_t n : cycles_to_look_at(clock, span, rhythm.grain)) {
        add(cycle, n * span);
      }
    }
    for (const Span& rare : rare_spans(moments, rhythm.until, span)) {
      add(rare);
      rhythm.rare.push_back(later(rare.from, span));
    }
  } else {
    for (const Span& rare : agreement_spans(listener.controls, rhythm.until, interval)) add(rare);
  }
  for (auto* each : {&rhythm.instants, &rhythm.crossings, &rhythm.keepalives}) sort_once(*each);
  return rhythm;
}

std::vector<TimePoint> keepalives_into_a_cut(const Scenario& scenario, std::size_t connection,
                                             TimePoint from, TimePoint until) {
  Scenario cut = without_chance(scenario);
  EventSpec event;
  event.kind = EventKind::Cut;
  event.at = from;
  event.target = client_line(cut, connection);
  cut.events = {event};
  cut.duration = until - kStart;
  // A keepalive that enters the line at `from` left the server a little before.
  const Duration on_the_way = way_to_client_line(cut, connection);
  Listener listener(cut, connection, from - on_the_way);
  run(cut, {std::nullopt, &listener, true, {}, from - on_the_way});
  std::vector<TimePoint> entered =
      keepalive_crossings(listener, server_keeps_alive(listener), on_the_way);
  std::erase_if(entered, [&](TimePoint at) { return at < from || at >= until; });
  return entered;
}

}  // namespace stayalive
