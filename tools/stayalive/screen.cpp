// SPDX-License-Identifier: Apache-2.0
#include "screen.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "output.h"

namespace stayalive {
namespace {

// Another screen that has no cursor and breaks no lines, so that the one with what was there comes
// back as it was.
constexpr std::string_view kEnter = "\033[?1049h\033[?25l\033[?7l\033[2J";
constexpr std::string_view kLeave = "\033[0m\033[?7h\033[?25h\033[?1049l";

}  // namespace

Screen::Screen() {
  sigemptyset(&signals_);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH})
    sigaddset(&signals_, signal);
  ::pthread_sigmask(SIG_BLOCK, &signals_, &masked_before_);
  signal_descriptor_ = ::signalfd(-1, &signals_, SFD_CLOEXEC | SFD_NONBLOCK);
  ::tcgetattr(STDIN_FILENO, &before_);
  enter();
}

Screen::~Screen() {
  leave();
  if (signal_descriptor_ >= 0) ::close(signal_descriptor_);
  ::pthread_sigmask(SIG_SETMASK, &masked_before_, nullptr);
}

// Keys come at once and are not shown; those that make signals still make them.
void Screen::enter() {
  termios raw = before_;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  raw.c_cc[VMIN] = 0;
  raw.c_cc[VTIME] = 0;
  ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  draw_on_screen(kEnter);
}

void Screen::leave() {
  draw_on_screen(kLeave);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

Screen::Event Screen::take_signal() {
  signalfd_siginfo told{};
  if (::read(signal_descriptor_, &told, sizeof told) != sizeof told) return Event::Nothing;
  const auto number = static_cast<int>(told.ssi_signo);
  if (number == SIGWINCH) return Event::Resized;
  if (number != SIGTSTP) {
    signal_ = number;
    return Event::Signal;
  }
  leave();
  // Not SIGTSTP, which is blocked.
  ::raise(SIGSTOP);
  ::tcgetattr(STDIN_FILENO, &before_);
  enter();
  return Event::Resized;
}

Screen::Event Screen::wait(std::chrono::milliseconds most) {
  std::array<pollfd, 2> sources{pollfd{STDIN_FILENO, POLLIN, 0},
                                pollfd{signal_descriptor_, POLLIN, 0}};
  const int ready = ::poll(sources.data(), sources.size(), static_cast<int>(most.count()));
  if (ready < 0) return errno == EINTR ? Event::Nothing : Event::Closed;
  if (ready == 0) return Event::Nothing;
  if (sources[1].revents != 0) return take_signal();
  std::array<char, 64> typed{};
  const ssize_t count = ::read(STDIN_FILENO, typed.data(), typed.size());
  if (count <= 0) return count < 0 && errno == EINTR ? Event::Nothing : Event::Closed;
  key_.assign(typed.data(), static_cast<std::size_t>(count));
  return Event::Key;
}

// What was there is written over, so that nothing flickers.
void Screen::show(const std::string& lines) const {
  std::string all = "\033[H";
  std::string_view rest = lines;
  while (true) {
    const std::size_t end = rest.find('\n');
    all += rest.substr(0, end);
    all += "\033[K";
    if (end == std::string_view::npos) break;
    all += "\r\n";
    rest.remove_prefix(end + 1);
  }
  draw_on_screen(all + "\033[J");
}

}  // namespace stayalive
