// SPDX-License-Identifier: Apache-2.0
// What may stand in "page".
#include <gtest/gtest.h>

#include <string>

#include "scenario/parse.h"
#include "support/says.h"

namespace stayalive {
namespace {

std::string with_page(const std::string& page,
                      const std::string& more = R"(, "strategy": "http")") {
  return R"({"title": "page", "duration": "1h", "path": [], "connections": [{"name": "c",
    "page": )" +
         page + more + "}]}";
}

std::string mistakes_in_page(const std::string& text) {
  std::string all;
  const Result<Scenario> read = parse_scenario(text, "page");
  for (const Diagnostic& error : read.errors()) all += to_string(error) + "\n";
  return all;
}

TEST(PageSection, MakesARequestOfTheDocumentAndOfEachResource) {
  const Result<Scenario> read = parse_scenario(
      with_page(R"({"document": 7, "resources": 2, "size": 9, "connections": 3, "every": "10s"})"),
      "page");
  ASSERT_TRUE(read.ok()) << to_string(read.errors().front());
  const ConnectionSpec& its = read.value().connections.front();
  ASSERT_EQ(its.traffic.size(), 3u);
  EXPECT_EQ(its.traffic[0].answer->bytes, 7u);
  EXPECT_EQ(its.traffic[2].answer->bytes, 9u);
  EXPECT_EQ(its.traffic[0].at, kStart);
  EXPECT_EQ(its.traffic[0].every, Duration(10s));
  EXPECT_EQ(its.traffic[1].at, kNever) << "only the first has instants";
  EXPECT_TRUE(its.session->page->document);
  EXPECT_EQ(its.session->size, 3u);
}

TEST(PageSection, PipeliningIsAsManyRequestsAtOnceAsThereAre) {
  const Result<Scenario> plain = parse_scenario(with_page(R"({"resources": 2})"), "page");
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain.value().connections.front().session->requests_at_once, 1u);
  const Result<Scenario> pipelined = parse_scenario(
      with_page(R"({"resources": 2})", R"(, "strategy": {"http": {"pipelining": true}})"), "page");
  ASSERT_TRUE(pipelined.ok());
  EXPECT_GT(pipelined.value().connections.front().session->requests_at_once, 2u);
}

TEST(PageSection, RefusesWhatAPageCannotBe) {
  const auto refuses = [](const std::string& text, const std::string& what) {
    EXPECT_TRUE(says(mistakes_in_page(text), what)) << mistakes_in_page(text);
  };
  refuses(with_page("{}"), "there is nothing to load");
  refuses(with_page(R"({"resources": 1, "sizes": [1]})"), "the list says it of each resource");
  refuses(with_page(R"({"sizes": []})"), "1");
  refuses(with_page(R"({"resources": 1})", ""), "a page is loaded over HTTP");
  refuses(with_page(R"({"resources": 1})", R"(, "strategy": "http", "pool": {})"),
          "the page says what is asked for");
  refuses(with_page(R"({"resources": 1})", R"(, "strategy": "http",
                    "traffic": [{"every": "1m", "answer": {}}])"),
          "the page says what is asked for");
  refuses(with_page(R"({"resources": 1})", R"(, "strategy": "http", "client_port": 3)"),
          "the client has a pool of connections");
  refuses(with_page(R"({"resources": 1, "at": "2h"})"), "after the end of the run");
}

TEST(PageSection, ExpectationsOfLoadTimesNeedAPage) {
  const std::string text = R"({"title": "t", "duration": "1h", "path": [], "connections": [
    {"name": "c", "pool": {}, "traffic": [{"every": "1m", "answer": {}}]}],
    "expect": [{"connection": "c", "page_load": {"at_most": "1s"}}]})";
  EXPECT_TRUE(says(mistakes_in_page(text), "it loads no page")) << mistakes_in_page(text);
}

}  // namespace
}  // namespace stayalive
