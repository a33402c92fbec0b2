// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>
#include <termios.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <string>

namespace stayalive {

// The whole screen of the terminal while it lives, with keys that come as they are pressed.  The
// terminal is as it was before when it ends, and while the program is stopped (Ctrl-Z).  To be made
// only where has_screen() says that there is one.
class Screen {
 public:
  enum class Event : std::uint8_t {
    Nothing,  // the time is over
    Key,
    Resized,  // or shown again after Ctrl-Z
    Closed,   // nobody is there any more
    Signal,   // somebody wants the program to end
  };

  Screen();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  // Waits for so long at most.
  Event wait(std::chrono::milliseconds most);
  // Of the last event: what was typed, a letter or a control sequence such as "\033[C"; which
  // signal.
  const std::string& key() const { return key_; }
  int signal() const { return signal_; }

  // lines: made safe, none wider than the screen, and not more of them than it has.
  void show(const std::string& lines) const;

 private:
  void enter();
  void leave();
  Event take_signal();

  termios before_{};
  sigset_t signals_{};
  sigset_t masked_before_{};
  int signal_descriptor_ = -1;
  std::string key_;
  int signal_ = 0;
};

}  // namespace stayalive
