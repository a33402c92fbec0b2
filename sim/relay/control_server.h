// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "relay/household.h"
#include "relay/owned_fd.h"

namespace stayalive {

// Binds a Unix socket at a path that only this user, or whoever called sudo, may write to.  One
// that nobody listens on any more is taken away first; anything else at that place is an error.
Result<OwnedFd> bind_control_socket(const std::string& path);

// Answers lines on a control socket, each with what `answer` says.  A few clients at a time; a line
// that is longer than kMostLine ends its client.
class ControlServer {
 public:
  static constexpr std::size_t kMostClients = 16;
  using Answer = std::function<std::string(std::string_view)>;

  ControlServer(boost::asio::io_context& io, OwnedFd listener, Answer answer);
  ~ControlServer();

 private:
  struct Client;
  void accept();
  void read(Client& client);
  void take(Client& client);
  void forget(Client& client);

  boost::asio::io_context& io_;
  boost::asio::local::stream_protocol::acceptor acceptor_;
  Answer answer_;
  std::list<std::unique_ptr<Client>> clients_;
};

}  // namespace stayalive
