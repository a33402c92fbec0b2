// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "app/connection_notes.h"
#include "app/judge/fault.h"
#include "app/judge/way_history.h"
#include "app/outcome.h"
#include "app/side_event.h"
#include "base/state_walk.h"
#include "base/time.h"
#include "middlebox/middlebox.h"
#include "net/address.h"

namespace stayalive {

// The boxes and proxies of a path, from the internal end to the external one.
struct JudgedPath {
  static constexpr std::uint32_t kOnEveryWay = 0xffff'ffff;
  struct Box {
    NodeId node;
    std::uint32_t hop = 0;
    std::uint32_t leg = 0;     // proxies before it
    bool last_of_leg = false;  // the far end of its leg knows the endpoints that it gives
    // By Protocol (UDP, TCP) and Side: whether a packet from there passes although the box has lost
    // its flow.  Then nothing is lost with the flow for whoever sends from that side.
    std::array<std::array<bool, 2>, 2> passes_without_flow{};
    std::uint32_t group = kOnEveryWay;  // of alternatives, in one way of which it stands
    std::uint32_t way = 0;
    bool alternative() const { return group != kOnEveryWay; }
  };
  struct Proxy {
    NodeId node;
    std::uint32_t hop = 0;
  };
  std::vector<Box> boxes;
  std::vector<Proxy> proxies;
};

// Who is to blame, and since when.  No cause: nobody.
struct Attribution {
  const FaultCause* cause = nullptr;
  TimePoint since{};
  FaultKind kind() const { return cause == nullptr ? FaultKind::None : cause->kind; }
};

// What one side of a connection has come to.
struct SideResult {
  std::optional<Outcome> outcome;         // at the end; empty when its connection never began
  bool opened = false;                    // whether it ever was
  std::optional<TimePoint> forgotten_at;  // first time; compact over UDP: not kept
  std::optional<TimePoint> noticed_at;    // when it first learned: gave up, was reset or refused
  SocketError error = SocketError::None;  // with which it last ended
  Duration blackhole{};                   // where the judge keeps details: in which it believed in
                                          // the connection and nothing could get through
  Attribution blame;
  bool fell = false;  // it lost its connection, whether or not it was ever forgotten
};
struct ConnectionResult {
  bool started = false;  // its client has begun
  bool left = false;
  std::array<SideResult, 2> sides;     // by Role
  Outcome outcome = Outcome::Refused;  // the worse of both; Refused when neither ever opened
  Attribution blame;
  // What it was forgotten by last, as far as that is kept; at the end, if it is then.
  Attribution forgotten_by;
};

// A span in which at least one side was forgotten, and what began it.
struct ForgottenSpan {
  TimePoint from;
  TimePoint until;
  const FaultCause* cause = nullptr;
};

// Judges connections that go the same way, single ones or the members of a population: told what
// becomes of their flows and of their two sides, in order of time, it says what the sides become.
// What happens at one instant counts together.  What may pass by itself - a peer that is gone or a
// mapping that is another while the news is on its way - counts, from its beginning on, once it has
// lasted; until then everything later waits, so that what was said stays true.  Nothing in a run is
// decided by it.
//
//   Judge judge(setting, 1, listener);
//   judge.side(0, Role::Client, opening);     // notes, none earlier than the one before
//   judge.flow_changed(0, box, note);
//   judge.finish(end);                        // the listener has heard everything
class Judge final : public ConnectionNotes {
 public:
  // Hears the verdicts about each connection in order of time.
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void happened(std::uint32_t, Role, const SideEvent&) {}
    // event: what happened to the side at this instant; nullptr: nothing.
    virtual void became(std::uint32_t, Role, Outcome, TimePoint, const SideEvent* /*event*/) {}
    virtual void was_forgotten(std::uint32_t, const ForgottenSpan&) {}
    virtual void concluded(std::uint32_t, const ConnectionResult&) = 0;
  };

  // A disturbance that the scenario asks for, as far as it concerns these connections.
  struct Disturbance {
    Fault fault;  // its cause is set by the judge
    FaultCause cause;
    // It lasts until the client opens a socket or a side has opened one, but no shorter than this;
    // until then fault.until is kNever.
    bool until_opening = false;
    std::optional<Role> until_opened{};
    TimePoint least_until{};
    // Of a line in one way of a group of alternatives: it concerns those that go there.
    std::uint32_t group = JudgedPath::kOnEveryWay;
    std::uint32_t way = 0;
  };

  struct Setting {
    const JudgedPath* path = nullptr;         // must outlive the judge
    Duration late_after = 1s;                 // what passes sooner by itself is no fault
    bool outward = true;                      // the clients are on the internal side
    bool programs = false;                    // clients may connect anew; there may be proxies
    bool streams = false;                     // ends open and end, as those of TCP do
    bool details = false;                     // keeps instants of causes and sums up black holes
    std::vector<Disturbance> disturbances{};  // in order of their beginning
    // When a side last received a packet; asked when it has ended or a fault is over.
    std::function<TimePoint(std::uint32_t, Role)> heard_at;
    std::uint32_t client_host = 0;
  };

  Judge(Setting setting, std::uint32_t connections, Listener& listener);
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;

  void side(std::uint32_t connection, Role role, SideEvent event) override;
  void flow_changed(std::uint32_t connection, std::uint32_t box, const FlowNote& note) override;
  void dropped(std::uint32_t connection, std::uint32_t box, DropReason why, TimePoint at) override;
  void proxy(std::uint32_t connection, const ProxyEvent& event) override;
  void took_way(std::uint32_t connection, const WayHistory::Step& step) override;
  // The connection is judged by what it is now.
  void left(std::uint32_t connection, TimePoint at) override;
  // The run is over.
  void finish(TimePoint end);

  std::uint32_t size() const { return static_cast<std::uint32_t>(connections_.size()); }
  // About how much of its memory grows with what happens.
  std::size_t held_bytes() const {
    return causes_.size() * sizeof(FaultCause) + records_.size() * (sizeof(Record) + sizeof(Rare));
  }
  // Every note counts as one change, whatever it says.
  void walk(StateWalk& walk) { walk.still(changes_); }

 private:
  // Where a side stands.
  enum class State : std::uint8_t { Absent, Opening, Open, Pausing, Ended };
  static constexpr std::uint8_t kNoOutcome = 15;
  static constexpr std::uint32_t kNoRecord = 0xffff'ffff;

  // Two values below 16, by Role.
  template <class T>
  class Both {
   public:
    explicit constexpr Both(std::uint8_t value = 0)
        : bits_(static_cast<std::uint8_t>(value | value << 4)) {}
    T operator[](Role role) const { return static_cast<T>(bits_ >> 4 * index(role) & 15); }
    void set(Role role, T value) {
      const unsigned shift = 4 * static_cast<unsigned>(index(role));
      bits_ = static_cast<std::uint8_t>((bits_ & ~(15u << shift)) | static_cast<unsigned>(value)
                                                                        << shift);
    }

   private:
    std::uint8_t bits_;
  };

  enum Mark : std::uint16_t {
    kStarted = 1,
    kConcluded = 2,
    kTouched = 4,        // something happened at the present instant
    kHappened = 8,       // to a side
    kDropped = 16,       // a box has dropped a packet of it
    kRemapped = 32,      // it is under another endpoint than at first
    kSaidRemapped = 64,  // as far as has been judged
    kBlamed = 128,       // something has been blamed already
    // Of the client; of the server, shifted by one.
    kOpened = 256,
    kLost = 1024,    // it has given up, was reset or refused
    kClosed = 4096,  // it has ended in order
    kWasRemapped = 16384,
  };
  struct Connection {
    std::uint32_t record = kNoRecord;
    // Where the server sends to, while it is open.  What follows lies in its padding.
    [[no_unique_address]] Endpoint peer{};
    Both<State> state;  // as noted
    Both<State> said;   // as judged so far
    Both<std::uint8_t> outcome{kNoOutcome};
    Both<SocketError> error;
    std::uint16_t marks = 0;
  };
  static_assert(sizeof(Connection) == 16);

  // A box and one connection.
  struct Box {
    // Of the first flow, and of the one that lives.  What follows an endpoint lies in its padding.
    [[no_unique_address]] Endpoint first{};
    bool used = false;
    bool live = false;
    [[no_unique_address]] Endpoint mapped{};
    bool before_move = false;   // the live flow was opened before the client moved
    std::uint8_t last_end = 0;  // where no record keeps it: number of its cause + 1; 0: none
    FlowId flow;
  };
  static_assert(sizeof(Box) == 20);

  // A further flow of a box.
  struct LiveFlow {
    std::uint32_t box = 0;
    FlowId flow;
    Endpoint mapped{};
    bool before_move = false;
  };
  // Something that happened to a side, or a box that ended its last flow, at one instant.
  struct Happening {
    std::uint32_t connection = 0;
    Role role = Role::Client;
    SideEvent event;
  };
  struct Lapse {
    std::uint32_t connection = 0;
    std::uint32_t cause = 0;
    TimePoint since{};
  };
  // An instant that cannot be judged yet.
  struct Held {
    TimePoint at;
    bool remapped = false;
    std::vector<Happening> happenings;
    std::optional<Lapse> lapse;
  };
  // What happened at an instant.
  struct Instant {
    TimePoint at;
    bool remapped = false;
    const Happening* begin = nullptr;
    const Happening* end = nullptr;
    const Lapse* lapse = nullptr;
  };
  struct Blame {
    std::uint32_t cause = 0;
    TimePoint since{};
  };
  struct PastSide {
    std::optional<TimePoint> forgotten_at;
    std::optional<TimePoint> noticed_at;
    std::optional<Blame> blame;
    std::optional<Blame> first_gap;  // what closed the way first, even where this side survived it
    Duration blackhole{};
  };
  struct Drop {
    std::uint32_t box = 0;
    DropReason why = DropReason::None;
    TimePoint at;
  };
  struct ProxyLegs {
    bool known = false;
    std::uint32_t pair = 0;                          // the client's latest
    std::array<std::optional<Endpoint>, 2> remotes;  // by Side: of each socket
    std::array<bool, 2> shut_down{};                 // by Side: it has sent a FIN by itself
    std::optional<TimePoint> ended_at;
    ProxyTimer timer = ProxyTimer::None;  // the first that ran out, and its span
    Duration timeout{};
  };
  // What few connections have.
  struct Rare {
    std::vector<LiveFlow> flows;
    std::vector<Fault> past;                        // that are over since a side was last heard
    std::vector<std::optional<FlowNote>> last_end;  // by box
    std::array<PastSide, 2> sides;                  // by Role
    std::optional<Drop> drop;                       // the first
    std::vector<ProxyLegs> proxies;
    WayHistory ways;
    TimePoint session_start{};
    TimePoint judged_until{};
    Endpoint client{};   // where the client is
    bool moved = false;  // since its last socket was opened
  };
  struct Record {
    std::vector<Fault> faults;  // that are on, or not over as far as has been judged; in order
    std::vector<Held> held;     // in order of time
    std::unique_ptr<Rare> rare;
    TimePoint forgotten_from{};
    std::optional<std::uint32_t> forgotten_by;
    bool forgotten = false;
  };

  bool keeps_past() const { return setting_.programs || setting_.streams; }
  static bool is(const Connection& its, unsigned mark) { return (its.marks & mark) != 0; }
  static void mark(Connection& its, unsigned mark, bool on = true) {
    its.marks = static_cast<std::uint16_t>(on ? its.marks | mark : its.marks & ~mark);
  }
  static unsigned of(Mark mark, Role role) { return static_cast<unsigned>(mark) << index(role); }
  Box& box_of(std::uint32_t connection, std::uint32_t box) {
    return boxes_[std::size_t{connection} * setting_.path->boxes.size() + box];
  }
  Record* record_of(std::uint32_t connection) {
    const std::uint32_t at = connections_[connection].record;
    return at == kNoRecord ? nullptr : records_[at].get();
  }
  Rare* rare_of(std::uint32_t connection) {
    Record* record = record_of(connection);
    return record == nullptr ? nullptr : record->rare.get();
  }
  Record& make_record(std::uint32_t connection);
  Rare& make_rare(std::uint32_t connection);
  void release_record(std::uint32_t connection);
  std::uint32_t number_of(FaultCause cause);
  std::uint32_t number_of(FaultKind kind, std::size_t where, DropReason reason = DropReason::None);

  // Notes.
  bool begin_note(std::uint32_t connection, TimePoint at);
  void begin_session(std::uint32_t connection, const SideEvent& opening);
  void heal_disturbances(Role role, const SideEvent& event);
  void open_flow(std::uint32_t connection, std::uint32_t box, const FlowNote& note);
  bool end_flow(std::uint32_t connection, std::uint32_t box, FlowId flow);
  void note_end(std::uint32_t connection, std::uint32_t box, const FlowNote& note);

  // What is wrong, once an instant is over.
  void settle_all();
  void sort_instant();
  void settle(std::uint32_t connection, TimePoint at);
  void evaluate(std::uint32_t connection, TimePoint at);
  void evaluate_box(std::uint32_t connection, std::uint32_t box, TimePoint at);
  void evaluate_mapping(std::uint32_t connection, TimePoint at);
  void evaluate_address(std::uint32_t connection, TimePoint at);
  void evaluate_peers(std::uint32_t connection, TimePoint at);
  void note_proxy(std::uint32_t number, Role role, bool left, const FaultCause& cause,
                  TimePoint at);
  void note_half(std::uint32_t number, Role role, bool shut_down, const FaultCause& cause,
                 TimePoint at);
  void evaluate_proxies(std::uint32_t connection, TimePoint at);
  std::optional<Endpoint> far_peer(std::uint32_t connection, std::uint32_t leg);
  template <class Is>
  bool any_live(std::uint32_t connection, std::uint32_t box, Is is);
  struct FlowFault {
    std::uint32_t cause = 0;  // its number
    bool closes = false;      // a close is on its way to both ends
    TimePoint since{};
  };
  bool ended_stale(std::uint32_t connection, std::uint32_t box);
  std::array<bool, 2> missed_by(std::uint32_t position) const;
  bool is_taken(std::uint32_t connection, std::uint32_t box);
  bool changed_ways(std::uint32_t connection, std::uint32_t box);
  bool lost_by_ways(std::uint32_t connection, std::uint32_t box);
  void begin_mapping_fault(std::uint32_t connection, std::uint32_t box, TimePoint at);
  std::optional<Endpoint> first_mapped(std::uint32_t connection, std::uint32_t box);
  bool concerns(std::uint32_t connection, const Disturbance& disturbance, TimePoint at);
  FlowFault flow_fault(std::uint32_t connection, std::uint32_t box, TimePoint at);
  void begin(std::uint32_t connection, const Fault& fault);
  void end(std::uint32_t connection, Fault::Kind kind, std::uint8_t number, TimePoint at);
  bool is_on(std::uint32_t connection, Fault::Kind kind, std::uint8_t number);
  void weigh(std::uint32_t connection, TimePoint now);

  // What the sides become.
  void pass_held(std::uint32_t connection);
  void pass(std::uint32_t connection, const Instant& instant);
  void pass_one(std::uint32_t connection, const Instant& instant);
  void add_blackhole(std::uint32_t connection, TimePoint until);
  void take_note(std::uint32_t connection, const Happening& happening);
  std::optional<Outcome> outcome_of(std::uint32_t connection, Role role, TimePoint at,
                                    const SideEvent* latest);
  void enter(std::uint32_t connection, Role role, const Instant& instant, Outcome outcome,
             const SideEvent* latest);
  void blame(std::uint32_t connection, Role role, const Instant& instant, Outcome outcome,
             const SideEvent* latest);
  void blame_lapse(std::uint32_t connection, Role role, const Instant& instant);
  void end_span(std::uint32_t connection, TimePoint at);
  void forget_past(std::uint32_t connection, TimePoint at);
  const Fault* first_fault(std::uint32_t connection, Role role, TimePoint at, bool forgetting);
  const Fault* past_fault(std::uint32_t connection, Role role, TimePoint at,
                          const SideEvent& event);
  TimePoint next_edge(TimePoint after) const;

  void conclude(std::uint32_t connection, TimePoint end, bool left);
  ConnectionResult result_of(std::uint32_t connection);
  static void share_reasons(ConnectionResult& result);
  Attribution attribution(const std::optional<Blame>& blame) const;

  Setting setting_;
  Listener& listener_;
  std::vector<Connection> connections_;
  std::vector<Box> boxes_;  // by connection, then box
  std::vector<std::unique_ptr<Record>> records_;
  std::vector<std::uint32_t> free_records_;
  std::deque<FaultCause> causes_;
  // The present instant: who is concerned, and what happened.
  TimePoint now_{};
  std::vector<std::uint32_t> touched_;
  std::vector<Happening> happenings_;
  std::vector<Lapse> lapses_;
  bool sorted_ = true;  // both by connection
  std::uint64_t changes_ = 0;
};

// Whether a flow of the box lives for which this holds.
template <class Is>
bool Judge::any_live(std::uint32_t number, std::uint32_t position, Is is) {
  const Box& box = box_of(number, position);
  if (!box.live) return false;
  if (is(box.mapped, box.before_move)) return true;
  const Rare* rare = rare_of(number);
  return rare != nullptr && !rare->flows.empty() &&
         std::ranges::any_of(rare->flows, [&](const LiveFlow& flow) {
           return flow.box == position && is(flow.mapped, flow.before_move);
         });
}

}  // namespace stayalive
