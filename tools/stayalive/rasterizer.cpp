// SPDX-License-Identifier: Apache-2.0
#include "rasterizer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

extern char** environ;

namespace stayalive {
namespace {

constexpr const char* kProgram = "rsvg-convert";
// Its descriptors, by which it takes the drawing and gives the picture.
constexpr int kChildReads = 0;
constexpr int kChildWrites = 1;

std::vector<Diagnostic> no_png(const std::string& why, const std::string& allowed = "") {
  Diagnostic mistake;
  mistake.message = why;
  mistake.allowed = allowed;
  return {mistake};
}

// Both ends of a pipe, closed with it, and by whoever is done with one.
class Pipe {
 public:
  Pipe() : made_(::pipe2(ends_.data(), O_CLOEXEC) == 0) {}
  ~Pipe() {
    close(0);
    close(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  bool made() const { return made_; }
  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }
  void close(std::size_t end) {
    if (made_ && ends_[end] >= 0) ::close(ends_[end]);
    ends_[end] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
  bool made_;
};

// Passes the text on and takes in what comes back, both at once, so that neither waits for the
// other.  The program may end without having read everything.
std::string exchange(Pipe& in, Pipe& out, std::string_view text) {
  std::string received;
  std::array<char, 65536> piece{};
  ::fcntl(in.writing(), F_SETFL, O_NONBLOCK);
  while (true) {
    std::array<pollfd, 2> ends{pollfd{out.reading(), POLLIN, 0}, pollfd{in.writing(), POLLOUT, 0}};
    if (::poll(ends.data(), ends.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return received;
    }
    if (ends[1].revents != 0) {
      const ssize_t written = ::write(in.writing(), text.data(), text.size());
      if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
      const bool broken = written < 0 && errno != EAGAIN && errno != EINTR;
      if (text.empty() || broken) in.close(1);
    }
    if (ends[0].revents == 0) continue;
    const ssize_t count = ::read(out.reading(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return received;
    received.append(piece.data(), static_cast<std::size_t>(count));
  }
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return status;
}

}  // namespace

Result<std::string> find_rasterizer() {
  const char* path = std::getenv("PATH");
  std::string_view folders = path == nullptr ? "" : path;
  while (!folders.empty()) {
    const std::size_t end = folders.find(':');
    const std::string folder(folders.substr(0, end));
    folders.remove_prefix(end == std::string_view::npos ? folders.size() : end + 1);
    // Nothing of the current folder, which may be a stranger's.
    if (folder.empty() || folder.front() != '/') continue;
    std::string program = folder + "/" + kProgram;
    if (::access(program.c_str(), X_OK) == 0) return program;
  }
  return no_png(fmt::format("--png needs the program {}, which is not installed", kProgram),
                "--svg, or Debian's package librsvg2-bin, or that of librsvg elsewhere");
}

Result<std::string> rasterize(const std::string& program, const std::string& svg, double scale) {
  Pipe in;
  Pipe out;
  if (!in.made() || !out.made())
    return no_png(std::string("--png: there is no pipe: ") + std::strerror(errno));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.reading(), kChildReads);
  posix_spawn_file_actions_adddup2(&actions, out.writing(), kChildWrites);
  std::string zoom = fmt::format("--zoom={}", scale);
  // A long ladder is no attack here: it is this program's own drawing.
  std::string unlimited = "--unlimited";
  std::string name = kProgram;
  std::array<char*, 4> arguments{name.data(), zoom.data(), unlimited.data(), nullptr};
  pid_t child = 0;
  const int error =
      ::posix_spawn(&child, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0)
    return no_png(fmt::format("--png: {} cannot be run: {}", program, std::strerror(error)));
  in.close(0);
  out.close(1);
  std::string png = exchange(in, out, svg);
  const int status = wait_for(child);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || png.empty())
    return no_png(fmt::format("--png: {} has made no picture", program), "a smaller --scale");
  return png;
}

}  // namespace stayalive
