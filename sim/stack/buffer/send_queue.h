// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "base/state_walk.h"
#include "base/time.h"
#include "net/packet.h"

namespace stayalive {

// A segment that was sent and is not acknowledged yet.  Positions count octets of the sequence
// space from the SYN, which is 0, and never wrap.
struct SentSegment {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;  // includes the FIN
  TimePoint first_sent;
  TimePoint last_sent;
  std::uint8_t copies = 0;  // how often it was sent again, up to kLastCopy
  bool held = false;        // the peer has it, out of order
  bool lost = false;        // and not retransmitted since

  bool retransmitted() const { return copies > 0; }
};

// Everything the program wrote that the peer has not acknowledged: messages by their numbers,
// the segments in flight, and which of them are lost or held.  Whether and when to send is not
// decided here.
class SendQueue {
 public:
  // The handshake is over: the SYN is acknowledged, data begins at position 1.
  void start() { start_at(1); }
  // Everything before `position` has been written, sent and acknowledged.
  void start_at(std::uint64_t position) { acknowledged_ = next_ = written_ = position; }
  void write(std::uint32_t message, std::uint32_t bytes);
  // A FIN follows everything written.
  void finish();

  std::uint64_t acknowledged() const { return acknowledged_; }
  std::uint64_t next() const { return next_; }
  bool finished() const { return finished_; }
  bool unsent() const { return next_ < written_; }
  bool idle() const { return segments_.empty() && !unsent(); }
  bool fin_acknowledged() const { return finished_ && acknowledged_ == written_; }

  // The next new segment of at most `mss` bytes, not yet sent; unsent() must hold.
  SentSegment peek(std::uint32_t mss) const;
  void sent(const SentSegment& segment, TimePoint now);

  const std::vector<SentSegment>& segments() const { return segments_; }
  SentSegment& head() { return segments_.front(); }
  const SentSegment& head() const { return segments_.front(); }
  // Segments that are on their way as far as the sender knows.
  std::uint32_t in_flight() const;
  std::uint32_t held() const;
  // The first lost segment; none when nothing is lost.
  std::optional<std::size_t> first_lost() const;
  // Merges small segments that follow `index` into it while they fit, as Linux does before it
  // retransmits (tcp_retrans_try_collapse), and notes the retransmission.
  const SentSegment& retransmit(std::size_t index, std::uint32_t mss, TimePoint now);

  struct Acknowledged {
    std::uint32_t segments = 0;         // that are acknowledged as a whole
    std::uint32_t message = 0;          // the last one that is acknowledged as a whole; 0 is none
    bool held = false;                  // the peer already had some of it
    bool original = false;              // some of it was sent only once
    bool repeated = false;              // some of it was sent more than once
    bool first_copy = false;            // of that the first copy arrived, as timestamps tell
    std::optional<SentSegment> oldest;  // the first of them
    TimePoint latest_sent{};            // when the last of them was first sent
  };
  // The peer has everything before `position`, which lies behind acknowledged() and not behind
  // next().
  Acknowledged acknowledge(std::uint64_t position);

  // A duplicate acknowledgment answers the latest segment sent at or before `sent_by`, the first of
  // those sent together: the peer holds it.  Never the head, which the peer misses; false when
  // there is no other.
  bool hold(TimePoint sent_by);
  // Everything that was sent before a segment the peer holds, and at or before `sent_by`, is lost.
  // Returns when the first of the rest was sent that may be lost too: kNever when there is none.
  TimePoint lose_overtaken(TimePoint sent_by);
  // Everything sent at or before `sent_by` is lost, and the head in any case.
  void lose(TimePoint sent_by);
  // Nothing was lost after all.
  void find_all();

  // The last message that ends in (begin, end]; 0 when none does.
  std::uint32_t last_message_in(std::uint64_t begin, std::uint64_t end) const;
  // Whether a message ends exactly at `end`.
  bool message_ends_at(std::uint64_t end) const;
  // The position of the FIN; meaningless before finish().
  std::uint64_t fin() const { return written_ - 1; }
  void walk(StateWalk& walk);

 private:
  struct Boundary {
    std::uint64_t end;
    std::uint32_t message;
  };
  std::vector<Boundary> boundaries_;  // of messages not yet acknowledged
  std::vector<SentSegment> segments_;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t next_ = 0;
  std::uint64_t written_ = 0;
  bool finished_ = false;
};

}  // namespace stayalive
