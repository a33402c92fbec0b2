// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "base/text.h"
#include "command.h"
#include "document/safe_text.h"
#include "output.h"
#include "relay/owned_fd.h"

namespace stayalive {
namespace {

constexpr const char* kVariable = "STAYALIVE_CONTROL";
// An answer has a line for each box.
constexpr std::size_t kMostAnswer = std::size_t{1} << 20;

struct TellArguments {
  std::string control;
  std::vector<std::string> words;
};

// The answer, up to the line that ends it; empty where the session is gone.
std::string ask(int socket, const std::string& line) {
  if (::send(socket, line.data(), line.size(), MSG_NOSIGNAL) < 0) return "";
  std::string answer;
  std::array<char, 4096> piece{};
  while (answer.size() < kMostAnswer) {
    const ssize_t bytes = ::recv(socket, piece.data(), piece.size(), 0);
    if (bytes <= 0) return "";
    answer.append(piece.data(), static_cast<std::size_t>(bytes));
    const bool over = answer == "ok\n" || answer.ends_with("\nok\n") ||
                      (answer.starts_with("error: ") && answer.ends_with("\n"));
    if (over) return answer;
  }
  return "";
}

int tell(const TellArguments& arguments) {
  std::string path = arguments.control;
  if (const char* known = std::getenv(kVariable); path.empty() && known != nullptr) path = known;
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof name.sun_path) {
    say_error("say where the session listens: --control PATH, as `stayalive live` was told");
    return kWrongInput;
  }
  std::memcpy(name.sun_path, path.c_str(), path.size() + 1);
  const OwnedFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) < 0) {
    say_error(fmt::format("no session listens at {}: {}", path, std::strerror(errno)));
    return kWrongInput;
  }
  std::string line;
  for (const std::string& word : arguments.words) line += (line.empty() ? "" : " ") + word;
  if (line.find('\n') != std::string::npos) {
    say_error("what is asked for is one line");
    return kWrongInput;
  }
  const std::string answer = ask(socket.get(), line + "\n");
  if (answer.empty()) {
    say_error("the session has ended without an answer");
    return kWrongInput;
  }
  if (answer.starts_with("error: ")) {
    say_error(answer.substr(7, answer.size() - 8));
    return kWrongInput;
  }
  const std::string lines = answer.substr(0, answer.size() - 3);
  Output().stream() << lines;
  return kHolds;
}

}  // namespace

void add_tell(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "tell", "Ask a live session for something: forget now, reboot, set a timer, cut a line");
  auto arguments = std::make_shared<TellArguments>();
  command->add_option("WORDS", arguments->words, "What is to be done; `help` lists it")->required();
  command
      ->add_option("--control", arguments->control,
                   "Where the session listens; STAYALIVE_CONTROL when missing, which the commands "
                   "of a session have")
      ->type_name("PATH");
  command->footer(
      "Exit code: 0 when it is done, 2 when it cannot be.\n\nExamples:\n"
      "  stayalive tell flush aws-nlb\n"
      "  stayalive tell set home-router udp.stream 5s\n"
      "  stayalive tell --control /tmp/box cut 10s");
  command->callback([arguments, &exit_code] { exit_code = tell(*arguments); });
}

}  // namespace stayalive
