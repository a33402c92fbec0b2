// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "run/run.h"
#include "scenario/products/products.h"
#include "support/scenario_text.h"

namespace stayalive {
namespace {

// When an end of the only connection notices, in the run of a recording: a line that is cut behind
// a router.
Duration noticed(const std::string& strategy, Duration interval, const std::string& rest,
                 Role role) {
  const Scenario scenario = right(R"({"duration": "45s",
    "path": [{"link": {"name": "lan"}},
             {"middlebox": {"name": "r", "profile": "linux-conntrack"}},
             {"link": {"name": "wan", "delay": "10ms"}}],
    "connections": [{"strategy": )" +
                                  parse_strategy(strategy).value().json(interval) + ", " + rest);
  const SideReport side = run(scenario).connections[0].sides[index(role)];
  return side.noticed_at ? *side.noticed_at - kStart : kForever;
}

TEST(ProductStory, ARequestOfGrpcThatIsLostEndsTheConnectionByTcpUserTimeout) {
  // Recorded with the C core 1.51, keepalive timeout 3 s: cut at 8 s, request at 9 s, over at 12.5.
  const std::string cut = R"("start": "341ms", "traffic": [
      {"at": "390ms", "bytes": 338, "answer": {"bytes": 55}},
      {"at": "9s", "bytes": 54, "answer": {"bytes": 50}}]}],
    "events": [{"at": "8s", "cut": "wan"}]})";
  const std::string grpc = "grpc,retry_interval=3s,min_ping_interval=1s";
  const Duration over = noticed(grpc, 25s, cut, Role::Client);
  EXPECT_GT(over, 12300ms);
  EXPECT_LT(over, 12700ms);
  EXPECT_GT(noticed(grpc + ",user_timeout=0s", 25s, cut, Role::Client), 28s);
}

TEST(ProductStory, AnMqttClientGivesUpAnIntervalAfterItsPingAndTheBrokerAtItsNextLook) {
  // Recorded with mosquitto 2.0.11, keep alive 5 s: the client at 20.15 s, the broker at 22.06 s.
  const std::string cut = R"("start": "180ms", "traffic": [
      {"at": "200ms", "bytes": 16, "answer": {"bytes": 4}},
      {"at": "250ms", "bytes": 8, "answer": {"bytes": 5}}]}],
    "events": [{"at": "12500ms", "cut": "wan"}]})";
  const std::string mqtt = "mqtt,check_phase=1880ms";
  const Duration client = noticed(mqtt, 5s, cut, Role::Client);
  EXPECT_GT(client, 20s);
  EXPECT_LT(client, 20400ms);
  const Duration broker = noticed(mqtt, 5s, cut, Role::Server);
  EXPECT_GT(broker, 21900ms);
  EXPECT_LT(broker, 22200ms);
}

}  // namespace
}  // namespace stayalive
