// SPDX-License-Identifier: Apache-2.0
#include "app/proxy/proxy_leg.h"

namespace stayalive {

ProxyLeg::ProxyLeg(Owner& owner, Side facing, Simulation& sim, Path& path, std::size_t inner)
    : sockets(*this), side(facing), owner_(owner), sim_(sim), path_(path), inner_(inner) {}

void ProxyLeg::transmit(const Packet& packet) {
  if (sim_.tracing()) sim_.trace({sim_.now(), TraceKind::Sent, self_, side, packet, ""});
  path_.send(sim_, side == Side::External ? inner_ + 1 : inner_, side, packet);
}

void ProxyLeg::socket_event(SocketId socket, const TcpEvent& event) {
  if (holder(socket) != kNobody) owner_.leg_event(side, holder(socket), event);
}

void ProxyLeg::arm(SocketId socket, TimePoint due) {
  alarms_.set(sim_, self_, socket, owner_.leg_token(side, socket), due);
}

void ProxyLeg::gone(SocketId socket) { owner_.leg_gone(side, sockets.local(socket).port); }

}  // namespace stayalive
