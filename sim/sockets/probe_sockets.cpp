// SPDX-License-Identifier: Apache-2.0
#include "sockets/probe_sockets.h"

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "sockets/asio_words.h"

namespace stayalive {
namespace {

using ErrorCode = boost::system::error_code;
using MonotonicClock = std::chrono::steady_clock;

// The address from which this machine reaches the other; no packet is sent.
std::optional<AddressId> source_towards(asio::io_context& io, Endpoint there, std::string& why) {
  udp::socket socket(io);
  ErrorCode error;
  socket.open(udp::v4(), error);
  if (!error) socket.connect(udp_endpoint(there), error);
  const udp::endpoint local = error ? udp::endpoint() : socket.local_endpoint(error);
  if (!error) return endpoint_of(local).address;
  why = "there is no way to " + print_address(there.address) + ": " + error.message();
  return std::nullopt;
}

ProbeFailure failure_of(const ErrorCode& error) {
  if (error == asio::error::connection_reset || error == asio::error::broken_pipe)
    return ProbeFailure::Reset;
  return ProbeFailure::Finished;
}

}  // namespace

// One flow's socket.  A handler that comes too late finds it closed.
struct FlowSocket {
  explicit FlowSocket(asio::io_context& io) : datagrams(io), stream(io) {}
  bool is_stream = false;
  bool closed = false;
  udp::socket datagrams;
  tcp::socket stream;
  udp::endpoint from;
  std::array<std::uint8_t, 2 * kProbeBytes> buffer{};
  std::size_t filled = 0;  // of a message on the stream
};
using FlowSocketPtr = std::shared_ptr<FlowSocket>;

struct ProbeSockets::Loop {
  Loop(Prober& its, Endpoint there)
      : prober(its), reflector(there), timer(io), pulse(io), begun(MonotonicClock::now()) {}

  TimePoint now() const { return kStart + (MonotonicClock::now() - begun); }

  void act(const ProbeOutbox& out) {
    for (const ProbeAct& what : out.acts) act(what);
    arm();
  }
  void act(const ProbeAct& what) {
    if (what.kind == ProbeAct::Kind::Open) return open(what.flow);
    if (what.kind == ProbeAct::Kind::Connect) return connect(what.flow, what.to);
    const auto found = sockets.find(what.flow);
    if (found == sockets.end()) return;
    const FlowSocketPtr socket = found->second;
    ErrorCode error;
    switch (what.kind) {
      case ProbeAct::Kind::Send:
        send(what, *socket);
        break;
      case ProbeAct::Kind::Finish:
        socket->stream.shutdown(tcp::socket::shutdown_send, error);
        break;
      default:
        socket->closed = true;
        // Closing with unsent or unread bytes, or with this, is a RST.
        if (socket->is_stream) socket->stream.set_option(asio::socket_base::linger(true, 0), error);
        socket->stream.close(error);
        socket->datagrams.close(error);
        sockets.erase(found);
        break;
    }
  }
  void send(const ProbeAct& what, FlowSocket& socket) {
    ErrorCode error;
    if (!socket.is_stream) {
      // What cannot be sent is lost, as on the way.
      socket.datagrams.send_to(asio::buffer(what.bytes), udp_endpoint(what.to), 0, error);
      return;
    }
    const std::size_t written = socket.stream.write_some(asio::buffer(what.bytes), error);
    if (!error && written == what.bytes.size()) return;
    asio::post(io, [this, flow = what.flow, error] { fail(flow, failure_of(error)); });
  }

  void open(std::uint32_t flow) {
    auto socket = std::make_shared<FlowSocket>(io);
    ErrorCode error;
    socket->datagrams.open(udp::v4(), error);
    if (!error) socket->datagrams.bind({asio_address(source), 0}, error);
    if (!error) socket->datagrams.non_blocking(true, error);
    const udp::endpoint local = error ? udp::endpoint() : socket->datagrams.local_endpoint(error);
    sockets[flow] = socket;
    if (error) {
      asio::post(io, [this, flow] { fail(flow, ProbeFailure::NoSocket); });
      return;
    }
    receive(flow, socket);
    asio::post(io, [this, flow, socket, local] {
      if (socket->closed) return;
      ProbeOutbox out;
      prober.opened(flow, endpoint_of(local), now(), out);
      act(out);
    });
  }
  void receive(std::uint32_t flow, const FlowSocketPtr& socket) {
    socket->datagrams.async_receive_from(
        asio::buffer(socket->buffer), socket->from,
        [this, flow, socket](const ErrorCode& error, std::size_t size) {
          if (socket->closed || error == asio::error::operation_aborted) return;
          if (!error) take(flow, std::span(socket->buffer).first(size));
          if (!socket->closed) receive(flow, socket);
        });
  }

  void connect(std::uint32_t flow, Endpoint to) {
    auto socket = std::make_shared<FlowSocket>(io);
    socket->is_stream = true;
    sockets[flow] = socket;
    ErrorCode error;
    socket->stream.open(tcp::v4(), error);
    if (!error) socket->stream.bind({asio_address(source), 0}, error);
    if (error) {
      asio::post(io, [this, flow] { fail(flow, ProbeFailure::NoSocket); });
      return;
    }
    socket->stream.async_connect(tcp_endpoint(to), [this, flow, socket](const ErrorCode& failed) {
      if (socket->closed || failed == asio::error::operation_aborted) return;
      if (failed) return fail(flow, ProbeFailure::Refused);
      connected(flow, socket);
    });
  }
  void connected(std::uint32_t flow, const FlowSocketPtr& socket) {
    ErrorCode error;
    socket->stream.set_option(tcp::no_delay(true), error);
    socket->stream.non_blocking(true, error);
    const Endpoint local = endpoint_of(socket->stream.local_endpoint(error));
    read(flow, socket);
    ProbeOutbox out;
    prober.opened(flow, local, now(), out);
    act(out);
  }
  void read(std::uint32_t flow, const FlowSocketPtr& socket) {
    const auto room =
        asio::buffer(socket->buffer.data() + socket->filled, kProbeBytes - socket->filled);
    socket->stream.async_read_some(room,
                                   [this, flow, socket](const ErrorCode& error, std::size_t size) {
                                     if (socket->closed || error == asio::error::operation_aborted)
                                       return;
                                     if (error) return fail(flow, failure_of(error));
                                     socket->filled += size;
                                     if (socket->filled == kProbeBytes) {
                                       socket->filled = 0;
                                       take(flow, std::span(socket->buffer).first(kProbeBytes));
                                     }
                                     if (!socket->closed) read(flow, socket);
                                   });
  }

  void take(std::uint32_t flow, std::span<const std::uint8_t> bytes) {
    ProbeOutbox out;
    prober.receive(flow, bytes, now(), out);
    act(out);
  }
  void fail(std::uint32_t flow, ProbeFailure failure) {
    ProbeOutbox out;
    prober.failed(flow, failure, now(), out);
    act(out);
  }

  // Wakes the probe at its deadline, or ends the loop.
  void arm() {
    if (prober.stopped()) {
      io.stop();
      return;
    }
    const TimePoint next = prober.next_deadline();
    if (next == armed) return;
    armed = next;
    timer.expires_at(begun + (next - kStart));
    timer.async_wait([this](const ErrorCode& error) {
      if (error) return;
      armed = kStart;
      ProbeOutbox out;
      prober.expire(now(), out);
      act(out);
    });
  }
  void beat(const std::stop_token& stop, const Watch& watch) {
    pulse.expires_after(std::chrono::milliseconds(100));
    pulse.async_wait([this, &stop, &watch](const ErrorCode& error) {
      if (error) return;
      if (stop.stop_requested()) {
        ProbeOutbox out;
        prober.stop(ProbeStop::Asked, now(), out);
        return act(out);
      }
      if (++beats % 10 == 0 && watch) watch(prober, now());
      beat(stop, watch);
    });
  }

  Prober& prober;
  Endpoint reflector;
  AddressId source;
  asio::io_context io;
  asio::steady_timer timer;
  asio::steady_timer pulse;
  MonotonicClock::time_point begun;
  TimePoint armed = kStart;
  std::uint64_t beats = 0;
  std::map<std::uint32_t, FlowSocketPtr> sockets;
};

ProbeSockets::ProbeSockets(Prober& prober, Endpoint reflector)
    : loop_(std::make_unique<Loop>(prober, reflector)) {}

ProbeSockets::~ProbeSockets() = default;

TimePoint ProbeSockets::now() const { return loop_->now(); }

bool ProbeSockets::run(const std::stop_token& stop, const Watch& watch, std::string& why) {
  const auto source = source_towards(loop_->io, loop_->reflector, why);
  if (!source) return false;
  loop_->source = *source;
  ProbeOutbox out;
  loop_->prober.begin(loop_->now(), out);
  loop_->act(out);
  loop_->beat(stop, watch);
  loop_->io.run();
  return true;
}

}  // namespace stayalive
