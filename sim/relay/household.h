// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "net/address.h"
#include "net/side.h"
#include "relay/owned_fd.h"
#include "relay/wire_device.h"

namespace stayalive {

// Whose rights a process has.
struct UserIds {
  uid_t user = 0;
  gid_t group = 0;
};
// Of whoever called sudo; empty where nobody did.
std::optional<UserIds> caller_of_sudo();

struct HouseholdPlan {
  std::array<AddressId, 2> addresses{};  // of the two ends, by Side
  std::vector<std::string> command;      // runs at the internal end
  std::vector<std::string> serve;        // at the external end, if anything does
  std::uint16_t listen_port = 0;         // sockets that listen at the external end; 0: none
  std::vector<std::pair<std::string, std::string>> environment;  // of both commands
  std::uint32_t mtu = 1500;
  std::string remove_at_end;  // a file that goes with the keeper; empty: none
  bool tun = true;            // false: veth pairs and packet sockets, even where TUN may be had
};

// The two network namespaces of a live session and the commands in them, kept by one process of its
// own, which is the first of a process namespace.  It owns no names: whatever way this process
// ends, the keeper sees its socket close and goes, and with it every process it has begun, the
// namespaces and the devices.  Root is enough; anybody else gets a user namespace, where the system
// allows it.
//
//   Result<Household> household = Household::begin(plan);
//   household.value().start_commands();
//   while (const auto news = household.value().news()) ...
class Household {
 public:
  // What the keeper says.
  struct News {
    enum class Kind : std::uint8_t { NotStarted, ServeEnded, CommandEnded };
    Kind kind = Kind::CommandEnded;
    int status = 0;       // as a shell has it: the exit code, or 128 and the signal
    std::string words{};  // of NotStarted: which command, and why
  };

  static Result<Household> begin(const HouseholdPlan& plan);
  Household(Household&& other) noexcept;
  Household& operator=(Household&&) = delete;
  ~Household();

  WireDevice& device(Side end) { return devices_[index(end)]; }
  // That listen at the external end: TCP and UDP; empty without a listen_port.
  OwnedFd& listener() { return listener_; }
  OwnedFd& datagrams() { return datagrams_; }

  // That of the external end first: the other begins when that listens somewhere or has ended, and
  // after five seconds in any case.
  void start_commands();
  // Sends a signal to the command, and to that of the other end as well.
  void signal(int number);
  // Readable when there are news.
  int descriptor() const { return socket_.get(); }
  // Empty when there are none now; closed() where the keeper is gone.
  std::optional<News> news();
  bool closed() const { return closed_; }

 private:
  Household() = default;
  OwnedFd socket_;
  pid_t keeper_ = -1;
  std::array<WireDevice, 2> devices_;
  OwnedFd listener_;
  OwnedFd datagrams_;
  bool closed_ = false;
};

}  // namespace stayalive
