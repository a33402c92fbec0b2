// SPDX-License-Identifier: Apache-2.0
#include "relay/control_server.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "live/live_control.h"
#include "relay/network_end.h"

namespace stayalive {
namespace {

namespace local = boost::asio::local;

std::vector<Diagnostic> control_error(const std::string& message) {
  Diagnostic diagnostic;
  diagnostic.message = message;
  return {diagnostic};
}

// Whether it is a socket on which nobody listens.
bool is_left_over(const std::string& path, const sockaddr_un& name) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) < 0 || !S_ISSOCK(found.st_mode)) return false;
  const OwnedFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) < 0 &&
         errno == ECONNREFUSED;
}

}  // namespace

Result<OwnedFd> bind_control_socket(const std::string& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof name.sun_path)
    return control_error("the path of a control socket has at most 107 characters: " + path);
  std::memcpy(name.sun_path, path.c_str(), path.size() + 1);
  if (is_left_over(path, name)) ::unlink(path.c_str());
  OwnedFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const mode_t before = ::umask(0177);
  const int bound = ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name);
  const int error = errno;
  ::umask(before);
  errno = error;
  if (bound < 0) return control_error(system_error(path));
  const std::optional<UserIds> caller = caller_of_sudo();
  if (caller && ::geteuid() == 0 && ::chown(path.c_str(), caller->user, caller->group) < 0)
    return control_error(system_error(path));
  if (::listen(socket.get(), static_cast<int>(ControlServer::kMostClients)) < 0)
    return control_error(system_error(path));
  return socket;
}

struct ControlServer::Client {
  explicit Client(local::stream_protocol::socket its) : socket(std::move(its)) {}
  local::stream_protocol::socket socket;
  std::array<char, 256> piece{};
  std::string text;    // that is no whole line yet
  std::string answer;  // that is being sent
};

ControlServer::ControlServer(boost::asio::io_context& io, OwnedFd listener, Answer answer)
    : io_(io),
      acceptor_(io, local::stream_protocol(), listener.release()),
      answer_(std::move(answer)) {
  accept();
}

ControlServer::~ControlServer() = default;

void ControlServer::accept() {
  acceptor_.async_accept(
      [this](const boost::system::error_code& error, local::stream_protocol::socket socket) {
        if (error == boost::asio::error::operation_aborted) return;
        // One too many is closed at once.
        if (!error && clients_.size() < kMostClients) {
          clients_.push_back(std::make_unique<Client>(std::move(socket)));
          read(*clients_.back());
        }
        accept();
      });
}

void ControlServer::forget(Client& client) {
  clients_.remove_if([&client](const auto& its) { return its.get() == &client; });
}

void ControlServer::read(Client& client) {
  client.socket.async_read_some(
      boost::asio::buffer(client.piece),
      [this, &client](const boost::system::error_code& error, std::size_t bytes) {
        if (error == boost::asio::error::operation_aborted) return;
        if (error) return forget(client);
        client.text.append(client.piece.data(), bytes);
        take(client);
      });
}

// Answers the lines that are whole; the next is read when that is sent.
void ControlServer::take(Client& client) {
  client.answer.clear();
  for (std::size_t end = client.text.find('\n'); end != std::string::npos;
       end = client.text.find('\n')) {
    client.answer += answer_(std::string_view(client.text).substr(0, end));
    client.text.erase(0, end + 1);
  }
  if (client.text.size() > LiveControl::kMostLine) return forget(client);
  if (client.answer.empty()) return read(client);
  boost::asio::async_write(client.socket, boost::asio::buffer(client.answer),
                           [this, &client](const boost::system::error_code& error, std::size_t) {
                             if (error == boost::asio::error::operation_aborted) return;
                             if (error) return forget(client);
                             read(client);
                           });
}

}  // namespace stayalive
