// SPDX-License-Identifier: Apache-2.0
#include "probe/reflector/reflector.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace stayalive {

Reflector::Reflector(AddressProof::Key key, Place place, ReflectorLimits limits)
    : proof_(key), place_(place), limits_(limits) {}

std::size_t Reflector::flows() const {
  std::size_t sum = 0;
  for (const auto& entry : sessions_) sum += entry.second.flows.size();
  return sum;
}

// Whether one more datagram may be answered in this second.
bool Reflector::may_answer(TimePoint now) {
  if (now - second_begun_ >= 1s) {
    second_begun_ = now;
    answered_ = 0;
  }
  if (answered_ >= limits_.answers_per_second) return false;
  ++answered_;
  return true;
}

void Reflector::answer(std::uint8_t socket, Endpoint to, const ProbeMessage& message,
                       ReflectorOutbox& out) {
  out.datagrams.push_back({socket, to, encode_probe(message)});
}

void Reflector::welcome(std::uint8_t socket, Endpoint from, const ProbeMessage& asked,
                        TimePoint now, ReflectorOutbox& out) {
  ProbeMessage message;
  message.kind = ProbeKind::Welcome;
  message.session = asked.session;
  message.flow = asked.flow;
  message.number = asked.number;
  message.cookie = proof_.cookie(from.address, now);
  message.seen = from;
  message.other = place_.other;
  message.sockets = place_.sockets;
  answer(socket, from, message, out);
}

// The session that the message names, made when it is new; nothing when there is no room.
Reflector::ProbeSession* Reflector::session_of(const ProbeMessage& message, AddressId owner,
                                               TimePoint now) {
  const auto found = sessions_.find(message.session);
  if (found != sessions_.end()) {
    found->second.heard = now;
    return &found->second;
  }
  if (sessions_.size() >= limits_.sessions) return nullptr;
  const auto of_same = std::ranges::count_if(
      sessions_, [owner](const auto& entry) { return entry.second.owner == owner; });
  if (static_cast<std::size_t>(of_same) >= limits_.sessions_of_an_address) return nullptr;
  return &sessions_.emplace(message.session, ProbeSession{owner, now, {}}).first->second;
}

Reflector::ProbedFlow* Reflector::flow_of(const ProbeMessage& message, Endpoint from,
                                          TimePoint now) {
  ProbeSession* session = session_of(message, from.address, now);
  if (session == nullptr) return nullptr;
  const auto found = session->flows.find(message.flow);
  if (found != session->flows.end()) return &found->second;
  if (session->flows.size() >= limits_.flows_of_a_session) return nullptr;
  return &session->flows.emplace(message.flow, ProbedFlow{}).first->second;
}

void Reflector::receive(std::uint8_t socket, Endpoint from, std::span<const std::uint8_t> bytes,
                        TimePoint now, ReflectorOutbox& out) {
  expire(now, out);
  const std::optional<ProbeMessage> message = decode_probe(bytes);
  if (!message) return;
  const ProbeKind kind = message->kind;
  // Nothing that a reflector says is ever answered, so that two cannot talk to each other.
  if (kind != ProbeKind::Hello && kind != ProbeKind::Mark && kind != ProbeKind::Order) return;
  if (!may_answer(now)) return;
  const auto session = sessions_.find(message->session);
  if (session != sessions_.end()) session->second.heard = now;
  if (kind == ProbeKind::Hello || !proof_.proves(message->cookie, from.address, now)) {
    welcome(socket, from, *message, now, out);
  } else if (kind == ProbeKind::Mark) {
    mark(socket, from, *message, now, out);
  } else {
    take_order(socket, from, *message, now, out);
  }
}

void Reflector::mark(std::uint8_t socket, Endpoint from, const ProbeMessage& message, TimePoint now,
                     ReflectorOutbox& out) {
  ProbedFlow* flow = flow_of(message, from, now);
  ProbeMessage said = message;
  said.cookie = 0;
  said.seen = from;
  if (flow == nullptr) {
    said.kind = ProbeKind::Refused;
    answer(socket, from, said, out);
    return;
  }
  // Orders send where the flow was seen at the socket 0; of a connection nothing changes.
  if (socket == 0 && !flow->connection) {
    flow->seen = from;
    if (flow->marks < std::numeric_limits<std::uint16_t>::max()) ++flow->marks;
  }
  if (!message.answer) return;
  said.kind = ProbeKind::Marked;
  answer(socket, from, said, out);
}

void Reflector::take_order(std::uint8_t socket, Endpoint from, const ProbeMessage& order,
                           TimePoint now, ReflectorOutbox& out) {
  ProbeMessage said = order;
  said.cookie = 0;
  said.kind = ProbeKind::Done;
  ProbeSession* session = session_of(order, from.address, now);
  if (session == nullptr) {
    said.kind = ProbeKind::Refused;
    answer(socket, from, said, out);
    return;
  }
  const auto found = session->flows.find(order.flow);
  if (found != session->flows.end()) {
    ProbedFlow& flow = found->second;
    carry_out(order, flow, out);
    said.known = true;
    said.marks = flow.marks;
    said.seen = flow.seen;
    said.finished = flow.finished;
    said.reset = flow.reset;
    if (order.action == ProbeAction::Forget) {
      if (flow.connection && !flow.reset) abort(*flow.connection, out);
      session->flows.erase(found);
    }
  }
  answer(socket, from, said, out);
}

void Reflector::carry_out(const ProbeMessage& order, ProbedFlow& flow, ReflectorOutbox& out) {
  if (flow.connection) {
    if (flow.reset) return;
    if (order.action == ProbeAction::Abort) {
      abort(*flow.connection, out);
      flow.reset = true;
    }
  }
  if (order.action != ProbeAction::Send) return;
  ProbeMessage sent;
  sent.kind = ProbeKind::Sent;
  sent.session = order.session;
  sent.flow = order.flow;
  sent.number = order.number;
  sent.socket = order.socket;
  if (flow.connection) {
    out.written.push_back({*flow.connection, encode_probe(sent)});
  } else if ((order.socket & ~place_.sockets) == 0 && flow.marks > 0) {
    answer(order.socket, flow.seen, sent, out);
  }
}

void Reflector::accept(std::uint32_t connection, Endpoint from, TimePoint now,
                       ReflectorOutbox& out) {
  expire(now, out);
  if (connections_.size() >= limits_.connections) {
    out.aborted.push_back(connection);
    return;
  }
  Caller caller;
  caller.from = from;
  caller.since = now;
  connections_.emplace(connection, caller);
}

void Reflector::read(std::uint32_t connection, std::span<const std::uint8_t> bytes, TimePoint now,
                     ReflectorOutbox& out) {
  expire(now, out);
  while (!bytes.empty()) {
    const auto found = connections_.find(connection);
    if (found == connections_.end()) return;
    Caller& caller = found->second;
    const std::size_t taken = std::min(bytes.size(), kProbeBytes - caller.filled);
    std::ranges::copy(bytes.first(taken),
                      caller.partial.begin() + static_cast<std::ptrdiff_t>(caller.filled));
    caller.filled += taken;
    bytes = bytes.subspan(taken);
    if (caller.filled < kProbeBytes) return;
    caller.filled = 0;
    const std::optional<ProbeMessage> message = decode_probe(caller.partial);
    if (message && message->kind == ProbeKind::Mark) {
      mark_connection(connection, caller, *message, now, out);
    } else {
      abort(connection, out);
    }
  }
}

// A Mark on a connection, whose handshake has proven the address.  It belongs to one flow for ever.
void Reflector::mark_connection(std::uint32_t connection, Caller& caller,
                                const ProbeMessage& message, TimePoint now, ReflectorOutbox& out) {
  const bool same = caller.session == message.session && caller.flow == message.flow;
  ProbedFlow* flow = caller.introduced && !same ? nullptr : flow_of(message, caller.from, now);
  const bool fits = flow != nullptr && (caller.introduced || flow->marks == 0) &&
                    (!flow->connection || *flow->connection == connection);
  if (!fits) {
    abort(connection, out);
    return;
  }
  caller.introduced = true;
  caller.session = message.session;
  caller.flow = message.flow;
  flow->connection = connection;
  flow->seen = caller.from;
  if (flow->marks < std::numeric_limits<std::uint16_t>::max()) ++flow->marks;
  if (!message.answer) return;
  ProbeMessage said = message;
  said.kind = ProbeKind::Marked;
  said.cookie = 0;
  said.seen = caller.from;
  out.written.push_back({connection, encode_probe(said)});
}

void Reflector::end(std::uint32_t connection, ConnectionEnd how) {
  const auto found = connections_.find(connection);
  if (found == connections_.end()) return;
  const Caller caller = found->second;
  if (how == ConnectionEnd::Reset) connections_.erase(found);
  if (!caller.introduced) return;
  const auto session = sessions_.find(caller.session);
  if (session == sessions_.end()) return;
  const auto flow = session->second.flows.find(caller.flow);
  if (flow == session->second.flows.end()) return;
  flow->second.finished |= how == ConnectionEnd::Finished;
  flow->second.reset |= how == ConnectionEnd::Reset;
}

void Reflector::abort(std::uint32_t connection, ReflectorOutbox& out) {
  if (connections_.erase(connection) > 0) out.aborted.push_back(connection);
}

void Reflector::forget(const ProbeSession& session, ReflectorOutbox& out) {
  for (const auto& entry : session.flows) {
    if (entry.second.connection && !entry.second.reset) abort(*entry.second.connection, out);
  }
}

TimePoint Reflector::next_deadline() const {
  TimePoint next = kNever;
  for (const auto& entry : sessions_)
    next = std::min(next, later(entry.second.heard, limits_.session_idle));
  for (const auto& entry : connections_) {
    if (!entry.second.introduced)
      next = std::min(next, later(entry.second.since, limits_.introduction));
  }
  return next;
}

void Reflector::expire(TimePoint now, ReflectorOutbox& out) {
  if (next_deadline() > now) return;
  std::erase_if(sessions_, [&](const auto& entry) {
    if (now - entry.second.heard < limits_.session_idle) return false;
    forget(entry.second, out);
    return true;
  });
  std::erase_if(connections_, [&](const auto& entry) {
    const bool late = !entry.second.introduced && now - entry.second.since >= limits_.introduction;
    if (late) out.aborted.push_back(entry.first);
    return late;
  });
}

}  // namespace stayalive
