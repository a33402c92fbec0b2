// SPDX-License-Identifier: Apache-2.0
#include "probe/trial/trial_script.h"

#include "probe/message/probe_message.h"

namespace stayalive {
namespace {

using Kind = TrialStep::Kind;

// Linux calls a flow a stream from the first packet on that comes after an answer and more than 2 s
// after the flow began (nf_conntrack_proto_udp.c).
constexpr Duration kStreamPause = 2500ms;
// How much of a lifetime passes before a flow is refreshed, and again after it: less than all of
// it, but more than all of it together.
constexpr int kRefreshPercent = 62;

TrialStep open_step() { return {Kind::Open}; }
TrialStep mark_step(bool answered) { return {Kind::Mark, answered}; }
TrialStep silence_step(Duration span) { return {Kind::Silence, false, span}; }
TrialStep check_step(std::uint8_t socket = 0) { return {Kind::Check, false, {}, socket}; }

std::vector<TrialStep> stream_script() {
  return {open_step(), mark_step(true), silence_step(kStreamPause), mark_step(true)};
}

std::vector<TrialStep> refreshed_script(Duration lifetime, const std::vector<TrialStep>& refresh) {
  std::vector<TrialStep> script = stream_script();
  const Duration part = lifetime / 100 * kRefreshPercent;
  script.push_back(silence_step(part));
  script.insert(script.end(), refresh.begin(), refresh.end());
  script.push_back(silence_step(part));
  script.push_back(check_step());
  return script;
}

}  // namespace

const char* name(Measure measure) {
  switch (measure) {
    case Measure::UdpSingle:
      return "udp.single";
    case Measure::UdpStream:
      return "udp.stream";
    case Measure::TcpEstablished:
      return "tcp.established";
    case Measure::TcpHalfClosed:
      return "tcp.half_closed";
    case Measure::UdpAnswered:
      return "udp.answered";
    case Measure::UdpRefreshedOut:
      return "udp.refreshed_outbound";
    case Measure::UdpRefreshedIn:
      return "udp.refreshed_inbound";
    case Measure::UdpRefreshedBoth:
      return "udp.refreshed_both";
    case Measure::LateFromInside:
      return "tcp.late_from_inside";
    case Measure::MappingPort:
      return "mapping.port";
    case Measure::MappingAddress:
      return "mapping.address";
    case Measure::FilterPort:
      return "filtering.port";
    case Measure::FilterAddress:
      return "filtering.address";
    case Measure::Hairpin:
      break;
  }
  return "hairpinning";
}

Protocol protocol_of(Measure measure) {
  const bool tcp = measure == Measure::TcpEstablished || measure == Measure::TcpHalfClosed ||
                   measure == Measure::LateFromInside;
  return tcp ? Protocol::Tcp : Protocol::Udp;
}

std::vector<TrialStep> script_of(Measure measure, Duration silence) {
  switch (measure) {
    case Measure::UdpSingle:
      return {open_step(), mark_step(false), {Kind::Confirm}, silence_step(silence), check_step()};
    case Measure::UdpStream: {
      std::vector<TrialStep> script = stream_script();
      script.push_back(silence_step(silence));
      script.push_back(check_step());
      return script;
    }
    case Measure::UdpAnswered:
    case Measure::TcpEstablished:
      return {open_step(), mark_step(true), silence_step(silence), check_step()};
    case Measure::TcpHalfClosed:
      return {open_step(),     mark_step(true),       {Kind::Finish},
              {Kind::Confirm}, silence_step(silence), check_step()};
    case Measure::UdpRefreshedOut:
      return refreshed_script(silence, {mark_step(false), {Kind::Confirm}});
    case Measure::UdpRefreshedIn:
      return refreshed_script(silence, {{Kind::Push}});
    case Measure::UdpRefreshedBoth:
      return refreshed_script(silence, {mark_step(true)});
    case Measure::LateFromInside:
      return {open_step(), mark_step(true), silence_step(silence), {Kind::Speak}};
    case Measure::MappingPort:
      return {open_step(), mark_step(true), {Kind::Compare, false, {}, kOtherPort}};
    case Measure::MappingAddress:
      return {open_step(), mark_step(true), {Kind::Compare, false, {}, kOtherAddress}};
    case Measure::FilterPort:
      return {open_step(), mark_step(true), check_step(kOtherPort)};
    case Measure::FilterAddress:
      return {open_step(), mark_step(true), check_step(kOtherAddress)};
    case Measure::Hairpin:
      break;
  }
  return {open_step(), mark_step(true), {Kind::Meet}};
}

}  // namespace stayalive
