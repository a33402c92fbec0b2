// SPDX-License-Identifier: Apache-2.0
// The programs at both ends of a live line, as tests need them.
//
//   live_peer serve              answers every byte and datagram at port 7000
//   live_peer tcp MS MS ...      connects there and asks after each of these silences
//   live_peer udp MS MS ...      likewise with datagrams
//   live_peer flood udp SECONDS  sends as fast as it can, and says what came back
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

int serve() {
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
      if (got >= 0)
        ::sendto(datagrams, bytes.data(), static_cast<std::size_t>(got), 0,
                 reinterpret_cast<const sockaddr*>(&from), length);
    }
    if (all[1].revents != 0) all.push_back({::accept(listener, nullptr, nullptr), POLLIN, 0});
    for (std::size_t i = 2; i < all.size(); ++i) {
      if (all[i].revents == 0) continue;
      const ssize_t got = ::recv(all[i].fd, bytes.data(), bytes.size(), MSG_DONTWAIT);
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

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.empty()) return 2;
  if (words[0] == "serve") return serve();
  std::vector<int> silences;
  for (std::size_t i = 1; i < words.size(); ++i) silences.push_back(std::stoi(words[i]));
  return ask(words[0], silences);
}
