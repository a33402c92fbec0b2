// SPDX-License-Identifier: Apache-2.0
// The programs at both ends of a live line, as tests need them.
//
//   live_peer serve              answers every byte and datagram at port 7000
//   live_peer tcp MS MS ...      connects there and asks after each of these silences
//   live_peer udp MS MS ...      likewise with datagrams
//   live_peer sink               takes what comes at port 7000 and answers nothing
//   live_peer rtt COUNT          asks so often at once, and prints the round trips in nanoseconds
//   live_peer bulk SECONDS       sends over TCP as fast as it can, and prints the bytes a second
//   live_peer flood SECONDS      sends small datagrams as fast as it can
//   live_peer flows COUNT        sends a datagram in each of so many flows, twice
//
// A client prints a line for each question: milliseconds since it began, those until the answer,
// and "answered", "reset" or "silent"; what is not answered ends it.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::uint16_t kPort = 7000;
constexpr int kAnswerMs = 1500;

sockaddr_in address(const char* host) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(kPort);
  if (host == nullptr || ::inet_pton(AF_INET, host, &name.sin_addr) != 1)
    name.sin_addr.s_addr = htonl(INADDR_ANY);
  return name;
}

int serve(bool answers) {
  const sockaddr_in name = address(nullptr);
  const int datagrams = ::socket(AF_INET, SOCK_DGRAM, 0);
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  for (const int socket : {datagrams, listener}) {
    if (::bind(socket, reinterpret_cast<const sockaddr*>(&name), sizeof name) < 0) return 1;
  }
  ::listen(listener, 100);
  std::vector<pollfd> all{{datagrams, POLLIN, 0}, {listener, POLLIN, 0}};
  std::array<char, 65536> bytes{};
  for (;;) {
    ::poll(all.data(), all.size(), -1);
    if (all[0].revents != 0) {
      sockaddr_in from{};
      socklen_t length = sizeof from;
      const ssize_t got = ::recvfrom(datagrams, bytes.data(), bytes.size(), 0,
                                     reinterpret_cast<sockaddr*>(&from), &length);
      if (got >= 0 && answers)
        ::sendto(datagrams, bytes.data(), static_cast<std::size_t>(got), 0,
                 reinterpret_cast<const sockaddr*>(&from), length);
    }
    if (all[1].revents != 0) all.push_back({::accept(listener, nullptr, nullptr), POLLIN, 0});
    for (std::size_t i = 2; i < all.size(); ++i) {
      if (all[i].revents == 0) continue;
      const ssize_t got = ::recv(all[i].fd, bytes.data(), bytes.size(), MSG_DONTWAIT);
      if (got > 0 && !answers) continue;
      if (got > 0 &&
          ::send(all[i].fd, bytes.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) >= 0)
        continue;
      ::close(all[i].fd);
      all.erase(all.begin() + static_cast<std::ptrdiff_t>(i--));
    }
  }
}

long long milliseconds_since(Clock::time_point begun) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun).count();
}

int ask(const std::string& protocol, const std::vector<int>& silences) {
  const sockaddr_in name = address(std::getenv("STAYALIVE_SERVER"));
  const int socket = ::socket(AF_INET, protocol == "tcp" ? SOCK_STREAM : SOCK_DGRAM, 0);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&name), sizeof name) < 0) return 1;
  const Clock::time_point begun = Clock::now();
  for (const int silence : silences) {
    std::this_thread::sleep_for(std::chrono::milliseconds(silence));
    const long long at = milliseconds_since(begun);
    char byte = 'a';
    bool reset = ::send(socket, &byte, 1, MSG_NOSIGNAL) < 0;
    pollfd watched{socket, POLLIN, 0};
    const bool heard = !reset && ::poll(&watched, 1, kAnswerMs) > 0;
    bool answered = false;
    if (heard) {
      const ssize_t got = ::recv(socket, &byte, 1, 0);
      answered = got == 1;
      reset = got <= 0;
    }
    std::printf("%lld %lld %s\n", at, milliseconds_since(begun) - at,
                answered ? "answered"
                : reset  ? "reset"
                         : "silent");
    std::fflush(stdout);
    if (!answered) return 0;
  }
  return 0;
}

int connected(int kind) {
  const sockaddr_in name = address(std::getenv("STAYALIVE_SERVER"));
  const int socket = ::socket(AF_INET, kind, 0);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&name), sizeof name) < 0) std::exit(1);
  return socket;
}

int round_trips(int count) {
  const int socket = connected(SOCK_DGRAM);
  for (int i = 0; i < count; ++i) {
    char byte = 'a';
    const Clock::time_point asked = Clock::now();
    if (::send(socket, &byte, 1, 0) < 0 || ::recv(socket, &byte, 1, 0) < 0) return 1;
    const auto took = Clock::now() - asked;
    std::printf("%lld\n", static_cast<long long>(took / std::chrono::nanoseconds(1)));
  }
  return 0;
}

int bulk(int seconds) {
  const int socket = connected(SOCK_STREAM);
  const std::vector<char> bytes(1 << 17);
  long long sent = 0;
  const Clock::time_point begun = Clock::now();
  while (Clock::now() - begun < std::chrono::seconds(seconds)) {
    const ssize_t took = ::send(socket, bytes.data(), bytes.size(), 0);
    if (took < 0) return 1;
    sent += took;
  }
  std::printf("%lld\n", sent / seconds);
  return 0;
}

int flood(int seconds) {
  const int socket = connected(SOCK_DGRAM);
  const Clock::time_point begun = Clock::now();
  char byte = 'a';
  while (Clock::now() - begun < std::chrono::seconds(seconds)) {
    for (int i = 0; i < 64; ++i) {
      if (::send(socket, &byte, 1, 0) < 0) continue;
    }
  }
  return 0;
}

int open_flows(int count) {
  constexpr int kPortsEach = 5000;
  sockaddr_in name = address(std::getenv("STAYALIVE_SERVER"));
  std::vector<int> sockets;
  for (int i = 0; i < (count + kPortsEach - 1) / kPortsEach; ++i)
    sockets.push_back(::socket(AF_INET, SOCK_DGRAM, 0));
  char byte = 'a';
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < count; ++i) {
      name.sin_port = htons(static_cast<std::uint16_t>(20'000 + i % kPortsEach));
      ::sendto(sockets[static_cast<std::size_t>(i / kPortsEach)], &byte, 1, 0,
               reinterpret_cast<const sockaddr*>(&name), sizeof name);
      // No faster than the devices' queues are emptied.
      if (i % 64 == 63) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.empty()) return 2;
  if (words[0] == "serve" || words[0] == "sink") return serve(words[0] == "serve");
  if (words.size() == 2 && words[0] == "rtt") return round_trips(std::stoi(words[1]));
  if (words.size() == 2 && words[0] == "bulk") return bulk(std::stoi(words[1]));
  if (words.size() == 2 && words[0] == "flood") return flood(std::stoi(words[1]));
  if (words.size() == 2 && words[0] == "flows") return open_flows(std::stoi(words[1]));
  std::vector<int> silences;
  for (std::size_t i = 1; i < words.size(); ++i) silences.push_back(std::stoi(words[i]));
  return ask(words[0], silences);
}
