// SPDX-License-Identifier: Apache-2.0
// `probe` and `reflector` as a user meets them.
#include <gtest/gtest.h>

#include "support/command.h"
#include "support/temporary_folder.h"

namespace stayalive {
namespace {

// For a shell: a reflector on the loopback device, and its port as $PORT.
constexpr const char* kReflector =
    "$S reflector --listen 127.0.0.1 --port 0 2>reflector & reflector=$!\n"
    "trap 'kill -INT $reflector; wait $reflector' EXIT\n"
    "until grep -q listening reflector; do [ -e /proc/$reflector ] || exit 9; sleep 0.05; done\n"
    "PORT=$(sed -n 's/.*127.0.0.1:\\([0-9]*\\),.*/\\1/p' reflector)\n";

class ProbeCommand : public ::testing::Test {
 protected:
  CommandResult shell(const std::string& command) const {
    return run_command("cd '" + folder_.path().string() + "' && export S='" + STAYALIVE_PROGRAM +
                       "' && bash -c \"$(cat <<'END'\n" + command + "\nEND\n)\" 2>&1");
  }
  static void says(const CommandResult& result, const std::string& part, int exit_code) {
    EXPECT_NE(result.output.find(part), std::string::npos) << result.output;
    EXPECT_EQ(result.exit_code, exit_code) << result.output;
  }
  TemporaryFolder folder_;
};

TEST_F(ProbeCommand, RehearsesOnSimulatedBoxesAndWritesAProfileThatAdviseTakes) {
  const CommandResult found =
      shell("$S probe --rehearse aws-nlb --time-limit 2h --to-profile mine.json --name mine");
  says(found, "nothing translates", 0);
  says(found, "late TCP from inside meets                RST", 0);
  says(shell("$S profiles mine.json"), "forgets idle TCP after 5m4", 0);
  says(shell("$S advise tcp ./mine.json"), "mine", 0);
  says(shell("$S probe --rehearse aws-nlb --time-limit 2h --format json"),
       "\"timer\": \"tcp.established\"", 0);
  says(shell("$S probe --rehearse aws-nlb --time-limit 2h --format csv"), "tcp.established,34", 0);
}

TEST_F(ProbeCommand, SaysWhatIsKnownWhenTheTimeIsOver) {
  const CommandResult found = shell("$S probe --rehearse openwrt --time-limit 20m");
  says(found, "The time limit of 20m was over", 3);
  says(found, "udp.single", 3);
}

TEST_F(ProbeCommand, SaysInPlainWordsWhatIsWrong) {
  says(shell("$S probe"), "give a HOST where `stayalive reflector` runs", 2);
  says(shell("$S probe a-host --rehearse openwrt"), "give a HOST", 2);
  says(shell("$S probe --rehearse opnwrt"), "did you mean \"openwrt\"?", 2);
  says(shell("$S probe --rehearse haproxy"), "is a proxy", 2);
  says(shell("$S probe 127.0.0.1 --measure udp.singel"), "did you mean \"udp.single\"?", 2);
  says(shell("$S probe 127.0.0.1 --longest soon"), "--longest: soon is no span", 2);
  says(shell("$S probe 127.0.0.1 --time-limit 5s"), "a probe needs at least 1m", 2);
  says(shell("$S probe 'no such host'"), "has no IPv4 address", 2);
  says(shell("$S reflector --listen here"), "--listen: here is no IPv4 address", 2);
  says(shell("$S reflector --other-address 127.0.0.2"), "needs --listen with an address", 2);
  folder_.write("scenario.json", "{\"connections\": []}");
  says(shell("$S probe 127.0.0.1 --to-profile scenario.json"), "exists and is no profile", 2);
  folder_.write("record", "stayalive-probe 1 127.0.0.1:7478\ntried udp.single soon\n");
  says(shell("$S probe 127.0.0.1 --resume record"), "record:2:1: this is no line", 2);
  says(shell("$S probe 127.0.0.1 --port 1 --resume record"), "the record is about the reflector",
       2);
}

TEST_F(ProbeCommand, MeasuresOverRealSocketsAndGoesOnWhereItEnded) {
  const CommandResult found =
      shell(std::string(kReflector) +
            "$S probe 127.0.0.1 --port $PORT --longest 5s --measure udp.single --resume record "
            "&& cat record\n"
            "$S probe 127.0.0.1 --port $PORT --longest 5s --measure udp.single --resume record");
  says(found, "udp.single  5s", 0);
  says(found, "tried udp.single 4s 1 0 4.", 0);
  // The second call has nothing left to try.
  says(found, "0 flows in", 0);
}

TEST_F(ProbeCommand, ShowsWhatIsKnownOnCtrlC) {
  const CommandResult found =
      shell(std::string(kReflector) +
            "$S probe 127.0.0.1 --port $PORT --measure udp.single --resume record &\n" + kAwaitIt +
            "until grep -q 'udp.single 4s' record 2>/dev/null; do sleep 0.1; done; " +
            "kill -INT $pid; wait $pid; echo ended with $?");
  says(found, "Interrupted; this is known so far", 0);
  says(found, "ended with 130", 0);
}

}  // namespace
}  // namespace stayalive
