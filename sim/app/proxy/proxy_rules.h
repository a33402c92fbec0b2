// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "app/proxy/http_proxy_rules.h"
#include "base/time.h"

namespace stayalive {

// Why a proxy ended a connection by itself: which of its timers ran out.
enum class ProxyTimer : std::uint8_t {
  None,
  Idle,
  Client,
  Server,
  Tunnel,
  Lifetime,
  Connect,
  FirstRequest,  // this and the following: of connections of which a proxy knows the requests
  KeepAlive,
  Response,
  PoolIdle,
};
inline constexpr std::array kProxyTimers{
    ProxyTimer::Idle,     ProxyTimer::Client,  ProxyTimer::Server,       ProxyTimer::Tunnel,
    ProxyTimer::Lifetime, ProxyTimer::Connect, ProxyTimer::FirstRequest, ProxyTimer::KeepAlive,
    ProxyTimer::Response, ProxyTimer::PoolIdle};
// The key of its span: "client_timeout"; "none".  Lives as long as the program.
std::string_view name(ProxyTimer timer);

// In what proxies differ: their timers, and how they pass on or bring about the end of a
// connection.  Plain data; a product is a set of values (scenarios/proxies/*.json).  A byte counts
// when the proxy has read it from one side and written it to the other.
struct ProxyRules {
  // Which bytes begin the timer of one side's connection anew.
  enum class Activity : std::uint8_t {
    Either,  // read from it or written to it
    Read,    // read from it
  };
  // What happens when the timer of one side runs out.
  enum class Inactivity : std::uint8_t {
    HalfClose,  // nothing more is read from that side, and the other side is sent a FIN
    Close,      // both connections are closed
    Reset,      // both connections are reset
  };
  // What becomes of a FIN.
  enum class HalfClose : std::uint8_t {
    PassOn,     // the other side is sent one; its own direction goes on
    CloseBoth,  // both connections are closed
    Keep,       // nothing, until the other side has sent one, too
  };
  // How the proxy ends a connection when a timer of its own is the reason.
  enum class Ending : std::uint8_t {
    Fin,
    Reset,
    FinAndReset,  // a FIN, unless one was sent before, and a RST at once
  };
  // To whom a RST of the other side is passed on as a RST, instead of a FIN.
  enum class PassedReset : std::uint8_t { Neither, Server, Client, Both };

  // What it knows of what passes.
  enum class Mode : std::uint8_t {
    Tcp,   // nothing: every connection is a tunnel
    Http,  // the requests and answers of connections that speak HTTP; others are tunnels
  };

  Mode mode = Mode::Tcp;
  HttpProxyRules http;  // of mode Http
  // kForever: off.
  Duration idle_timeout = kForever;    // no byte in either direction: both are ended
  Duration client_timeout = kForever;  // no byte on the client's connection
  Duration server_timeout = kForever;  // no byte on the server's connection
  Duration tunnel_timeout = kForever;  // takes the place of these two once a tunnel stands: no byte
                                       // in either direction, and both are ended
  Duration lifetime = kForever;        // since the client's connection was accepted
  Duration connect_timeout = kForever;  // until the connection to the server stands
  Duration granularity{};  // a timer runs out at the first multiple of this at or after its time;
                           // zero: at its time
  Activity activity = Activity::Either;
  bool probes_count = false;  // any segment counts as activity of its connection, not only data
  Inactivity on_inactivity = Inactivity::HalfClose;  // of client_timeout and server_timeout
  bool reset_when_idle = false;                      // the other timers: RST to both sides
  HalfClose half_close = HalfClose::PassOn;
  Ending client_ending = Ending::Fin;
  Ending server_ending = Ending::Fin;
  PassedReset passed_reset = PassedReset::Neither;

  // The span of this timer; kForever when it is off, and for None.
  Duration span(ProxyTimer timer) const;
};

// Which timer ends a silent connection first once a tunnel stands, and its span.
struct ProxyPatience {
  ProxyTimer timer = ProxyTimer::None;  // none: it waits for ever
  Duration span = kForever;
};
ProxyPatience shortest_patience(const ProxyRules& rules);

}  // namespace stayalive
