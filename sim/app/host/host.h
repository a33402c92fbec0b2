// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/host/ephemeral_ports.h"
#include "app/host/program.h"
#include "app/host/server.h"
#include "app/host/socket_alarms.h"
#include "app/host/tcp_sockets.h"
#include "app/session/session.h"
#include "base/random.h"
#include "base/state_walk.h"
#include "engine/simulation.h"
#include "net/icmp_limit.h"
#include "path/path.h"

namespace stayalive {

// A computer at one end of the path: its kernel and the programs that run on it.  It can crash,
// reboot, sleep and change its address.  Packets for no socket are answered as a kernel answers
// them: RST, or ICMP port unreachable.
class Host final : public Node, private Kernel, private TcpSockets::User {
 public:
  struct Config {
    std::string name;
    Side side = Side::Internal;
    AddressId address;
    std::uint64_t seed = 1;
    bool limits_icmp = true;        // as OsPreset says
    bool routes_to_private = true;  // whether it has a route to private addresses
  };
  // All must outlive the host.
  Host(Config config, Simulation& sim, Path& path, MessageStore& messages, Ledger& ledger);
  ~Host() override;
  void set_self(NodeId self);

  // One that listens for several connections; spec must outlive the host.
  Server& add(const ServerSpec& spec);
  // The party must outlive the host.  A client starts at its connection's start; a server listens
  // from now on, unless nobody is there to listen (ConnectionSpec::listens).
  void add(Party& party);
  // A client with several connections side by side, whose parties have been added; it must outlive
  // the host, and starts at its connection's start.
  void add(Session& session);
  // The program that listens for this server over TCP ends, and with it, without a word, what is
  // not yet a connection; false when none listens, or it serves other connections, too.  Who still
  // calls is refused.  A host that comes back listens again.
  bool stop_listening(Party& party, const Ending& ending);

  // The programs that serve this party hang until then, and those that begin meanwhile; whether
  // there is any, or somebody may call.
  bool hang(Party& party, TimePoint until);

  void receive(Simulation& sim, Side from, const Packet& packet) override;
  void wake(Simulation& sim, std::uint32_t token) override;
  void walk(StateWalk& walk) override;

  // Stops at once, without a word; it comes back at `until`, knowing nothing, with its servers
  // listening again.
  void crash(TimePoint until);
  // Sleeps until the given instant: packets are lost, the kernel's clock stands still, programs
  // notice afterwards.
  void suspend(TimePoint until);
  void change_address(AddressId address);
  // Something was done to one of this host's programs from outside: looks anew when it is due.
  void attend(Program& program) { arm_program(program); }

  AddressId address() const override { return config_.address; }

 private:
  enum class Power : std::uint8_t { On, Off, Asleep };
  // Self: 0 is its power, and after that come its servers.
  enum class Target : std::uint32_t { Socket, Program, Self, Session };
  static std::uint32_t token(Target target, std::uint32_t index);

  // Kernel
  SocketId connect(Program& program, Endpoint remote) override;
  TcpSockets& sockets() override { return sockets_; }
  TimePoint kernel_time(TimePoint now) const override { return now - slept_; }
  void close(SocketId socket) override;
  Endpoint bind_udp(Program& program, std::uint16_t port) override;
  void unbind_udp(std::uint16_t port, Program& program) override;
  void send_datagram(const Packet& datagram) override;
  NodeId node() const override { return self_; }

  // TcpSockets::User
  void transmit(const Packet& packet) override;
  void socket_event(SocketId socket, const TcpEvent& event) override;
  void came_in_time(SocketId socket, const CloseGiveUp& wait) override;
  void arm(SocketId socket, TimePoint due) override;

  struct Running {
    std::unique_ptr<Program> program;
    AlarmId alarm;
    Server* server = nullptr;  // which it holds a place of
  };
  struct Serving {
    std::unique_ptr<Server> server;
    AlarmId alarm;
  };
  struct Dispatching {
    Session* session = nullptr;
    AlarmId alarm;
  };
  Program& run(Party& party);
  void arm_session(std::uint32_t index);
  void wake_session(std::uint32_t index);
  void arm_program(Program& program);
  void arm_program(std::uint32_t index);
  void set_alarm_of(std::uint32_t index);
  void boot();
  bool await_start(std::uint32_t index);
  void resume();
  void listen(Party& party);
  // host_serving.cpp
  void accept(SocketId request, Party& party);
  void receive_tcp(const Packet& packet);
  void receive_syn(const Packet& syn, Party& listening, TimePoint now);
  bool ignores(SocketId request, const Packet& packet);
  void forget_request(std::map<SocketId, Party*>::iterator request);
  void note_waiting(SocketId socket, const TcpEvent& event);
  void release_place(Running& running);
  void look_at_queue(const Server& server);
  void serve(std::uint32_t index);
  void serve(Server& server, const Server::Waiting& waiting);
  void turn_away(const Server& server, const Server::Waiting& waiting);
  void drop(const Packet& packet, Admission& books, const std::string& why);
  void receive_udp(const Packet& packet);
  void receive_icmp(const Packet& packet);
  void answer(const Packet& packet);
  Origin origin_of(const Party& party);
  std::uint16_t ephemeral_port();
  // Where packets find programs: by local port and, where a program serves each of several peers,
  // by whose packet it is.
  using Binding = std::pair<std::uint16_t, ConnectionId>;
  // The party listening here whose client opened the stream of a SYN; nullptr: there is none.
  Party* listener(const Packet& syn) const;
  // The program with a UDP socket here to which a datagram speaks, or which has sent what an ICMP
  // error quotes; nullptr: there is none.
  Program* recipient(const Packet& datagram) const;
  Program* sender(const QuotedPacket& quote) const;

  Config config_;
  Simulation& sim_;
  Path& path_;
  MessageStore& messages_;
  Ledger& ledger_;
  NodeId self_;
  Random sequences_;
  IcmpLimit icmp_limit_;
  TcpSockets sockets_;
  std::map<SocketId, Program*> owners_;
  // Connections that are not established yet.  They are the listener's, and no program knows of
  // them (request sockets, net/ipv4/inet_connection_sock.c).
  std::map<SocketId, Party*> requests_;
  std::map<const Program*, std::uint32_t> indices_;
  std::vector<Running> programs_;
  std::vector<Dispatching> sessions_;
  std::map<const Dispatcher*, std::uint32_t> session_indices_;
  std::vector<Serving> servers_;
  SocketAlarms socket_alarms_;
  std::vector<Party*> parties_;
  std::map<Binding, Party*> listeners_;  // TCP
  std::map<Binding, Program*> udp_;
  Power power_ = Power::On;
  TimePoint power_until_ = kNever;
  TimePoint asleep_since_;
  Duration slept_{};
  std::uint16_t next_port_ = 40000;
};

}  // namespace stayalive
