// SPDX-License-Identifier: Apache-2.0
// What a proxy does when the timers of a relayed connection run out.
#include <string>
#include <utility>

#include "app/proxy/tcp_proxy.h"
#include "base/text.h"

namespace stayalive {
namespace {

// Why a timer ran out, for the transcript.
std::string reason_of(ProxyTimer timer, const ProxyRules& rules) {
  const std::string span = print_duration(rules.span(timer));
  const bool read = rules.activity == ProxyRules::Activity::Read;
  switch (timer) {
    case ProxyTimer::None:
      break;
    case ProxyTimer::Idle:
      return "idle for " + span;
    case ProxyTimer::Client:
    case ProxyTimer::Server:
      return "nothing was " + std::string(read ? "read from" : "exchanged with") + " the " +
             (timer == ProxyTimer::Client ? "client" : "server") + " for " + span;
    case ProxyTimer::Tunnel:
      return "nothing passed through the tunnel for " + span;
    case ProxyTimer::Lifetime:
      return "the connection is " + span + " old";
    case ProxyTimer::Connect:
      return "the server has not answered for " + span;
    case ProxyTimer::FirstRequest:
    case ProxyTimer::KeepAlive:
    case ProxyTimer::Response:
    case ProxyTimer::PoolIdle:
      break;  // no tunnel has them
  }
  return "";
}

}  // namespace

// Does what is due.  Comes before anything else at an instant.
void TcpProxy::expire(RelayId id) {
  if (relays_[id].timers.next_deadline() > sim_.now()) return;
  std::vector<ProxyTimer> ran_out = std::exchange(ran_out_, {});
  relays_[id].timers.expire(sim_.now(), ran_out);
  // Where both sides are given up in one instant, nothing is left to be half-closed.
  if (ran_out.size() > 1) {
    tell_timer(id, TimerChange::Kind::Expired, ran_out.front(), sim_.now());
    end_both(id, ran_out.front(), false);
  } else {
    run_out(id, ran_out.front());
  }
  ran_out.clear();
  ran_out_ = std::move(ran_out);
  update_timers(id, TimerChange::Kind::Started);
}

void TcpProxy::run_out(RelayId id, ProxyTimer timer) {
  const ProxyRules& rules = config_.rules;
  tell_timer(id, TimerChange::Kind::Expired, timer, sim_.now());
  if (timer != ProxyTimer::Client && timer != ProxyTimer::Server)
    return end_both(id, timer, rules.reset_when_idle);
  if (rules.on_inactivity != ProxyRules::Inactivity::HalfClose)
    return end_both(id, timer, rules.on_inactivity == ProxyRules::Inactivity::Reset);
  stop_reading(id, timer == ProxyTimer::Client ? Side::Internal : Side::External, timer);
}

// As if the peer on this side had closed, except that it may not know.
void TcpProxy::stop_reading(RelayId id, Side side, ProxyTimer timer) {
  Relay& relay = relays_[id];
  const Side far = opposite(side);
  const SocketId other = relay.sockets[index(far)];
  if (relay.ended[index(far)] || !relay.timers.in_tunnel() || other == kNoSocket)
    return end_both(id, timer, false);
  relay.ended[index(side)] = true;
  ledger_.log(relay.connection, self_,
              std::string("closes towards the ") + (far == Side::Internal ? "client" : "server") +
                  ": " + reason_of(timer, config_.rules));
  ProxyEvent shut = note(id, far, ProxyEvent::Kind::ShutDown);
  shut.timer = timer;
  shut.timeout = config_.rules.span(timer);
  ledger_.proxy(relay.connection, shut);
  leg(side).sockets.set_reading(relay.sockets[index(side)], false, sim_.now());
  leg(far).sockets.shutdown(other, sim_.now());
}

void TcpProxy::end_both(RelayId id, ProxyTimer timer, bool reset) {
  const ProxyRules& rules = config_.rules;
  ledger_.log(relays_[id].connection, self_,
              std::string(reset ? "resets" : "closes") + " both sides: " + reason_of(timer, rules));
  relays_[id].timers.stop();
  for (const Side side : {Side::Internal, Side::External}) {
    ProxyEvent ended = note(id, side);
    ended.timer = timer;
    ended.timeout = rules.span(timer);
    const ProxyRules::Ending its =
        side == Side::Internal ? rules.client_ending : rules.server_ending;
    close(id, side, ended, reset ? ProxyRules::Ending::Reset : its);
  }
}

// Something may have begun a timer anew, or ended it.
void TcpProxy::update_timers(RelayId id, TimerChange::Kind kind) {
  Relay& relay = relays_[id];
  if (relay.is_over()) return;
  const TimePoint due = relay.timers.next_deadline();
  if (due == kNever) return;
  const bool first = !std::exchange(relay.told, true);
  tell_timer(id, first ? TimerChange::Kind::Started : kind, relay.timers.next_timer(), due);
  if (!relay.alarm.valid()) relay.alarm = sim_.add_alarm(self_, timers_token(id));
  relay.awaits = true;
  sim_.set_alarm(relay.alarm, due);
}

// timer: the one that comes first, or the one that ran out; of a connection that is over, any.
void TcpProxy::tell_timer(RelayId id, TimerChange::Kind kind, ProxyTimer timer,
                          TimePoint deadline) {
  const Relay& relay = relays_[id];
  if (!sim_.tracing() || !relay.told) return;
  TraceRecord record{sim_.now(), TraceKind::Timer, self_, Side::External, Packet{}, ""};
  record.packet.notes.connection = relay.connection;
  record.timer.kind = kind;
  record.timer.flow = FlowId{id};
  record.timer.timer = name(timer);
  record.timer.deadline = deadline;
  sim_.trace(record);
}

void TcpProxy::ring(RelayId id) {
  relays_[id].awaits = false;
  if (!relays_[id].is_over()) expire(id);
  free_if_over(id);
}

}  // namespace stayalive
