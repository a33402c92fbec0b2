// SPDX-License-Identifier: Apache-2.0
#include "probe/lab/probe_lab.h"

#include <algorithm>
#include <utility>

namespace stayalive {
namespace {

constexpr AddressId kProbeAddress = ipv4(10, 0, 0, 2);
constexpr AddressId kReflectorAddress = ipv4(198, 51, 100, 10);
constexpr AddressId kOtherReflectorAddress = ipv4(198, 51, 100, 11);
constexpr std::uint16_t kReflectorPort = 7478;
constexpr std::uint16_t kFirstPort = 32'768;
constexpr Duration kLastWords = 10s;
constexpr std::uint64_t kLabSession = 0x6c61'6273'6573'7369;

Endpoint reflector_socket(std::uint8_t socket) {
  return {(socket & kOtherAddress) != 0 ? kOtherReflectorAddress : kReflectorAddress,
          static_cast<std::uint16_t>(kReflectorPort + ((socket & kOtherPort) != 0 ? 1 : 0))};
}

Reflector::Place reflector_place_of(const LabPath& path) {
  return {reflector_socket(kOtherAddress | kOtherPort),
          static_cast<std::uint8_t>((path.other_port ? kOtherPort : 0) |
                                    (path.other_address ? kOtherAddress : 0))};
}

}  // namespace

ProbeLab::ProbeLab(ProbePlan plan, const LabPath& path)
    : path_(path),
      random_(path.seed, "lab", "loss"),
      datagrams_(messages_.open()),
      inside_(messages_),
      outside_(messages_),
      reflector_({path.seed, ~path.seed}, reflector_place_of(path)),
      prober_(std::move(plan), reflector_socket(0), kLabSession) {
  for (std::size_t i = 0; i < path_.boxes.size(); ++i) {
    BoxIdentity identity{"box" + std::to_string(i + 1), path_.seed, {}};
    for (std::uint32_t n = 0; n < std::max(path_.boxes[i].external_addresses, 1u); ++n) {
      identity.external_addresses.push_back(
          ipv4(192, 0, static_cast<std::uint8_t>(2 + i), static_cast<std::uint8_t>(n + 1)));
    }
    boxes_.push_back(std::make_unique<StatefulBox>(path_.boxes[i], std::move(identity)));
  }
  outside_.listen(reflector_socket(0));
}

void ProbeLab::send(std::size_t from_place, Side towards, Packet packet) {
  ++packets_;
  if (random_.chance(path_.loss)) return;
  const bool out = towards == Side::External;
  arrivals_.push({now_ + path_.one_way, order_++, out ? from_place + 1 : from_place - 1,
                  out ? Side::Internal : Side::External, packet, 0});
}

void ProbeLab::send_datagram(std::size_t from_place, Endpoint from, Endpoint to,
                             const ProbeBytes& bytes) {
  Packet packet;
  packet.protocol = Protocol::Udp;
  packet.set_source(from);
  packet.set_destination(to);
  packet.payload = kProbeBytes;
  packet.content = {datagrams_, messages_.write(datagrams_, bytes)};
  send(from_place, from_place == 0 ? Side::External : Side::Internal, packet);
}

void ProbeLab::arrive(const Arrival& arrival) {
  if (arrival.opened != 0) {
    ProbeOutbox out;
    const auto found = sockets_.find(arrival.opened - 1);
    if (found == sockets_.end()) return;
    prober_.opened(found->first, found->second.endpoint, now_, out);
    act(out);
  } else if (arrival.place == 0) {
    at_probe(arrival.packet);
  } else if (arrival.place == reflector_place()) {
    at_reflector(arrival.packet);
  } else {
    pass_box(arrival.place - 1, arrival.from, arrival.packet);
  }
}

void ProbeLab::pass_box(std::size_t box, Side from, Packet packet) {
  box_out_.clear();
  const Verdict verdict = boxes_[box]->process(from, packet, now_, box_out_);
  if (verdict.forwarded()) send(box + 1, verdict.hairpinned ? from : opposite(from), packet);
  empty_box(box);
}

void ProbeLab::empty_box(std::size_t box) {
  for (const Outbox::Sent& sent : box_out_.packets) send(box + 1, sent.to, sent.packet);
  box_out_.clear();
}

void ProbeLab::at_probe(const Packet& packet) {
  if (packet.destination_address != kProbeAddress || packet.protocol == Protocol::Icmp) return;
  if (packet.protocol == Protocol::Tcp) {
    LabHost::Outcome outcome;
    inside_.receive(packet, now_, outcome);
    tell_probe(outcome);
    return;
  }
  const auto flow = udp_ports_.find(packet.destination_port);
  const ProbeBytes* bytes = messages_.read(packet.content.stream, packet.content.message);
  if (flow == udp_ports_.end() || bytes == nullptr) return;
  ProbeOutbox out;
  prober_.receive(flow->second, *bytes, now_, out);
  act(out);
}

void ProbeLab::at_reflector(const Packet& packet) {
  if (packet.protocol == Protocol::Tcp) {
    LabHost::Outcome outcome;
    outside_.receive(packet, now_, outcome);
    tell_reflector(outcome);
    return;
  }
  const ProbeBytes* bytes = messages_.read(packet.content.stream, packet.content.message);
  if (packet.protocol != Protocol::Udp || bytes == nullptr) return;
  for (std::uint8_t socket = 0; socket < kReflectorSockets; ++socket) {
    if (packet.destination() != reflector_socket(socket)) continue;
    ReflectorOutbox out;
    reflector_.receive(socket, packet.source(), *bytes, now_, out);
    act(out);
  }
}

void ProbeLab::act(ProbeOutbox& out) {
  for (std::size_t i = 0; i < out.acts.size(); ++i) {
    const ProbeAct& what = out.acts[i];
    LabHost::Outcome outcome;
    if (what.kind == ProbeAct::Kind::Open || what.kind == ProbeAct::Kind::Connect) {
      const Endpoint local{kProbeAddress, next_port_};
      next_port_ = next_port_ == 60'999 ? kFirstPort : static_cast<std::uint16_t>(next_port_ + 1);
      Local& socket = sockets_[what.flow];
      socket.endpoint = local;
      socket.tcp = what.kind == ProbeAct::Kind::Connect;
      if (socket.tcp) {
        socket.connection = inside_.connect(local, what.to, now_, outcome);
        connections_[socket.connection] = what.flow;
        tell_probe(outcome);
      } else {
        udp_ports_[local.port] = what.flow;
        arrivals_.push({now_, order_++, 0, Side::Internal, Packet{}, what.flow + 1});
      }
      continue;
    }
    const auto found = sockets_.find(what.flow);
    if (found == sockets_.end()) continue;
    const Local& socket = found->second;
    switch (what.kind) {
      case ProbeAct::Kind::Send:
        if (socket.tcp) inside_.write(socket.connection, what.bytes, now_, outcome);
        if (!socket.tcp) send_datagram(0, socket.endpoint, what.to, what.bytes);
        break;
      case ProbeAct::Kind::Finish:
        inside_.finish(socket.connection, now_, outcome);
        break;
      default:
        if (socket.tcp) {
          connections_.erase(socket.connection);
          inside_.abort(socket.connection, now_, outcome);
        }
        udp_ports_.erase(socket.endpoint.port);
        sockets_.erase(found);
        break;
    }
    tell_probe(outcome);
  }
}

void ProbeLab::act(ReflectorOutbox& out) {
  for (const ReflectorOutbox::Datagram& datagram : out.datagrams)
    send_datagram(reflector_place(), reflector_socket(datagram.socket), datagram.to,
                  datagram.bytes);
  for (const ReflectorOutbox::Written& written : out.written) {
    LabHost::Outcome outcome;
    outside_.write(written.connection, written.bytes, now_, outcome);
    tell_reflector(outcome);
  }
  for (const std::uint32_t connection : out.aborted) {
    LabHost::Outcome outcome;
    outside_.abort(connection, now_, outcome);
    tell_reflector(outcome);
  }
}

void ProbeLab::tell_probe(LabHost::Outcome& outcome) {
  for (const Packet& packet : outcome.packets) send(0, Side::External, packet);
  for (const LabEvent& event : outcome.events) {
    const auto found = connections_.find(event.connection);
    if (found == connections_.end()) continue;
    const std::uint32_t flow = found->second;
    ProbeOutbox out;
    switch (event.kind) {
      case LabEvent::Kind::Established:
        prober_.opened(flow, event.local, now_, out);
        break;
      case LabEvent::Kind::Read:
        prober_.receive(flow, event.bytes, now_, out);
        break;
      case LabEvent::Kind::Reset:
        prober_.failed(flow, ProbeFailure::Reset, now_, out);
        break;
      default:
        prober_.failed(flow, ProbeFailure::Finished, now_, out);
        break;
    }
    act(out);
  }
}

void ProbeLab::tell_reflector(LabHost::Outcome& outcome) {
  for (const Packet& packet : outcome.packets) send(reflector_place(), Side::Internal, packet);
  for (const LabEvent& event : outcome.events) {
    ReflectorOutbox out;
    switch (event.kind) {
      case LabEvent::Kind::Established:
        reflector_.accept(event.connection, event.remote, now_, out);
        break;
      case LabEvent::Kind::Read:
        reflector_.read(event.connection, event.bytes, now_, out);
        break;
      case LabEvent::Kind::Finished:
        reflector_.end(event.connection, ConnectionEnd::Finished);
        break;
      default:
        reflector_.end(event.connection, ConnectionEnd::Reset);
        break;
    }
    act(out);
  }
}

TimePoint ProbeLab::next_instant() const {
  TimePoint next = arrivals_.empty() ? kNever : arrivals_.top().at;
  next = std::min({next, prober_.next_deadline(), reflector_.next_deadline(),
                   inside_.next_deadline(), outside_.next_deadline()});
  for (const auto& box : boxes_) next = std::min(next, box->next_deadline());
  return next;
}

// Everybody does what is due; nothing is due later at this instant but what arrives.
void ProbeLab::wake() {
  for (std::size_t i = 0; i < boxes_.size(); ++i) {
    if (boxes_[i]->next_deadline() > now_) continue;
    box_out_.clear();
    boxes_[i]->expire(now_, box_out_);
    empty_box(i);
  }
  LabHost::Outcome inside;
  inside_.expire(now_, inside);
  tell_probe(inside);
  LabHost::Outcome outside;
  outside_.expire(now_, outside);
  tell_reflector(outside);
  ReflectorOutbox reflected;
  reflector_.expire(now_, reflected);
  act(reflected);
  ProbeOutbox out;
  if (prober_.next_deadline() <= now_) prober_.expire(now_, out);
  act(out);
}

Findings ProbeLab::run() {
  ProbeOutbox out;
  prober_.begin(now_, out);
  act(out);
  TimePoint end = kNever;
  while (true) {
    // What is under way when the probe stops still arrives.
    if (prober_.stopped() && end == kNever) end = now_ + kLastWords;
    const TimePoint next = next_instant();
    if (next == kNever || next > end) break;
    now_ = next;
    most_flows_ = std::max(most_flows_, prober_.flows_now());
    if (!arrivals_.empty() && arrivals_.top().at == now_) {
      const Arrival arrival = arrivals_.top();
      arrivals_.pop();
      arrive(arrival);
    } else {
      wake();
    }
  }
  return prober_.findings(now_);
}

}  // namespace stayalive
