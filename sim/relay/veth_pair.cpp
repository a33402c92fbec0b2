// SPDX-License-Identifier: Apache-2.0
#include "relay/veth_pair.h"

#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "relay/network_end.h"

namespace stayalive {
namespace {

constexpr int kReceiveBuffer = 8 << 20;

std::vector<Diagnostic> veth_error(const std::string& message) {
  Diagnostic diagnostic;
  diagnostic.message = message;
  return {diagnostic};
}

// A message of rtnetlink(7): attributes may lie in each other.
class LinkMessage {
 public:
  LinkMessage(std::uint16_t type, std::uint16_t flags) {
    bytes_.resize(NLMSG_LENGTH(sizeof(ifinfomsg)));
    nlmsghdr header{};
    header.nlmsg_type = type;
    header.nlmsg_flags = flags;
    std::memcpy(bytes_.data(), &header, sizeof header);
  }
  void add(std::uint16_t type, const void* value, std::size_t length) {
    const std::size_t at = begin(type);
    append(value, length);
    end(at);
  }
  void add(std::uint16_t type, const std::string& text) {
    add(type, text.c_str(), text.size() + 1);
  }
  std::size_t begin(std::uint16_t type) {
    const std::size_t at = bytes_.size();
    rtattr attribute{};
    attribute.rta_type = type;
    append(&attribute, sizeof attribute);
    return at;
  }
  void append(const void* value, std::size_t length) {
    const auto* from = static_cast<const std::uint8_t*>(value);
    bytes_.insert(bytes_.end(), from, from + length);
  }
  // The attribute that begins there has everything since then.
  void end(std::size_t at) {
    const auto length = static_cast<std::uint16_t>(bytes_.size() - at);
    std::memcpy(bytes_.data() + at, &length, sizeof length);
    bytes_.resize(RTA_ALIGN(bytes_.size()));
  }
  // Whether the kernel did it; otherwise errno says why not.
  bool send() {
    const auto length = static_cast<std::uint32_t>(bytes_.size());
    std::memcpy(bytes_.data(), &length, sizeof length);
    const OwnedFd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    if (!socket.valid()) return false;
    if (::send(socket.get(), bytes_.data(), bytes_.size(), 0) < 0) return false;
    std::array<std::uint8_t, 4096> answer{};
    const ssize_t bytes = ::recv(socket.get(), answer.data(), answer.size(), 0);
    constexpr std::size_t kLeast = NLMSG_LENGTH(sizeof(nlmsgerr));
    if (bytes < static_cast<ssize_t>(kLeast)) return false;
    nlmsgerr error{};
    std::memcpy(&error, answer.data() + NLMSG_HDRLEN, sizeof error);
    errno = -error.error;
    return error.error == 0;
  }

 private:
  std::vector<std::uint8_t> bytes_;
};

// As an administrator would with ethtool -K.
void switch_off(int socket, const std::string& name, std::uint32_t command) {
  ethtool_value value{command, 0};
  ifreq request{};
  std::strncpy(request.ifr_name, name.c_str(), IFNAMSIZ - 1);
  request.ifr_data = reinterpret_cast<char*>(&value);
  ::ioctl(socket, SIOCETHTOOL, &request);
}

void switch_off_offload(const std::string& name) {
  const OwnedFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  for (const std::uint32_t command : {std::uint32_t{ETHTOOL_STXCSUM}, std::uint32_t{ETHTOOL_STSO},
                                      std::uint32_t{ETHTOOL_SGSO}, std::uint32_t{ETHTOOL_SGRO}})
    switch_off(socket.get(), name, command);
}

bool add_flags(const std::string& name, int flags) {
  const OwnedFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strncpy(request.ifr_name, name.c_str(), IFNAMSIZ - 1);
  if (::ioctl(socket.get(), SIOCGIFFLAGS, &request) < 0) return false;
  request.ifr_flags = static_cast<short>(request.ifr_flags | flags);
  return ::ioctl(socket.get(), SIOCSIFFLAGS, &request) >= 0;
}

bool create_pair(const VethSpec& spec, const std::string& name,
                 const WireDevice::HardwareAddress& here,
                 const WireDevice::HardwareAddress& there) {
  LinkMessage message(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
  message.add(IFLA_IFNAME, name);
  message.add(IFLA_ADDRESS, here.data(), here.size());
  message.add(IFLA_MTU, &spec.mtu, sizeof spec.mtu);
  const std::size_t info = message.begin(IFLA_LINKINFO);
  message.add(IFLA_INFO_KIND, "veth");
  const std::size_t data = message.begin(IFLA_INFO_DATA);
  const std::size_t peer = message.begin(VETH_INFO_PEER);
  const ifinfomsg nothing{};
  message.append(&nothing, sizeof nothing);
  message.add(IFLA_IFNAME, kLiveDevice);
  message.add(IFLA_ADDRESS, there.data(), there.size());
  message.add(IFLA_MTU, &spec.mtu, sizeof spec.mtu);
  message.add(IFLA_NET_NS_FD, &spec.space, sizeof spec.space);
  message.end(peer);
  message.end(data);
  message.end(info);
  return message.send();
}

Result<OwnedFd> packet_socket(int interface) {
  OwnedFd socket(::socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, htons(ETH_P_IP)));
  if (!socket.valid()) return veth_error(system_error("a packet socket"));
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
  sockaddr_ll name{};
  name.sll_family = AF_PACKET;
  name.sll_protocol = htons(ETH_P_IP);
  name.sll_ifindex = interface;
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) < 0)
    return veth_error(system_error("binding a packet socket"));
  return socket;
}

}  // namespace

Result<VethPair> make_veth_pair(const VethSpec& spec) {
  const std::string name = "wire" + std::to_string(spec.number);
  const auto number = static_cast<std::uint8_t>(spec.number);
  const WireDevice::HardwareAddress here{2, 0, 0, 0, number, 1};
  const WireDevice::HardwareAddress there{2, 0, 0, 0, number, 2};
  const OwnedFd home(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!create_pair(spec, name, here, there)) return veth_error(system_error("a veth pair"));
  switch_off_offload(name);
  const unsigned interface = ::if_nametoindex(name.c_str());
  if (::setns(spec.space, CLONE_NEWNET) < 0) return veth_error(system_error("a network namespace"));
  switch_off_offload(kLiveDevice);
  // Nobody answers ARP: packets go to whoever is at the other end.
  const bool quiet = add_flags(kLiveDevice, IFF_NOARP);
  const std::string error = configure_interface(kLiveDevice, spec.address, spec.mtu);
  if (::setns(home.get(), CLONE_NEWNET) < 0) return veth_error(system_error("a network namespace"));
  if (!quiet) return veth_error("ARP cannot be switched off");
  if (!error.empty()) return veth_error(error);
  if (!add_flags(name, IFF_UP | IFF_NOARP)) return veth_error(system_error("bringing up " + name));
  Result<OwnedFd> socket = packet_socket(static_cast<int>(interface));
  if (!socket.ok()) return socket.errors();
  const WireDevice::Link link{static_cast<int>(interface), there};
  return VethPair{WireDevice(std::move(socket).value(), link), link};
}

}  // namespace stayalive
