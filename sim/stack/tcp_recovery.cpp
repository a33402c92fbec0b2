// SPDX-License-Identifier: Apache-2.0
// How TcpConnection finds out what was lost and repairs it, after a timeout (CongestionState::Loss,
// with F-RTO, RFC 5682) or because later segments arrived (CongestionState::Recovery, RACK, RFC
// 8985).  Packets carry no SACK blocks but of what came twice: which segment another duplicate
// acknowledgment answers follows from when it comes.
#include <algorithm>
#include <limits>

#include "stack/tcp_connection.h"

namespace stayalive {

namespace {
// As many duplicates leave no doubt that a segment is lost rather than late.
constexpr std::uint32_t kDuplicates = 3;
}  // namespace

// tcp_enter_loss: everything is lost except what is too young to be, and one segment may go out.
void TcpConnection::enter_loss(TimePoint now) {
  // A timeout in the midst of an episode cuts the window no further.
  const bool fresh = congestion_state_ == CongestionState::Open ||
                     (congestion_state_ == CongestionState::Loss && timeouts_ <= 1);
  congestion_state_ = CongestionState::Loss;
  frto_ = true;
  loss_probe_end_ = 0;
  recovery_end_ = send_.next();
  send_.lose(now - rtt_.srtt());
  congestion_window_.on_timeout(send_.in_flight(), fresh);
}

// tcp_rack_detect_loss: what was sent before a segment that arrived is lost once it had a round
// trip and a little more time.
void TcpConnection::detect_loss(TimePoint now) {
  if (send_.held() == 0) return;
  const bool sure = send_.held() >= kDuplicates || congestion_state_ != CongestionState::Open;
  const Duration reordering_window = rtt_.srtt() + (sure ? Duration::zero() : rtt_.shortest() / 4);
  const TimePoint doubtful = send_.lose_overtaken(now - reordering_window);
  if (doubtful != kNever) {
    arm_retransmit(Pending::Reordering, doubtful + reordering_window - now, now);
  }
  if (congestion_state_ == CongestionState::Open && send_.first_lost()) {
    congestion_state_ = CongestionState::Recovery;
    recovery_end_ = send_.next();
    congestion_window_.on_loss();
  }
}

void TcpConnection::retransmit_lost(TimePoint now, TcpOutbox& out) {
  bool any = false;
  for (auto lost = send_.first_lost(); lost && send_.in_flight() < congestion_window_.segments();
       lost = send_.first_lost()) {
    retransmit(*lost, now, out);
    any = true;
  }
  if (any) arm_timeout(now);
}

// Called for each acknowledgment of data in flight.  acknowledged is nullptr when it confirms
// nothing new; duplicate: it says that something else arrived.
void TcpConnection::recover(const SendQueue::Acknowledged* acknowledged, bool duplicate,
                            TimePoint now, TcpOutbox& out) {
  const bool new_hold = duplicate && send_.hold(now - rtt_.shortest());
  if (congestion_state_ == CongestionState::Loss &&
      recover_from_timeout(acknowledged, new_hold, now, out))
    return;
  const bool recovered = send_.acknowledged() >= recovery_end_;
  if (congestion_state_ != CongestionState::Open && acknowledged != nullptr && recovered) {
    congestion_state_ = CongestionState::Open;
    frto_ = false;
    first_retransmission_ = kNever;
  }
  // A gap that remains after part of the lost data arrived was lost too (RFC 6582).
  if (congestion_state_ == CongestionState::Recovery && acknowledged != nullptr &&
      !send_.head().held && !send_.head().retransmitted() &&
      send_.head().last_sent <= now - rtt_.shortest()) {
    send_.head().lost = true;
  }
  if (new_hold || congestion_state_ == CongestionState::Recovery) detect_loss(now);
  if (congestion_state_ != CongestionState::Open) retransmit_lost(now, out);
}

// tcp_process_loss.  Where timestamps tell that the first copy has arrived after all, the timeout
// was not needed (tcp_packet_delayed).  F-RTO: the first acknowledgment after a timeout lets new
// data out before anything else is sent again; whether that is acknowledged too tells if it was
// needed. True when nothing must be retransmitted now.
bool TcpConnection::recover_from_timeout(const SendQueue::Acknowledged* acknowledged,
                                         bool duplicate, TimePoint now, TcpOutbox& out) {
  const bool recovered = send_.acknowledged() >= recovery_end_;
  const bool sent_once =
      frto_ && acknowledged != nullptr && acknowledged->original && !acknowledged->held;
  if (sent_once || (acknowledged != nullptr && acknowledged->first_copy)) {
    // What arrived was sent before the timeout: nothing was lost but time.
    send_.find_all();
    congestion_state_ = CongestionState::Open;
    frto_ = false;
    first_retransmission_ = kNever;
    congestion_window_.undo_timeout();
    return false;
  }
  if (!frto_) return false;
  if (send_.next() > recovery_end_) {
    if (duplicate) frto_ = false;
    return false;
  }
  if (acknowledged == nullptr || recovered) return false;
  if (send_.unsent() && send_.next() < window_end()) {
    recovery_end_ = send_.next();
    if (send_unsent(Urgency::Push, std::numeric_limits<std::uint32_t>::max(), now, out)) {
      return true;
    }
  }
  frto_ = false;
  return false;
}

}  // namespace stayalive
