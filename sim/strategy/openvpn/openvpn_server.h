// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "strategy/openvpn/openvpn_end.h"

namespace stayalive {

// OpenVPN's instance for one client (--mode server): it comes with the client's first hard reset
// and goes, without a word, when the client is silent for --ping-restart seconds, cannot agree on
// keys, or has said goodbye.  Over UDP it follows its client to a new endpoint with the first data
// message from there, which carries the client's number (P_DATA_V2; mudp.c); control messages from
// elsewhere are not its own, except a hard reset, which begins anew.
class OpenvpnServer final : public OpenvpnEnd {
 public:
  explicit OpenvpnServer(OpenvpnConfig config) : OpenvpnEnd(std::move(config), Role::Server) {}

  void on_open(TimePoint now, Channel& channel) override;
  void on_message(TimePoint now, const Message& message, bool moved, Channel& channel) override;
  bool accepts_unknown(const Message& message) const override;
  Ending ending(SocketError error) const override;

 private:
  void silence(TimePoint now, Channel& channel) override;
  void handshake_failed(TimePoint now, Channel& channel) override;
  void came_up(TimePoint now, Channel& channel) override;
  void said_goodbye(TimePoint now, Channel& channel) override;
  void delete_instance(const Ending& reason, Channel& channel);
};

}  // namespace stayalive
