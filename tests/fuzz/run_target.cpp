// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/check.h"
#include "fuzz/choices.h"
#include "fuzz/targets.h"
#include "run/run.h"
#include "scenario/parse.h"
#include "scenario/profiles/profiles.h"

namespace stayalive {
namespace {

// The pattern with each `#` replaced by the next value.  Values in braces are drawn from left to
// right, whatever the compiler.
std::string filled(std::string_view pattern, std::initializer_list<std::string> values) {
  std::string text;
  const auto* value = values.begin();
  for (const char c : pattern) {
    if (c != '#') {
      text += c;
      continue;
    }
    CHECK(value != values.end(), "there is a value for every mark");
    text += *value++;
  }
  return text;
}

// A scenario of at most an hour, in which nobody says more than one thing a second.
class SmallScenario {
 public:
  explicit SmallScenario(Choices& choices) : choices_(choices) {}

  std::string text() {
    seconds_ = drawn(60, 3600);
    const std::uint32_t hops = drawn(1, 4);
    std::string path;
    for (std::uint32_t i = 0; i < hops; ++i) path += (i == 0 ? "" : ", ") + hop(i);
    const std::uint32_t many = drawn(1, 3);
    std::string connections;
    for (std::uint32_t i = 0; i < many; ++i) connections += (i == 0 ? "" : ", ") + connection(i);
    const std::uint32_t disturbances = choices_.below(4);
    std::string events;
    for (std::uint32_t i = 0; i < disturbances; ++i)
      events += (i == 0 ? "" : ", ") + disturbance(drawn(0, hops - 1), drawn(0, many - 1));
    return filled(R"({"duration": "#s", "path": [#], "connections": [#], "events": [#]})",
                  {std::to_string(seconds_), path, connections, events});
  }

 private:
  std::string pick(const std::array<std::string_view, 4>& words) {
    return std::string(choices_.pick(words));
  }
  std::uint32_t drawn(std::uint32_t least, std::uint32_t most) {
    return least + choices_.below(most - least + 1);
  }
  std::string number(std::uint32_t least, std::uint32_t most) {
    return std::to_string(drawn(least, most));
  }

  std::string hop(std::uint32_t position) {
    const std::uint32_t kind = choices_.below(8);
    hops_ += kind < 2 ? 'l' : kind < 3 ? 'p' : 'b';
    const std::string name = "h" + std::to_string(position);
    if (kind < 2) return link(name);
    return kind < 3 ? proxy(name) : box(name);
  }
  std::string link(const std::string& name) {
    return filled(R"({"link": {"name": "#", "delay": "#ms", "loss": "#", "jitter": "#"#}})",
                  {name, number(0, 300), pick({"0%", "1/1000", "3%", "30%"}),
                   pick({"0s", "0s", "1ms", "20ms"}), choices_.flag() ? slow() : std::string()});
  }
  // A line with a queue before it.
  std::string slow() {
    return filled(R"(, "rate": "#", "queue": "#")",
                  {pick({"1Mbps", "64kbps", "2kbps", "300bps"}),
                   pick({"10000 packets", "1 packets", "2KiB", "6 packets"})});
  }
  std::string box(const std::string& name) {
    static const auto kProfiles = builtin_profiles();
    return filled(R"({"middlebox": {"name": "#", "profile": "#"#}})",
                  {name, kProfiles[choices_.below(kProfiles.size())]->profile.name,
                   pick({"", "", R"(, "capacity": 1)", R"(, "capacity": 3)"})});
  }
  std::string proxy(const std::string& name) {
    return filled(R"({"proxy": {"name": "#", "idle_timeout": "#s"#}})",
                  {name, number(1, 900),
                   pick({"", "", R"(, "on_idle": "reset")", R"(, "probes_count": true)"})});
  }

  std::string connection(std::uint32_t position) {
    const bool udp = choices_.flag() && hops_.find('p') == std::string::npos;
    std::string many;
    if (choices_.below(4) == 0)
      many = filled(R"("count": #, "spread": "#s", )", {number(2, 8), number(0, 50)});
    kinds_ += many.empty() ? '1' : 'm';
    return filled(R"({"name": "c#", #"start": "#ms", "transport": "#", "strategy": ##})",
                  {std::to_string(position), many, number(0, 5000), udp ? "udp" : "tcp",
                   udp ? datagrams() : stream() + (many.empty() ? socket() : ""), traffic(udp)});
  }
  std::string keepalive() {
    return filled(
        R"({"keepalive": {"interval": "#s", "from": "#", "answered": #, "reset_by": "#",
            "give_up_after": "#s"}})",
        {number(1, 600), pick({"client", "server", "both", "client"}),
         pick({"true", "false", "true", "true"}), pick({"sent", "received", "both", "nothing"}),
         number(0, 200)});
  }
  std::string datagrams() {
    switch (choices_.below(4)) {
      case 0:
        return R"("openvpn")";
      case 1:
        return R"("silent")";
      default:
        return keepalive();
    }
  }
  std::string stream() {
    switch (choices_.below(4)) {
      case 0:
        return R"("silent")";
      case 1:
        return filled(R"({"tcp_keepalive": {"idle": "#s", "interval": "#s", "side": "#"}})",
                      {number(1, 900), number(1, 90), pick({"client", "server", "both", "both"})});
      case 2:
        return filled(R"({"ssh": {"server_alive_interval": "#s", "client_alive_interval": "#s"}})",
                      {number(0, 400), number(0, 400)});
      default:
        return keepalive();
    }
  }
  std::string socket() {
    return pick({"", R"(, "socket": {"client": {"user_timeout": "20s"}})",
                 R"(, "socket": {"client": {"timer_hz": 250}, "server": {"nodelay": true}})",
                 R"(, "close_when_idle": {"server": "5m"})"});
  }
  std::string traffic(bool udp) {
    if (choices_.flag()) return "";
    const std::string repeated =
        choices_.flag() ? filled(R"(, "every": "#s")", {number(1, 900)}) : std::string();
    return filled(R"(, "traffic": [{"from": "#", "at": "#s", "bytes": ###}])",
                  {pick({"client", "server", "client", "server"}), number(5, seconds_),
                   udp ? number(1, 1472) : number(1, 20'000), repeated, answer()});
  }
  // An ssh reads no bytes as they come; such a scenario is refused.
  std::string answer() {
    return pick({"", R"(, "answer": {"echo": true})",
                 R"(, "answer": {"after": "2s", "bytes": 700}, "give_up": "9s")",
                 R"(, "answer": {"echo": true}, "give_up": "3s")"});
  }

  std::string disturbance(std::uint32_t hop_number, std::uint32_t connection_number) {
    const std::string hop = "h" + std::to_string(hop_number);
    const std::string end = "c" + std::to_string(connection_number);
    const std::string at = number(0, seconds_);
    const std::string span = number(1, 999);
    const bool single = kinds_[connection_number] == '1';
    const std::uint32_t kind = choices_.below(8);
    if (kind == 0 && single) return filled(R"({"kill": "#", "at": "#s"})", {end, at});
    if (kind == 1 && single) return filled(R"({"close": "#", "at": "#s"})", {end, at});
    if (kind == 2)
      return filled(R"({"crash": "#", "at": "#s"})",
                    {pick({"client", "server", "client", "server"}), at});
    if (kind == 3) return filled(R"({"suspend": "client", "at": "#s", "for": "#s"})", {at, span});
    if (kind == 4) return filled(R"({"change_address": "client", "at": "#s"})", {at});
    if (hops_[hop_number] == 'l')
      return filled(R"({"cut": "#", "at": "#s", "for": "#s"})", {hop, at, span});
    if (hops_[hop_number] == 'b' && choices_.flag())
      return filled(R"({"flush": "#", "at": "#s"})", {hop, at});
    if (hops_[hop_number] == 'b')
      return filled(R"({"reboot": "#", "at": "#s", "for": "#s"})", {hop, at, span});
    return filled(R"({"suspend": "server", "at": "#s", "for": "#s"})", {at, span});
  }

  Choices& choices_;
  std::uint32_t seconds_ = 0;
  std::string hops_;   // 'l'ink, 'b'ox or 'p'roxy
  std::string kinds_;  // of connections: '1' or 'm'any
};

bool same(const ConnectionReport& a, const ConnectionReport& b) {
  for (std::size_t role = 0; role < a.sides.size(); ++role) {
    const SideReport& x = a.sides[role];
    const SideReport& y = b.sides[role];
    if (x.outcome != y.outcome || x.noticed_at != y.noticed_at ||
        x.forgotten_at != y.forgotten_at || x.blackhole != y.blackhole)
      return false;
  }
  return a.outcome == b.outcome && a.blame.who == b.blame.who && a.blame.at == b.blame.at &&
         a.closest_call == b.closest_call;
}

void check_same(const RunReport& a, const RunReport& b, const char* promise) {
  CHECK(a.digest == b.digest && a.events == b.events, promise);
  CHECK(a.connections.size() == b.connections.size(), promise);
  for (std::size_t i = 0; i < a.connections.size(); ++i)
    CHECK(same(a.connections[i], b.connections[i]), promise);
}

}  // namespace

void fuzz_run(std::span<const std::uint8_t> bytes) {
  Choices choices(bytes);
  const std::uint64_t seed = choices.byte();
  const std::string text = SmallScenario(choices).text();
  // Some combinations are refused, as a line that is not there or a proxy for datagrams.
  const Result<Scenario> scenario = parse_scenario(text, "fuzz.json");
  if (!scenario.ok()) return;
  RunOptions options;
  options.seed = seed;
  const RunReport report = run(scenario.value(), options);
  check_same(report, run(scenario.value(), options), "the same seed makes the same run");
  options.skip = false;
  check_same(report, run(scenario.value(), options),
             "passing over what repeats itself is no change");
}

}  // namespace stayalive
