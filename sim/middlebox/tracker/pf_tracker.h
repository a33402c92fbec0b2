// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "base/state_walk.h"
#include "middlebox/flow/flow.h"
#include "net/packet.h"
#include "net/side.h"

namespace stayalive {

// How pf follows TCP (sys/net/pf.c of OpenBSD, sys/netpfil/pf/pf.c of FreeBSD): a state for each
// peer, which only rises, and a window of sequence numbers for each.  The timer follows from the
// pair.  Timestamps (tcp.tsdiff) and window scaling are not modelled: a Packet carries no
// timestamps and its window in bytes.
class PfTcp {
 public:
  // The state that the first segment creates.
  static PfTcp begin(const Packet& packet, Side from);
  // Decides about a segment; `answer` is set when pf sends one of its own.
  TrackerDecision track(const Packet& packet, Side from, std::optional<Packet>& answer);
  bool established() const;
  void walk(StateWalk& walk);

 private:
  // The levels are those of <netinet/tcp_fsm.h>, as far as pf uses them.
  enum Level : std::uint8_t {
    kClosed = 0,
    kSynSent = 2,
    kEstablished = 4,
    kClosing = 7,
    kFinWait2 = 9,
    kTimeWait = 10
  };
  struct Peer {
    std::uint32_t low = 0;   // one past the last octet it sent
    std::uint32_t high = 0;  // how far the other lets it send
    std::uint32_t max_window = 0;
    std::uint8_t level = kClosed;
    bool seen = false;
  };
  struct Numbers {
    std::uint32_t sequence, end, acknowledgment;
  };

  Numbers first_look(const Packet& packet, Peer& source, const Peer& destination) const;
  static bool reset_fits(const Packet& packet, const Peer& source);
  void slide(const Packet& packet, const Numbers& numbers, Peer& source, Peer& destination) const;
  Timeout timer() const;

  std::array<Peer, 2> peers_{};  // by side
};

// UDP in pf: a peer that sends is single, one that has been answered multiple; udp.multiple counts
// when both are, udp.first until the second packet.
TrackerDecision track_pf_udp(Flow& flow, Side from);
void begin_pf_udp(Flow& flow, Side from);

}  // namespace stayalive
