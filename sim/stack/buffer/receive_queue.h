// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "base/state_walk.h"
#include "net/packet.h"

namespace stayalive {

// The receiving half of a connection: what arrived in order, what waits for a gap to be filled, and
// the window on offer.  The right edge of the window never moves back (RFC 9293, section 3.8.6).
class ReceiveQueue {
 public:
  // capacity: bytes that fit while the program does not read.  next: the first expected octet.
  void start(std::uint32_t next, std::uint32_t capacity);

  std::uint32_t next() const { return next_; }
  // The expected octet when the window was last offered.
  std::uint32_t offered_at() const { return offered_at_; }
  // What the window was then, in bytes.
  std::uint32_t offered() const { return offered_; }
  // Bytes that may still come under the window last offered.
  std::uint32_t window() const { return offered_at_ + offered_ - next_; }
  // The window to offer now; full_segment: below so much room none is offered (RFC 9293, section
  // 3.8.6.2.2, as __tcp_select_window in net/ipv4/tcp_output.c).
  std::uint32_t selectable_window(std::uint32_t full_segment) const;
  // Offers it: call once for every segment sent.
  std::uint32_t offer(std::uint32_t full_segment);
  // In-order bytes that the program has not read.
  std::uint32_t unread() const { return unread_; }
  void read_all() { unread_ = 0; }
  bool half_full() const { return unread_ > capacity_ / 2; }
  bool gap() const { return !waiting_.empty(); }

  struct Arrival {
    std::uint32_t bytes = 0;    // newly in order
    std::uint32_t message = 0;  // the last one newly complete; 0 is none
    bool fin = false;           // everything up to the FIN is here
    bool old = false;           // nothing new in it
    bool filled = false;        // it closed the last gap
    bool repeated = false;      // it lies beyond a gap, and had come before
  };
  // A segment that lies at least partly in the window and occupies sequence space.
  Arrival arrive(const Packet& segment);
  void walk(StateWalk& walk);

 private:
  struct Waiting {
    std::uint32_t begin;
    std::uint32_t end;  // without the FIN
    std::uint32_t message;
    bool fin;
  };
  void take(const Waiting& segment, Arrival& arrival);

  std::uint32_t next_ = 0;
  std::uint32_t offered_at_ = 0;
  std::uint32_t offered_ = 0;
  std::uint32_t capacity_ = 0;
  std::uint32_t unread_ = 0;
  std::vector<Waiting> waiting_;  // sorted by begin
};

}  // namespace stayalive
