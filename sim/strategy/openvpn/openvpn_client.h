// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "strategy/openvpn/openvpn_end.h"

namespace stayalive {

// OpenVPN as a client (--client --nobind): what the server pushes replaces its own --ping and
// --ping-restart.  When the server is silent for too long it starts over with a new socket and
// so a new port, after pauses of --connect-retry seconds that double from the fifth failed attempt
// on up to their maximum (socket_restart_pause of init.c).
class OpenvpnClient final : public OpenvpnEnd {
 public:
  struct Rules {
    std::int64_t pushed_ping = 0;          // what the server's --keepalive pushes; 0 is nothing
    std::int64_t pushed_ping_restart = 0;  //
    std::int64_t connect_retry = 1;
    std::int64_t connect_retry_max = 300;
    std::int64_t connect_timeout = 120;  // --connect-timeout, TCP
    std::int64_t exit_notify = 0;        // --explicit-exit-notify; 0 is off
  };
  OpenvpnClient(OpenvpnConfig config, Rules rules);

  void on_opening(TimePoint now) override;
  void on_open(TimePoint now, Channel& channel) override;
  void on_message(TimePoint now, const Message& message, bool moved, Channel& channel) override;
  void on_closed(TimePoint now, SocketError error, Channel& channel) override;
  bool on_stop(TimePoint now, Channel& channel) override;
  TimePoint next_deadline() const override;
  void expire(TimePoint now, Channel& channel) override;

 private:
  void silence(TimePoint now, Channel& channel) override;
  void handshake_failed(TimePoint now, Channel& channel) override;
  void came_up(TimePoint now, Channel& channel) override;
  void said_goodbye(TimePoint now, Channel& channel) override;
  void restart(const std::string& reason, Channel& channel);

  Rules rules_;
  std::int64_t own_ping_;
  std::int64_t own_ping_restart_;
  std::int64_t own_ping_exit_;
  std::int64_t attempts_ = 1;    // that have not come up, this one included
  bool came_up_before_ = false;  // the next attempt is the first one after a time of being up
  TimePoint connect_by_ = kNever;
};

}  // namespace stayalive
