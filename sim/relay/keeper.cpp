// SPDX-License-Identifier: Apache-2.0
#include "relay/keeper.h"

#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>

#include "base/result.h"
#include "relay/network_end.h"
#include "relay/veth_pair.h"

namespace stayalive {
namespace {

constexpr int kNotFound = 127;  // of a command, as a shell has it
constexpr int kNotExecutable = 126;
constexpr std::size_t kMostFds = 4;
constexpr std::int64_t kServeWaitMs = 5000;
constexpr int kServeLookMs = 20;

std::int64_t milliseconds_now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

bool write_file(const char* path, const std::string& text) {
  const OwnedFd file(::open(path, O_WRONLY | O_CLOEXEC));
  return file.valid() &&
         ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

int status_of(int wait_status) {
  if (WIFSIGNALED(wait_status)) return 128 + WTERMSIG(wait_status);
  return WEXITSTATUS(wait_status);
}

// One command and where it runs.
struct Task {
  const std::vector<std::string>* words = nullptr;
  const NetworkEnd* end = nullptr;
  pid_t process = -1;
  bool over = false;
};

class Keeper {
 public:
  Keeper(int socket, const HouseholdPlan& plan) : socket_(socket), plan_(plan) {}

  void fail(const std::string& words) {
    KeeperMessage message;
    message.kind = KeeperMessage::Kind::Failed;
    std::strncpy(message.words.data(), words.c_str(), message.words.size() - 1);
    send_keeper_message(socket_, message);
    ::_exit(1);
  }
  // In a user namespace one is nobody until one says who outside one is.
  void become(const UserIds& user);
  void make_ends();
  void serve();

 private:
  void make_sockets();
  void say_ready();
  void begin(Task& task);
  [[noreturn]] void run(const Task& task);
  void take_message(bool& started, bool& wanted);
  void reap();
  bool somebody_listens();

  int socket_;
  const HouseholdPlan& plan_;
  bool own_user_ = false;
  std::array<NetworkEnd, 2> ends_;
  std::array<WireDevice, 2> devices_;
  std::array<std::int32_t, 2> interfaces_{};
  std::array<WireDevice::HardwareAddress, 2> peers_{};
  OwnedFd listener_;
  OwnedFd datagrams_;
  Task command_;
  Task server_;
};

void Keeper::become(const UserIds& user) {
  own_user_ = true;
  write_file("/proc/self/setgroups", "deny");
  const auto map = [](unsigned id) { return std::to_string(id) + " " + std::to_string(id) + " 1"; };
  if (!write_file("/proc/self/uid_map", map(user.user)) ||
      !write_file("/proc/self/gid_map", map(user.group)))
    fail(system_error("a user namespace"));
}

void Keeper::make_ends() {
  // What is mounted here stays here.  Without a /proc of its own the commands see that of the
  // system, which does no harm.
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0)
    ::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
  bool tun = plan_.tun;
  std::string why = "TUN was not asked for";
  for (const Side side : {Side::Internal, Side::External}) {
    Result<NetworkEnd> end = make_network_end({plan_.addresses[index(side)], plan_.mtu, tun});
    if (!end.ok() && tun && side == Side::Internal) {
      tun = false;
      why = end.errors().front().message;
      end = make_network_end({plan_.addresses[index(side)], plan_.mtu, false});
    }
    if (!end.ok()) fail(end.errors().front().message);
    ends_[index(side)] = std::move(end).value();
  }
  if (tun) {
    for (std::size_t i = 0; i < 2; ++i) devices_[i] = std::move(*ends_[i].device);
  } else {
    // The near ends of the pairs lie in a namespace of their own.
    if (::unshare(CLONE_NEWNET) < 0) fail(system_error("a network namespace"));
    for (const Side side : {Side::Internal, Side::External}) {
      Result<VethPair> pair = make_veth_pair(
          {ends_[index(side)].space.get(), plan_.addresses[index(side)], plan_.mtu, index(side)});
      if (!pair.ok()) fail(why + "; " + pair.errors().front().message);
      interfaces_[index(side)] = pair.value().link.interface;
      peers_[index(side)] = pair.value().link.peer;
      devices_[index(side)] = std::move(pair).value().device;
    }
  }
  if (plan_.listen_port != 0) make_sockets();
  say_ready();
}

void Keeper::make_sockets() {
  if (::setns(ends_[index(Side::External)].space.get(), CLONE_NEWNET) < 0)
    fail(system_error("the external end"));
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(plan_.addresses[index(Side::External)].value);
  name.sin_port = htons(plan_.listen_port);
  listener_ = OwnedFd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  datagrams_ = OwnedFd(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  for (const OwnedFd* socket : {&listener_, &datagrams_}) {
    if (::bind(socket->get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) < 0)
      fail(system_error("a port of the external end"));
  }
  if (::listen(listener_.get(), SOMAXCONN) < 0) fail(system_error("listening"));
}

void Keeper::say_ready() {
  KeeperMessage message;
  message.kind = KeeperMessage::Kind::Ready;
  message.interface = interfaces_;
  message.peer = peers_;
  std::vector<int> fds{devices_[0].fd(), devices_[1].fd()};
  if (listener_.valid()) fds.insert(fds.end(), {listener_.get(), datagrams_.get()});
  if (!send_keeper_message(socket_, message, fds)) ::_exit(1);
  // From here on they are the owner's alone: a device lives as long as somebody has it.
  devices_ = {};
  listener_.reset();
  datagrams_.reset();
}

// Of the command: signals as a program expects them, its namespace, and the rights of whoever
// asked.
void Keeper::run(const Task& task) {
  ::setns(task.end->space.get(), CLONE_NEWNET);
  // In a user namespace there is nobody else that one could become.
  if (const std::optional<UserIds> caller = caller_of_sudo(); caller && !own_user_) {
    if (::setgroups(1, &caller->group) < 0 || ::setgid(caller->group) < 0 ||
        ::setuid(caller->user) < 0)
      ::_exit(kNotExecutable);
  }
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) ::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const auto& [name, value] : plan_.environment) ::setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> words;
  for (const std::string& word : *task.words) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  ::execvp(words.front(), words.data());
  const int error = errno;
  KeeperMessage message;
  message.kind = KeeperMessage::Kind::NotStarted;
  const std::string text = task.words->front() + ": " + std::strerror(error);
  std::strncpy(message.words.data(), text.c_str(), message.words.size() - 1);
  send_keeper_message(socket_, message);
  ::_exit(error == ENOENT ? kNotFound : kNotExecutable);
}

void Keeper::begin(Task& task) {
  task.process = ::fork();
  if (task.process == 0) run(task);
  if (task.process < 0) task.over = true;
}

void Keeper::reap() {
  int status = 0;
  for (pid_t gone = ::waitpid(-1, &status, WNOHANG); gone > 0;
       gone = ::waitpid(-1, &status, WNOHANG)) {
    for (Task* task : {&server_, &command_}) {
      if (gone != task->process) continue;
      task->over = true;
      KeeperMessage message;
      message.kind =
          task == &command_ ? KeeperMessage::Kind::CommandEnded : KeeperMessage::Kind::ServeEnded;
      message.value = status_of(status);
      send_keeper_message(socket_, message);
    }
  }
}

// A TCP socket that listens, or a UDP socket that is bound, at the external end.
bool Keeper::somebody_listens() {
  ::setns(ends_[index(Side::External)].space.get(), CLONE_NEWNET);
  std::array<char, 4096> text{};
  for (const char* path : {"/proc/thread-self/net/tcp", "/proc/thread-self/net/tcp6",
                           "/proc/thread-self/net/udp", "/proc/thread-self/net/udp6"}) {
    const OwnedFd file(::open(path, O_RDONLY | O_CLOEXEC));
    if (!file.valid()) continue;
    const ssize_t bytes = ::read(file.get(), text.data(), text.size() - 1);
    if (bytes <= 0) continue;
    const std::string table(text.data(), static_cast<std::size_t>(bytes));
    // The state stands behind two endpoints: 0A is LISTEN, 07 an unconnected socket of UDP.
    if (table.find(" 0A ") != std::string::npos || table.find(" 07 ") != std::string::npos)
      return true;
  }
  return false;
}

void Keeper::take_message(bool& started, bool& wanted) {
  KeeperMessage message;
  std::vector<int> fds;
  bool closed = false;
  while (receive_keeper_message(socket_, message, fds, closed)) {
    if (message.kind == KeeperMessage::Kind::Start && !started) wanted = true;
    if (message.kind != KeeperMessage::Kind::Signal) continue;
    for (const Task* task : {&command_, &server_}) {
      if (task->process > 0 && !task->over) ::kill(task->process, message.value);
    }
  }
  // As the first of its process namespace it takes everybody with it.
  if (!closed) return;
  if (!plan_.remove_at_end.empty()) ::unlink(plan_.remove_at_end.c_str());
  ::_exit(0);
}

void Keeper::serve() {
  command_ = {&plan_.command, ends_.data() + index(Side::Internal)};
  server_ = {&plan_.serve, ends_.data() + index(Side::External)};
  server_.over = plan_.serve.empty();
  sigset_t children;
  ::sigemptyset(&children);
  ::sigaddset(&children, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &children, nullptr);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) ::signal(signal, SIG_IGN);
  const OwnedFd signals(::signalfd(-1, &children, SFD_NONBLOCK | SFD_CLOEXEC));
  bool wanted = false;
  bool started = false;
  std::int64_t start_at = 0;
  for (;;) {
    const bool waits = wanted && !started;
    std::array<pollfd, 2> watched{{{socket_, POLLIN, 0}, {signals.get(), POLLIN, 0}}};
    ::poll(watched.data(), watched.size(), waits ? kServeLookMs : -1);
    signalfd_siginfo news{};
    while (::read(signals.get(), &news, sizeof news) > 0) continue;
    reap();
    const bool before = wanted;
    take_message(started, wanted);
    if (wanted && !before) {
      if (!server_.over) begin(server_);
      start_at = milliseconds_now() + kServeWaitMs;
    }
    if (!wanted || started) continue;
    if (server_.over || milliseconds_now() >= start_at || somebody_listens()) {
      started = true;
      begin(command_);
    }
  }
}

}  // namespace

bool send_keeper_message(int socket, const KeeperMessage& message, std::span<const int> fds) {
  iovec part{const_cast<KeeperMessage*>(&message), sizeof message};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMostFds * sizeof(int))> control{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (!fds.empty()) {
    header.msg_control = control.data();
    header.msg_controllen = CMSG_SPACE(fds.size_bytes());
    cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(fds.size_bytes());
    std::memcpy(CMSG_DATA(rights), fds.data(), fds.size_bytes());
  }
  return ::sendmsg(socket, &header, MSG_NOSIGNAL) >= 0;
}

bool receive_keeper_message(int socket, KeeperMessage& message, std::vector<int>& fds,
                            bool& closed) {
  iovec part{&message, sizeof message};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMostFds * sizeof(int))> control{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  const ssize_t bytes = ::recvmsg(socket, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (bytes == 0) closed = true;
  if (bytes < 0 && errno != EAGAIN && errno != EINTR) closed = true;
  if (bytes != static_cast<ssize_t>(sizeof message)) return false;
  for (const cmsghdr* rights = CMSG_FIRSTHDR(&header); rights != nullptr;
       rights = CMSG_NXTHDR(&header, const_cast<cmsghdr*>(rights))) {
    if (rights->cmsg_type != SCM_RIGHTS) continue;
    fds.resize((rights->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    std::memcpy(fds.data(), CMSG_DATA(rights), fds.size() * sizeof(int));
  }
  return true;
}

void keep_house(int socket, const HouseholdPlan& plan, std::optional<UserIds> own_user) {
  Keeper keeper(socket, plan);
  if (own_user) keeper.become(*own_user);
  keeper.make_ends();
  keeper.serve();
  ::_exit(0);
}

}  // namespace stayalive
