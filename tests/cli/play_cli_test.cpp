// SPDX-License-Identifier: Apache-2.0
// `explain --play` on a pseudo-terminal, as somebody sits at it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <string>

#include "support/command.h"
#include "support/temporary_folder.h"

namespace stayalive {
namespace {

// A terminal in which the program was started by a shell that is still there after it, so that what
// it leaves behind can be looked at.
class Sitting {
 public:
  Sitting(const std::string& command, unsigned short columns, unsigned short lines) {
    winsize size{lines, columns, 0, 0};
    child_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
    if (child_ == 0) {
      ::setenv("TERM", "xterm", 1);
      ::unsetenv("NO_COLOR");
      ::unsetenv("COLUMNS");
      const std::string script = "stty -g; trap : INT QUIT TERM; " + command +
                                 "; echo \"left with $?\"; stty -g; echo over; read end";
      ::execl("/bin/bash", "bash", "-c", script.c_str(), nullptr);
      ::_exit(127);
    }
  }
  ~Sitting() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
    ::close(terminal_);
  }
  Sitting(const Sitting&) = delete;
  Sitting& operator=(const Sitting&) = delete;

  void type(const std::string& keys) const {
    EXPECT_EQ(::write(terminal_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  }
  // To the program, and the shell, which does not mind.
  void signal(int number) const { EXPECT_EQ(::kill(-::tcgetpgrp(terminal_), number), 0); }
  void resize(unsigned short columns, unsigned short lines) const {
    const winsize size{lines, columns, 0, 0};
    EXPECT_EQ(::ioctl(terminal_, TIOCSWINSZ, &size), 0);
  }
  // Waits until this is shown, after what was waited for before; then what came up to it.
  std::string wait_for(const std::string& text) {
    constexpr std::chrono::seconds kMost{120};
    const auto deadline = std::chrono::steady_clock::now() + kMost;
    while (std::chrono::steady_clock::now() < deadline) {
      const std::size_t found = seen_.find(text, from_);
      if (found != std::string::npos) {
        const std::string piece = seen_.substr(from_, found + text.size() - from_);
        from_ = found + text.size();
        return piece;
      }
      if (!read_more()) break;
    }
    ADD_FAILURE() << "never shown: " << text << "\nafter: " << seen_.substr(from_);
    return "";
  }
  const std::string& seen() const { return seen_; }

 private:
  bool read_more() {
    pollfd source{terminal_, POLLIN, 0};
    if (::poll(&source, 1, 1000) == 0) return true;
    std::array<char, 4096> piece{};
    const ssize_t count = ::read(terminal_, piece.data(), piece.size());
    if (count <= 0) return false;
    seen_.append(piece.data(), static_cast<std::size_t>(count));
    return true;
  }

  int terminal_ = -1;
  pid_t child_ = -1;
  std::string seen_;
  std::size_t from_ = 0;
};

constexpr const char* kOtherScreen = "\033[?1049h";
constexpr const char* kFirstScreen = "\033[?1049l";

class PlayCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_.write("s.json", R"({"title": "a title", "duration": "10m", "path": [{"middlebox":
      {"name": "fw", "profile": "linux-firewall", "timeouts": {"tcp.established": "5m"}}}],
      "connections": [{"name": "c"}, {"name": "d"}]})");
  }
  std::string play(const std::string& more = "") const {
    return "'" + std::string(STAYALIVE_PROGRAM) + "' explain '" + folder_.name("s.json") +
           "' c --play" + more;
  }
  // The settings of the terminal are the same after the program as before it.
  static void expect_as_before(Sitting& sitting, const std::string& settings) {
    EXPECT_EQ(sitting.wait_for("over\r\n").find(settings), 0u) << "stty -g";
    const std::string& seen = sitting.seen();
    EXPECT_GT(seen.rfind(kFirstScreen), seen.rfind(kOtherScreen));
    EXPECT_GT(seen.rfind("\033[?25h"), seen.rfind("\033[?25l")) << "the cursor is there again";
    EXPECT_GT(seen.rfind("\033[?7h"), seen.rfind("\033[?7l"));
  }
  TemporaryFolder folder_;
};

std::string first_line(Sitting& sitting) { return sitting.wait_for("\r\n"); }

TEST_F(PlayCommand, ShowsRowAfterRowStopsStepsAndQuits) {
  Sitting sitting(play(), 100, 30);
  const std::string settings = first_line(sitting);
  sitting.wait_for(kOtherScreen);
  sitting.wait_for("─ SYN ─");
  sitting.type(" ");
  sitting.wait_for("stopped");
  sitting.type("b\033[C\033[C");
  sitting.wait_for("─ ACK ─");
  sitting.type("e");
  sitting.wait_for("forgets it");
  sitting.wait_for("the end");
  sitting.type("\033[H");
  sitting.wait_for("─ SYN ─");
  sitting.type("q");
  const std::string after = sitting.wait_for("left with ");
  EXPECT_NE(after.find("fw forgot the connection"), std::string::npos) << "the story stays";
  sitting.wait_for("0\r\n");
  expect_as_before(sitting, settings);
}

TEST_F(PlayCommand, PlaysByItselfToItsEnd) {
  Sitting sitting(play(), 100, 30);
  sitting.wait_for(kOtherScreen);
  sitting.type("+++++");
  sitting.wait_for("speed 32");
  sitting.wait_for("the end");
  sitting.type("q");
  sitting.wait_for("left with 0");
}

TEST_F(PlayCommand, AfterCtrlCTheTerminalIsAsItWas) {
  Sitting sitting(play(), 100, 30);
  const std::string settings = first_line(sitting);
  sitting.wait_for("─ SYN ─");
  sitting.type("\003");
  sitting.wait_for("left with 130\r\n");
  expect_as_before(sitting, settings);
}

TEST_F(PlayCommand, AfterSigtermTheTerminalIsAsItWas) {
  Sitting sitting(play(), 100, 30);
  const std::string settings = first_line(sitting);
  sitting.wait_for("─ SYN ─");
  sitting.signal(SIGTERM);
  sitting.wait_for("left with 143\r\n");
  expect_as_before(sitting, settings);
}

TEST_F(PlayCommand, WhileItIsStoppedTheFirstScreenIsThere) {
  Sitting sitting(play(), 100, 30);
  sitting.wait_for("─ SYN ─");
  sitting.type(" ");
  sitting.wait_for("stopped");
  sitting.type("\032");
  sitting.wait_for(kFirstScreen);
  sitting.signal(SIGCONT);
  sitting.wait_for(kOtherScreen);
  sitting.wait_for("stopped");
  sitting.type("q");
  sitting.wait_for("left with 0");
}

TEST_F(PlayCommand, OnAnotherSizeItIsWholeAgain) {
  Sitting sitting(play(), 100, 30);
  sitting.wait_for("─ SYN ─");
  sitting.type(" e");
  sitting.wait_for("the end");
  sitting.resize(30, 10);
  sitting.wait_for("This ladder needs");
  sitting.resize(120, 9);
  const std::string frame = sitting.wait_for("the end");
  const std::size_t last = frame.rfind("\033[H");
  ASSERT_NE(last, std::string::npos);
  std::size_t lines = 1;
  for (std::size_t at = last; (at = frame.find("\r\n", at)) != std::string::npos; at += 2) ++lines;
  EXPECT_EQ(lines, 9u);
  sitting.type("q");
  sitting.wait_for("left with 0");
}

TEST_F(PlayCommand, WithoutATerminalItIsRefusedBeforeAnythingIsRun) {
  const auto says = [&](const std::string& command, const std::string& what) {
    const CommandResult result = run_command(command + " 2>&1");
    EXPECT_EQ(result.exit_code, 2) << command;
    EXPECT_EQ(result.output, what);
  };
  const std::string needs =
      "error: --play needs a terminal for its input and its output; --ladder draws the same as "
      "text\n";
  says(play() + " </dev/null", needs);
  says(play(), needs);
  says(play(" --ladder"), "error: --play has the whole screen: leave out --ladder and --svg -\n");
  Sitting dumb("TERM=dumb " + play(), 100, 30);
  dumb.wait_for("--play needs a terminal");
  dumb.wait_for("left with 2");
}

TEST_F(PlayCommand, ALadderIsOfOneConnection) {
  Sitting sitting(
      "'" + std::string(STAYALIVE_PROGRAM) + "' explain '" + folder_.name("s.json") + "' --play",
      100, 30);
  sitting.wait_for("a ladder shows one connection");
  sitting.wait_for("left with 2");
}

}  // namespace
}  // namespace stayalive
