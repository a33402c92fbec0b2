// SPDX-License-Identifier: Apache-2.0
#include "report/web/web_advice.h"

#include <gtest/gtest.h>

#include <string>

#include "support/document_text.h"
#include "support/says.h"

namespace stayalive {
namespace {

// Text without its line breaks.
std::string one_line(const std::string& text) {
  std::string line;
  for (const char c : text) {
    const bool blank = c == '\n' || c == ' ';
    if (blank && !line.empty() && line.back() == ' ') continue;
    line += blank ? ' ' : c;
  }
  return line;
}

// Node behind a load balancer of layer 7, as it may have been found.
WebAdvice found() {
  WebAdvice advice;
  advice.question.server = "node";
  advice.question.keep_alive = 6s;
  advice.rules = {{"lb", true, 60s, true}};
  advice.today.keep_alive = 6s;
  advice.today.windows = {
      {6s, 6001ms, {PauseOutcome::Fault::ServerCloses, 502, "server"}},
      {60s, kForever, {PauseOutcome::Fault::BoxForgets, 0, "nat"}},
  };
  advice.today.poisson = {1.0 / 16'384, 0.25, 0};
  advice.today.worst_pause = 6500us + 5994ms;
  advice.today.aligned_failures = 20;
  WebRow longer;
  longer.keep_alive = 70s;
  advice.others = {longer};
  advice.least = 60002ms;
  advice.recommended = 70s;
  advice.runs = 7;
  return advice;
}

std::string as(const std::string& format, const WebAdvice& advice) {
  const std::string text = printed(describe_web_advice(advice), format, {80, false});
  return format == "text" ? one_line(text) : text;
}

TEST(WebAdviceDocument, SaysWhichMustBeLongerHowOftenItFailsAndWhatToSet) {
  const std::string text = as("text", found());
  EXPECT_TRUE(says(text, "the server must keep them for longer"));
  EXPECT_TRUE(says(text, "loses 20 of 60 requests"));
  EXPECT_TRUE(says(text, "Set it to 1m10s."));
  EXPECT_TRUE(says(text, "1 in 16,000"));
  EXPECT_TRUE(says(text, "25 %"));
  EXPECT_TRUE(says(text, "answered 502: it met the close of server"));
  EXPECT_TRUE(says(text, "from 1m"));
  EXPECT_TRUE(says(text, "lost: nat had forgotten the connection"));
}

TEST(WebAdviceDocument, LeavesWhatHoldsAndSaysWhereNothingDoes) {
  WebAdvice holds = found();
  holds.today = holds.others.front();
  EXPECT_TRUE(says(as("text", holds), "Leave it at 1m10s."));
  WebAdvice nothing = found();
  nothing.recommended.reset();
  EXPECT_TRUE(says(as("text", nothing), "No timeout of the server holds"));
  EXPECT_FALSE(says(as("text", nothing), "Nothing fails"));
}

TEST(WebAdviceDocument, IsThereInEveryFormat) {
  const std::string json = as("json", found());
  EXPECT_TRUE(says(json, R"("format": "stayalive-web-advice")"));
  EXPECT_TRUE(says(json, R"("fault": "server-closes")"));
  EXPECT_TRUE(says(json, R"("recommended": 70)"));
  EXPECT_TRUE(says(as("csv", found()), "failing_at_one_in_1m"));
  EXPECT_TRUE(says(as("markdown", found()), "| 1 PER 1m |"));
}

}  // namespace
}  // namespace stayalive
