// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/address.h"
#include "relay/owned_fd.h"

namespace stayalive {

// "example.com:443" as an address and a port: a name is looked up once, and its first IPv4 address
// counts.
Result<Endpoint> find_target(const std::string& text);

// Carries on to one target on the real network what comes to two sockets that listen at the
// external end of a live line, and nothing else: each TCP connection as another one, with its
// half-closes and resets, and the datagrams of each endpoint from a socket of their own.  So many
// of either at a time: one more connection is reset, and one more endpoint takes the place of the
// one that was silent longest.
class Forwarder {
 public:
  static constexpr std::size_t kMostConnections = 1024;
  static constexpr std::size_t kMostPeers = 1024;

  Forwarder(boost::asio::io_context& io, OwnedFd listener, OwnedFd datagrams, Endpoint target);
  ~Forwarder();

 private:
  struct Splice;
  struct Peer;
  void accept();
  void connect(Splice& splice);
  void pump(Splice& splice, std::size_t from);
  void pumped(Splice& splice, std::size_t from, bool ended);
  void abort(Splice& splice);
  void settle(Splice& splice);
  void receive();
  void carry(std::size_t bytes);
  void listen(Peer& peer);

  boost::asio::io_context& io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::ip::udp::socket datagrams_;
  boost::asio::ip::tcp::endpoint target_;
  std::list<std::unique_ptr<Splice>> splices_;
  std::map<boost::asio::ip::udp::endpoint, std::unique_ptr<Peer>> peers_;
  boost::asio::ip::udp::endpoint from_;
  std::string buffer_;
  std::uint64_t serial_ = 0;
};

}  // namespace stayalive
