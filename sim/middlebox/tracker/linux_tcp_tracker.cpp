// SPDX-License-Identifier: Apache-2.0
#include "middlebox/tracker/linux_tcp_tracker.h"

#include <algorithm>

namespace stayalive {
namespace {

using State = LinuxTcp::State;
using SegmentKind = LinuxTcp::SegmentKind;

// Where a segment leads; the states first, so that a State converts.
enum Next : std::uint8_t { No, Ss, Sr, Es, Fw, Cw, La, Tw, Cl, S2, Ignored, Invalid };
constexpr Next Ig = Ignored;
constexpr Next Iv = Invalid;

// By class of the segment (row) and present state (column), both in the order of their
// enumerations.
using Table = std::array<std::array<Next, 10>, 6>;
constexpr Table kFromOpener{{
    {Ss, Ss, Ig, Ig, Ig, Ig, Ig, Ss, Ss, S2},  // SYN
    {Iv, Iv, Sr, Iv, Iv, Iv, Iv, Iv, Iv, Sr},  // SYN and ACK
    {Iv, Iv, Fw, Fw, La, La, La, Tw, Cl, Iv},  // FIN
    {Es, Iv, Es, Es, Cw, Cw, Tw, Tw, Cl, Iv},  // ACK
    {Iv, Cl, Cl, Cl, Cl, Cl, Cl, Cl, Cl, Cl},  // RST
    {Iv, Iv, Iv, Iv, Iv, Iv, Iv, Iv, Iv, Iv},
}};
constexpr Table kFromOther{{
    {Iv, S2, Iv, Iv, Iv, Iv, Iv, Ss, Iv, S2},  // SYN
    {Iv, Sr, Ig, Ig, Ig, Ig, Ig, Ig, Ig, Sr},  // SYN and ACK
    {Iv, Iv, Fw, Fw, La, La, La, Tw, Cl, Iv},  // FIN
    {Iv, Ig, Sr, Es, Cw, Cw, Tw, Tw, Cl, Ig},  // ACK
    {Iv, Cl, Cl, Cl, Cl, Cl, Cl, Cl, Cl, Cl},  // RST
    {Iv, Iv, Iv, Iv, Iv, Iv, Iv, Iv, Iv, Iv},
}};

// An acknowledgment may lag behind by at least this much.
constexpr std::uint32_t kAckSlack = 66000;

Timeout linux_timer_of(State state) {
  constexpr std::array<Timeout, 10> kTimers{
      Timeout::Generic,    Timeout::TcpSynSent,   Timeout::TcpSynRecv, Timeout::TcpEstablished,
      Timeout::TcpFinWait, Timeout::TcpCloseWait, Timeout::TcpLastAck, Timeout::TcpTimeWait,
      Timeout::TcpClose,   Timeout::TcpSynSent2};
  return kTimers[static_cast<std::size_t>(state)];
}

bool closing(State state) { return state >= State::FinWait && state <= State::Close; }

bool after(std::uint32_t a, std::uint32_t b) { return sequence_before(b, a); }

std::uint32_t at_least_one(std::uint32_t window) { return std::max(window, 1u); }

}  // namespace

LinuxTcp::SegmentKind LinuxTcp::kind_of(std::uint8_t flags) {
  if ((flags & tcp_flag::kRst) != 0) return SegmentKind::Rst;
  if ((flags & tcp_flag::kSyn) != 0) {
    return (flags & tcp_flag::kAck) != 0 ? SegmentKind::SynAck : SegmentKind::Syn;
  }
  if ((flags & tcp_flag::kFin) != 0) return SegmentKind::Fin;
  return (flags & tcp_flag::kAck) != 0 ? SegmentKind::Ack : SegmentKind::None;
}

bool LinuxTcp::plausible(std::uint8_t flags) {
  switch (flags & ~tcp_flag::kPsh & 0x3f) {
    case tcp_flag::kSyn:
    case tcp_flag::kSyn | tcp_flag::kUrg:
    case tcp_flag::kSyn | tcp_flag::kAck:
    case tcp_flag::kRst:
    case tcp_flag::kRst | tcp_flag::kAck:
    case tcp_flag::kFin | tcp_flag::kAck:
    case tcp_flag::kFin | tcp_flag::kAck | tcp_flag::kUrg:
    case tcp_flag::kAck:
    case tcp_flag::kAck | tcp_flag::kUrg:
      return true;
    default:
      return false;
  }
}

std::optional<LinuxTcp> LinuxTcp::begin(const Packet& packet, const Netfilter& rules) {
  const SegmentKind kind = kind_of(packet.flags);
  const bool from_the_start = kind == SegmentKind::Syn;
  if (!plausible(packet.flags)) return std::nullopt;
  if (!from_the_start && (kind != SegmentKind::Ack || !rules.tcp_loose)) return std::nullopt;
  LinuxTcp tracking;
  Seen& opener = tracking.seen_[0];
  opener.end = packet.sequence + packet.sequence_length();
  opener.max_window = at_least_one(packet.window);
  opener.max_end = opener.end;
  if (!from_the_start) {
    // The windows of the two ends are not known, so segments outside them are let through.
    opener.max_end += opener.max_window;
    opener.liberal = true;
    tracking.seen_[1].liberal = true;
  }
  return tracking;
}

TrackerDecision LinuxTcp::track(const Packet& packet, bool original, Flow& flow,
                                const Profile& profile) {
  const Netfilter& rules = profile.netfilter;
  if (!plausible(packet.flags)) return {Fate::Invalid};
  const Segment segment{packet, kind_of(packet.flags), original,
                        packet.sequence + packet.sequence_length()};
  const Table& table = original ? kFromOpener : kFromOther;
  State old_state = state_;
  const Next next =
      table[static_cast<std::size_t>(segment.kind)][static_cast<std::size_t>(old_state)];
  if (next == Invalid) return {Fate::Invalid};
  State new_state = next == Ignored ? old_state : static_cast<State>(next);
  Step step = next == Ignored ? ignore(segment, old_state, new_state)
                              : special_case(segment, flow, old_state, new_state, rules);
  if (step == Step::Check) {
    const WindowCheck window = check_window(segment, rules);
    if (window == WindowCheck::Ignore) step = Step::Ignore;
    if (window == WindowCheck::Invalid) {
      TrackerDecision invalid{Fate::Invalid};
      invalid.out_of_step = out_of_step(segment, flow);
      return invalid;
    }
  }
  if (step == Step::Ignore) return {Fate::Pass};
  if (step == Step::Invalid) return {Fate::Invalid};
  if (step == Step::Reopen) return {Fate::Reopen};
  return accept(segment, old_state, new_state, flow, profile);
}

// Cases in which the table alone would be wrong.
LinuxTcp::Step LinuxTcp::special_case(const Segment& segment, const Flow& flow, State& old_state,
                                      State& new_state, const Netfilter& rules) {
  switch (new_state) {
    case State::SynSent: {
      if (old_state < State::TimeWait) return Step::Check;
      const bool was_closed = seen_[0].closed_first || seen_[1].closed_first;
      const bool was_reset = last_.original == segment.original && last_.kind == SegmentKind::Rst;
      return was_closed || was_reset ? Step::Reopen : ignore(segment, old_state, new_state);
    }
    case State::TimeWait:
      // An answer to a stray SYN (RFC 5961, section 4) does not acknowledge the last FIN.
      if (old_state == State::LastAck && segment.kind == SegmentKind::Ack && challenge_expected_ &&
          last_.original != segment.original && last_.kind == SegmentKind::Syn) {
        challenge_expected_ = false;
        return Step::Ignore;
      }
      return Step::Check;
    case State::SynSent2:
      simultaneous_open_ = true;
      return Step::Check;
    case State::SynRecv:
      if (!segment.original && segment.kind == SegmentKind::Ack && simultaneous_open_) {
        new_state = State::Established;
      }
      return Step::Check;
    case State::Close:
      if (segment.kind != SegmentKind::Rst) return Step::Check;
      return reset(segment, flow, old_state, new_state, rules);
    default:
      return Step::Check;
  }
}

// A segment that the two ends may understand better than the box.  It goes through without an
// effect, but is remembered: the answer to it may show that the ends have begun a new connection.
LinuxTcp::Step LinuxTcp::ignore(const Segment& segment, State& old_state, State& new_state) {
  const Packet& packet = segment.packet;
  const bool answers_ignored_syn =
      segment.kind == SegmentKind::SynAck && last_.kind == SegmentKind::Syn &&
      last_.original != segment.original && packet.acknowledgment == last_.end;
  if (answers_ignored_syn) {
    old_state = State::SynSent;
    new_state = State::SynRecv;
    challenge_expected_ = false;
    Seen& opener = seen_of(last_.original);
    opener = {};
    opener.end = opener.max_end = last_.end;
    opener.max_window = at_least_one(last_.window);
    Seen& other = seen_of(segment.original);
    const bool liberal = other.liberal;
    other = {};
    other.liberal = liberal;
    return Step::Check;
  }
  last_.kind = segment.kind;
  last_.original = segment.original;
  last_.sequence = packet.sequence;
  last_.end = segment.end;
  last_.window = packet.window;
  if (segment.kind == SegmentKind::Syn && segment.original) {
    simultaneous_open_ = false;
    challenge_expected_ = old_state == State::LastAck;
  }
  if (old_state == State::SynSent && segment.kind == SegmentKind::Ack && !segment.original) {
    last_.acknowledgment = packet.acknowledgment;
  }
  return Step::Ignore;
}

LinuxTcp::Step LinuxTcp::reset(const Segment& segment, const Flow& flow, State old_state,
                               State& new_state, const Netfilter& rules) const {
  if (closing(old_state)) return Step::SkipCheck;
  const Packet& packet = segment.packet;
  const Seen& receiver = seen_of(!segment.original);
  const bool established = old_state == State::Established && flow.assured;
  if (receiver.max_ack_known && last_.kind != SegmentKind::Syn) {
    if (packet.sequence == 0 && !established) return Step::Check;
    if (sequence_before(packet.sequence, receiver.max_ack) && !rules.tcp_ignore_invalid_rst) {
      return Step::Invalid;
    }
    if (!established || packet.sequence == receiver.max_ack) return Step::Check;
    const bool ends_a_train = last_.kind == SegmentKind::Ack &&
                              last_.original == segment.original && packet.sequence == last_.end;
    if (ends_a_train) return Step::Check;
    // The receiver will answer with a challenge ACK, for which the flow must still be there.
    new_state = old_state;
  }
  // Only the end that was asked can refuse (the kernel compares the sides since June 2026, commit
  // bed6e04be8e6).
  const bool refuses_syn =
      flow.answered && last_.kind == SegmentKind::Syn && last_.original != segment.original;
  const bool refuses_ack = !flow.assured && last_.kind == SegmentKind::Ack;
  if ((refuses_syn || refuses_ack) && packet.acknowledgment == last_.end) return Step::SkipCheck;
  const bool answers_challenge = old_state == State::SynSent && last_.kind == SegmentKind::Ack &&
                                 !last_.original && packet.sequence == last_.acknowledgment;
  return answers_challenge ? Step::SkipCheck : Step::Check;
}

// The first segment of an end, or a SYN that begins anew: there is nothing to compare with.  True
// when nothing is left to check.
bool LinuxTcp::start_sender(const Segment& segment) {
  const Packet& packet = segment.packet;
  Seen& sender = seen_of(segment.original);
  Seen& receiver = seen_of(!segment.original);
  const bool has_syn = packet.has(tcp_flag::kSyn);
  const bool has_ack = packet.has(tcp_flag::kAck);
  const bool first = sender.max_window == 0;
  const bool begins_anew = !first && has_syn && after(segment.end, sender.end) &&
                           (state_ == State::SynSent || state_ == State::SynRecv);
  if ((first && has_syn) || begins_anew) {
    const bool liberal = sender.liberal;
    sender = {};
    sender.liberal = liberal;
    sender.end = sender.max_end = segment.end;
    sender.max_window = at_least_one(packet.window);
    return !has_ack && (first || !segment.original);
  }
  if (!first) return false;
  sender.end = segment.end;
  sender.max_window = at_least_one(packet.window);
  sender.max_end = segment.end + sender.max_window;
  // The flow was picked up with a keepalive probe, which stays one octet behind.
  if (packet.acknowledgment == receiver.end + 1) ++receiver.end;
  return false;
}

LinuxTcp::WindowCheck LinuxTcp::check_window(const Segment& segment, const Netfilter& rules) {
  if (start_sender(segment)) return WindowCheck::Accept;
  const Packet& packet = segment.packet;
  Seen& sender = seen_of(segment.original);
  const Seen& receiver = seen_of(!segment.original);
  const bool is_reset = packet.has(tcp_flag::kRst);
  std::uint32_t sequence = packet.sequence;
  std::uint32_t end = segment.end;
  std::uint32_t acknowledgment = packet.acknowledgment;
  if (!packet.has(tcp_flag::kAck) || (is_reset && acknowledgment == 0)) {
    acknowledgment = receiver.end;
  }
  if (is_reset && sequence == 0 && state_ == State::SynSent) sequence = end = sender.end;

  const bool liberal = sender.liberal || rules.tcp_be_liberal;
  const std::uint32_t slack = std::max(sender.max_window, kAckSlack);
  const bool left_ok = !sequence_before(end, sender.end - receiver.max_window);
  const bool ack_seen = !after(acknowledgment, receiver.end);
  const bool ack_recent = !sequence_before(acknowledgment, receiver.end - slack);
  if (after(sequence, sender.max_end)) {
    const std::uint32_t overshot = end - sender.max_end + 1;
    if (receiver.max_window != 0 && left_ok && ack_recent && ack_seen &&
        overshot <= receiver.max_window) {
      sender.end = end;
      sender.unacknowledged = true;
      return liberal ? WindowCheck::Accept : WindowCheck::Ignore;
    }
    return liberal ? WindowCheck::Accept : WindowCheck::Invalid;
  }
  if (!ack_seen) return liberal ? WindowCheck::Accept : WindowCheck::Invalid;
  if ((receiver.max_window != 0 && !left_ok) || !ack_recent) {
    return liberal ? WindowCheck::Accept : WindowCheck::Ignore;
  }
  update_window({packet, segment.kind, segment.original, end}, acknowledgment);
  return WindowCheck::Accept;
}

void LinuxTcp::update_window(const Segment& segment, std::uint32_t acknowledgment) {
  const Packet& packet = segment.packet;
  Seen& sender = seen_of(segment.original);
  Seen& receiver = seen_of(!segment.original);
  sender.max_window = std::max(sender.max_window, packet.window);
  if (after(segment.end, sender.end)) {
    sender.end = segment.end;
    sender.unacknowledged = true;
  }
  if (packet.has(tcp_flag::kAck) &&
      (!sender.max_ack_known || after(acknowledgment, sender.max_ack))) {
    sender.max_ack = acknowledgment;
    sender.max_ack_known = true;
  }
  if (receiver.max_window != 0 && after(segment.end, sender.max_end)) {
    receiver.max_window += segment.end - sender.max_end;
  }
  if (!sequence_before(acknowledgment + packet.window, receiver.max_end)) {
    receiver.max_end = acknowledgment + at_least_one(packet.window);
  }
  if (acknowledgment == receiver.end) receiver.unacknowledged = false;
  if (segment.kind != SegmentKind::Ack) return;
  const bool again = last_.original == segment.original && last_.sequence == packet.sequence &&
                     last_.acknowledgment == acknowledgment && last_.end == segment.end &&
                     last_.window == packet.window;
  if (again) {
    if (repeats_ < 255) ++repeats_;
    return;
  }
  last_ = {last_.kind,     segment.original, packet.sequence,
           acknowledgment, segment.end,      packet.window};
  repeats_ = 0;
}

Timeout LinuxTcp::choose_timer(SegmentKind kind, State state, const Profile& profile) const {
  const TimeoutTable& spans = profile.timeouts;
  const Timeout own = linux_timer_of(state);
  const bool above_retrans = spans[own] > spans[Timeout::TcpMaxRetrans];
  if (repeats_ >= profile.netfilter.tcp_max_retrans && above_retrans) return Timeout::TcpMaxRetrans;
  if (kind == SegmentKind::Rst) return Timeout::TcpClose;
  const bool unacknowledged = seen_[0].unacknowledged || seen_[1].unacknowledged;
  if (unacknowledged && spans[own] > spans[Timeout::TcpUnacknowledged]) {
    return Timeout::TcpUnacknowledged;
  }
  if (last_.window == 0 && above_retrans) return Timeout::TcpMaxRetrans;
  return own;
}

TrackerDecision LinuxTcp::accept(const Segment& segment, State old_state, State new_state,
                                 Flow& flow, const Profile& profile) {
  last_.kind = segment.kind;
  last_.original = segment.original;
  state_ = new_state;
  if (old_state != new_state && new_state == State::FinWait) {
    seen_of(segment.original).closed_first = true;
  }
  Timeout timer = choose_timer(segment.kind, new_state, profile);
  if (!flow.answered) {
    // A RST before any answer: there never was a connection.
    if (segment.kind == SegmentKind::Rst) return {Fate::Close, timer};
    // A repeated SYN does not prolong the wait for an answer.
    if (segment.kind == SegmentKind::Syn && old_state == State::SynSent) return {Fate::Pass, timer};
    if (new_state == State::Established &&
        profile.timeouts[timer] > profile.timeouts[Timeout::TcpUnacknowledged]) {
      timer = Timeout::TcpUnacknowledged;
    }
  } else if ((old_state == State::SynRecv || old_state == State::Established) &&
             new_state == State::Established) {
    flow.assured = true;
  }
  return {Fate::Extend, timer};
}

// A FIN or RST out of the window from one side and then from the other: the box is out of step
// with the ends, and the flow need not wait for its own timer.
bool LinuxTcp::out_of_step(const Segment& segment, const Flow& flow) {
  if (!flow.assured) return false;
  if (segment.kind != SegmentKind::Fin && segment.kind != SegmentKind::Rst) return false;
  if (last_.original != segment.original &&
      (last_.kind == SegmentKind::Fin || last_.kind == SegmentKind::Rst)) {
    return true;
  }
  last_.kind = segment.kind;
  last_.original = segment.original;
  return false;
}

void LinuxTcp::walk(StateWalk& walk) {
  for (Seen& end : seen_) {
    walk.sequence(end.end);
    walk.sequence(end.max_end);
    walk.sequence(end.max_ack);
    walk.still(end.max_window, end.max_ack_known, end.unacknowledged, end.liberal,
               end.closed_first);
  }
  walk.still(last_.kind, last_.original, last_.window, state_, repeats_, simultaneous_open_,
             challenge_expected_);
  walk.sequence(last_.sequence);
  walk.sequence(last_.acknowledgment);
  walk.sequence(last_.end);
}

}  // namespace stayalive
