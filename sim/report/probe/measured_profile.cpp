// SPDX-License-Identifier: Apache-2.0
#include "report/probe/measured_profile.h"

#include <fmt/format.h>

#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "document/document.h"
#include "document/print/formats.h"

namespace stayalive {
namespace {

// Spans are given to a tenth of a second, rounded down.
Duration whole_tenths(Duration span) { return span - span % Duration(100ms); }

// Puts the values together, each with how sure it is.
class ProfileValues {
 public:
  void measured(const std::string& key, const Value& value, const std::string& note = "") {
    Tree entry = Tree::record({{"value", value}, {"status", "measured"}, {"source", "probe"}});
    if (!note.empty()) entry.set("note", note);
    values_.set(key, std::move(entry));
  }
  void chosen(const std::string& key, const Value& value, const std::string& note) {
    values_.set(key, Tree::record({{"value", value}, {"status", "chosen"}, {"note", note}}));
  }
  // Measured where it is known.
  void either(const std::string& key, const std::optional<Value>& value, const Value& otherwise,
              const std::string& why) {
    if (value) {
      measured(key, *value);
    } else {
      chosen(key, otherwise, why);
    }
  }
  Tree take() { return std::move(values_); }

 private:
  Tree values_ = Tree::record();
};

std::optional<bool> refreshed(const Findings& found, Measure measure) {
  const auto verdict = found.of(measure).verdict();
  if (!verdict) return std::nullopt;
  return *verdict == TrialEnd::Alive;
}

// The rule of refreshing, as profiles name it; empty when not known.
std::optional<std::string> refresh_rule(const Findings& found) {
  const auto out = refreshed(found, Measure::UdpRefreshedOut);
  const auto in = refreshed(found, Measure::UdpRefreshedIn);
  const auto both = refreshed(found, Measure::UdpRefreshedBoth);
  if (!out || !in) return std::nullopt;
  if (*out && *in) return "either";
  if (*out) return "outbound";
  if (*in) return "inbound";
  if (!both) return std::nullopt;
  return *both ? "each" : "nothing";
}

std::optional<Value> dependence(const Votes& port, const Votes& address, TrialEnd open) {
  const auto by_port = port.verdict();
  const auto by_address = address.verdict();
  if (by_address && *by_address == open) return Value("endpoint-independent");
  if (by_port && *by_port != open) return Value("address-and-port-dependent");
  if (by_port && by_address) return Value("address-dependent");
  return std::nullopt;
}

// Whether flows behave as Linux tracks them, so that its tracker tells more than that of the RFCs.
bool looks_like_linux(const Findings& found) {
  const auto stream = answer_makes_stream(found);
  const auto late = found.of(Measure::LateFromInside).verdict();
  const auto established = found.lifetime(Measure::TcpEstablished);
  return stream && !*stream && refresh_rule(found) == "either" && late &&
         *late != TrialEnd::Reset && !(established && established->edge.told);
}

void add_timer(ProfileValues& values, const Findings& found, Measure measure,
               const std::string& key, Duration otherwise) {
  const auto& lifetime = found.lifetime(measure);
  if (!lifetime || lifetime->edge.alive_flows == 0 || whole_tenths(lifetime->edge.survived) == 0s) {
    values.chosen(key, print_duration(otherwise),
                  "not measured; what the RFCs ask for, or the usual");
    return;
  }
  const LifetimeSearch::Edge& edge = lifetime->edge;
  std::string note;
  if (!edge.dead) {
    note = "a lower bound: no flow died";
  } else {
    note = fmt::format("dead after {}{}", print_duration(whole_tenths(*edge.dead) + 100ms),
                       edge.told ? ", which the box told" : "");
    if (edge.longest)
      note += fmt::format("; some lived for {}, as with sweeps",
                          print_duration(whole_tenths(*edge.longest)));
    if (!lifetime->finished) note += "; the search had not come to its end";
  }
  values.measured(key, print_duration(whole_tenths(edge.survived)), note);
}

constexpr const char* kNotSeen = "cannot be seen by a probe without raw sockets; the usual";

void add_translation(ProfileValues& values, const Findings& found, bool linux) {
  values.measured("translate", found.translated());
  if (found.translated()) {
    const auto mapping = dependence(found.of(Measure::MappingPort),
                                    found.of(Measure::MappingAddress), TrialEnd::Same);
    const bool kept = found.ports_changed == 0;
    if (mapping) {
      values.measured("mapping", *mapping,
                      kept ? "the port was kept, which may hide that another remote endpoint can "
                             "get another"
                           : "");
    } else {
      values.chosen("mapping", "address-and-port-dependent",
                    "not measured: the reflector has no other address");
    }
    const auto hairpin = found.of(Measure::Hairpin).verdict();
    values.either("hairpinning",
                  hairpin ? std::optional<Value>(*hairpin == TrialEnd::Alive) : std::nullopt, false,
                  "not measured");
    values.measured("ports.preserve", kept);
    values.chosen("ports.random", true, "not known");
    values.chosen("ports.overload", linux, "not known; as such trackers do");
  }
  if (!linux) {
    values.either("filtering",
                  dependence(found.of(Measure::FilterPort), found.of(Measure::FilterAddress),
                             TrialEnd::Alive),
                  "address-and-port-dependent", "not measured: the reflector has no other address");
  }
}

void add_rfc(ProfileValues& values, const Findings& found) {
  const auto rule = refresh_rule(found);
  values.either("refresh.udp", rule ? std::optional<Value>(*rule) : std::nullopt, "outbound",
                "not measured; RFC 4787 asks for no more");
  values.chosen("refresh.tcp", "either",
                "cannot be told apart: TCP acknowledges what one side sends");
  values.chosen("timeouts.tcp.opening", "4m", kNotSeen);
  values.chosen("timeouts.tcp.incoming_syn", "6s", kNotSeen);
  add_timer(values, found, Measure::TcpEstablished, "timeouts.tcp.established", 2h + 4min);
  add_timer(values, found, Measure::TcpHalfClosed, "timeouts.tcp.half_closed", 4min);
  values.chosen("timeouts.tcp.closing", "4m", kNotSeen);
  values.chosen("timeouts.tcp.reset", "10s", kNotSeen);
  add_timer(values, found, Measure::UdpSingle, "timeouts.udp.single", 2min);
  add_timer(values, found, Measure::UdpStream, "timeouts.udp.stream", 2min);
  values.chosen("timeouts.icmp.query", "60s", "not measured; RFC 5508 asks for it");
  const auto& established = found.lifetime(Measure::TcpEstablished);
  const bool died = established && established->edge.dead;
  const bool told = died && established->edge.told;
  values.either("on_expiry",
                died ? std::optional<Value>(told ? "reset-both" : "silent") : std::nullopt,
                "silent", "not measured: no connection died");
  std::optional<Value> inside;
  if (const auto late = found.of(Measure::LateFromInside).verdict()) {
    inside = Value(*late == TrialEnd::Answered ? "pick-up"
                   : *late == TrialEnd::Reset  ? "reset"
                                               : "drop");
  }
  values.either("stray_internal", inside, "drop", "not measured: no connection died silently");
  std::optional<Value> outside;
  if (const auto late = found.late_from_outside.verdict()) {
    outside = Value(*late == TrialEnd::Reset ? "reset" : "drop");
  } else if (!found.translated() && found.of(Measure::FilterPort).verdict() == TrialEnd::Alive) {
    outside = Value("admit");
  }
  values.either("stray_external", outside, "drop", "not measured: no connection died silently");
}

void add_linux(ProfileValues& values, const Findings& found) {
  values.chosen("timeouts.tcp.syn_sent", "120s", kNotSeen);
  values.chosen("timeouts.tcp.syn_recv", "60s", kNotSeen);
  values.chosen("timeouts.tcp.syn_sent2", "120s", kNotSeen);
  add_timer(values, found, Measure::TcpEstablished, "timeouts.tcp.established", 120h);
  values.chosen("timeouts.tcp.fin_wait", "120s", kNotSeen);
  add_timer(values, found, Measure::TcpHalfClosed, "timeouts.tcp.close_wait", 60s);
  values.chosen("timeouts.tcp.last_ack", "30s", kNotSeen);
  values.chosen("timeouts.tcp.time_wait", "120s", kNotSeen);
  values.chosen("timeouts.tcp.close", "10s", kNotSeen);
  values.chosen("timeouts.tcp.max_retrans", "300s", kNotSeen);
  values.chosen("timeouts.tcp.unacknowledged", "300s", kNotSeen);
  add_timer(values, found, Measure::UdpSingle, "timeouts.udp.single", 30s);
  add_timer(values, found, Measure::UdpStream, "timeouts.udp.stream", 120s);
  values.chosen("timeouts.icmp.query", "30s", "not measured; the usual");
  values.chosen("timeouts.generic", "600s", "not measured; the usual");
  values.measured("on_expiry", "silent");
  const auto late = found.of(Measure::LateFromInside).verdict();
  values.measured("netfilter.tcp_loose", late == TrialEnd::Answered);
  const auto outside = found.late_from_outside.verdict();
  values.either("netfilter.input",
                outside ? std::optional<Value>(*outside == TrialEnd::Reset ? "accept" : "drop")
                        : std::nullopt,
                "drop", "not measured");
  const auto opened = found.of(Measure::FilterPort).verdict();
  const bool all_may = !found.translated() && opened == TrialEnd::Alive;
  values.either("netfilter.forward",
                opened && !found.translated()
                    ? std::optional<Value>(all_may ? "accept" : "stateful")
                    : std::nullopt,
                "stateful", "connections that begin outside were not tried");
}

}  // namespace

std::optional<bool> answer_makes_stream(const Findings& found) {
  const auto verdict = found.of(Measure::UdpAnswered).verdict();
  const auto& single = found.lifetime(Measure::UdpSingle);
  const auto& stream = found.lifetime(Measure::UdpStream);
  if (!verdict || !single || !stream) return std::nullopt;
  const bool stream_is_longer = stream->edge.survived > single->edge.survived;
  return (*verdict == TrialEnd::Alive) == stream_is_longer;
}

std::string measured_profile(const Findings& found, const MeasuredPlace& place) {
  ProfileValues values;
  const bool linux = looks_like_linux(found);
  if (linux) {
    values.measured("tracker", "linux",
                    "an answer alone does not make a UDP flow a stream, as on Linux");
  } else {
    values.chosen("tracker", "rfc", "the model in which what was measured can be said");
  }
  add_translation(values, found, linux);
  if (linux) {
    add_linux(values, found);
  } else {
    add_rfc(values, found);
  }
  values.chosen("capacity", 1'000'000, "not measured: no table was filled");
  values.chosen("when_full", "refuse", "not measured: no table was filled");
  const std::string conditions = fmt::format(
      "Measured from {}, seen as {}, with {} flows in {}; {} of {} control messages were repeated. "
      "It shows the shortest timer on the path, whichever box has it.",
      print_address(found.local.address), print_address(found.seen.address), found.flows,
      print_duration(whole_tenths(found.spent)), found.control_repeated, found.control_sent);
  Tree file = Tree::record(
      {{"name", place.name},
       {"title", fmt::format("The path to {}, measured on {}", place.host, place.date)},
       {"summary", conditions},
       {"checked", place.date},
       {"sources", Tree::record({{"probe", Tree::record({{"title", "stayalive probe"},
                                                         {"date", place.date},
                                                         {"url", "probe:" + place.host}})}})}});
  file.set("values", values.take());
  std::ostringstream text;
  make_printer("json", text, {})->print({[&file] { return file; }, {}});
  return text.str();
}

}  // namespace stayalive
