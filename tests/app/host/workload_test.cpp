// SPDX-License-Identifier: Apache-2.0
#include "app/host/workload.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TrafficSpec message(Duration at, std::uint32_t bytes) {
  TrafficSpec spec;
  spec.at = kStart + at;
  spec.bytes = bytes;
  return spec;
}

TEST(Workload, AOneOffMessageIsDueOnce) {
  const std::vector<TrafficSpec> traffic{message(10s, 100)};
  Workload workload(traffic, Role::Client);
  EXPECT_EQ(workload.next_due(), kStart + 10s);
  EXPECT_EQ(workload.take().message.bytes, 100u);
  EXPECT_EQ(workload.next_due(), kNever);
}

TEST(Workload, OnlyTheMessagesOfItsSideCount) {
  std::vector<TrafficSpec> traffic{message(10s, 1), message(5s, 2)};
  traffic[1].from = Role::Server;
  Workload client(traffic, Role::Client);
  EXPECT_EQ(client.take().message.bytes, 1u);
  EXPECT_EQ(client.next_due(), kNever);
  EXPECT_EQ(Workload(traffic, Role::Server).next_due(), kStart + 5s);
}

TEST(Workload, ARecurringMessageStopsBeforeItsEnd) {
  std::vector<TrafficSpec> traffic{message(1s, 1)};
  traffic[0].every = 10s;
  traffic[0].until = kStart + 21s;
  Workload workload(traffic, Role::Client);
  // 1 s and 11 s; 21 s is the end and no longer in.
  EXPECT_EQ(workload.next_due(), kStart + 1s);
  workload.take();
  EXPECT_EQ(workload.next_due(), kStart + 11s);
  workload.take();
  EXPECT_EQ(workload.next_due(), kNever);
}

TEST(Workload, SeriesAndAnswersComeInOrderOfTime) {
  std::vector<TrafficSpec> traffic{message(30s, 1), message(10s, 2)};
  traffic[1].answer = TrafficSpec::Answer{5s, 77};
  Workload workload(traffic, Role::Client);
  Message request;
  request.traffic = 1;
  request.item = 42;
  workload.answer_at(kStart + 20s, request, {});
  EXPECT_EQ(workload.take().message.bytes, 2u);
  EXPECT_EQ(workload.next_due(), kStart + 20s);
  const Message answer = workload.take().message;
  EXPECT_TRUE(answer.is_answer());
  EXPECT_EQ(answer.bytes, 77u);
  EXPECT_EQ(answer.answers, 42u);
  EXPECT_EQ(answer.item, 1u) << "the second that this side writes";
  EXPECT_EQ(workload.take().message.bytes, 1u);
}

TEST(Workload, ATakenMessageThatIsNotThereIsAMistakeOfTheProgrammer) {
  const std::vector<TrafficSpec> none;
  Workload workload(none, Role::Client);
  EXPECT_DEATH(workload.take(), "only when one is left");
}

}  // namespace
}  // namespace stayalive
