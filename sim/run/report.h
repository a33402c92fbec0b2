// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/host/admission.h"
#include "app/host/server.h"
#include "app/judge/fault.h"
#include "app/ledger.h"
#include "app/lost_request.h"
#include "app/message_counters.h"
#include "app/outcome.h"
#include "app/session/session_figures.h"
#include "base/early_end.h"
#include "base/time.h"
#include "net/side.h"
#include "run/alternatives_report.h"
#include "run/warning.h"
#include "scenario/profiles/value_status.h"
#include "stack/close_give_up.h"
#include "stack/socket_error.h"
#include "strategy/message.h"

// What a run has shown: plain data, from which the writers on the floor above make text and JSON.
namespace stayalive {

// What Blame::taken_up says of a Linux box by its setting.
inline constexpr const char* kPicksUp = "tcp_loose";
inline constexpr const char* kDoesNotPickUp = "tcp_loose is off";

// What Blame::reason says of a line that dropped what found its queue full.
inline constexpr const char* kQueueFull = "queue-full";

// What it says of a server that had no room: its accept queue was full, no worker came before the
// client left, or it closed the connection at once.
inline constexpr const char* kBacklogFull = "backlog-full";
inline constexpr const char* kNoWorker = "no-worker";
inline constexpr const char* kTurnedAway = "turned-away";

// Who is to blame for the death of a connection, and how it came about.
struct Blame {
  FaultKind kind = FaultKind::None;
  std::string who;  // the name of the box, line, host, connection end or proxy
  TimePoint at;     // since when
  // Of Drop: "table-full", as DropReason is named.  Of Link: kQueueFull; empty where it was down.
  // Of Server: one of those above.
  std::string reason;
  // Of a box that lost its state, and of a proxy: which timer ran out, "tcp.established",
  // "client_timeout"; empty where a proxy had another reason.
  std::string timer;
  Duration timeout{};  // its span
  // Of a box that lost its state:
  FlowEvent event = FlowEvent::Expired;
  std::string setting;  // "nf_conntrack_tcp_timeout_established"; empty where there is none
  std::string because;  // this timer ran: "the other side had not answered"; empty: the only one
  // Whether a forgotten connection of this kind is taken up again when its inside sends, and by
  // which setting: kPicksUp or kDoesNotPickUp; empty where no setting decides it.
  std::string taken_up;
  TimePoint refreshed_at;  // the last packet that extended the flow's life:
  Side refreshed_from = Side::Internal;
  PacketKind refreshed_by = PacketKind::Data;
};

// A value of the box or proxy to blame on which the verdict about a connection rests.
struct Support {
  std::string who;    // the name of the box or proxy
  std::string key;    // as in its profile: "timeouts.tcp.established", "on_expiry"
  std::string value;  // "4m", "silent", "dropped"
  std::string words;  // "tcp.established of 4m", "the next segment from inside: dropped"
  ValueStatus status = ValueStatus::Chosen;
};

// How near a connection came to being forgotten by a box although it was not: of all packets that
// extended the life of one of its flows, the one that came latest, measured by the life that the
// flow had left (CloseCall of middlebox/close_call.h).  A packet counts that comes at least a
// second after the one that extended the life before it, or after half of the timer where that is
// shorter: what follows sooner belongs to the same exchange.  What a box forgot is not in it.
struct ClosestCall {
  std::string who;      // the name of the box
  std::string timer;    // "tcp.established"
  std::string setting;  // as in Blame
  Duration timeout{};
  Duration left{};                           // above zero: a flow with nothing left is forgotten
  ValueStatus status = ValueStatus::Chosen;  // how sure the timeout is
  Duration silence{};                        // before the packet
  TimePoint at;  // of the packet; the first of those that left as little
  Side from = Side::Internal;
  PacketKind by = PacketKind::Data;
  // The most by which the timer that ended the silence may be late (most_late() of
  // stack/timer/timer_slip.h): a kernel's where the packet is of a kernel's own making, otherwise a
  // program's.  Kernels whose timers are exact in the scenario count as those of kUsualHz.
  Duration slip{};
  // Had the timer been as late, the flow would have been forgotten.
  bool within_slip() const { return left <= slip; }
  friend bool operator==(const ClosestCall&, const ClosestCall&) = default;
};

struct Transition {
  TimePoint at;
  Outcome outcome = Outcome::Alive;
  std::string said{};  // by the program, where it learned or ended
};

struct SideReport {
  std::string host;
  std::optional<Outcome> outcome;  // at the end; empty when its connection never began
  std::vector<Transition> timeline;
  std::optional<TimePoint> opened_at;
  std::optional<TimePoint> forgotten_at;  // first time
  std::optional<TimePoint> noticed_at;    // when this side first learned: gave up or was reset
  std::optional<TimePoint> unsent_at;     // when its first message fell due that was not sent
  std::optional<TimePoint> refused_at;    // when a proxy first answered with an error
  std::uint32_t times_forgotten = 0;
  std::uint32_t reconnects = 0;  // sockets given up, lost or closed for which it opened others
  std::uint32_t losses = 0;      // of these, those that were not closed in order
  Duration
      blackhole{};  // time in which it believed in the connection and nothing could get through
  SocketError error = SocketError::None;
  std::string message;  // what its program said when it noticed or ended
  int exit_code = 0;
  Blame blame;
  // The nearest it came to giving up although it did not.  Empty where nothing had to be asked for
  // twice, and of connections that stand for many.
  std::optional<CloseGiveUp> close_give_up;
  SideCounters counters;
  MessageCounters messages;  // that this side wrote
};

// What became of the many that one connection of a scenario stands for.
struct PopulationReport {
  std::uint64_t count = 0;
  std::uint64_t started = 0;
  std::uint64_t left = 0;
  using Outcomes = std::array<std::uint64_t, kOutcomeNames.size()>;
  Outcomes outcomes{};  // at the end, by Outcome, of those that had begun and not left
  // Members that did not hold: forgotten, given up, reset or never let in, or with messages left
  // to send.
  std::uint64_t fell = 0;
  std::uint64_t ever_forgotten = 0;  // members
  std::uint64_t deaths = 0;          // how often a member was forgotten, in all
  // When members were first forgotten: the first, those at 10, 50 and 90 %, and the last of them.
  std::optional<std::array<TimePoint, 5>> first_deaths;
  Duration blackhole_most{};
  Duration blackhole_mean{};  // of all that had begun, rounded down to milliseconds
  // What brought how many of them down; the deadliest first.
  struct Cause {
    Blame blame;                // kind, who, reason, event, timer, setting and timeout
    std::uint64_t members = 0;  // which it brought down first, or did not let begin
    std::uint64_t deaths = 0;   // how often members were forgotten by it
  };
  std::vector<Cause> causes;
  // Where ends are looked at: one end of all members.
  struct End {
    Outcomes outcomes{};
    std::array<std::uint64_t, kSocketErrors> errors{};  // by SocketError, of ends that ended
    std::uint64_t noticed = 0;  // ends that gave up or were reset after they had been open
    // How long those had been forgotten that noticed it: as first_deaths.
    std::optional<std::array<Duration, 5>> delays;
  };
  std::optional<std::array<End, 2>> ends;  // by Role
  // Application messages, by the Role that wrote them.
  std::array<MessageCounters, 2> messages;
};

// A request that did not get its server's answer where it was sent first, as LostRequest says.
struct LostRequestReport {
  std::uint64_t number = 0;  // among the client's messages, from 1
  TimePoint asked_at;
  TimePoint at;
  std::string hop;         // who waited for the answer: the client's host, or a proxy
  bool by_client = false;  // it was the client
  std::string peer;        // whom it had asked: a proxy, or the server's host
  LostRequest::Why why = LostRequest::Why::Closed;
  bool reused = false;
  bool repeatable = false;
  bool repeated = false;
  std::uint16_t status = 0;  // that the proxy answered instead; 0: none
};

// One place of a session: the connections that it had, one after the other.
struct PlaceReport {
  std::string name;  // "pool[0]"
  PlaceFigures figures;
  std::array<std::optional<Outcome>, 2> outcomes;  // by Role, as SideReport::outcome
  std::optional<TimePoint> forgotten_at;           // first time, by either side
  std::uint32_t losses = 0;                        // as SideReport::losses, of its client
  Blame blame;
};

// What became of a connection whose client had several side by side.
struct SessionReport {
  std::string product;  // whose values its pool has; empty: the scenario's own
  SessionFigures figures;
  PlaceFigures sums;                // of all places; of times and ends nothing
  std::uint64_t open = 0;           // at the end
  std::vector<PlaceReport> places;  // that opened a connection or tried to, in order
  bool page = false;                // whether its requests are those of pages
  // Zero where no page was loaded.
  Duration mean_load() const {
    const auto loaded = static_cast<std::int64_t>(figures.pages.loaded);
    return loaded == 0 ? Duration::zero() : figures.pages.all_loads / loaded;
  }
  // Requests that did not need a connection of their own.
  std::uint64_t reused() const {
    return sums.carried > sums.opened ? sums.carried - sums.opened : 0;
  }
  std::uint64_t tls_round_trips = 0;
  // Handshakes of TCP and TLS, and times that requests were written on a connection that had none
  // under way.
  std::uint64_t round_trips() const { return sums.opened + tls_round_trips + sums.flights; }
};

// How those for whom one connection of a scenario stands came into a server that serves several.
struct AdmissionReport {
  std::string server;
  Admission figures;           // of all of them
  std::uint64_t kept_out = 0;  // of them, those that never came to be: the accept queue was full
  Server::Figures server_figures;
};

// A server that serves several connections, and how busy it was.
struct ServerReport {
  std::string name;
  std::string host;
  std::string profile;  // empty: the scenario's own
  ServingRules rules;
  Server::Figures figures;
  Admission sums;  // of all who called there
  std::uint64_t kept_out = 0;
  std::uint64_t served = 0;  // connections at the end
  Duration time{};           // of the run
  // Connections at once on average, in thousandths.
  std::uint64_t mean_served() const {
    const auto all = static_cast<std::uint64_t>(time.count());
    return all == 0 ? 0 : figures.served_ns / (all / 1000 + 1);
  }
};

struct ConnectionReport {
  std::string name;
  std::string strategy;
  std::string transport;
  Outcome outcome = Outcome::Alive;  // of both sides together
  Blame blame;
  // Where a box's idle timer is to blame: that timer, and what followed.
  std::vector<Support> rests_on;
  // Of all boxes; of many: of all members.  Empty when no packet counts: what was never silent, or
  // sent nothing more, was never near.
  std::optional<ClosestCall> closest_call;
  std::array<SideReport, 2> sides;  // by Role
  // The first of them, up to kMostLostRequests; of a connection that stands for itself.
  std::vector<LostRequestReport> lost_requests;
  // Of a connection that stands for many.  Then `outcome` is the worst that any member has come to,
  // the sides say the same, and their counters are those of all members together.
  std::optional<PopulationReport> population;
  // Of one whose client has several side by side.  Then the sides say of each instant the worst
  // that any place had come to then, places at rest apart, and count all places together.
  std::optional<SessionReport> session;
  // Of one whose server serves others, too.
  std::optional<AdmissionReport> admission;
  // Where there are alternatives on the path: of every way, in order.
  std::vector<WayShare> ways;
  // The first changes of way of all groups, up to kMostWayChanges of each.
  std::vector<WayChangeReport> way_changes;
  WayFigures way_figures;  // of all groups
};
inline constexpr std::size_t kMostWayChanges = 4;

// A line with a rate: what its queue has dropped.
struct LinkReport {
  std::string name;
  QueueLimit queue;
  std::array<Link::Dropped, 2> dropped;  // by the Side to which it was on its way
  std::uint64_t packets() const { return dropped[0].packets + dropped[1].packets; }
};

struct ExpectationReport {
  std::string text;     // "ssh-60s is alive at 1h"
  std::string pointer;  // where it stands in the scenario
  bool holds = false;
  std::string found;       // what was found instead
  Blame blame{};           // where it fails: who is to blame for what was found
  bool of_many = false;    // of a population, where the deadliest cause is blamed
  std::uint32_t line = 0;  // where it stands in the scenario's text, both from 1; 0 when unknown
  std::uint32_t column = 0;
  // Not where the run ended early, before more could not have changed it; then it does not hold.
  bool decided = true;
};

struct RunReport {
  std::string file;
  std::string title;
  std::string lesson;
  std::vector<std::string> set;  // Scenario::set
  std::uint64_t seed = 1;
  Duration duration{};  // how long was simulated
  // Why it ended before its end, so that nothing here is about what comes after `duration`; and how
  // long it would have been.
  std::optional<EarlyEnd> early_end;
  Duration planned{};
  std::uint64_t events = 0;
  std::uint64_t digest = 0;
  std::vector<ConnectionReport> connections;
  std::vector<LinkReport> links;      // those with a rate
  std::vector<ServerReport> servers;  // those that serve several connections
  std::vector<AlternativesReport> alternatives;
  std::vector<ExpectationReport> expectations;
  std::vector<Warning> warnings;
  // Whether every expectation has come true: not of a run that ended early, whatever is decided.
  bool holds() const;
  // Whether one has failed for good.
  bool fails() const;
};

// By how much the connection, or every one of many, held: its closest call; nullptr where a box
// forgot it or none came near.
const ClosestCall* margin_of(const ConnectionReport& connection);

// What a side had become at an instant; empty before it began.
std::optional<Outcome> outcome_at(const SideReport& side, TimePoint at);

}  // namespace stayalive
