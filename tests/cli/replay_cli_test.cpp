// SPDX-License-Identifier: Apache-2.0
// `replay` as a user meets it.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "support/command.h"
#include "support/temporary_folder.h"

namespace stayalive {
namespace {

class ReplayCommand : public ::testing::Test {
 protected:
  // A client that speaks after four minutes and after six more, without any box.
  void SetUp() override {
    folder_.write("s.json", R"({"duration": "20m", "connections": [{"name": "c", "traffic": [
      {"at": "4m", "answer": {"after": "1ms"}}, {"at": "10m", "answer": {"after": "1ms"}}]}]})");
    shell("$S run s.json --pcapng c.pcapng --at client; $S run s.json --pcapng all.pcapng");
  }
  CommandResult shell(const std::string& command) const {
    return run_command("cd '" + folder_.path().string() + "' && export S='" + STAYALIVE_PROGRAM +
                       "' && bash -c \"$(cat <<'END'\n" + command + "\nEND\n)\" 2>&1");
  }
  std::string text_of(const std::string& name) const {
    std::ifstream in(folder_.name(name), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  static void says(const CommandResult& result, const std::string& part, int exit_code) {
    EXPECT_NE(result.output.find(part), std::string::npos) << result.output;
    EXPECT_EQ(result.exit_code, exit_code) << result.output;
  }
  TemporaryFolder folder_;
};

TEST_F(ReplayCommand, SaysWhatWouldHaveDiedAndWhatItNeeds) {
  const CommandResult dies = shell("$S replay c.pcapng --through aws-nlb");
  says(dies, "1 flow in 10m", 1);
  says(dies, "when tcp.established of 5m50s ran out; what the client", 1);
  says(dies, "It needs more than 5m59.9", 1);
  says(shell("$S replay c.pcapng --through aws-nlb:tcp.established=361s"), "1 alive at the end", 0);
  says(shell("$S replay c.pcapng --through linux-firewall,aws-nlb"),
       "through linux-firewall and aws-nlb: 1 would have died", 1);
  says(shell("$S replay c.pcapng"), "1 flow in 10m", 0);
}

TEST_F(ReplayCommand, KnowsEveryFormat) {
  says(shell("$S replay c.pcapng --through aws-nlb --format json"), "\"fate\": \"dies\"", 1);
  says(shell("$S replay c.pcapng --through aws-nlb --format csv"), "tcp.established,350.000,", 1);
  says(shell("$S replay c.pcapng --through aws-nlb --format markdown"), "| **dies** |", 1);
}

TEST_F(ReplayCommand, AsksWhichInterfaceIsMeant) {
  says(shell("$S replay all.pcapng --through aws-nlb"),
       "several interfaces, where each is seen more than once; choose one with --at: client or "
       "server",
       2);
  says(shell("$S replay all.pcapng --through aws-nlb --at server"), "1 would have died", 1);
  says(shell("$S replay all.pcapng --at router"), "no packets of the interface \"router\"", 2);
}

TEST_F(ReplayCommand, SaysWhatIsWrongWithItsInput) {
  says(shell("$S replay s.json --through aws-nlb"), "neither a pcap nor a pcapng capture", 2);
  says(shell("$S replay no.pcap"), "no.pcap cannot be read: No such file", 2);
  says(shell("$S replay ."), "is a folder", 2);
  says(shell(": >empty; $S replay empty"), "is empty", 2);
  says(shell("$S replay c.pcapng --through haproxy"), "is a proxy", 2);
  says(shell("$S replay c.pcapng --through aws-nbl"), "did you mean", 2);
  says(shell("head -c 2600 c.pcapng >cut; $S replay cut --through aws-nlb"),
       "cut short at byte 2600; the report is about what comes before", 2);
  says(shell("$S replay c.pcapng --flow 1"), "belong together", 2);
  says(shell("$S replay c.pcapng --flow 7 --to-scenario f.json"), "there is no flow 7", 2);
  says(shell("$S replay c.pcapng --flow 1 --to-scenario c.pcapng --force"), "is read by", 2);
}

TEST_F(ReplayCommand, WritesAScenarioThatComesToTheSameVerdict) {
  says(shell("$S replay c.pcapng --through aws-nlb --flow 1 --to-scenario f.json >/dev/null"),
       "wrote f.json", 1);
  says(shell("$S check f.json"), "f.json", 0);
  says(shell("$S run f.json"), "aws-nlb: tcp.established 5m50s", 0);
  EXPECT_NE(text_of("f.json").find(R"({"at": "4m", "from": "client", "bytes": 100, "every": "6m")"),
            std::string::npos)
      << text_of("f.json");
  says(shell("$S replay c.pcapng --through aws-nlb:tcp.established=361s --flow 1 "
             "--to-scenario g.json >/dev/null; $S run g.json"),
       "alive", 0);
}

}  // namespace
}  // namespace stayalive
