// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support/command.h"
#include "support/says.h"
#include "support/temporary_folder.h"

namespace stayalive {
namespace {

CommandResult products_command(const std::string& arguments) {
  return run_command(std::string(STAYALIVE_PROGRAM) + " " + arguments + " 2>&1");
}

constexpr const char* kBeeper = R"({
  "kind": "product", "name": "beeper", "title": "Beeper: period", "summary": "Beeps.",
  "simplified": "", "checked": "2026-11-30", "strategy": "keepalive", "transport": "udp",
  "port": 7777,
  "options": {"Period": {"sets": "interval", "least": "10s", "most": "5m"}},
  "interval": {"option": "Period"},
  "values": {"Period": {"value": "45s", "status": "recalled"}}
})";

TEST(ProductsCommand, ListsThemAndShowsOne) {
  const CommandResult all = products_command("products --width 200");
  EXPECT_EQ(all.exit_code, 0) << all.output;
  EXPECT_TRUE(says(all.output, "\nopenssh "));
  EXPECT_TRUE(says(all.output, "azure-lb 4m"));
  const CommandResult one = products_command("products wg");
  EXPECT_EQ(one.exit_code, 0);
  EXPECT_TRUE(says(one.output, "wireguard (product): WireGuard: PersistentKeepalive"));
  const CommandResult none = products_command("products wiregard");
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_TRUE(says(none.output, "did you mean \"wireguard\"?"));
}

TEST(ProductsCommand, AFileOfOnesOwnIsKnownToEachCommandThatTakesStrategies) {
  const TemporaryFolder folder;
  const std::string file = folder.write("beeper.json", kBeeper);
  const std::string profiles = " --profiles " + folder.path().string();
  EXPECT_TRUE(says(products_command("products" + profiles).output, "\nbeeper "));
  EXPECT_TRUE(says(products_command("products " + file).output, "Period"));
  EXPECT_TRUE(says(products_command("check " + file).output, "ok"));
  const CommandResult compared =
      products_command("compare beeper beeper=20s home-router --survive 1h" + profiles);
  EXPECT_EQ(compared.exit_code, 0) << compared.output;
  EXPECT_TRUE(says(compared.output, "beeper=45s  no "));
  EXPECT_TRUE(says(compared.output, "beeper=20s  yes"));
  const CommandResult advised =
      products_command("advise beeper home-router --survive 1h" + profiles);
  EXPECT_EQ(advised.exit_code, 0) << advised.output;
  EXPECT_TRUE(says(advised.output, "Beeper: period (udp)"));
  EXPECT_TRUE(says(advised.output, "10s holds"));
  const std::string scenario = folder.write(
      "s.json", R"({"duration": "5m", "connections": [{"strategy": {"beeper": {"Period": 30}}}]})");
  const CommandResult run = products_command("explain " + scenario + profiles);
  EXPECT_EQ(run.exit_code, 0) << run.output;
  EXPECT_TRUE(says(run.output, "(beeper over udp)"));
  EXPECT_TRUE(says(run.output, ":7777"));
  EXPECT_EQ(products_command("run " + scenario).exit_code, 2) << "without --profiles it is unknown";
}

TEST(ProductsCommand, AMistakeInSuchAFileIsToldWithItsPlace) {
  const TemporaryFolder folder;
  std::string text = kBeeper;
  text.replace(text.find("\"interval\", \"least\""), 10, "\"interva\"");
  const std::string file = folder.write("beeper.json", text);
  for (const std::string command : {"products", "compare beeper=20s home-router"}) {
    const CommandResult result =
        products_command(command + " --profiles " + folder.path().string());
    EXPECT_EQ(result.exit_code, 2) << result.output;
    EXPECT_TRUE(says(result.output, file + ":5:34: at /options/Period/sets: found \"interva\""))
        << result.output;
    EXPECT_TRUE(says(result.output, "did you mean \"interval\"?"));
    EXPECT_FALSE(says(result.output, "Period\" is not known")) << "nothing that follows from it";
  }
}

}  // namespace
}  // namespace stayalive
