// SPDX-License-Identifier: Apache-2.0
// What a real nginx and Node.js said to each other over TLS and HTTP/2 (tests/observations/web, by
// `tools/lab web`), and the same in the simulator: who writes how many bytes when, when FIN and RST
// come, and which frames.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/trace.h"
#include "run/run.h"
#include "scenario/parse.h"

namespace stayalive {
namespace {

using Json = nlohmann::json;

constexpr std::uint16_t kServerPort = 80;
constexpr double kOneWay = 0.025;     // of the line
constexpr double kSameWrite = 0.015;  // what follows sooner was written together
constexpr double kLate = 0.040;       // of a recording's line and programs, under load
// A header compressed by HPACK in a recording and by the model's ratio.
constexpr std::int64_t kHeader = 8;
// nginx writes out the name last-modified when it passes an answer on; of three at once.
constexpr std::int64_t kPassedOn = 3 * 10;

struct Writing {
  double at = 0;  // when its reader has it
  std::size_t connection = 0;
  std::string who;
  std::int64_t bytes = 0;
  std::string ends;  // "", "FIN" or "RST"
};

struct Frame {
  double at = 0;
  std::size_t connection = 0;
  std::string who;
  std::string word;
};

double seconds(TimePoint at) { return std::chrono::duration<double>(at - kStart).count(); }

// What the ends of the client's connection write in a run, as the recorder has it.  The other one
// is the server, or the proxy before it, of which its connections to the server do not count.
class Written final : public TraceSink {
 public:
  Written(double length, bool proxied) : length_(length), proxied_(proxied) {}
  void record(const TraceRecord& record, const std::string& station_name) override {
    const double at = seconds(record.at) + kOneWay;
    const std::string station = proxied_ ? "proxy" : "server";
    if (at >= length_ || (station_name != "client" && station_name != station)) return;
    const Packet& packet = record.packet;
    const std::string where = station_name == "client" ? "client" : "server";
    if (record.kind == TraceKind::Written) {
      if (where == "client" || !record.detail.starts_with("HTTP request")) frame(at, where, record);
      return;
    }
    if (station_name == "proxy" && packet.source_port != kServerPort) return;
    if (record.kind != TraceKind::Sent || packet.protocol != Protocol::Tcp) return;
    const std::uint16_t port = where == "client" ? packet.source_port : packet.destination_port;
    const std::size_t connection =
        connections_.try_emplace(port, connections_.size()).first->second;
    streams_.try_emplace(packet.content.stream, connection);
    const std::string ends = packet.has(tcp_flag::kFin)   ? "FIN"
                             : packet.has(tcp_flag::kRst) ? "RST"
                                                          : "";
    if (packet.has(tcp_flag::kSyn) || (packet.payload == 0 && ends.empty())) return;
    Writing* last = writings.empty() ? nullptr : &writings.back();
    if (last != nullptr && last->who == where && last->connection == connection &&
        at - last->at < kSameWrite && last->ends.empty()) {
      last->bytes += packet.payload;
      last->ends = ends;
    } else if (last == nullptr || ends != "RST" || last->ends != "RST") {
      writings.push_back({at, connection, where, packet.payload, ends});
    }
  }
  std::vector<Writing> writings;
  std::vector<Frame> frames;

 private:
  // Requests are numbered as the streams of their connection.
  void frame(double at, const std::string& where, const TraceRecord& record) {
    std::string word = record.detail;
    const StreamId stream = record.packet.content.stream;
    if (word.starts_with("HTTP request")) {
      const std::string item = word.substr(word.find('#'));
      numbers_[item] = fmt::format("{}", 2 * ++requests_[stream] - 1);
      word = "request " + numbers_[item];
    } else if (word.starts_with("HTTP")) {
      word = "answer " + numbers_[word.substr(word.find('#'))];
    }
    const auto connection = streams_.find(stream);
    frames.push_back({at, connection == streams_.end() ? 0 : connection->second, where, word});
    // The recorder finds both in what this stands for.
    if (word == "SETTINGS") frames.push_back({at, frames.back().connection, where, "SETTINGS ack"});
  }

  double length_;
  bool proxied_;
  std::map<std::uint16_t, std::size_t> connections_;  // by the client's port
  std::map<StreamId, std::size_t> streams_;
  std::map<StreamId, int> requests_;
  std::map<std::string, std::string> numbers_;
};

std::string text_of(const Writing& its) {
  return fmt::format("{:.3f} connection {}: {} writes {} bytes {}", its.at, its.connection, its.who,
                     its.bytes, its.ends);
}

std::string text_of(const Frame& its) {
  return fmt::format("{:.3f} connection {}: {} says {}", its.at, its.connection, its.who, its.word);
}

bool same(const Writing& a, const Writing& b, std::int64_t tolerance) {
  return std::abs(a.at - b.at) < kLate && a.connection == b.connection && a.who == b.who &&
         a.ends == b.ends && std::abs(a.bytes - b.bytes) <= tolerance;
}

bool same(const Frame& a, const Frame& b, std::int64_t) {
  return std::abs(a.at - b.at) < kLate && a.connection == b.connection && a.who == b.who &&
         a.word == b.word;
}

// Each that was recorded has one in the run, and the other way round; what happens within kLate has
// no order.
template <class Item>
void expect_alike(const std::vector<Item>& recorded, std::vector<Item> simulated,
                  std::int64_t tolerance) {
  for (const Item& real : recorded) {
    const auto found = std::ranges::find_if(
        simulated, [&](const Item& its) { return same(real, its, tolerance); });
    EXPECT_NE(found, simulated.end()) << "only recorded: " << text_of(real);
    if (found != simulated.end()) simulated.erase(found);
  }
  for (const Item& its : simulated) ADD_FAILURE() << "only simulated: " << text_of(its);
}

// Of HTTP/2 the first connection counts: where Node reports what was not served, the model's client
// opens another.  A RST that meets its last words is left out: nginx sends it or not.
template <class Item>
std::vector<Item> compared(std::vector<Item> items, bool http2) {
  std::erase_if(items, [http2](const Item& its) {
    if constexpr (requires { its.ends; }) {
      if (http2 && its.ends == "RST") return true;
    }
    return http2 && its.connection > 0;
  });
  return items;
}

class RecordedWeb : public ::testing::TestWithParam<std::string> {};

TEST_P(RecordedWeb, IsWhatTheSimulatorDoes) {
  std::ifstream file(GetParam());
  const Json recording = Json::parse(file);
  const Result<Scenario> scenario = parse_scenario(recording["scenario"].dump(), GetParam());
  ASSERT_TRUE(scenario.ok());
  const bool http2 = !recording["frames"].empty();
  const bool proxied = recording["scenario"]["path"].size() > 1;
  Written sink(recording["length"].get<double>(), proxied);
  RunOptions options;
  options.trace = &sink;
  run(scenario.value(), options);
  std::vector<Writing> written;
  for (const Json& its : recording["written"])
    written.push_back({its[0], its[1], its[2], its[3], its[4]});
  std::vector<Frame> frames;
  for (const Json& its : recording["frames"]) frames.push_back({its[0], its[1], its[2], its[3]});
  if (http2) expect_alike(frames, compared(sink.frames, http2), 0);
  expect_alike(compared(written, http2), compared(sink.writings, http2),
               !http2    ? 0
               : proxied ? kPassedOn
                         : kHeader);
}

std::vector<std::string> recordings() {
  std::vector<std::string> all;
  const std::filesystem::path folder =
      std::filesystem::path(STAYALIVE_SOURCE_DIR) / "tests/observations/web";
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    all.push_back(entry.path().string());
  std::ranges::sort(all);
  return all;
}

std::string case_name(const ::testing::TestParamInfo<std::string>& tested) {
  std::string name = std::filesystem::path(tested.param).stem().string();
  std::erase_if(name, [](char c) { return c == '-' || c == '.'; });
  return name;
}

INSTANTIATE_TEST_SUITE_P(Web, RecordedWeb, ::testing::ValuesIn(recordings()), case_name);

}  // namespace
}  // namespace stayalive
