// SPDX-License-Identifier: Apache-2.0
#include "picture/ladder/ladder_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "document/brief.h"
#include "picture/passages.h"

namespace stayalive {
namespace {

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : "; ") + part;
  return text;
}

// What a box sends back instead of passing a packet on.
const char* answer_name(PacketKind kind) {
  return kind == PacketKind::Reset       ? "RST"
         : kind == PacketKind::IcmpError ? "an ICMP error"
                                         : "a packet of its own";
}

std::string too_late(Duration by) { return brief(by) + " too late"; }

}  // namespace

std::string LadderWords::label(const Journey& journey) {
  const Packet& packet = journey.packet;
  const std::string purpose = journey.purpose.empty() ? "data" : journey.purpose;
  switch (packet.notes.kind) {
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

// How long ago the station has forgotten the connection, if it has.
std::optional<Duration> LadderWords::lateness(std::size_t column, TimePoint when) const {
  const auto ended = timers_[column].ended_before(when);
  if (!ended || ended->how == TimerChange::Kind::Closed) return std::nullopt;
  return when - ended->at;
}

LadderWords::Effect LadderWords::effect(const Journey::Stop& stop) const {
  if (!stop.timer || !is_box(stop.station)) return Effect::None;
  switch (stop.timer->kind) {
    case TimerChange::Kind::Started:
      return Effect::Opens;
    case TimerChange::Kind::PickedUp:
      return Effect::TakesUp;
    case TimerChange::Kind::Extended: {
      const TimerLevel before = timers_[stop.station].before(stop.at);
      const bool same = before.held && before.name == stop.timer->timer;
      return same ? Effect::Refreshes : Effect::Changes;
    }
    default:
      return Effect::Leaves;
  }
}

// Whether a packet comes to a box that has forgotten its connection.
bool LadderWords::is_late(const Journey& journey, const Journey::Stop& stop) const {
  if (!is_box(stop.station)) return false;
  if (!stop.timer) {
    const bool ends_here =
        &stop == &journey.stops.back() && journey.delivery != Journey::Delivery::Lost;
    return ends_here && lateness(stop.station, stop.at);
  }
  const Effect done = effect(stop);
  if (done != Effect::Opens && done != Effect::TakesUp) return false;
  return journey.packet.notes.kind != PacketKind::Syn && lateness(stop.station, stop.at);
}

// The timer that runs from now on, and how long.
std::string LadderWords::timer_words(const Journey::Stop& stop) const {
  const std::string span = brief(stop.timer->deadline - stop.at);
  return wording_ == Wording::Plain ? fmt::format("may be silent for {}", span)
                                    : fmt::format("{} {}", stop.timer->timer, span);
}

std::string LadderWords::at_stop(const Journey& journey, const Journey::Stop& stop) const {
  const Effect done = effect(stop);
  if (done == Effect::None) return "";
  std::string timer = timer_words(stop);
  const std::string late =
      is_late(journey, stop) ? too_late(*lateness(stop.station, stop.at)) : std::string();
  switch (done) {
    case Effect::Opens:
      if (!late.empty()) return fmt::format("{}: opens a new flow, {}", late, timer);
      return "opens a flow: " + timer;
    case Effect::TakesUp:
      if (!late.empty()) return fmt::format("{}, but taken up again: {}", late, timer);
      return "takes it up in mid-connection: " + timer;
    case Effect::Refreshes:
      return "refreshes";
    case Effect::Changes:
      return timer;
    default:
      return "does not refresh";
  }
}

std::string LadderWords::shape(const Journey& journey) const {
  const bool resent = journey.packet.notes.kind == PacketKind::Retransmission;
  std::string shape{static_cast<char>(journey.packet.notes.kind),
                    static_cast<char>(journey.towards), static_cast<char>(journey.delivery)};
  if (resent) shape += without_numbers(label(journey));
  shape += journey.purpose;
  if (journey.answer) shape += fmt::format("answer {}", static_cast<int>(*journey.answer));
  const Journey::Stop& last = journey.stops.back();
  // Of a packet that came too late, nothing else is told.
  if (journey.delivery != Journey::Delivery::Arrived && !is_late(journey, last))
    shape += without_numbers(journey.detail);
  for (const Journey::Stop& stop : journey.stops) {
    const Effect done = effect(stop);
    shape += static_cast<char>(stop.station);
    shape += static_cast<char>(done);
    shape += is_late(journey, stop) ? '!' : '.';
    if (done == Effect::Opens || done == Effect::TakesUp || done == Effect::Changes)
      shape += stop.timer->timer;
  }
  return shape;
}

Ladder::Tone LadderWords::tone(const Journey& journey) const {
  const bool died =
      journey.delivery == Journey::Delivery::Dropped || journey.delivery == Journey::Delivery::Lost;
  if (died || journey.packet.notes.kind == PacketKind::Reset) return Ladder::Tone::Bad;
  const bool late = std::any_of(journey.stops.begin(), journey.stops.end(),
                                [&](const auto& stop) { return is_late(journey, stop); });
  return late ? Ladder::Tone::Warn : Ladder::Tone::Plain;
}

std::string LadderWords::at_end(const Journey& journey) const {
  const Journey::Stop& last = journey.stops.back();
  const std::string& who = columns_[last.station].name;
  const std::string late =
      is_late(journey, last) ? too_late(*lateness(last.station, last.at)) : std::string();
  switch (journey.delivery) {
    case Journey::Delivery::Arrived:
      if (!is_box(last.station)) return "";
      return late.empty() ? who + " takes it for itself"
                          : fmt::format("{}: {} takes it for itself", late, who);
    case Journey::Delivery::Dropped:
      if (!is_box(last.station)) return journey.detail;
      return fmt::format("{} {}: {}", who,
                         journey.answer
                             ? fmt::format("answers with {}", answer_name(*journey.answer))
                             : "drops it",
                         late.empty() ? journey.detail : late);
    case Journey::Delivery::Lost:
      return journey.detail;
    case Journey::Delivery::UnderWay:
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
  row.tone = tone(journey);
}

void LadderWords::describe(const Incident& incident, Ladder::Row& row) const {
  const std::string& who = columns_[incident.station].name;
  if (!incident.timer) {
    row.note = fmt::format("{}: {}", who, incident.said);
    return;
  }
  const TimerLevel before = timers_[incident.station].before(incident.at);
  const bool another = timers_[incident.station].level(incident.moment()).held;
  row.tone = another || incident.timer->kind == TimerChange::Kind::Closed ? Ladder::Tone::Plain
                                                                          : Ladder::Tone::Bad;
  switch (incident.timer->kind) {
    case TimerChange::Kind::Expired:
      row.note = another ? who + " forgets an older flow"
                 : wording_ == Wording::Plain
                     ? fmt::format("{} forgets it after {} of silence", who, brief(before.span))
                     : fmt::format("{} forgets it: {} of {} have run out", who, brief(before.span),
                                   incident.timer->timer);
      return;
    case TimerChange::Kind::Evicted:
      row.note = who + " throws it out: its table is full";
      return;
    case TimerChange::Kind::Flushed:
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
