// SPDX-License-Identifier: Apache-2.0
#include "scenario/values/assignment.h"

#include <gtest/gtest.h>

#include "scenario/values/axis.h"

namespace stayalive {
namespace {

std::string refusal(std::string_view text) {
  const Result<Replacement> read = parse_assignment(text, "--set");
  return read.ok() ? "" : to_string(read.errors()[0]);
}

TEST(Assignment, SplitsAtTheFirstEqualsSign) {
  const Replacement read = parse_assignment(" connections.a.start = 5s", "--set").value();
  EXPECT_EQ(read.path, "connections.a.start");
  EXPECT_EQ(label(read.value), "5s");
  EXPECT_EQ(read.origin, "--set");
  EXPECT_EQ(label(parse_assignment("title=a=b", "--set").value().value), "a=b");
}

TEST(Assignment, TakesBracketsForPositionsAndNames) {
  EXPECT_EQ(parse_assignment("connections[0].start=5s", "--set").value().path,
            "connections.0.start");
  EXPECT_EQ(parse_assignment("connections[a][start]=5s", "--set").value().path,
            "connections.a.start");
  EXPECT_EQ(parse_assignment("/connections/a[0]=5s", "--set").value().path, "/connections/a[0]")
      << "a JSON pointer is taken as it is";
}

TEST(Assignment, WhatIsNoneNamesTheOption) {
  EXPECT_EQ(refusal("duration"),
            "--set: found \"duration\"; allowed: PATH=VALUE, for example "
            "connections.pool.start=5s");
  EXPECT_TRUE(refusal("=5s").starts_with("--set: found \"=5s\""));
  EXPECT_EQ(refusal("title={"),
            "--set title: found \"{\", which is not JSON; allowed: JSON, or plain text");
  EXPECT_EQ(refusal("title=\n"),
            "--set: the text is not plain; allowed: UTF-8 without control characters");
}

}  // namespace
}  // namespace stayalive
