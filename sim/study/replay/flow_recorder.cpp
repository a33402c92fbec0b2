// SPDX-License-Identifier: Apache-2.0
#include "study/replay/flow_recorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "study/advise/scenario_draft.h"

namespace stayalive {
namespace {

constexpr Duration kOneMessage = 10ms;
constexpr std::uint32_t kMostOfDatagram = 1472;

const char* writer(Side from) { return from == Side::Internal ? "client" : "server"; }

}  // namespace

void FlowRecorder::add(TimePoint at, Side from, const Packet& packet) {
  if (packet.protocol == Protocol::Udp) {
    too_large_ = too_large_ || packet.payload > kMostOfDatagram;
    end_message();
    return say(at, from, packet.payload);
  }
  std::optional<std::uint32_t>& next = next_[index(from)];
  const bool ends = packet.has(tcp_flag::kFin) || packet.has(tcp_flag::kRst);
  if (ends && !closing_) closing_ = Closing{at, from, packet.has(tcp_flag::kRst)};
  const std::uint32_t begin = packet.sequence + (packet.has(tcp_flag::kSyn) ? 1U : 0U);
  const std::uint32_t end = begin + packet.payload;
  if (packet.has(tcp_flag::kRst)) return;
  if (!next) next = begin;
  if (packet.payload == 0 || !sequence_before(*next, end)) return;
  // What was sent before is not said again.
  const std::uint32_t fresh = sequence_before(begin, *next) ? end - *next : packet.payload;
  next = end;
  if (open_ && (open_->from != from || at - open_->last > kOneMessage)) end_message();
  if (!open_) return say(at, from, fresh);
  open_->bytes += fresh;
  open_->last = at;
}

void FlowRecorder::say(TimePoint at, Side from, std::uint32_t bytes) {
  open_ = Said{at, from, std::max(bytes, 1U), 1, {}, at};
}

// Joins it with the one before of the same side where both are alike.
void FlowRecorder::end_message() {
  if (!open_) return;
  const Said its = *open_;
  open_.reset();
  const auto before = std::find_if(said_.rbegin(), said_.rend(),
                                   [&](const Said& said) { return said.from == its.from; });
  if (before != said_.rend() && before->bytes == its.bytes) {
    const Duration distance = its.at - before->last;
    if (distance > Duration::zero() && (before->times == 1 || distance == before->every)) {
      before->every = distance;
      before->last = its.at;
      ++before->times;
      return;
    }
  }
  if (said_.size() >= kMostMessages) {
    too_many_ = true;
    return;
  }
  said_.push_back({its.at, its.from, its.bytes, 1, {}, its.at});
}

std::string FlowRecorder::traffic_json(const Said& said) {
  std::string text = fmt::format(R"({{"at": "{}", "from": "{}", "bytes": {})",
                                 print_duration(said.at - kStart), writer(said.from), said.bytes);
  if (said.times > 1) {
    text += fmt::format(R"(, "every": "{}", "until": "{}")", print_duration(said.every),
                        print_duration(said.last - kStart + 1ns));
  }
  return text + "}";
}

std::string FlowRecorder::strategy_json(const ReplayedFlow& flow) const {
  if (flow.protocol != Protocol::Tcp || !flow.keepalive || !flow.keepalive->probe)
    return "\"silent\"";
  const std::string interval = print_duration(
      std::max<Duration>(std::chrono::round<std::chrono::seconds>(flow.keepalive->interval), 1s));
  return fmt::format(R"({{"tcp_keepalive": {{"idle": "{}", "side": "{}"}}}})", interval,
                     writer(flow.keepalive->from));
}

Result<std::string> FlowRecorder::scenario(const ReplayedFlow& flow, const PathSketch& path,
                                           const std::string& capture) const {
  FlowRecorder whole = *this;
  whole.end_message();
  const auto mistake = [](const std::string& message) {
    Diagnostic diagnostic;
    diagnostic.message = message;
    return std::vector<Diagnostic>{diagnostic};
  };
  if (whole.too_many_) {
    return mistake(fmt::format("flow {} has more than {} messages, too many for a scenario",
                               flow.number, kMostMessages));
  }
  if (whole.too_large_)
    return mistake(fmt::format("flow {} has datagrams of more than {} bytes, which no scenario has",
                               flow.number, kMostOfDatagram));
  const Duration span = flow.last - flow.first;
  const std::string title = fmt::format("Flow {} of {}", flow.number, capture);
  std::string text = fmt::format(
      "{{\n  \"title\": {},\n  \"duration\": \"{}\",\n  \"path\": {},\n  \"connections\": [\n"
      "    {{\"name\": \"flow\", \"transport\": \"{}\", \"port\": {}, \"strategy\": {}",
      nlohmann::json(title).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
      print_duration(span + 1s), path_json(path, Duration::zero()),
      flow.protocol == Protocol::Tcp ? "tcp" : "udp", std::max<std::uint16_t>(flow.server.port, 1),
      strategy_json(flow));
  for (std::size_t i = 0; i < whole.said_.size(); ++i) {
    text +=
        (i == 0 ? ",\n     \"traffic\": [\n      " : ",\n      ") + traffic_json(whole.said_[i]);
  }
  if (!whole.said_.empty()) text += "]";
  text += "}\n  ]";
  // A RST after which nothing more came of a silence was a box's.
  const bool played = closing_ && !(closing_->reset && flow.broken);
  if (played && flow.protocol == Protocol::Tcp) {
    text += fmt::format(
        ",\n  \"events\": [\n    {{\"at\": \"{}\", \"{}\": \"flow\", \"side\": \"{}\"}}\n  ]",
        print_duration(closing_->at - kStart), closing_->reset ? "kill" : "close",
        writer(closing_->from));
  }
  return text + "\n}\n";
}

}  // namespace stayalive
