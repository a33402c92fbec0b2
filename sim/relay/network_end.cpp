// SPDX-License-Identifier: Apache-2.0
#include "relay/network_end.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace stayalive {
namespace {

constexpr int kQueueLength = 2000;

std::vector<Diagnostic> end_error(const std::string& message) {
  Diagnostic diagnostic;
  diagnostic.message = message;
  return {diagnostic};
}

ifreq request_for(const std::string& name) {
  ifreq request{};
  std::strncpy(request.ifr_name, name.c_str(), IFNAMSIZ - 1);
  return request;
}

sockaddr_in address_of(AddressId address) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(address.value);
  return name;
}

void put_address(sockaddr& place, AddressId address) {
  const sockaddr_in name = address_of(address);
  std::memcpy(&place, &name, sizeof name);
}

bool bring_up(int socket, const std::string& name) {
  ifreq request = request_for(name);
  if (::ioctl(socket, SIOCGIFFLAGS, &request) < 0) return false;
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP | IFF_RUNNING);
  return ::ioctl(socket, SIOCSIFFLAGS, &request) >= 0;
}

// IPv6 is not carried; without it nothing asks for routers.  It does no harm where that fails.
void disable_ipv6(const std::string& name) {
  const std::string path = "/proc/sys/net/ipv6/conf/" + name + "/disable_ipv6";
  const OwnedFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.valid() && ::write(file.get(), "1", 1) < 0) return;
}

Result<WireDevice> open_tun(const NetworkEndSpec& spec) {
  OwnedFd tun(::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!tun.valid()) return end_error(system_error("/dev/net/tun"));
  ifreq request = request_for(kLiveDevice);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (::ioctl(tun.get(), TUNSETIFF, &request) < 0) return end_error(system_error("a TUN device"));
  if (const std::string error = configure_interface(kLiveDevice, spec.address, spec.mtu);
      !error.empty())
    return end_error(error);
  return WireDevice(std::move(tun));
}

}  // namespace

std::string system_error(const std::string& what) { return what + ": " + std::strerror(errno); }

std::string configure_interface(const std::string& name, AddressId address, std::uint32_t mtu) {
  const OwnedFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return system_error("a socket");
  disable_ipv6(name);
  ifreq request = request_for(name);
  put_address(request.ifr_addr, address);
  if (::ioctl(socket.get(), SIOCSIFADDR, &request) < 0) return system_error("the address");
  // Nobody else is on this network.
  put_address(request.ifr_netmask, AddressId{0xffff'ffff});
  if (::ioctl(socket.get(), SIOCSIFNETMASK, &request) < 0) return system_error("the netmask");
  request.ifr_mtu = static_cast<int>(mtu);
  if (::ioctl(socket.get(), SIOCSIFMTU, &request) < 0) return system_error("the MTU");
  // In a user namespace the queue stays as short as it is.
  request.ifr_qlen = kQueueLength;
  ::ioctl(socket.get(), SIOCSIFTXQLEN, &request);
  if (!bring_up(socket.get(), name)) return system_error("bringing up " + name);
  rtentry route{};
  put_address(route.rt_dst, AddressId{0});
  put_address(route.rt_genmask, AddressId{0});
  route.rt_flags = RTF_UP;
  std::string device = name;
  route.rt_dev = device.data();
  if (::ioctl(socket.get(), SIOCADDRT, &route) < 0) return system_error("the route");
  return "";
}

Result<NetworkEnd> make_network_end(const NetworkEndSpec& spec) {
  if (::unshare(CLONE_NEWNET) < 0) return end_error(system_error("a network namespace"));
  NetworkEnd end;
  end.space = OwnedFd(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!end.space.valid()) return end_error(system_error("/proc/thread-self/ns/net"));
  const OwnedFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!bring_up(socket.get(), "lo")) return end_error(system_error("bringing up lo"));
  if (!spec.tun) return end;
  Result<WireDevice> device = open_tun(spec);
  if (!device.ok()) return device.errors();
  end.device = std::move(device).value();
  return end;
}

}  // namespace stayalive
