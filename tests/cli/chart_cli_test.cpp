// SPDX-License-Identifier: Apache-2.0
// `--svg` of `run` and `sweep`.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support/command.h"
#include "support/temporary_folder.h"

namespace stayalive {
namespace {

class ChartCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_.write("s.json", R"({"title": "a \"title\" & more", "duration": "1h",
      "path": [{"middlebox": {"name": "nlb", "profile": "aws-nlb"}}], "connections": [{"name": "c",
        "strategy": {"tcp_keepalive": {"idle": "1m"}}}],
      "sweep": {"connections.c.strategy.tcp_keepalive.idle": ["1m", "5m", "6m"]}})");
  }
  CommandResult shell(const std::string& command) const {
    return run_command("cd '" + folder_.path().string() + "' && export S='" + STAYALIVE_PROGRAM +
                       "' && bash -c \"$(cat <<'END'\n" + command + "\nEND\n)\" 2>&1");
  }
  void expect_xml(const std::string& file) const {
    const CommandResult read =
        shell("python3 -c \"import xml.dom.minidom as m; m.parse('" + file + "')\"");
    EXPECT_EQ(read.output, "");
  }
  TemporaryFolder folder_;
};

TEST_F(ChartCommand, RunDrawsOneScenarioAndSweepItsPoints) {
  EXPECT_EQ(shell("$S run s.json --svg r.svg 2>&1 >/dev/null").output, "wrote r.svg\n");
  expect_xml("r.svg");
  const CommandResult swept = shell("$S sweep s.json --svg s.svg 2>&1 >/dev/null");
  EXPECT_EQ(swept.output, "wrote s.svg\n");
  EXPECT_EQ(swept.exit_code, 0);
  expect_xml("s.svg");
  EXPECT_EQ(shell("$S sweep s.json --axis path.nlb.timeouts.tcp.established=2m,10m --svg m.svg "
                  "2>&1 >/dev/null")
                .output,
            "wrote m.svg\n");
  expect_xml("m.svg");
}

TEST_F(ChartCommand, WhatCannotBeDrawnIsSaidBeforeAnythingIsRun) {
  const auto says = [&](const std::string& command, const std::string& part) {
    const CommandResult result = shell("$S " + command);
    EXPECT_EQ(result.exit_code, 2) << command;
    EXPECT_NE(result.output.find(part), std::string::npos) << result.output;
    EXPECT_EQ(result.output.find("CONNECTION"), std::string::npos) << result.output;
    EXPECT_EQ(result.output.find("HELD"), std::string::npos) << result.output;
  };
  folder_.write("x.txt", "precious");
  says("run s.json s.json --svg r.svg", "--svg draws one run; 2 scenarios");
  says("run s.json --svg x.txt", "is no SVG drawing; --force");
  says("run s.json --svg s.json --force", "is read by this command");
  says("run s.json --svg x --pcapng x", "name the same file");
  says("sweep s.json --svg no/such.svg", "No such file or directory");
  says(
      "sweep s.json --axis path.nlb.timeouts.tcp.established=2m,10m --axis "
      "connections.c.strategy.tcp_keepalive.count=1,2 --svg s.svg",
      "a chart shows one axis or two; 3 vary");
  EXPECT_FALSE(std::filesystem::exists(folder_.name("s.svg")));
}

}  // namespace
}  // namespace stayalive
