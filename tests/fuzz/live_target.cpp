// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "fuzz/targets.h"
#include "live/live_control.h"
#include "live/live_session.h"
#include "scenario/parse.h"

namespace stayalive {
namespace {

constexpr std::string_view kScenario = R"({
  "path": [ {"link": {"name": "lan", "delay": "1ms", "jitter": "1ms", "loss": "1/20"}},
            {"middlebox": {"name": "near", "profile": "home-router"}},
            {"middlebox": {"name": "far", "profile": "azure-lb-reset"}} ],
  "connections": [ {"name": "a"} ] })";

class Sink final : public LiveSink {
 public:
  void leave(Side, std::span<const std::uint8_t> bytes) override {
    CHECK(decode(bytes, {true, 0}).error == WireError::None,
          "what leaves is a packet whose checksums are right");
    ++left;
  }
  std::uint64_t left = 0;
};

const Scenario& fuzzed_scenario() {
  static const Scenario scenario = parse_scenario(kScenario, "").value();
  return scenario;
}

}  // namespace

// Each piece begins with what it is, how much time passes before it, and its length.
void fuzz_live(std::span<const std::uint8_t> bytes) {
  Sink sink;
  LiveSession::Setting setting;
  setting.clock = LiveClock(60);
  setting.most_flows = 20;
  std::size_t lines = 0;
  LiveSession session(fuzzed_scenario(), setting, sink, [&lines](const std::string&) { ++lines; });
  LiveControl control(session);
  TimePoint now = kStart;
  std::uint64_t entered = 0;
  while (bytes.size() >= 4) {
    const std::uint8_t what = bytes[0];
    now += Duration{10ms} * bytes[1] * (what & 0x40 ? 100 : 1);
    const std::size_t length = std::min<std::size_t>(bytes[2] * 256U + bytes[3], bytes.size() - 4);
    std::vector<std::uint8_t> piece(bytes.begin() + 4,
                                    bytes.begin() + 4 + static_cast<std::ptrdiff_t>(length));
    bytes = bytes.subspan(4 + length);
    if ((what & 3) == 3) {
      const std::string_view line(reinterpret_cast<const char*>(piece.data()), piece.size());
      const std::string answer = control.answer(line, now);
      CHECK(answer.ends_with("ok\n") || (answer.starts_with("error: ") && answer.ends_with("\n")),
            "every line has an answer that ends");
      continue;
    }
    ++entered;
    session.enter((what & 1) != 0 ? Side::External : Side::Internal, piece, now);
    CHECK(session.next_deadline() > now, "what is due is done");
  }
  const LiveReport report = session.finish(now + 1h);
  std::uint64_t unreadable = 0;
  for (const std::uint64_t count : report.counts.unreadable) unreadable += count;
  CHECK(report.counts.entered[0] + report.counts.entered[1] + unreadable == entered,
        "every packet is counted once");
  CHECK(report.counts.left[0] + report.counts.left[1] == sink.left, "and so is what leaves");
  CHECK(report.flows <= setting.most_flows, "no more flows are followed than that");
}

}  // namespace stayalive
