// SPDX-License-Identifier: Apache-2.0
#include "relay/forwarder.h"

#include <algorithm>
#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"

namespace stayalive {
namespace {

namespace ip = boost::asio::ip;
using boost::system::error_code;

constexpr std::size_t kBuffer = 65'536;

std::vector<Diagnostic> target_error(const std::string& message, const std::string& allowed = "") {
  Diagnostic diagnostic;
  diagnostic.message = message;
  diagnostic.allowed = allowed;
  return {diagnostic};
}

bool aborted(const error_code& error) { return error == boost::asio::error::operation_aborted; }

}  // namespace

Result<Endpoint> find_target(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  const std::string port = colon == text.npos ? "" : text.substr(colon + 1);
  const bool digits = !port.empty() && port.size() <= 5 &&
                      port.find_first_not_of("0123456789") == std::string::npos;
  const int number = digits ? std::stoi(port) : 0;
  if (colon == 0 || number < 1 || number > 65'535) {
    return target_error("--to \"" + text + "\" does not fit",
                        "a host and a port, such as example.com:443");
  }
  const std::string host = text.substr(0, colon);
  boost::asio::io_context io;
  ip::tcp::resolver resolver(io);
  error_code error;
  const auto found = resolver.resolve(ip::tcp::v4(), host, port, error);
  if (error || found.empty())
    return target_error("--to " + text + ": the host has no IPv4 address that can be found");
  return Endpoint{AddressId{found.begin()->endpoint().address().to_v4().to_uint()},
                  static_cast<std::uint16_t>(number)};
}

// A connection and the one that carries it on.  Lives until nothing is waited for any more.
struct Forwarder::Splice {
  Splice(ip::tcp::socket near, boost::asio::io_context& io)
      : sockets{std::move(near), ip::tcp::socket(io)} {}
  std::array<ip::tcp::socket, 2> sockets;
  std::array<std::vector<char>, 2> buffers{std::vector<char>(kBuffer), std::vector<char>(kBuffer)};
  std::array<bool, 2> ended{};
  int waits = 0;  // for so many handlers
  bool over = false;
};

struct Forwarder::Peer {
  Peer(boost::asio::io_context& io, ip::udp::endpoint its) : socket(io), endpoint(std::move(its)) {}
  ip::udp::socket socket;
  ip::udp::endpoint endpoint;
  std::vector<char> buffer = std::vector<char>(kBuffer);
  std::uint64_t used = 0;
};

Forwarder::Forwarder(boost::asio::io_context& io, OwnedFd listener, OwnedFd datagrams,
                     Endpoint target)
    : io_(io),
      acceptor_(io, ip::tcp::v4(), listener.release()),
      datagrams_(io, ip::udp::v4(), datagrams.release()),
      target_(ip::address_v4(target.address.value), target.port),
      buffer_(kBuffer, '\0') {
  accept();
  receive();
}

Forwarder::~Forwarder() = default;

// --- connections ---

void Forwarder::accept() {
  acceptor_.async_accept([this](const error_code& error, ip::tcp::socket socket) {
    if (aborted(error)) return;
    if (!error) {
      error_code ignored;
      if (splices_.size() >= kMostConnections) {
        socket.set_option(boost::asio::socket_base::linger(true, 0), ignored);
        socket.close(ignored);
      } else {
        socket.set_option(ip::tcp::no_delay(true), ignored);
        splices_.push_back(std::make_unique<Splice>(std::move(socket), io_));
        connect(*splices_.back());
      }
    }
    accept();
  });
}

void Forwarder::connect(Splice& splice) {
  ++splice.waits;
  splice.sockets[1].async_connect(target_, [this, &splice](const error_code& error) {
    if (aborted(error)) return;
    --splice.waits;
    if (error) return abort(splice);
    error_code ignored;
    splice.sockets[1].set_option(ip::tcp::no_delay(true), ignored);
    pump(splice, 0);
    pump(splice, 1);
  });
}

// Reads from one side and writes to the other, over and over.
void Forwarder::pump(Splice& splice, std::size_t from) {
  ++splice.waits;
  splice.sockets[from].async_read_some(
      boost::asio::buffer(splice.buffers[from]),
      [this, &splice, from](const error_code& error, std::size_t bytes) {
        if (aborted(error) && !splice.over) return;
        --splice.waits;
        if (splice.over) return settle(splice);
        if (error == boost::asio::error::eof) return pumped(splice, from, true);
        if (error) return abort(splice);
        ++splice.waits;
        boost::asio::async_write(splice.sockets[1 - from],
                                 boost::asio::buffer(splice.buffers[from].data(), bytes),
                                 [this, &splice, from](const error_code& failed, std::size_t) {
                                   if (aborted(failed) && !splice.over) return;
                                   --splice.waits;
                                   if (splice.over) return settle(splice);
                                   if (failed) return abort(splice);
                                   pumped(splice, from, false);
                                 });
      });
}

void Forwarder::pumped(Splice& splice, std::size_t from, bool ended) {
  if (!ended) return pump(splice, from);
  splice.ended[from] = true;
  error_code ignored;
  splice.sockets[1 - from].shutdown(ip::tcp::socket::shutdown_send, ignored);
  if (!splice.ended[1 - from]) return;
  splice.over = true;
  for (ip::tcp::socket& socket : splice.sockets) socket.close(ignored);
  settle(splice);
}

// Both sides learn of it by RST.
void Forwarder::abort(Splice& splice) {
  splice.over = true;
  error_code ignored;
  for (ip::tcp::socket& socket : splice.sockets) {
    socket.set_option(boost::asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
  }
  settle(splice);
}

void Forwarder::settle(Splice& splice) {
  if (!splice.over || splice.waits > 0) return;
  splices_.remove_if([&splice](const auto& its) { return its.get() == &splice; });
}

// --- datagrams ---

void Forwarder::receive() {
  datagrams_.async_receive_from(boost::asio::buffer(buffer_), from_,
                                [this](const error_code& error, std::size_t bytes) {
                                  if (aborted(error)) return;
                                  if (!error) carry(bytes);
                                  receive();
                                });
}

void Forwarder::carry(std::size_t bytes) {
  auto found = peers_.find(from_);
  if (found == peers_.end()) {
    if (peers_.size() >= kMostPeers) {
      const auto oldest = std::ranges::min_element(
          peers_, {}, [](const auto& entry) { return entry.second->used; });
      // Its handler still waits: the socket is closed now, and the peer goes with it.
      error_code ignored;
      oldest->second->socket.close(ignored);
      return;
    }
    auto peer = std::make_unique<Peer>(io_, from_);
    error_code error;
    peer->socket.connect(ip::udp::endpoint(target_.address(), target_.port()), error);
    if (error) return;
    found = peers_.emplace(from_, std::move(peer)).first;
    listen(*found->second);
  }
  Peer& peer = *found->second;
  peer.used = ++serial_;
  error_code ignored;
  peer.socket.send(boost::asio::buffer(buffer_.data(), bytes), 0, ignored);
}

void Forwarder::listen(Peer& peer) {
  peer.socket.async_receive(boost::asio::buffer(peer.buffer), [this, &peer](const error_code& error,
                                                                            std::size_t bytes) {
    if (!peer.socket.is_open()) {
      peers_.erase(ip::udp::endpoint(peer.endpoint));
      return;
    }
    if (aborted(error)) return;
    error_code ignored;
    // A target that refuses is asked again by the next datagram.
    if (!error) {
      datagrams_.send_to(boost::asio::buffer(peer.buffer.data(), bytes), peer.endpoint, 0, ignored);
    }
    listen(peer);
  });
}

}  // namespace stayalive
