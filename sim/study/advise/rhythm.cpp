// SPDX-License-Identifier: Apache-2.0
#include "study/advise/rhythm.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <variant>

#include "engine/trace.h"
#include "run/run.h"
#include "study/trials/tally.h"

namespace stayalive {
namespace {

// Estimates of the round trip follow the last ones by an eighth and a quarter (RFC 6298): after so
// many intervals nothing is left of how the connection began.
constexpr int kSettlingOfTcp = 100;
constexpr int kSettlingOfUdp = 8;
constexpr int kWatched = 6;       // intervals, in which the cycle has to show itself
constexpr int kStretch = 3;       // intervals, where nothing repeats itself
constexpr int kSweepPhases = 64;  // of a box that forgets in sweeps
constexpr std::int64_t kMostCycles = 16384;

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
    if (record.kind == TraceKind::Arrived && at_client) received.push_back(record.at);
    if (!is_keepalive(record)) return;
    if (at_client) pings[index(Role::Client)].push_back(record.at);
    if (where == server_) pings[index(Role::Server)].push_back(record.at);
  }

  std::vector<Moment> moments;
  std::vector<TimePoint> sent;                  // by the client
  std::vector<TimePoint> received;              // by the client
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

// From which a box on the way counts the sweeps in which it forgets; zero: none does.
Duration sweep_of(const Scenario& scenario) {
  Duration sweep{};
  for (const Hop& hop : scenario.path) {
    const auto* box = std::get_if<MiddleboxSpec>(&hop);
    if (box != nullptr) sweep = std::max(sweep, box->profile.reap_interval);
  }
  return sweep;
}

// After how many cycles the connection has been in each phase of the sweeps, spread evenly over
// them.
std::vector<std::int64_t> cycles_to_look_at(const Scenario& scenario, Duration cycle) {
  const Duration sweep = sweep_of(scenario);
  if (sweep == Duration::zero() || cycle == Duration::zero()) return {0};
  const Duration step{std::gcd(sweep.count(), cycle.count())};
  const std::int64_t phases = sweep / step;
  const std::int64_t shown = std::min<std::int64_t>(phases, kSweepPhases);
  // The multiple of the cycle that moves the phase by one step.
  const std::int64_t stride = cycle / step % phases;
  std::vector<std::int64_t> cycles;
  for (std::int64_t i = 0; i < shown; ++i) {
    const std::int64_t wanted = i * phases / shown;
    if (shown == phases) {
      cycles.push_back(i);
      continue;
    }
    // Few cycles lie exactly on the wanted phase; the first one near it will do.
    const std::int64_t near = phases / shown / 4;
    std::int64_t cycle_number = 0;
    std::int64_t phase = 0;
    while (std::abs(phase - wanted) > near && cycle_number < kMostCycles) {
      phase = (phase + stride) % phases;
      ++cycle_number;
    }
    cycles.push_back(cycle_number);
  }
  std::ranges::sort(cycles);
  cycles.erase(std::unique(cycles.begin(), cycles.end()), cycles.end());
  return cycles;
}

// Those within the cycle, as they are `shift` later.
void put(std::vector<TimePoint>& into, const std::vector<TimePoint>& from, const Rhythm& rhythm,
         Duration shift) {
  for (const TimePoint at : from) {
    if (at >= rhythm.beat && at < rhythm.until) into.push_back(later(at, shift));
  }
}

void sort_once(std::vector<TimePoint>& instants) {
  std::ranges::sort(instants);
  instants.erase(std::unique(instants.begin(), instants.end()), instants.end());
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

Scenario without_chance(const Scenario& scenario) {
  Scenario quiet = scenario;
  quiet.events.clear();
  quiet.expectations.clear();
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
  std::vector<Hop>& path = scenario.path;
  LinkConfig line;
  line.name = client.name + "-line";
  const auto is_line = [](const Hop& hop) { return std::holds_alternative<LinkConfig>(hop); };
  if (inside && (path.empty() || !is_line(path.front()))) {
    path.insert(path.begin(), line);
  }
  if (!inside && (path.empty() || !is_line(path.back()))) {
    path.push_back(line);
  }
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

namespace {

// The longest keepalive time of an end's kernel that is longer than the interval; zero: there is
// none.
Duration slow_keepalive(const ConnectionSpec& spec, Duration interval) {
  Duration slowest{};
  if (spec.transport != Transport::Tcp) return slowest;
  for (const TcpConfig& socket : spec.tcp) {
    if (socket.keepalive) slowest = std::max(slowest, socket.keepalive_idle);
  }
  return slowest > interval ? slowest : Duration::zero();
}

// A kernel's own probes come so seldom that a cycle shows none of them: a peer's probes do not put
// them off.  What happens around the first one after the connection has settled is looked at, too.
void add_slow_probes(const Scenario& quiet, std::size_t connection, Duration interval,
                     Duration line_delay, Rhythm& rhythm) {
  const Duration slow = slow_keepalive(quiet.connections[connection], interval);
  if (slow == Duration::zero()) return;
  Scenario longer = quiet;
  longer.duration = later(rhythm.until, slow + 2 * interval + 1min) - kStart;
  Listener listener(longer, connection, rhythm.until);
  run(longer, {std::nullopt, &listener});
  for (const std::vector<TimePoint>& probes : listener.pings) {
    // The other end's fast keepalives are in the cycle.
    const bool seldom =
        probes.size() == 1 || (probes.size() > 1 && probes[1] - probes[0] > interval * 2);
    if (!seldom) continue;
    const TimePoint from = probes.front();
    const TimePoint until = later(from, interval);
    const auto near = [&](TimePoint at) { return at >= from && at < until; };
    for (const Moment& moment : listener.moments) {
      if (near(moment.at)) rhythm.instants.push_back(moment.at);
    }
    for (const TimePoint at : all_crossings(listener, line_delay)) {
      if (near(at)) rhythm.crossings.push_back(at);
    }
  }
}

}  // namespace

Rhythm find_rhythm(const Scenario& scenario, std::size_t connection, Duration interval) {
  Scenario quiet = without_chance(scenario);
  const ConnectionSpec& spec = quiet.connections[connection];
  interval = longest_interval(spec, interval);
  const int settling = spec.transport == Transport::Tcp ? kSettlingOfTcp : kSettlingOfUdp;
  const TimePoint settled = later(spec.start, settling * interval + 1min);
  quiet.duration = later(settled, kWatched * interval + 1min) - kStart;
  Listener listener(quiet, connection, settled);
  const RunReport report = run(quiet, {std::nullopt, &listener});
  Rhythm rhythm;
  rhythm.beat = rhythm.until = settled;
  rhythm.lives = held(report.connections[connection]);
  if (interval == Duration::zero() || listener.moments.empty()) return rhythm;
  rhythm.cycle = find_cycle(listener.moments);
  rhythm.repeats = rhythm.cycle > Duration::zero();
  const Duration span = rhythm.repeats ? rhythm.cycle : kStretch * interval;
  if (!rhythm.repeats) rhythm.cycle = interval;
  const std::vector<TimePoint> crossings = all_crossings(listener, line_delay(quiet, connection));
  const TimePoint begin = listener.moments.front().at;
  rhythm.beat = after_longest_pause(crossings, begin, later(begin, 2 * span));
  rhythm.until = later(rhythm.beat, span);
  std::vector<TimePoint> moments;
  for (const Moment& moment : listener.moments) moments.push_back(moment.at);
  const std::vector<TimePoint> keepalives = keepalive_crossings(
      listener, server_keeps_alive(listener), way_to_client_line(quiet, connection));
  for (const std::int64_t n : cycles_to_look_at(quiet, rhythm.repeats ? span : Duration::zero())) {
    put(rhythm.instants, moments, rhythm, n * span);
    put(rhythm.crossings, crossings, rhythm, n * span);
    put(rhythm.keepalives, keepalives, rhythm, n * span);
  }
  add_slow_probes(quiet, connection, interval, line_delay(quiet, connection), rhythm);
  for (auto* instants : {&rhythm.instants, &rhythm.crossings, &rhythm.keepalives}) {
    sort_once(*instants);
  }
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
  run(cut, {std::nullopt, &listener});
  std::vector<TimePoint> entered =
      keepalive_crossings(listener, server_keeps_alive(listener), on_the_way);
  std::erase_if(entered, [&](TimePoint at) { return at < from || at >= until; });
  return entered;
}

}  // namespace stayalive
