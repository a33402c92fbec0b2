// SPDX-License-Identifier: Apache-2.0
#include "picture/capture/packet_capture.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "document/safe_text.h"
#include "net/capture/pcapng_writer.h"
#include "picture/blame_text.h"
#include "picture/instant.h"
#include "run/address_plan.h"
#include "strategy/wire_payload.h"

namespace stayalive {
namespace {

// In a file of its own so large that a disk is not asked for each packet.
constexpr std::size_t kPiece = std::size_t{64} * 1024;
// So many notes wait for the next packet of a connection at most.
constexpr std::size_t kMostNotes = 8;

struct CapturedStation {
  std::string name;
  std::string description;
  std::optional<Side> on{};
};

// From the internal end to the external one.
std::vector<CapturedStation> stations_along(const Scenario& scenario) {
  std::vector<CapturedStation> all;
  const auto add_hosts = [&](Side side) {
    for (const HostSpec& host : scenario.hosts) {
      if (host.side == side)
        all.push_back({host.name, fmt::format("host on the {} side", name(side)), side});
    }
  };
  add_hosts(Side::Internal);
  for (const Hop& hop : scenario.path) {
    if (const auto* box = std::get_if<MiddleboxSpec>(&hop)) {
      all.push_back({box->name, "middlebox, as seen from its internal side"});
    } else if (const auto* proxy = std::get_if<ProxySpec>(&hop)) {
      all.push_back({proxy->name, "proxy"});
    }
  }
  add_hosts(Side::External);
  return all;
}

std::vector<pcapng::NamedAddress> names_of(const Scenario& scenario) {
  const AddressPlan plan = plan_addresses(scenario);
  std::map<AddressId, std::string> names;
  for (std::size_t i = 0; i < scenario.hosts.size(); ++i)
    names.try_emplace(plan.hosts[i], scenario.hosts[i].name);
  for (std::size_t i = 0; i < scenario.path.size(); ++i) {
    const auto* box = std::get_if<MiddleboxSpec>(&scenario.path[i]);
    const auto* proxy = std::get_if<ProxySpec>(&scenario.path[i]);
    for (const AddressId address : plan.hops[i]) {
      if (box != nullptr) names.try_emplace(address, box->name);
      if (proxy != nullptr) names.try_emplace(address, proxy->name);
    }
  }
  std::vector<pcapng::NamedAddress> listed;
  for (const auto& [address, its] : names) listed.push_back({address, safe_line(its)});
  return listed;
}

// A clock of its own for each stream, as Linux has one for each pair of addresses.
std::uint32_t clock_of(const Packet& packet, TimePoint now) {
  constexpr std::uint32_t kSpread = 2'654'435'761;
  return static_cast<std::uint32_t>((now - kStart) / 1ms) +
         (packet.content.stream.value + 1) * kSpread;
}

pcapng::Direction direction_of(const TraceRecord& record) {
  switch (record.kind) {
    case TraceKind::Sent:
    case TraceKind::Answered:
      return pcapng::Direction::Outbound;
    case TraceKind::Forwarded:
      return record.towards == Side::External ? pcapng::Direction::Inbound
                                              : pcapng::Direction::Outbound;
    default:
      return pcapng::Direction::Inbound;
  }
}

std::string flow_phrase(const TimerChange& timer) {
  const std::string until =
      fmt::format("{} runs until {}", timer.timer, print_instant(timer.deadline));
  switch (timer.kind) {
    case TimerChange::Kind::Started:
      return fmt::format("new flow as {}; {}", print_endpoint(timer.mapped), until);
    case TimerChange::Kind::PickedUp:
      return fmt::format("new flow from mid-connection as {}; {}", print_endpoint(timer.mapped),
                         until);
    case TimerChange::Kind::Unchanged:
      return fmt::format("passes without refreshing {}", timer.timer);
    default:
      return "";
  }
}

// Of one connection, or of all.
std::string capture_verdict(const RunReport& report, std::optional<std::size_t> only) {
  std::string verdict;
  if (report.early_end) {
    verdict =
        fmt::format("The run ended early, at {}.\n", print_instant(later(kStart, report.duration)));
  }
  for (std::size_t i = 0; i < report.connections.size(); ++i) {
    if (only && *only != i) continue;
    const ConnectionReport& connection = report.connections[i];
    verdict += fmt::format("{}: {}.", connection.name, name(connection.outcome));
    if (const std::string blame = blame_sentence(connection.blame); !blame.empty())
      verdict += " " + blame;
    verdict += '\n';
  }
  return verdict;
}

}  // namespace

Result<Scenario> scenario_to_capture(const Scenario& scenario) {
  Scenario its = scenario;
  for (ConnectionSpec& connection : its.connections) {
    if (connection.population.count > kMostCaptured) {
      return std::vector<Diagnostic>{
          {scenario.file, 0, 0, "",
           fmt::format("\"{}\" stands for {}; a capture has the packets of {} at most",
                       connection.name, connection.population.count, kMostCaptured),
           "", ""}};
    }
    connection.population.compact = false;
  }
  return its;
}

PacketCapture::PacketCapture(const Scenario& scenario, Choice choice, std::uint64_t seed,
                             std::function<void(std::string_view)> write)
    : roster_(scenario, seed), choice_(std::move(choice)), write_(std::move(write)) {
  count_ = static_cast<std::uint32_t>(roster_.scenario().connections.size());
  if (choice_.connection) {
    named_ = static_cast<std::uint32_t>(*choice_.connection);
    const auto places = roster_.places(*choice_.connection);
    const auto members = places ? places : roster_.members(*choice_.connection);
    first_ = members ? static_cast<std::uint32_t>(members->first) : named_;
    count_ = members ? static_cast<std::uint32_t>(members->count) : 1;
  }
  payload_.resize(kMostIpBytes);
  bytes_.resize(kMostIpBytes);
  declare();
}

std::vector<std::string> PacketCapture::stations(const Scenario& scenario, std::uint64_t seed) {
  const Roster roster(scenario, seed);
  std::vector<std::string> names;
  for (CapturedStation& its : stations_along(roster.scenario())) {
    if (std::ranges::find(names, its.name) == names.end()) names.push_back(std::move(its.name));
  }
  return names;
}

void PacketCapture::add_station(const std::string& name, const std::string& description,
                                std::optional<Side> on) {
  const auto [place, added] = stations_.try_emplace(name);
  if (!added) return;
  Station& station = place->second;
  station.host_on = on;
  if (!choice_.station.empty() && name != choice_.station) return;
  station.interface = static_cast<std::uint32_t>(interfaces_.size());
  interfaces_.push_back(&place->first);
  pcapng::append_interface(buffer_, {safe_line(name), description});
}

std::string PacketCapture::head(const std::string& verdict) const {
  std::string comment = safe_lines(roster_.original().title);
  if (!verdict.empty()) comment += (comment.empty() ? "" : "\n") + safe_lines(verdict);
  // What is known at the end has its place kept.
  constexpr std::size_t kBase = 1000;
  constexpr std::size_t kEach = 400;
  const std::size_t room =
      std::min(kBase + roster_.original().connections.size() * kEach, pcapng::kMostOption);
  if (comment.size() > room) {
    std::size_t length = room - 3;
    while (length > 0 && (static_cast<unsigned char>(comment[length]) & 0xc0) == 0x80) --length;
    comment.resize(length);
    comment += "...";
  }
  comment.append(room - comment.size(), ' ');
  std::string bytes;
  pcapng::append_section(bytes, {"stayalive", comment});
  return bytes;
}

void PacketCapture::declare() {
  buffer_ = head("");
  for (const CapturedStation& its : stations_along(roster_.scenario()))
    add_station(its.name, its.description, its.on);
  pcapng::append_names(buffer_, names_of(roster_.scenario()));
  flush();
}

std::function<void(const MessageStore&)> PacketCapture::reader() {
  return [this](const MessageStore& messages) { messages_ = &messages; };
}

bool PacketCapture::concerns(ConnectionId connection) const {
  if (!choice_.connection) return true;
  return connection.valid() && (connection.value == named_ || connection.value - first_ < count_);
}

PacketCapture::Key PacketCapture::key_of(const Packet& packet) {
  const std::uint32_t kinds = std::uint32_t{packet.flags} << 8 |
                              static_cast<std::uint32_t>(packet.protocol) << 4 | packet.copy;
  return {packet.content.stream,
          packet.content.message,
          packet.sequence,
          packet.acknowledgment,
          kinds,
          packet.payload,
          static_cast<std::uint8_t>(packet.notes.kind)};
}

PacketCapture::UnderWay PacketCapture::sent(const Packet& packet, TimePoint now) {
  UnderWay its;
  if (packet.protocol == Protocol::Tcp) {
    its.timestamp = clock_of(packet, now);
    const Ends ends{packet.source(), packet.destination()};
    if (packet.has(tcp_flag::kRst)) {
      heard_.erase(ends);
    } else {
      Heard& heard = heard_[ends];
      if (packet.has(tcp_flag::kSyn) && !packet.has(tcp_flag::kAck)) heard = {};
      if (packet.has(tcp_flag::kAck)) heard.acknowledged = packet.acknowledgment;
      its.timestamp_echo = heard.timestamp;
    }
  } else if (messages_ != nullptr && packet.protocol == Protocol::Udp) {
    const Message* message = messages_->read(packet.content);
    if (message != nullptr) its.message = *message;
  }
  under_way_.emplace(key_of(packet), its);
  return its;
}

// Of all alike the one that was sent first.
PacketCapture::UnderWay PacketCapture::passing(const Packet& packet, bool ends) {
  const auto found = under_way_.lower_bound(key_of(packet));
  if (found == under_way_.end() || found->first != key_of(packet)) return {};
  UnderWay its = found->second;
  if (ends) under_way_.erase(found);
  return its;
}

void PacketCapture::hear(const Packet& packet, const UnderWay& its) {
  if (packet.protocol != Protocol::Tcp) return;
  const Ends ends{packet.destination(), packet.source()};
  if (packet.has(tcp_flag::kRst)) {
    heard_.erase(ends);
    return;
  }
  Heard& heard = heard_[ends];
  if (packet.has(tcp_flag::kSyn) && !packet.has(tcp_flag::kAck)) heard = {};
  if (heard.acknowledged && sequence_before(*heard.acknowledged, packet.sequence)) return;
  heard.timestamp = its.timestamp;
}

void PacketCapture::record(const TraceRecord& record, const std::string& where) {
  if (!concerns(record.packet.notes.connection)) return;
  const auto station = stations_.find(where);
  switch (record.kind) {
    case TraceKind::Written:
      return;
    case TraceKind::Event:
      return note(where, record.packet.notes.connection,
                  fmt::format("{} at {}: {}", where.empty() ? "the scenario" : where,
                              print_instant(record.at), record.detail));
    case TraceKind::Timer:
      return tell_timer(record, where);
    case TraceKind::Dropped:
      if (where.empty()) {
        (void)passing(record.packet, true);
        if (pending_ && pending_->record.at == record.at)
          pending_->comments.push_back(record.detail);
        return;
      }
      break;
    default:
      break;
  }
  if (station != stations_.end()) take_packet(record, station->first, station->second);
}

void PacketCapture::take_packet(const TraceRecord& record, const std::string& where,
                                Station& station) {
  const bool dropped = record.kind == TraceKind::Dropped;
  // It never was on the wire.
  if (dropped && station.host_on && record.towards != *station.host_on) return;
  UnderWay its;
  if (record.kind == TraceKind::Sent || record.kind == TraceKind::Answered) {
    its = sent(record.packet, record.at);
  } else {
    its = passing(record.packet, record.kind != TraceKind::Forwarded);
    if (record.kind == TraceKind::Arrived) hear(record.packet, its);
  }
  if (!station.interface) return;
  write_pending();
  ++station.packets;
  if (dropped) ++station.dropped;
  pending_.emplace(Pending{&station, &where, record, its, {}});
  const auto notes = notes_.find({where, record.packet.notes.connection});
  if (notes != notes_.end()) {
    pending_->comments = std::move(notes->second);
    notes_.erase(notes);
  }
  if (dropped) pending_->comments.push_back(fmt::format("{} drops it: {}", where, record.detail));
  if (record.kind == TraceKind::Answered)
    pending_->comments.push_back(fmt::format("{} answers by itself", where));
}

void PacketCapture::tell_timer(const TraceRecord& record, const std::string& where) {
  const auto station = stations_.find(where);
  if (station == stations_.end() || !station->second.interface) return;
  // Of its end there is an event, too.
  if (record.timer.ended()) return;
  if (!pending_ || *pending_->name != where || pending_->record.at != record.at) return;
  pending_->told = true;
  if (std::string told = flow_phrase(record.timer); !told.empty())
    pending_->comments.push_back(std::move(told));
}

// To be said with the next packet of the connection at this station.
void PacketCapture::note(const std::string& where, ConnectionId connection, std::string text) {
  const auto station = stations_.find(where);
  if (station == stations_.end() || !station->second.interface) return;
  std::vector<std::string>& notes = notes_[{where, connection}];
  if (notes.size() >= kMostNotes) notes.erase(notes.begin());
  notes.push_back(std::move(text));
}

void PacketCapture::write_pending() {
  if (!pending_) return;
  const Pending its = std::move(*pending_);
  pending_.reset();
  const TraceRecord& record = its.record;
  const bool leaves_inward =
      record.kind == TraceKind::Forwarded && record.towards == Side::Internal;
  const Packet& packet = leaves_inward ? record.passed : record.packet;
  const bool carries = packet.protocol != Protocol::Icmp && !packet.has(tcp_flag::kRst);
  const std::span<std::uint8_t> payload(payload_.data(), carries ? packet.payload : 0U);
  const ConnectionId connection = packet.notes.connection;
  const std::vector<ConnectionSpec>& connections = roster_.scenario().connections;
  static const ConnectionSpec kNobodys;
  const ConnectionSpec& spec =
      connection.value < connections.size() ? connections[connection.value] : kNobodys;
  if (carries) {
    write_payload(*find_strategy(spec.strategy), payload_style(spec), packet,
                  its.under_way.message ? &*its.under_way.message : nullptr, payload);
  }
  WireDetails details;
  details.timestamp = its.under_way.timestamp;
  details.timestamp_echo = its.under_way.timestamp_echo;
  const std::size_t length = encode(packet, details, payload, bytes_);
  std::vector<std::string> comments;
  for (const std::string& comment : its.comments) comments.push_back(safe_line(comment));
  if (record.kind == TraceKind::Forwarded && !its.told) comments.push_back(record.detail);
  pcapng::append_packet(buffer_, {*its.station->interface, record.at, direction_of(record),
                                  std::span(bytes_).first(length), comments});
  if (buffer_.size() >= kPiece) flush();
}

void PacketCapture::flush() {
  write_(buffer_);
  buffer_.clear();
}

std::size_t PacketCapture::held_bytes() const {
  constexpr std::size_t kNode = 64;
  constexpr std::size_t kNote = 200;
  return under_way_.size() * (sizeof(Key) + sizeof(UnderWay) + kNode) +
         heard_.size() * (sizeof(Ends) + sizeof(Heard) + kNode) + notes_.size() * kNote;
}

std::string PacketCapture::finish(const RunReport& report) {
  write_pending();
  const std::string verdict = capture_verdict(report, choice_.connection);
  for (std::uint32_t i = 0; i < interfaces_.size(); ++i) {
    const Station& station = stations_.at(*interfaces_[i]);
    pcapng::append_statistics(buffer_, {i, kStart, later(kStart, report.duration), station.packets,
                                        station.dropped, safe_lines(verdict)});
  }
  flush();
  messages_ = nullptr;
  return head(verdict);
}

}  // namespace stayalive
