// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "app/connection_spec.h"
#include "app/host/open_requests.h"
#include "app/host/workload.h"
#include "app/ledger.h"
#include "app/session/dispatcher.h"
#include "app/session/session_figures.h"
#include "base/state_walk.h"
#include "base/timed_machine.h"

namespace stayalive {

class Program;

// The part of a client's program that owns several connections to one server and gives each request
// to one of them: a pool.  Each place of it is a Party with a program that has at most one socket.
// A TimedMachine; the host drives it.
class Session final : public Dispatcher {
 public:
  // spec has a session; it and the ledger must outlive this.
  Session(const ConnectionSpec& spec, ConnectionId id, Ledger& ledger);
  // The client of one more place; all of them before it starts.
  void add(Party& client);

  // The places' programs exist.
  void start(TimePoint now);
  bool started() const { return started_; }
  TimePoint begins() const { return spec_.start; }
  TimePoint next_deadline() const;
  void expire(TimePoint now);
  // Its host is gone, and it with it.
  void host_down(TimePoint now);
  const std::vector<Party*>& parties() const { return parties_; }

  const SessionFigures& figures() const { return figures_; }
  const PlaceFigures& figures(std::size_t place) const { return places_[place].figures; }

  void walk(StateWalk& walk);

  // Dispatcher
  void opened(const Party& party) override;
  void answered(const Party& party, const Message& answer) override;
  void checked(const Party& party) override;
  void unserved(const Party& party, std::vector<OpenRequests::Request> requests) override;
  void overdue(const Party& party, const OpenRequests::Request& request) override;
  void lost(const Party& party, const LostSocket& how,
            std::vector<OpenRequests::Request> unanswered) override;

 private:
  enum class State : std::uint8_t { Empty, Opening, Open };
  // The page that is loading.
  struct View {
    std::uint32_t left = 0;   // requests without an answer; 0: none is loading
    bool names_came = false;  // of its document, and not acted on
    bool failed = false;
    TimePoint began;
  };
  // A request that waits for a connection.
  struct Waiting {
    OpenRequests::Request request;
    TimePoint since;
    TimePoint until = kNever;
  };
  struct Place {
    State state = State::Empty;
    std::uint32_t under_way = 0;     // requests on it
    bool dead = false;               // closed by its peer, unnoticed
    bool fresh = false;              // it has carried nothing
    TimePoint idle_since;            // given back, or opened
    TimePoint heard_at;              // an answer of any kind
    TimePoint check_until = kNever;  // it is being asked
    std::optional<Waiting> held;     // which waits for the answer to that
    std::optional<SocketEnd> ends;   // why this is closing it
    PlaceFigures figures;
  };

  bool idle(const Place& place) const {
    return place.state == State::Open && place.under_way == 0 && place.check_until == kNever;
  }
  std::size_t position(const Party& party) const;
  Program& program(std::size_t place) const;
  std::size_t count(State state) const;
  std::size_t count_idle() const;
  TimePoint place_due(const Place& place) const;
  TimePoint idle_end(const Place& place) const;

  void act();
  void take_due();
  void ask(const Message& message, bool written);
  void ask_others();
  void begin_view();
  // answered_at: empty where it has failed.
  void settle_in_view(std::uint32_t traffic, std::optional<TimePoint> answered_at);
  void fail_waits();
  void fail_checks();
  void dispatch();
  std::optional<std::size_t> choose() const;
  void hand(std::size_t place, Waiting waiting);
  void ask(std::size_t place);
  void write(std::size_t place, const Waiting& waiting);
  void settle(std::size_t place, const std::vector<OpenRequests::Request>& unanswered,
              const LostSocket& how, TimePoint at);
  Waiting repeat(std::size_t place, OpenRequests::Request request, TimePoint at);
  void give_up(const OpenRequests::Request& request);
  std::size_t wanted() const;
  bool has_way() const;
  void close(std::size_t place, SocketEnd why);
  std::string said_when(SocketEnd why) const;
  void close_old();
  void close_idle();
  void close_surplus();
  void ask_idle();
  void open_more();
  void refused(TimePoint now);
  TimePoint party_now(const Party& party);
  static void walk_waiting(StateWalk& walk, Waiting& waiting);

  const ConnectionSpec& spec_;
  const SessionSpec& rules_;
  ConnectionId id_;
  Ledger& ledger_;
  Workload workload_;
  std::vector<Party*> parties_;
  std::vector<Place> places_;
  std::deque<Waiting> queue_;
  View view_;
  TimePoint now_;
  TimePoint act_at_ = kNever;  // something was told that it has not acted on
  TimePoint look_at_ = kNever;
  TimePoint retry_at_;         // no attempt before
  std::uint32_t in_vain_ = 0;  // attempts in a row
  bool started_ = false;
  bool ended_ = false;
  SessionFigures figures_;
};
static_assert(TimedMachine<Session>);

}  // namespace stayalive
