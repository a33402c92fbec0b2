// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "base/state_walk.h"
#include "middlebox/flow/flow.h"
#include "middlebox/profile.h"
#include "net/packet.h"

namespace stayalive {

// How Linux follows a TCP connection (net/netfilter/nf_conntrack_proto_tcp.c, as of 6.18): a table
// of states, windows of sequence numbers, and the choice of a timer for each accepted segment.
// SACK blocks and window scaling do not occur: a Packet carries its window in bytes.
class LinuxTcp {
 public:
  enum class State : std::uint8_t {
    None,
    SynSent,
    SynRecv,
    Established,
    FinWait,
    CloseWait,
    LastAck,
    TimeWait,
    Close,
    SynSent2
  };
  // What a segment is by its flags; a RST counts before a SYN, a SYN before a FIN.
  enum class SegmentKind : std::uint8_t { Syn, SynAck, Fin, Ack, Rst, None };
  static SegmentKind kind_of(std::uint8_t flags);
  // Whether the combination of flags occurs in real life; PSH may always be set.
  static bool plausible(std::uint8_t flags);

  // The tracking of a connection that begins with this segment, before track() has seen it; empty
  // when no entry may begin with it.
  static std::optional<LinuxTcp> begin(const Packet& packet, const Netfilter& rules);

  // Decides about a segment from the opener (`original`) or the other end.  Marks the flow as
  // assured; whether it has been answered is for the caller to mark afterwards.
  TrackerDecision track(const Packet& packet, bool original, Flow& flow, const Profile& profile);
  State state() const { return state_; }
  // Whether its entry may go when a new connection wants its port: it is in TIME_WAIT or later, and
  // the sequence numbers of the other opener lie ahead (nf_nat_may_kill and nf_seq_has_advanced in
  // net/netfilter/nf_nat_core.c).
  bool gives_way_to(const LinuxTcp& other) const {
    return state_ >= State::TimeWait && sequence_before(seen_[0].end, other.seen_[0].end);
  }
  void walk(StateWalk& walk);

 private:
  // What has been seen of one end (struct ip_ct_tcp_state of the kernel).
  struct Seen {
    std::uint32_t end = 0;         // one past the last octet it sent
    std::uint32_t max_end = 0;     // how far the other end lets it send
    std::uint32_t max_window = 0;  // the largest window it offered; 0: nothing seen of it yet
    std::uint32_t max_ack = 0;
    bool max_ack_known : 1 = false;
    bool unacknowledged : 1 = false;  // its last data has not been acknowledged
    bool liberal : 1 = false;
    bool closed_first : 1 = false;
  };
  // The last segment that was accepted or ignored; sequence numbers only of some kinds.
  struct LastSegment {
    SegmentKind kind = SegmentKind::None;
    bool original = true;
    std::uint32_t sequence = 0;
    std::uint32_t acknowledgment = 0;
    std::uint32_t end = 0;
    std::uint32_t window = 0;
  };
  enum class WindowCheck : std::uint8_t { Accept, Ignore, Invalid };
  enum class Step : std::uint8_t { Check, SkipCheck, Ignore, Invalid, Reopen };
  struct Segment {
    const Packet& packet;
    SegmentKind kind;
    bool original;
    std::uint32_t end;
  };

  Step special_case(const Segment& segment, const Flow& flow, State& old_state, State& new_state,
                    const Netfilter& rules);
  Step ignore(const Segment& segment, State& old_state, State& new_state);
  Step reset(const Segment& segment, const Flow& flow, State old_state, State& new_state,
             const Netfilter& rules) const;
  WindowCheck check_window(const Segment& segment, const Netfilter& rules);
  bool start_sender(const Segment& segment);
  void update_window(const Segment& segment, std::uint32_t acknowledgment);
  Timeout choose_timer(SegmentKind kind, State state, const Profile& profile) const;
  TrackerDecision accept(const Segment& segment, State old_state, State new_state, Flow& flow,
                         const Profile& profile);
  bool out_of_step(const Segment& segment, const Flow& flow);
  Seen& seen_of(bool original) { return seen_[original ? 0 : 1]; }
  const Seen& seen_of(bool original) const { return seen_[original ? 0 : 1]; }

  // Of the opener, of the other end.
  std::array<Seen, 2> seen_{};
  LastSegment last_;
  State state_ = State::None;
  // How often the last ACK has been seen again, up to 255.
  std::uint8_t repeats_ = 0;
  bool simultaneous_open_ = false;
  bool challenge_expected_ = false;
};
static_assert(sizeof(LinuxTcp) == 64);

}  // namespace stayalive
