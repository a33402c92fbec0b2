// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/state_walk.h"
#include "base/timed_machine.h"
#include "net/packet.h"
#include "net/payload.h"
#include "stack/socket_error.h"
#include "stack/tcp_config.h"
#include "stack/timer/timer_slip.h"
#include "strategy/channel.h"
#include "strategy/message.h"
#include "strategy/options.h"
#include "strategy/ping_rules.h"
#include "strategy/reconnect_spec.h"

namespace stayalive {

struct TlsSession;

// How one end of a connection keeps it alive and notices its death.  A TimedMachine with a Channel
// instead of an outbox: told the time, it answers next_deadline() and changes by itself only in
// expire(); after expire(now), next_deadline() > now.
class Strategy {
 public:
  virtual ~Strategy() = default;
  // A socket is about to be opened: a TCP client's SYN follows.
  virtual void on_opening(TimePoint) {}
  // The socket is open: TCP established, or UDP bound.  For a UDP server: the peer's first datagram
  // has come.
  virtual void on_open(TimePoint, Channel&) {}
  // A message arrived.  moved: it came from another address or port than the one this end sends to
  // (UDP).
  virtual void on_message(TimePoint, const Message&, bool /*moved*/, Channel&) {}
  // This end wrote a message, its own or the application's.
  virtual void on_sent(TimePoint, const Message&) {}
  // UDP server without an instance for the sender: whether this message creates one (on_open, then
  // on_message follow).
  virtual bool accepts_unknown(const Message&) const { return true; }
  // The connection ended without this program's doing.  error is None when the peer closed it in
  // order.  The strategy may reconnect() or retry(); otherwise the program ends with ending().
  virtual void on_closed(TimePoint, SocketError, Channel&) {}
  // The program is about to close its direction of a TCP connection in order: last words may be
  // sent.  It must not end the connection.
  virtual void say_goodbye(TimePoint, Channel&) {}
  // The program is asked to end in order.  True when the strategy will finish() by itself after it
  // has said goodbye, false when there is nothing to wait for.
  virtual bool on_stop(TimePoint, Channel&) { return false; }
  // What the program tells its user when the connection ends with this error.
  virtual Ending ending(SocketError error) const;
  // Whether the strategy itself decides, by adopt_source(), when a UDP server follows its peer to a
  // new endpoint. Otherwise the connection's server_follows does.
  virtual bool chooses_source() const { return false; }
  // An application message is about to be written: the strategy may set its subtype, its status and
  // its bytes, of which wire_bytes() then says how many they are.  It must not end the connection.
  virtual void on_writing(TimePoint, Message&, Channel&) {}
  // Whether an application message that is read now is for the application; otherwise it is thrown
  // away.
  virtual bool takes(TimePoint, const Message&) const { return true; }
  // Whether answers are written in the order of their requests.
  virtual bool answers_in_order() const { return false; }
  // The application wants to write a message: whether it is carried now.  Otherwise it waits for
  // set_ready(true), or is lost, as queues_while_not_ready() says; the strategy may send what it
  // needs first.  It must not end the connection.
  virtual bool carries(TimePoint, Channel&) { return true; }
  // Bytes on the transport for an application message of `bytes`.
  virtual std::uint32_t wire_bytes(std::uint32_t bytes) const { return bytes; }
  // Whether an application message written while set_ready(false) waits (true) or is lost (false).
  virtual bool queues_while_not_ready() const { return true; }

  // Whether its connection carries nothing just now and may be closed for another; closes it then.
  virtual bool rests() const { return false; }
  virtual void make_room(TimePoint, Channel&) {}

  virtual TimePoint next_deadline() const { return kNever; }
  virtual void expire(TimePoint, Channel&) {}
  // Lists its whole state.
  virtual void walk(StateWalk&) {}
};
static_assert(TimedMachine<Strategy, Channel>);

// What a strategy is made from, beside its options.
struct StrategyContext {
  Role role = Role::Client;
  Transport transport = Transport::Tcp;
  std::string peer;        // the peer's name as the program's messages print it
  std::string connection;  // names the strategy's random streams
  std::uint64_t seed = 1;
  // Of a client with TLS: where it keeps what it resumes; must outlive the strategy.
  TlsSession* tls_session = nullptr;
};

// A mistake in a combination of options, by the key it is reported at.
struct OptionError {
  std::string_view key;
  std::string message;
};

// How the members of a population play a strategy whose ends are small records instead of programs.
struct CompactForm {
  bool tcp = false;  // the transports over which there is such a form; over TCP the kernel does all
  bool udp = false;
  // Why ends with these options need programs of their own, each as a sentence; nullptr: no options
  // do.
  std::vector<std::string> (*reasons_against)(const Options&) = nullptr;
  // The pings of a member over UDP; nullptr: it sends none.
  PingRules (*pings)(const Options&) = nullptr;

  bool over(Transport transport) const { return transport == Transport::Tcp ? tcp : udp; }
};

// Servers of no protocol in particular listen here.
inline constexpr std::uint16_t kAnyTcpPort = 5432;
inline constexpr std::uint16_t kAnyUdpPort = 4500;

// One entry of the registry, and everything that other floors know of a strategy.  A strategy is
// one file pair and one line in strategies.cpp.
struct StrategyKind {
  std::string_view name;  // the key in a scenario: "ssh"
  std::string_view help;  // one sentence
  // The port of its server over each transport; 0: it does not work over it.
  std::uint16_t tcp_port = 0;
  std::uint16_t udp_port = 0;
  Transport usual = Transport::Tcp;  // when a scenario names none
  std::span<const OptionSpec> options;
  // Those of them that say how far its keepalives are apart, where 0s is none; the client's first.
  std::array<std::string_view, 3> intervals{};
  // Its keepalives are probes of the kernel's TCP and none of its own messages.
  bool probes = false;
  // Who measures the waits before its own messages; nullptr: the program.
  TimedBy (*timed_by)(const Options&) = nullptr;
  // Socket options that the program sets on its own socket; may be nullptr.
  void (*tune)(const Options&, Role, TcpConfig&) = nullptr;
  // Rules that involve several options; may be nullptr.
  std::vector<OptionError> (*check)(const Options&, Transport) = nullptr;
  std::unique_ptr<Strategy> (*make)(const Options&, const StrategyContext&) = nullptr;
  // Whether it draws random numbers that change what happens while all it asks is answered;
  // nullptr: it never does.
  bool (*random)(const Options&) = nullptr;
  CompactForm compact{};
  // What its client does after the loss of a connection, where the scenario says nothing else;
  // nullptr: it ends, or the strategy itself connects anew.
  ReconnectSpec (*reconnect)(const Options&) = nullptr;
  // Application messages are the client's and ask for answers.
  bool requests_only = false;
  // What it says is HTTP; with versions before 2 and without TLS proxies of mode http understand
  // it.
  bool speaks_http = false;
  // Whether its keepalives are between neighbours: a proxy of mode http answers them itself and
  // passes none on, as with the PING of HTTP/2; nullptr: they never are.
  bool (*pings_hop_by_hop)(const Options&) = nullptr;
  // Its client may have several connections side by side and give each request to one of them.
  bool pooled = false;
  // How many requests it has under way at once on a connection; nullptr: one.
  std::uint32_t (*requests_at_once)(const Options&) = nullptr;
  // Whether they are streams of one connection, beside which it opens none; nullptr: they are not.
  bool (*multiplexes)(const Options&) = nullptr;
  // Whether the bytes of application messages are on the transport as they are.
  bool writes_plain = false;
  // Whether it may run inside of TLS.
  bool over_tls = false;
  // What its bytes look like to whoever captures them; and what its protocol writes in the clear at
  // the beginning of a datagram with this message, as far as it fits (nullptr: nothing).
  PayloadStyle payload = PayloadStyle::Text;
  void (*write_header)(const Packet&, const Message&, std::span<std::uint8_t> datagram) = nullptr;

  std::uint16_t port(Transport transport) const {
    return transport == Transport::Tcp ? tcp_port : udp_port;
  }
  bool works_over(Transport transport) const { return port(transport) != 0; }
};

// Who measures the waits before the messages of an end that plays this strategy, and who those
// before its keepalives.
TimedBy messages_timed_by(const StrategyKind& kind, const Options& options);
TimedBy keepalives_timed_by(const StrategyKind& kind, const Options& options);

// All strategies in the order in which documents list them.
std::span<const StrategyKind* const> strategies();
// nullptr when there is none of that name.
const StrategyKind* find_strategy(std::string_view name);

}  // namespace stayalive
