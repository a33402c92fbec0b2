// SPDX-License-Identifier: Apache-2.0
#include "relay/household.h"

#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "relay/keeper.h"
#include "relay/network_end.h"

namespace stayalive {
namespace {

std::vector<Diagnostic> household_error(const std::string& message) {
  Diagnostic diagnostic;
  diagnostic.message = message;
  return {diagnostic};
}

// Like fork(2), into new namespaces.  Only while there is one thread.
pid_t clone_into(unsigned long flags) {
  return static_cast<pid_t>(::syscall(SYS_clone, flags | static_cast<unsigned long>(SIGCHLD),
                                      nullptr, nullptr, nullptr, nullptr));
}

std::optional<unsigned> id_from(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  char* end = nullptr;
  errno = 0;
  const unsigned long value = std::strtoul(text, &end, 10);
  if (errno != 0 || end == text || *end != '\0' || value == 0 || value > 0xffff'fffe)
    return std::nullopt;
  return static_cast<unsigned>(value);
}

}  // namespace

std::optional<UserIds> caller_of_sudo() {
  const std::optional<unsigned> user = id_from("SUDO_UID");
  const std::optional<unsigned> group = id_from("SUDO_GID");
  if (!user || !group) return std::nullopt;
  return UserIds{*user, *group};
}

Result<Household> Household::begin(const HouseholdPlan& plan) {
  std::array<int, 2> sockets{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets.data()) < 0)
    return household_error(system_error("a pair of sockets"));
  Household household;
  household.socket_ = OwnedFd(sockets[0]);
  OwnedFd other(sockets[1]);
  const bool root = ::geteuid() == 0;
  const UserIds self{::geteuid(), ::getegid()};
  unsigned long flags = CLONE_NEWPID | CLONE_NEWNS;
  pid_t keeper = root ? clone_into(flags) : -1;
  std::optional<UserIds> own_user;
  if (keeper < 0) {
    // Root without the rights, as in many containers, may still have a user namespace.
    flags |= CLONE_NEWUSER;
    own_user = self;
    keeper = clone_into(flags);
  }
  if (keeper < 0) {
    return household_error(
        fmt::format("namespaces for the command cannot be made ({}); run as root, or allow user "
                    "namespaces",
                    std::strerror(errno)));
  }
  if (keeper == 0) {
    household.socket_.reset();
    keep_house(other.release(), plan, own_user);
  }
  household.keeper_ = keeper;
  other.reset();
  KeeperMessage message;
  std::vector<int> fds;
  for (;;) {
    pollfd watched{household.socket_.get(), POLLIN, 0};
    ::poll(&watched, 1, -1);
    if (receive_keeper_message(household.socket_.get(), message, fds, household.closed_)) break;
    if (household.closed_) return household_error("the namespaces for the command cannot be made");
  }
  if (message.kind != KeeperMessage::Kind::Ready || fds.size() < 2) {
    message.words.back() = '\0';
    return household_error(
        fmt::format("the namespaces for the command cannot be made: {}", message.words.data()));
  }
  for (std::size_t i = 0; i < 2; ++i) {
    std::optional<WireDevice::Link> link;
    if (message.interface[i] != 0) link = {message.interface[i], message.peer[i]};
    household.devices_[i] = WireDevice(OwnedFd(fds[i]), link);
  }
  if (fds.size() == 4) {
    household.listener_ = OwnedFd(fds[2]);
    household.datagrams_ = OwnedFd(fds[3]);
  }
  return household;
}

Household::Household(Household&& other) noexcept = default;

Household::~Household() {
  if (!socket_.valid()) return;
  // The keeper leaves, and takes with it what is left of the commands.
  socket_.reset();
  if (keeper_ > 0) ::waitpid(keeper_, nullptr, 0);
}

void Household::start_commands() {
  KeeperMessage message;
  message.kind = KeeperMessage::Kind::Start;
  send_keeper_message(socket_.get(), message);
}

void Household::signal(int number) {
  KeeperMessage message;
  message.kind = KeeperMessage::Kind::Signal;
  message.value = number;
  send_keeper_message(socket_.get(), message);
}

std::optional<Household::News> Household::news() {
  KeeperMessage message;
  std::vector<int> fds;
  if (closed_ || !receive_keeper_message(socket_.get(), message, fds, closed_)) return std::nullopt;
  if (message.kind == KeeperMessage::Kind::NotStarted) {
    message.words.back() = '\0';
    return News{News::Kind::NotStarted, 0, message.words.data()};
  }
  const bool command = message.kind == KeeperMessage::Kind::CommandEnded;
  return News{command ? News::Kind::CommandEnded : News::Kind::ServeEnded, message.value};
}

}  // namespace stayalive
