// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "live/ends.h"
#include "report/live/live.h"
#include "support/document_text.h"

namespace stayalive {
namespace {

LiveReport some_report() {
  using namespace tcp_flag;
  Bench bench(path_through("aws-nlb"), 60);
  bench.shake_hands(kStart);
  bench.send(Side::Internal, segment(kClient, kServer, kPsh | kAck, 1001, 5001, 10), kStart + 10s);
  std::vector<std::uint8_t> version6(40, 0x60);
  bench.session.enter(Side::External, version6, kStart + 10s);
  return bench.session.finish(kStart + 20s);
}

TEST(LiveDocument, SaysWhatTheLineCarriedAndWhoIsToBlame) {
  const LiveReport report = some_report();
  const std::string text = printed(describe_live(report, {3, 0s}));
  for (const char* part : {"Live through aws-nlb", "exit code 3", "20m passed for the boxes",
                           "Lost: 1 that are no whole", "aws-nlb: tcp.established 5m50s"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

TEST(LiveDocument, ItsJsonIsThatOfARunWithMoreBeside) {
  const LiveReport report = some_report();
  const std::string json = printed(describe_live(report, {3, 0s}), "json");
  for (const char* part : {"\"scale\": 60", "\"exit_code\": 3", "\"runs\"", "\"not IPv4\": 1",
                           "\"outcome\": \"reset\"", "\"from_boxes\": 1"})
    EXPECT_NE(json.find(part), std::string::npos) << part << "\n" << json;
}

}  // namespace
}  // namespace stayalive
