// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>

#include "base/random.h"
#include "base/state_walk.h"
#include "strategy/strategy.h"

namespace stayalive {

// One end of WireGuard (timers.c, send.c, receive.c and noise.c of the Linux module).  What is to
// be sent without a valid key waits for a handshake; the end that began the last one begins the
// next when it sends after 120 s or receives after 165 s; a key is refused after 180 s.  An end
// answers data with an empty packet after 10 s of sending nothing itself, and handshakes anew 15 s
// after data that nothing has followed.  It follows its peer to wherever an authentic packet comes
// from, and has no verdict: after 20 handshakes in vain it drops what waits, and tries again when
// there is something to send.
class WireguardEnd final : public Strategy {
 public:
  struct Rules {
    Duration persistent_keepalive{};  // zero: off
    // Waits for an answer to a handshake, and for one to data, are longer by up to so much.
    Duration jitter{};
  };
  WireguardEnd(Rules rules, Role role, Random waits) : rules_(rules), role_(role), waits_(waits) {}

  void on_open(TimePoint now, Channel& channel) override;
  void on_message(TimePoint now, const Message& message, bool moved, Channel& channel) override;
  void on_sent(TimePoint now, const Message& message) override;
  void on_closed(TimePoint now, SocketError error, Channel& channel) override;
  bool accepts_unknown(const Message& message) const override;
  bool chooses_source() const override { return true; }
  bool carries(TimePoint now, Channel& channel) override;
  void on_writing(TimePoint now, Message& message, Channel& channel) override;
  bool takes(TimePoint now, const Message& message) const override;
  std::uint32_t wire_bytes(std::uint32_t bytes) const override;
  // A peer whose endpoint is not known is sent nothing, and nothing waits for it.
  bool queues_while_not_ready() const override { return open_; }
  TimePoint next_deadline() const override;
  void expire(TimePoint now, Channel& channel) override;
  void walk(StateWalk& walk) override;

 private:
  // Keys of one handshake, which the end that began it has numbered.
  struct Keys {
    std::uint8_t number = 0;
    bool mine = false;  // this end began the handshake
    TimePoint born;

    bool valid(TimePoint now) const;
  };
  // A wait whose random part is drawn when the rest of it is over, so that a wait that is called
  // off draws nothing.
  struct Wait {
    TimePoint at = kNever;
    bool drawn = false;
  };

  void initiate(TimePoint now, bool again, Channel& channel);
  void take_initiation(TimePoint now, const Message& message, Channel& channel);
  void take_response(TimePoint now, const Message& message, Channel& channel);
  void take_data(TimePoint now, const Message& message, bool moved, Channel& channel);
  const Keys* keys_of(TimePoint now, const Message& message) const;
  void complete(Channel& channel);
  // Sends what waits, or an empty packet where nothing does.
  void send_waiting(bool confirm, Channel& channel);
  void send_keepalive(TimePoint now, Channel& channel);
  void heard(TimePoint now);
  void restart_persistent(TimePoint now);
  bool is_over(Wait& wait, TimePoint now);
  void retry(TimePoint now, Channel& channel);
  void expire_one(TimePoint now, Channel& channel);

  Rules rules_;
  Role role_;
  Random waits_;
  bool open_ = false;
  std::optional<Keys> current_;
  std::optional<Keys> previous_;
  std::optional<Keys> next_;              // of a handshake of the peer, until its first packet
  std::optional<std::uint8_t> awaiting_;  // the handshake of this end that is not answered yet
  std::uint8_t number_ = 0;               // of this end's next handshake
  bool has_shaken_ = false;
  TimePoint shaken_at_;  // the last initiation or response that it sent
  std::uint32_t attempts_ = 0;
  bool last_minute_ = false;    // a handshake was begun for what was received late
  bool empty_waits_ = false;    // a keepalive waits for a key
  bool data_sent_ = false;      // since send_waiting began
  bool more_received_ = false;  // data, while the answer to other data is waited for
  Wait retransmit_;             // the handshake is repeated
  Wait unanswered_;             // a new handshake, because nothing has followed data
  TimePoint passive_ = kNever;  // an empty packet, because data was received
  TimePoint persistent_ = kNever;
  TimePoint rekey_ = kNever;
};

}  // namespace stayalive
