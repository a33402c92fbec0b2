// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "base/state_walk.h"
#include "base/time.h"
#include "base/timed_machine.h"
#include "middlebox/close_call.h"
#include "middlebox/timeouts.h"
#include "net/address.h"
#include "net/packet.h"
#include "net/side.h"

namespace stayalive {

enum class DropReason : std::uint8_t {
  None,
  NoMapping,  // from outside, and nobody inside has asked for it
  Filtered,   // there is a mapping, but not for this sender
  Expired,    // the flow existed and its time ran out
  TableFull,
  NoPorts,
  BadState,    // not acceptable in this state of the connection (netfilter: INVALID)
  Policy,      // a rule of the box forbids it
  OldAddress,  // it is for an outside address that the box has no more
  OtherWay,    // it is to leave by another way than its flow, which ends with it
};
const char* name(DropReason reason);

// What a box did with a packet, beyond forwarding it; those up to Leaked were forwarded.
enum class Handling : std::uint8_t {
  Opened,     // it created a flow
  PickedUp,   // it created a flow in the middle of a connection
  Refreshed,  // it extended a flow's life
  Passed,     // it belongs to a flow and went through without extending its life
  Leaked,     // forwarded untranslated, outside every flow
  Local,      // it was addressed to the box itself, whose own stack dealt with it
  Consumed,   // it answered a probe of the box, and went no further
  Dropped,
};

// The box's answer for one packet (netfilter's term).
struct Verdict {
  Handling handling = Handling::Dropped;
  DropReason drop = DropReason::None;  // None unless dropped
  bool hairpinned = false;             // goes back to the side it came from
  Timeout timer = Timeout::Generic;    // which timer now runs for the flow
  FlowId flow;                         // invalid when there is none
  // Until when; for a packet dropped as Expired: since when the flow is dead.
  TimePoint deadline = kNever;
  bool forwarded() const { return handling <= Handling::Leaked; }
};
static_assert(sizeof(Verdict) == 16);

// What became of a flow.
enum class FlowEvent : std::uint8_t {
  Opened,
  Expired,  // its timer ran out, at `at`
  Evicted,  // it made room for another
  Flushed,  // the table was cleared or the box rebooted
  Closed,   // deleted by a packet (a RST, or a new SYN on a closed one)
  // The entry lives on and leads nowhere: what it translates to is an outside address that the box
  // has no more, or a target that is gone.
  AddressGone,
  TargetGone,
};
// Whether the entry lives on after this.
constexpr bool leads_nowhere(FlowEvent event) { return event >= FlowEvent::AddressGone; }

// A flow event, for observers of the box.  Nothing decides by it.
struct FlowNote {
  FlowEvent event = FlowEvent::Opened;
  // When it took effect: an expiry at the deadline, or at the sweep after it.
  TimePoint at;
  FlowId flow;
  // Of the packet that opened it.
  ConnectionId connection;
  // Opened in the middle of a connection.
  bool picked_up = false;
  // A flow between the outside and the box itself.
  bool local = false;
  Endpoint internal, mapped, remote;
  Protocol protocol = Protocol::Udp;
  // The timer that was running, and its span.
  Timeout timer = Timeout::Generic;
  Duration timeout{};
  // The last packet that extended the flow's life: when, from where, and what it was.
  TimePoint refreshed_at;
  Side refreshed_from = Side::Internal;
  PacketKind refreshed_by = PacketKind::Data;
};

// What a box emits by itself: packets, and notes about its flows, each in order.  The box appends;
// the caller clears it between calls.
struct Outbox {
  struct Sent {
    Side to;
    Packet packet;
  };
  std::vector<Sent> packets;
  std::vector<FlowNote> notes;
  bool empty() const { return packets.empty() && notes.empty(); }
  void clear() {
    packets.clear();
    notes.clear();
  }
};

// A device that keeps state per flow.  It is told the time and knows no driver (a TimedMachine):
// - process() rewrites the packet in place; when the verdict says forwarded, it leaves on the other
//   side, or where it came from when it says hairpinned;
// - next_deadline() is never later than the box's next change of its own, and waking it early does
//   nothing;
// - after expire(now), next_deadline() > now;
// - now never decreases between calls.
// A packet at or after a flow's deadline does not belong to it, whether or not expire() has been
// called.
class Middlebox : public HasState {
 public:
  virtual Verdict process(Side from, Packet& packet, TimePoint now, Outbox& out) = 0;
  // The packet will come soon.  Without any effect on results: a box may use the time to bring near
  // what it will need.
  virtual void foresee(Side, const Packet&) const {}
  virtual TimePoint next_deadline() const = 0;
  // As next_deadline(), but when it says now or earlier, something does change.
  virtual TimePoint sure_deadline(TimePoint now) = 0;
  virtual void expire(TimePoint now, Outbox& out) = 0;
  // Forgets every flow at once, as `conntrack -F` or a reboot does.
  virtual void flush(TimePoint now, Outbox& out) = 0;
  // Of a box that translates: from now on it has these outside addresses, as many as before and
  // none of them an earlier one.  keeps_entries: flows live on under the old addresses, from which
  // nothing comes back any more (Linux: a rule with `snat`); otherwise they are forgotten
  // (`masquerade`, when the address is taken from the device).
  virtual void change_addresses(std::vector<AddressId> addresses, bool keeps_entries, TimePoint now,
                                Outbox& out) = 0;
  // The target at this outside address is another from now on, under the same address.  Flows that
  // live now keep the old one: their packets go on to `gone`, where nobody is.
  virtual void replace_target(AddressId target, AddressId gone, TimePoint now, Outbox& out) = 0;
  // Whether a packet that comes from this side at `now` belongs to a live flow.
  virtual bool knows(Side from, const Packet& packet, TimePoint now) const = 0;
  // Forgets the flow that it belongs to, if there is one.
  virtual void forget(Side from, const Packet& packet, TimePoint now, Outbox& out) = 0;
  // Flows in the table; one that has died since the last call still counts.
  virtual std::size_t size() const = 0;
  // So far, of a connection or of the population that this is the first member of; empty when no
  // packet counts, or when the box keeps none of it.
  virtual std::optional<CloseCall> closest_call(ConnectionId) const { return std::nullopt; }
};
static_assert(TimedMachine<Middlebox, Outbox>);

}  // namespace stayalive
