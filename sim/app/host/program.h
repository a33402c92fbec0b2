// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "app/connection_spec.h"
#include "app/host/admission.h"
#include "app/host/open_requests.h"
#include "app/host/tcp_sockets.h"
#include "app/host/unread_datagrams.h"
#include "app/host/workload.h"
#include "app/ledger.h"
#include "app/message_store.h"
#include "app/session/dispatcher.h"
#include "base/state_walk.h"
#include "base/timed_machine.h"
#include "strategy/channel.h"
#include "strategy/strategy.h"

namespace stayalive {

class Program;
class Server;

// One side of one connection of the scenario, for as long as the run lasts.  Programs come and go
// in it: a server forks one for every TCP connection it accepts.
struct Party {
  Party(const ConnectionSpec& connection_spec, ConnectionId id, Role party_role,
        MessageStore& store, Ledger& books, StrategyContext strategy_setting)
      : spec(connection_spec),
        connection(id),
        role(party_role),
        messages(store),
        ledger(books),
        setting(std::move(strategy_setting)),
        requests(connection_spec.place_of
                     ? ConnectionId{static_cast<std::uint32_t>(*connection_spec.place_of)}
                     : id),
        workload(connection_spec.place_of ? Workload(connection_spec.traffic)
                                          : Workload(connection_spec.traffic, party_role)),
        http(find_strategy(connection_spec.strategy)->speaks_http),
        echoes(echoes_at(connection_spec, party_role)),
        gathers(is_multiplexed(connection_spec, party_role) || echoes) {
    if (spec.transport == Transport::Udp) datagrams = store.open(id, role, Transport::Udp);
  }

  const ConnectionSpec& spec;
  ConnectionId connection;
  Role role;
  MessageStore& messages;
  Ledger& ledger;
  StrategyContext setting;
  // In whose books the requests stand that its sockets carry: its own, or those of the connection
  // of the scenario whose client has several side by side.
  ConnectionId requests;
  Dispatcher* dispatcher = nullptr;  // of such a client; its program opens nothing by itself
  Workload workload;
  bool http = false;    // it speaks HTTP
  bool echoes = false;  // it writes back what it reads, as it comes
  // What its program writes at one instant leaves together, as the frames of HTTP/2 do, and what is
  // read at once.
  bool gathers = false;
  StreamId datagrams;          // UDP: what it writes, from whichever socket
  Endpoint server;             // where the client connects to
  std::uint32_t sessions = 0;  // sockets that the client has opened so far
  Program* current = nullptr;  // the newest program; only it keeps the books and does the work
  TimePoint hung_until;        // a program that begins before hangs until then
  Server* shared = nullptr;    // the server at which its client calls, beside others
  Admission admission;         // of its connections there
};

// What a program asks of the kernel of its host.
class Kernel {
 public:
  virtual ~Kernel() = default;
  virtual SocketId connect(Program& program, Endpoint remote) = 0;
  virtual TcpSockets& sockets() = 0;
  // The kernel's own clock, which stands still while the host sleeps.
  virtual TimePoint kernel_time(TimePoint now) const = 0;
  // Releases the socket from its program and closes it.
  virtual void close(SocketId socket) = 0;
  virtual Endpoint bind_udp(Program& program, std::uint16_t port) = 0;  // 0: an ephemeral port
  virtual void unbind_udp(std::uint16_t port, Program& program) = 0;
  virtual void send_datagram(const Packet& datagram) = 0;
  virtual AddressId address() const = 0;
  virtual NodeId node() const = 0;
};

// A process at one end of a connection: it runs the strategy, writes the application's messages,
// and tells the ledger what it learns, which tells it nothing.  A TimedMachine; the host drives it.
class Program final : public Channel {
 public:
  Program(Party& party, Kernel& kernel);
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // Client: opens its first socket.
  void start(TimePoint now);
  // Server: accept() has returned a connection, of which the event that it is established follows.
  void adopt(TimePoint now, SocketId socket);
  // Server: waits for datagrams.
  void listen_udp(TimePoint now);

  void socket_event(TimePoint now, const TcpEvent& event);
  // The kernel of its socket had been near giving up.  Books.
  void kernel_was_near(const CloseGiveUp& wait) const;
  void datagram(TimePoint now, const Packet& packet);
  void datagram_refused(TimePoint now, const QuotedPacket& quote);
  TimePoint next_deadline() const;
  void expire(TimePoint now);

  // How a program ends that is killed, and one that closes by itself.
  static Ending killed() { return {"the process was killed", 137}; }
  static Ending closed() { return {"closed by its program", 0}; }
  // The scenario interferes.
  void kill(TimePoint now);
  void close_in_order(TimePoint now);
  void shut_down(TimePoint now);
  void stop_reading(TimePoint now, TimePoint until);
  // It does not run until then, as after SIGSTOP; its kernel goes on, and keeps what comes: of TCP
  // as much as the window allows, of UDP as much as the socket's buffer holds.
  void hang(TimePoint now, TimePoint until);
  bool hangs() const { return hung_; }
  void host_down(TimePoint now);
  void address_changed(TimePoint now);

  // A dispatcher decides.  Opens a socket; there must be none.
  void open(TimePoint now);
  // Whether a request could be written now; writes it; asks the server whether the socket works.
  bool takes_requests() const { return state_ == State::Open && ready_ && !shut_down_; }
  void carry(TimePoint now, const OpenRequests::Request& request);
  void check(TimePoint now, std::uint32_t bytes);
  // What is carried meanwhile leaves together; the first caller's end lets it go.
  class Gathering {
   public:
    Gathering(Program& program, TimePoint now);
    ~Gathering();
    Gathering(const Gathering&) = delete;
    Gathering& operator=(const Gathering&) = delete;

   private:
    Program& program_;
    TimePoint now_;
    SocketId held_ = kNoSocket;  // what it has to let go
  };
  // Closes the socket.
  void leave_socket(TimePoint now, const Ending& ending);

  void walk(StateWalk& walk);

  const Party& party() const { return party_; }
  Party& party() { return party_; }
  SocketId socket() const { return socket_; }
  TimePoint now() const { return now_; }  // of its last call
  bool started() const { return state_ != State::Idle; }
  // Whether it is through with its connection.
  bool over() const { return state_ == State::Ended; }
  // Server: whether its connection may be closed for another; closes it.
  bool rests() const { return state_ == State::Open && strategy_->rests(); }
  void make_room(TimePoint now);
  // The last application message in either direction.
  TimePoint active_at() const { return active_at_; }
  // UDP: whether its datagrams go there.
  bool sends_to(Endpoint endpoint) const { return peer_ == endpoint; }

  // Channel, for the strategy.
  void send(const Message& message) override;
  void give_up(const Ending& ending) override;
  void finish(const Ending& ending) override;
  void reconnect(Duration pause, const Ending& reason) override;
  void retry(Duration pause, const std::string& reason) override;
  void adopt_source() override;
  void forget_peer(const Ending& reason) override;
  void set_ready(bool ready) override;
  void forget_waiting() override;
  void forget_answers() override;
  void shut_down() override;
  void secured(bool resumed, std::uint32_t round_trips) override;
  void unserved(std::span<const std::uint32_t> items) override;
  void came_in_time(const CloseGiveUp& wait) override;
  void log(const std::string& line) override;

 private:
  // Resting: without a socket until the next message is due.
  enum class State : std::uint8_t { Idle, Opening, Open, Pausing, Resting, Ended };

  // UDP: where what answers a datagram from there is sent to; empty: to its peer.
  std::optional<Endpoint> answer_address(Endpoint source) const;
  bool udp() const { return party_.spec.transport == Transport::Udp; }
  bool current() const { return party_.current == this; }
  // When its side's next message is due, if it is the one to write it, or its own next answer.
  TimePoint next_writing() const;
  // Whether it has no socket and no business of one: it has ended, or will open another.
  bool between_sockets() const {
    return state_ == State::Ended || state_ == State::Pausing || state_ == State::Resting;
  }
  void open_socket();
  void drop_socket();
  void opened();
  void become_usable();
  void say_goodbye();
  void connection_closed(SocketError error);
  // Whether the program closes now that its peer has closed.  One that does not read learns nothing
  // of it.
  bool finished() const;
  void read_through(std::uint32_t number);
  void read_octets();
  void echo(const Message& request, std::uint32_t read);
  void handle(const Message& message, bool moved);
  void application_arrived(const Message& message);
  void write_due();
  void write(const Message& message);
  void await_answer(const Message& message);
  void transmit(const Message& message);
  void transmit_application(Message message);
  void forget_unread();
  void note_while_hung(const TcpEvent& event);
  void go_on();
  void read_again();
  void flush_pending();
  void ended(Outcome outcome, SocketError error, const Ending& ending);
  void pause(Duration span);
  // by_client: the program itself ends the connection.
  bool opens_another(Outcome outcome, SocketError error, const Ending& ending, bool by_client);
  void rest(Outcome outcome, SocketError error, const Ending& ending, bool by_client);
  void answer_check(const Message& question);
  void settle_lost_requests(SocketError error);
  void fail_pending();
  void close_sending();
  bool may_write() const;
  void tell(SideEvent event);
  void tell_end(SideEvent::Kind kind, Outcome outcome, SocketError error, const Ending& ending);
  void check_requests();
  void check_idle();

  Party& party_;
  // Answers that belong to the socket on which they were asked for; none: it has had no such
  // request.
  std::unique_ptr<Workload> answers_;
  Kernel& kernel_;
  std::unique_ptr<Strategy> strategy_;
  State state_ = State::Idle;
  TimePoint now_;  // of the call being handled
  SocketId socket_ = kNoSocket;
  std::uint32_t arrived_ = 0;       // number up to which the peer's messages are in the socket
  std::uint32_t read_through_ = 0;  // and up to which the program has read them
  // Of a program that echoes: octets of later messages that are in the socket, and how many of the
  // first of these it has written back.
  std::uint64_t octets_ = 0;
  std::uint32_t echoed_ = 0;
  Endpoint local_;                // UDP
  std::optional<Endpoint> peer_;  // UDP: where datagrams go
  Endpoint source_;               // UDP: where the datagram being handled came from
  // UDP: where what is being written goes; empty: to peer_.
  std::optional<Endpoint> answers_to_;
  bool ready_ = true;
  bool established_ = false;
  bool usable_ = false;  // application messages could be written on the present socket
  bool heard_ = true;    // UDP client: whether the present socket has received anything
  bool peer_closed_ = false;
  bool shut_down_ = false;
  TimePoint resume_at_ = kNever;  // end of a pause between sockets
  bool reading_ = true;
  TimePoint read_at_ = kNever;   // when reading resumes
  TimePoint message_at_;         // the last message of the peer, or when it was opened; books
  TimePoint active_at_;          // last application message in either direction
  std::deque<Message> pending_;  // written before there was a way
  SocketId held_ = kNoSocket;    // by a Gathering; none between two events
  bool stopping_ = false;        // asked to end: it opens no other socket
  bool hung_ = false;
  bool opened_meanwhile_ = false;  // while it hung
  std::optional<SocketError> closed_meanwhile_;
  TimePoint hung_until_ = kNever;
  UnreadDatagrams unread_;     // UDP: what has come while it hung
  bool used_ = false;          // the present socket has brought an answer
  std::uint32_t in_vain_ = 0;  // sockets in a row that were never usable
  OpenRequests requests_;      // those with a limit and, where it connects anew, all
};
static_assert(TimedMachine<Program>);

}  // namespace stayalive
