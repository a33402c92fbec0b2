// SPDX-License-Identifier: Apache-2.0
#include <sstream>
#include <string>

#include "base/check.h"
#include "fuzz/targets.h"
#include "net/capture/capture_reader.h"
#include "scenario/profiles/profiles.h"
#include "study/replay/replay.h"

namespace stayalive {
namespace {

std::vector<MiddleboxSpec> two_boxes_of(std::uint8_t choice) {
  const std::vector<const ProfileDocument*> all = builtin_profiles();
  std::vector<MiddleboxSpec> boxes(2);
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    boxes[i].profile = all[(choice + i * 7) % all.size()]->profile;
    boxes[i].name = i == 0 ? "inner" : "outer";
  }
  return boxes;
}

}  // namespace

void fuzz_capture(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return;
  // The first byte chooses the boxes.
  constexpr std::size_t kFew = 8;
  Replay replay({two_boxes_of(bytes[0]), kFew});
  std::istringstream in(std::string(bytes.begin() + 1, bytes.end()));
  CaptureReader reader(in);
  CaptureRecord record;
  std::uint64_t packets = 0;
  TimePoint last = kStart;
  while (reader.next(record)) {
    const Replay::Place place = replay.feed(record.at, decode(record.bytes, Replay::kDecoding));
    if (place.flow == 0) continue;
    CHECK(place.flow <= kFew, "no more flows are followed than may be");
    CHECK(place.at >= last, "time does not run backwards");
    last = place.at;
    ++packets;
  }
  const ReplayResult result = replay.finish();
  CHECK(result.flows.size() <= kFew, "no more flows are kept than may be");
  std::uint64_t counted = 0;
  for (const ReplayedFlow& flow : result.flows) {
    counted += flow.packets[0] + flow.packets[1];
    CHECK(flow.first <= flow.last, "a flow ends after it has begun");
    CHECK(flow.survives() || flow.death, "a flow that does not survive dies of something");
  }
  CHECK(counted == packets, "every packet belongs to one flow");
  CHECK(packets + result.beyond == result.packets, "or is counted as one too many");
}

}  // namespace stayalive
