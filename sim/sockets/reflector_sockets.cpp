// SPDX-License-Identifier: Apache-2.0
#include "sockets/reflector_sockets.h"

#include <array>
#include <chrono>
#include <map>
#include <utility>
#include <vector>

#include "sockets/asio_words.h"

namespace stayalive {
namespace {

using ReflectorError = boost::system::error_code;
using ReflectorClock = std::chrono::steady_clock;

}  // namespace

struct DatagramDoor {
  explicit DatagramDoor(asio::io_context& io) : socket(io) {}
  udp::socket socket;
  udp::endpoint from;
  std::array<std::uint8_t, 2 * kProbeBytes> buffer{};
};

struct CallerSocket {
  explicit CallerSocket(tcp::socket its) : stream(std::move(its)) {}
  tcp::socket stream;
  std::array<std::uint8_t, kProbeBytes> buffer{};
  bool closed = false;
};
using CallerSocketPtr = std::shared_ptr<CallerSocket>;

struct ReflectorSockets::Loop {
  Loop(const ReflectorPlace& its, ReflectorLimits limits, AddressProof::Key key)
      : place(its),
        reflector(key,
                  {{its.other_address.value_or(its.main.address), its.other_port},
                   static_cast<std::uint8_t>((its.other_port != 0 ? kOtherPort : 0) |
                                             (its.other_address ? kOtherAddress : 0))},
                  limits),
        acceptor(io),
        timer(io),
        pulse(io),
        begun(ReflectorClock::now()) {}

  TimePoint now() const { return kStart + (ReflectorClock::now() - begun); }

  bool has(std::uint8_t socket) const {
    return ((socket & kOtherPort) == 0 || place.other_port != 0) &&
           ((socket & kOtherAddress) == 0 || place.other_address);
  }
  Endpoint endpoint_at(std::uint8_t socket) const {
    return {(socket & kOtherAddress) != 0 ? *place.other_address : place.main.address,
            (socket & kOtherPort) != 0 ? place.other_port : place.main.port};
  }

  bool listen(std::string& why) {
    ReflectorError error;
    const auto failed = [&](const char* what, Endpoint at) {
      why = std::string(what) + " " + print_endpoint(at) +
            " cannot be listened on: " + error.message();
      return false;
    };
    acceptor.open(tcp::v4(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(tcp_endpoint(place.main), error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) return failed("TCP", place.main);
    place.main.port = acceptor.local_endpoint(error).port();
    for (std::uint8_t socket = 0; socket < kReflectorSockets; ++socket) {
      if (!has(socket)) continue;
      doors[socket] = std::make_unique<DatagramDoor>(io);
      udp::socket& door = doors[socket]->socket;
      door.open(udp::v4(), error);
      if (!error) door.bind(udp_endpoint(endpoint_at(socket)), error);
      if (!error) door.non_blocking(true, error);
      if (error) return failed("UDP", endpoint_at(socket));
      receive(socket);
    }
    accept();
    return true;
  }
  void receive(std::uint8_t socket) {
    DatagramDoor& door = *doors[socket];
    door.socket.async_receive_from(
        asio::buffer(door.buffer), door.from,
        [this, socket, &door](const ReflectorError& error, std::size_t size) {
          if (error == asio::error::operation_aborted) return;
          if (!error) {
            ReflectorOutbox out;
            reflector.receive(socket, endpoint_of(door.from), std::span(door.buffer).first(size),
                              now(), out);
            act(out);
          }
          receive(socket);
        });
  }
  void accept() {
    acceptor.async_accept([this](const ReflectorError& error, tcp::socket stream) {
      if (error == asio::error::operation_aborted) return;
      if (error) {
        // No descriptor is free, for example: a little later there may be one.
        pause.expires_after(std::chrono::milliseconds(100));
        pause.async_wait([this](const ReflectorError& ended) {
          if (!ended) accept();
        });
        return;
      }
      welcome(std::move(stream));
      accept();
    });
  }
  void welcome(tcp::socket stream) {
    ReflectorError error;
    const Endpoint from = endpoint_of(stream.remote_endpoint(error));
    stream.set_option(tcp::no_delay(true), error);
    stream.non_blocking(true, error);
    const std::uint32_t number = ++last_number;
    auto caller = std::make_shared<CallerSocket>(std::move(stream));
    callers[number] = caller;
    ReflectorOutbox out;
    reflector.accept(number, from, now(), out);
    act(out);
    if (!caller->closed) read(number, caller);
  }
  void read(std::uint32_t number, const CallerSocketPtr& caller) {
    caller->stream.async_read_some(
        asio::buffer(caller->buffer),
        [this, number, caller](const ReflectorError& error, std::size_t size) {
          if (caller->closed || error == asio::error::operation_aborted) return;
          if (error == asio::error::eof) return reflector.end(number, ConnectionEnd::Finished);
          if (error) {
            reflector.end(number, ConnectionEnd::Reset);
            close(number, *caller);
            return;
          }
          ReflectorOutbox out;
          reflector.read(number, std::span(caller->buffer).first(size), now(), out);
          act(out);
          if (!caller->closed) read(number, caller);
        });
  }
  void close(std::uint32_t number, CallerSocket& caller) {
    ReflectorError error;
    caller.closed = true;
    caller.stream.set_option(asio::socket_base::linger(true, 0), error);
    caller.stream.close(error);
    callers.erase(number);
  }

  void act(const ReflectorOutbox& out) {
    ReflectorError error;
    for (const ReflectorOutbox::Datagram& what : out.datagrams) {
      if (doors[what.socket])
        doors[what.socket]->socket.send_to(asio::buffer(what.bytes), udp_endpoint(what.to), 0,
                                           error);
    }
    for (const ReflectorOutbox::Written& what : out.written) {
      const auto found = callers.find(what.connection);
      if (found == callers.end()) continue;
      const CallerSocketPtr caller = found->second;
      const std::size_t written = caller->stream.write_some(asio::buffer(what.bytes), error);
      if (!error && written == what.bytes.size()) continue;
      // A part of a message can follow nothing; the peer reads nothing for long.
      reflector.end(what.connection, ConnectionEnd::Reset);
      close(what.connection, *caller);
    }
    for (const std::uint32_t connection : out.aborted) {
      const auto found = callers.find(connection);
      if (found == callers.end()) continue;
      const CallerSocketPtr caller = found->second;
      close(connection, *caller);
    }
    arm();
  }

  void arm() {
    const TimePoint next = reflector.next_deadline();
    if (next == armed) return;
    armed = next;
    if (next == kNever) return;
    timer.expires_at(begun + (next - kStart));
    timer.async_wait([this](const ReflectorError& error) {
      if (error) return;
      armed = kStart;
      ReflectorOutbox out;
      reflector.expire(now(), out);
      act(out);
    });
  }
  void beat(const std::stop_token& stop, const Watch& watch) {
    pulse.expires_after(std::chrono::milliseconds(100));
    pulse.async_wait([this, &stop, &watch](const ReflectorError& error) {
      if (error) return;
      if (stop.stop_requested()) return io.stop();
      if (++beats % 10 == 0 && watch) watch(reflector);
      beat(stop, watch);
    });
  }

  ReflectorPlace place;
  Reflector reflector;
  asio::io_context io;
  tcp::acceptor acceptor;
  asio::steady_timer timer;
  asio::steady_timer pulse;
  asio::steady_timer pause{io};
  ReflectorClock::time_point begun;
  TimePoint armed = kNever;
  std::uint64_t beats = 0;
  std::uint32_t last_number = 0;
  std::array<std::unique_ptr<DatagramDoor>, kReflectorSockets> doors;
  std::map<std::uint32_t, CallerSocketPtr> callers;
};

ReflectorSockets::ReflectorSockets(ReflectorPlace place, ReflectorLimits limits,
                                   AddressProof::Key key)
    : loop_(std::make_unique<Loop>(place, limits, key)) {}

ReflectorSockets::~ReflectorSockets() = default;

bool ReflectorSockets::listen(std::string& why) { return loop_->listen(why); }

Endpoint ReflectorSockets::local() const { return loop_->place.main; }

const Reflector& ReflectorSockets::reflector() const { return loop_->reflector; }

void ReflectorSockets::run(const std::stop_token& stop, const Watch& watch) {
  loop_->beat(stop, watch);
  loop_->io.run();
}

}  // namespace stayalive
