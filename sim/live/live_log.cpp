// SPDX-License-Identifier: Apache-2.0
#include "live/live_log.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "document/brief.h"

namespace stayalive {
namespace {

const char* sender(Side from) { return from == Side::Internal ? "the client" : "the server"; }

std::string end_words(const FlowNote& note) {
  switch (note.event) {
    case FlowEvent::Expired:
      return fmt::format("{} ({}) ran out", name(note.timer), print_duration(note.timeout));
    case FlowEvent::Evicted:
      return "it made room for another";
    case FlowEvent::Flushed:
      return "its table was cleared";
    default:
      return "its entry leads nowhere any more";
  }
}

}  // namespace

LiveLog::LiveLog(std::vector<std::string> boxes, const FlowBook& book, const LiveClock& clock,
                 Write write)
    : boxes_(std::move(boxes)), book_(book), clock_(clock), write_(std::move(write)) {}

bool LiveLog::has_room(TimePoint now) {
  if (!write_) return false;
  const std::int64_t second = (now - kStart) / (Duration{1s} * clock_.scale());
  if (second != second_) {
    second_ = second;
    lines_ = 0;
    if (left_out_ > 0) write_(fmt::format("{:>10}  {} more lines left out", "", left_out_));
    left_out_ = 0;
  }
  if (lines_ < kMostLines) {
    ++lines_;
    return true;
  }
  ++left_out_;
  return false;
}

void LiveLog::line(TimePoint at, TimePoint now, const std::string& text) {
  if (!has_room(now)) return;
  const auto tenths = (at - kStart) / Duration{100ms};
  write_(fmt::format("{:>8}.{}s  {}", tenths / 10, tenths % 10, text));
}

std::string LiveLog::flow_name(ConnectionId flow, const Packet* packet) const {
  if (flow.valid()) return "flow " + book_.name(flow);
  if (packet == nullptr) return "a flow";
  return fmt::format("{} > {}", print_endpoint(packet->source()),
                     print_endpoint(packet->destination()));
}

void LiveLog::processed(std::size_t box, Side from, const Packet& packet, const Verdict& verdict,
                        TimePoint now) {
  if (!write_) return;
  const ConnectionId flow = packet.notes.connection;
  if (verdict.handling == Handling::Refreshed && flow.valid()) {
    const Duration silence = book_.silence(flow);
    if (silence < kToldSilence) return;
    line(now, now,
         fmt::format("{} refreshed {} after {} of silence ({} of {}): until {}", boxes_[box],
                     flow_name(flow, nullptr), brief(silence), name(packet.notes.kind),
                     sender(from), brief(verdict.deadline - kStart)));
  }
  if (verdict.handling == Handling::Local && flow.valid())
    line(now, now,
         fmt::format("{} has no flow for {} of {} ({}): it is for the box itself", boxes_[box],
                     name(packet.notes.kind), sender(from), flow_name(flow, nullptr)));
  if (verdict.handling != Handling::Dropped) return;
  const std::string what =
      fmt::format("{} dropped {} of {} for {}", boxes_[box], name(packet.notes.kind), sender(from),
                  flow_name(flow, &packet));
  if (verdict.drop == DropReason::Expired)
    return line(now, now, fmt::format("{}: {} too late", what, brief(now - verdict.deadline)));
  line(now, now, fmt::format("{}: {}", what, name(verdict.drop)));
}

void LiveLog::flow_changed(std::size_t box, const FlowNote& note, TimePoint now) {
  if (!write_ || note.local) return;
  const std::string flow = flow_name(note.connection, nullptr);
  if (note.event == FlowEvent::Closed) return;
  if (note.event != FlowEvent::Opened)
    return line(note.at, now, fmt::format("{} forgot {}: {}", boxes_[box], flow, end_words(note)));
  std::string text =
      fmt::format("{} {} {}: {} > {}", boxes_[box], note.picked_up ? "picked up" : "opened", flow,
                  print_endpoint(note.internal), print_endpoint(note.remote));
  if (note.mapped != note.internal) text += " as " + print_endpoint(note.mapped);
  line(note.at, now, text);
}

void LiveLog::answered(std::size_t box, Side to, const Packet& packet, TimePoint now) {
  if (!write_) return;
  const bool reset = packet.protocol == Protocol::Tcp && packet.has(tcp_flag::kRst);
  line(now, now,
       fmt::format("{} sent {} to {} for {}", boxes_[box], reset ? "RST" : name(packet.notes.kind),
                   sender(to), flow_name(packet.notes.connection, &packet)));
}

void LiveLog::say(const std::string& what, TimePoint now) { line(now, now, what); }

}  // namespace stayalive
