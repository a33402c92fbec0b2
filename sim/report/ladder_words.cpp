// SPDX-License-Identifier: Apache-2.0
#include "report/ladder_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "report/brief.h"

namespace stayalive {
namespace {

using Kind = TimerChange::Kind;

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : "; ") + part;
  return text;
}

}  // namespace

std::string LadderWords::label(const Journey& journey) {
  const Packet& packet = journey.packet;
  const std::string purpose = journey.purpose.empty() ? "data" : journey.purpose;
  switch (packet.kind) {
    case PacketKind::Data:
      return fmt::format("{} {}", purpose, packet.payload);
    case PacketKind::Ack:
      return "ACK";
    case PacketKind::Syn:
      return "SYN";
    case PacketKind::SynAck:
      return "SYN+ACK";
    case PacketKind::Fin:
      return "FIN";
    case PacketKind::Reset:
      return "RST";
    case PacketKind::KeepaliveProbe:
      return "probe";
    case PacketKind::KeepaliveAnswer:
      return "answer";
    case PacketKind::WindowProbe:
      return "window probe";
    case PacketKind::Retransmission:
      if (packet.has(tcp_flag::kSyn))
        return packet.has(tcp_flag::kAck) ? "SYN+ACK again" : "SYN again";
      if (packet.payload == 0) return packet.has(tcp_flag::kFin) ? "FIN again" : "again";
      return fmt::format("again {}", packet.payload);
    case PacketKind::ChallengeAck:
      return "challenge";
    case PacketKind::IcmpError:
      return "ICMP error";
  }
  return "";
}

// "59.9s too late", where the station has forgotten the connection before.
std::string LadderWords::lateness(std::size_t column, TimePoint when) const {
  const auto ended = timers_[column].ended_before(when);
  if (!ended || ended->how == Kind::Closed) return "";
  return brief(when - ended->at) + " too late";
}

std::string LadderWords::at_stop(const Journey& journey, const Journey::Stop& stop) const {
  if (!stop.timer || !is_box(stop.station)) return "";
  const TimerChange& change = *stop.timer;
  const TimerLevel before = timers_[stop.station].before(stop.at);
  const std::string timer = fmt::format("{} {}", change.timer, brief(change.deadline - stop.at));
  const std::string late =
      journey.packet.kind == PacketKind::Syn ? "" : lateness(stop.station, stop.at);
  switch (change.kind) {
    case Kind::Started:
      if (!late.empty()) return fmt::format("{}: opens a new flow, {}", late, timer);
      return "opens a flow: " + timer;
    case Kind::PickedUp:
      if (!late.empty()) return fmt::format("{}, but taken up again: {}", late, timer);
      return "takes it up in mid-connection: " + timer;
    case Kind::Extended:
      return before.held && before.name == change.timer ? "refreshes" : timer;
    default:
      return "does not refresh";
  }
}

std::string LadderWords::at_end(const Journey& journey) const {
  const Journey::Stop& last = journey.stops.back();
  const std::string& who = columns_[last.station].name;
  const std::string late = is_box(last.station) ? lateness(last.station, last.at) : "";
  switch (journey.end) {
    case Journey::End::Arrived:
      if (!is_box(last.station)) return "";
      return late.empty() ? who + " takes it for itself"
                          : fmt::format("{}: {} takes it for itself", late, who);
    case Journey::End::Dropped:
      if (!is_box(last.station)) return journey.detail;
      return late.empty() ? fmt::format("{} drops it: {}", who, journey.detail)
                          : fmt::format("{} drops it: {}", who, late);
    case Journey::End::Lost:
      return journey.detail;
    case Journey::End::UnderWay:
      return "under way at the end of the run";
  }
  return "";
}

void LadderWords::describe(const Journey& journey, Ladder::Row& row) const {
  std::vector<std::string> parts;
  std::vector<std::string> names;
  const auto boxes = std::count_if(columns_.begin(), columns_.end(), [](const auto& column) {
    return column.kind == Ladder::Column::Kind::Box;
  });
  bool alike = true;
  for (const Journey::Stop& stop : journey.stops) {
    const std::string part = at_stop(journey, stop);
    if (part.empty()) continue;
    alike = alike && (parts.empty() || parts.front() == part);
    parts.push_back(part);
    names.push_back(columns_[stop.station].name);
  }
  const bool everywhere = alike && parts.size() == static_cast<std::size_t>(boxes);
  if (everywhere && !parts.empty()) {
    parts.resize(1);
  } else {
    for (std::size_t i = 0; i < parts.size(); ++i) parts[i] = names[i] + ": " + parts[i];
  }
  const std::string end = at_end(journey);
  if (!end.empty()) parts.push_back(end);
  row.note = joined(parts);
  const bool late = row.note.find("too late") != std::string::npos;
  const bool reset = journey.packet.kind == PacketKind::Reset;
  const bool died = journey.end == Journey::End::Dropped || journey.end == Journey::End::Lost;
  row.tone = died || reset ? Ladder::Tone::Bad : late ? Ladder::Tone::Warn : Ladder::Tone::Plain;
}

void LadderWords::describe(const Incident& incident, Ladder::Row& row) const {
  const std::string& who = columns_[incident.station].name;
  if (!incident.timer) {
    row.note = fmt::format("{}: {}", who, incident.said);
    return;
  }
  const TimerLevel before = timers_[incident.station].before(incident.at);
  const bool another = timers_[incident.station].at(incident.at).held;
  row.tone =
      another || incident.timer->kind == Kind::Closed ? Ladder::Tone::Plain : Ladder::Tone::Bad;
  switch (incident.timer->kind) {
    case Kind::Expired:
      row.note = another ? who + " forgets an older flow"
                         : fmt::format("{} forgets it: {} of {} have run out", who,
                                       brief(before.span), incident.timer->timer);
      return;
    case Kind::Evicted:
      row.note = who + " throws it out: its table is full";
      return;
    case Kind::Flushed:
      row.note = who + " loses all it knows";
      return;
    default:
      row.note = who + " deletes its flow";
      return;
  }
}

void LadderWords::describe_pause(Ladder::Row& row) const {
  std::vector<std::string> parts;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const TimerLevel level = timers_[i].before(row.until);
    if (!level.held || level.left == kForever || level.permille > 990) continue;
    if (level.left <= 1ms) continue;  // the next row says so
    parts.push_back(brief(level.left) + " left");
    names.push_back(columns_[i].name);
  }
  if (parts.size() > 1) {
    for (std::size_t i = 0; i < parts.size(); ++i) parts[i] = names[i] + " " + parts[i];
  }
  row.note = joined(parts);
}

}  // namespace stayalive
