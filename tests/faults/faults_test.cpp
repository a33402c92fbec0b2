// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "support/command.h"
#include "support/golden.h"
#include "support/property_runs.h"

namespace stayalive {
namespace {

namespace fs = std::filesystem;

// What a command may leave behind.
struct Outcome {
  int exit_code = -1;
  std::string out;
  std::string err;
  std::map<std::string, std::string> files;  // that it was to write; empty where there is none
  bool litter = false;                       // a file beside them is left over
};

struct Task {
  const char* arguments;
  std::vector<std::string> files{};
};

// The faults of tests/faults/fault_injection.cpp, one run for each.  As many of them as fit into an
// everyday run, evenly spread and the first and the last among them; every one with
// STAYALIVE_ALL_FAULTS=1.
class Faults : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_);
    put("s.json", R"({"title": "A ping over a lossy line", "duration": "20m",
      "path": [{"link": {"name": "line", "loss": "10%"}},
               {"middlebox": {"name": "box", "profile": "linux-conntrack",
                              "timeouts": {"udp.single": "30s", "udp.stream": "60s"}}}],
      "connections": [{"name": "c", "transport": "udp",
                       "strategy": {"keepalive": {"interval": "20s"}}}],
      "expect": [{"connection": "c", "is": "held"}]})");
    put("f.json",
        R"({"duration": "2h", "path": [{"middlebox": {"name": "box", "profile": "aws-nlb"}}],
      "connections": [{"name": "d", "strategy": "silent"}, {"name": "many", "count": 20,
                       "strategy": {"ssh": {"server_alive_interval": "1m"}}}],
      "expect": [{"connection": "d", "is": "alive"}]})");
  }
  void TearDown() override { fs::remove_all(folder_); }

  void put(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << text;
  }
  std::string text_of(const std::string& name) const {
    std::ifstream in(folder_ + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  Outcome run_task(const Task& task, const std::string& fault) const {
    Outcome outcome;
    outcome.exit_code =
        run_command("cd '" + folder_ + "' && STAYALIVE_FAULT_COUNTS=counts STAYALIVE_FAULT='" +
                    (fault.empty() ? "write:0" : fault) + "' '" + STAYALIVE_WITH_FAULTS + "' " +
                    task.arguments + " > out 2> err")
            .exit_code;
    outcome.out = text_of("out");
    outcome.err = text_of("err");
    for (const std::string& file : task.files) outcome.files[file] = text_of(file);
    for (const auto& entry : fs::directory_iterator(folder_)) {
      outcome.litter =
          outcome.litter || entry.path().filename().string().starts_with(".stayalive-");
    }
    return outcome;
  }
  void remove_files(const Task& task) const {
    for (const std::string& file : task.files) fs::remove(folder_ + "/" + file);
  }
  // How many calls of a kind the task makes.
  unsigned long calls(const std::string& kind) const {
    std::istringstream in(text_of("counts"));
    std::string name;
    for (unsigned long count = 0; in >> name >> count;) {
      if (name == kind) return count;
    }
    return 0;
  }
  static std::vector<unsigned long> chosen(unsigned long count, int usual) {
    const char* all = std::getenv("STAYALIVE_ALL_FAULTS");
    const auto wanted =
        all != nullptr && std::string_view(all) == "1"
            ? count
            : std::min<unsigned long>(count, static_cast<unsigned long>(property_runs(usual)));
    std::vector<unsigned long> numbers;
    for (unsigned long i = 0; i < wanted; ++i)
      numbers.push_back(wanted == 1 ? 1 : 1 + i * (count - 1) / (wanted - 1));
    return numbers;
  }

  // It may say that there was no memory for something.
  static bool is_whole(const std::string& text, const std::string& wanted) {
    constexpr std::size_t kTail = 8;
    return text == wanted || (text.find("there is not enough memory") != std::string::npos &&
                              text.ends_with(wanted.substr(wanted.size() - kTail)));
  }
  // No crash; an error is told, or nothing has happened; and each file is whole or untouched.
  static void expect_orderly(const Outcome& found, const Outcome& whole, bool must_tell) {
    EXPECT_TRUE(found.exit_code == 2 || found.exit_code == whole.exit_code)
        << "exit code " << found.exit_code << "\n"
        << found.err;
    EXPECT_FALSE(found.litter);
    if (found.exit_code != 2) {
      EXPECT_EQ(found.out, whole.out);
    } else if (must_tell) {
      EXPECT_NE(found.err.find("error: "), std::string::npos) << found.err;
    }
    for (const auto& [file, text] : found.files) {
      EXPECT_TRUE(text.empty() || is_whole(text, whole.files.at(file)))
          << file << " is half a file:\n"
          << text;
    }
  }
  static constexpr const char* kAllKinds[] = {"write", "fsync", "rename", "truncate",
                                              "open",  "close", "seek",   "chmod"};

  const std::string folder_ =
      ::testing::TempDir() + "/stayalive faults " + std::to_string(::getpid());
};

const Task kTasks[] = {
    {"run s.json f.json"},
    {"run s.json f.json --format json"},
    {"test s.json f.json --jobs 1 --junit j.xml", {"j.xml"}},
    {"test s.json f.json --jobs 1 --format csv --against s-result.json"},
    {"explain f.json d --svg d.svg", {"d.svg"}},
    {"explain f.json d --ladder"},
    {"explain s.json"},
    {"check s.json f.json"},
    {"profiles aws-nlb"},
    {"schema"},
    {"sweep s.json --axis path.box.timeouts.udp.stream=15s,60s --seeds 2 --jobs 1"},
    {"merge shard-1.jsonl shard-2.jsonl --svg m.svg", {"m.svg"}},
    {"compare --through aws-nlb --survive 1h --strategy tcp=5m --jobs 1 --format markdown"},
    {"advise tcp aws-nlb --survive 1h --jobs 1 --write-scenario w.json", {"w.json"}},
};

class EveryTask : public Faults, public ::testing::WithParamInterface<Task> {
 protected:
  void SetUp() override {
    Faults::SetUp();
    run_command("cd '" + folder_ + "' && '" + STAYALIVE_PROGRAM +
                "' run s.json --format json > s-result.json");
    for (const std::string number : {"1", "2"}) {
      run_command("cd '" + folder_ + "' && '" + STAYALIVE_PROGRAM +
                  "' sweep s.json --axis path.box.timeouts.udp.stream=15s,60s --seeds 2 --shard " +
                  number + "/2 --resume shard-" + number + ".jsonl 2>/dev/null");
    }
    whole_ = run_task(GetParam(), "");
    ASSERT_LE(whole_.exit_code, 1) << whole_.err;
    for (const auto& [file, text] : whole_.files) ASSERT_FALSE(text.empty()) << file;
    for (const std::string kind : kAllKinds) calls_[kind] = calls(kind);
    calls_["allocation"] = calls("allocation");
    ASSERT_GT(calls_["allocation"], 0u);
    ASSERT_GT(calls_["write"], 0u);
  }
  void strike(const std::string& kind, const std::string& suffix, int usual, bool must_tell) {
    for (const unsigned long number : chosen(calls_[kind], usual)) {
      const std::string fault = kind + ":" + std::to_string(number) + suffix;
      SCOPED_TRACE("STAYALIVE_FAULT=" + fault + " " + GetParam().arguments);
      remove_files(GetParam());
      expect_orderly(run_task(GetParam(), fault), whole_, must_tell);
    }
  }

  Outcome whole_;
  std::map<std::string, unsigned long> calls_;
};

TEST_P(EveryTask, EveryAllocationThatFailsIsAnErrorAndNoCrash) {
  strike("allocation", "", 25, true);
}

TEST_P(EveryTask, WhenThereIsNoMemoryFromThenOnThatIsAnErrorAndNoCrash) {
  strike("allocation", "+", 10, true);
}

TEST_P(EveryTask, EveryCallThatFailsIsAnErrorOrWithoutEffect) {
  for (const std::string kind : kAllKinds) strike(kind, "", 8, true);
}

TEST_P(EveryTask, AFullDiskFromThenOnLeavesNoHalfFile) { strike("write", "+", 8, false); }

TEST_P(EveryTask, AWriteThatTakesASingleByteIsNoFailure) {
  for (const unsigned long number : chosen(calls_["write"], 8)) {
    remove_files(GetParam());
    const Outcome found = run_task(GetParam(), "short-write:" + std::to_string(number));
    EXPECT_EQ(found.exit_code, whole_.exit_code);
    EXPECT_EQ(found.out, whole_.out) << number;
    EXPECT_EQ(found.files, whole_.files) << number;
  }
}

INSTANTIATE_TEST_SUITE_P(Commands, EveryTask, ::testing::ValuesIn(kTasks),
                         [](const auto& task) { return std::to_string(task.index); });

// A sweep whose finished points are in a file.
class Resumed : public Faults {
 protected:
  void SetUp() override {
    Faults::SetUp();
    whole_ = run_task(kSweep, "");
    ASSERT_EQ(whole_.exit_code, 0) << whole_.err;
    log_ = text_of("r.jsonl");
  }
  // The lines that are whole.
  std::vector<std::string> finished() const {
    std::vector<std::string> lines;
    const std::string text = text_of("r.jsonl");
    std::size_t begin = 0;
    for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
      lines.push_back(text.substr(begin, end - begin));
    return lines;
  }
  void expect_goes_on() {
    const std::vector<std::string> before = finished();
    const Outcome rest = run_task(kSweep, "");
    EXPECT_EQ(rest.exit_code, 0) << rest.err;
    EXPECT_EQ(rest.out, whole_.out);
    const std::vector<std::string> after = finished();
    ASSERT_LE(before.size(), after.size());
    EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin()))
        << "a finished point was lost";
    EXPECT_EQ(after.size(), 7u) << "a point was run twice";
  }
  void strike(const std::string& kind, const std::string& suffix, int usual) {
    fs::remove(folder_ + "/r.jsonl");
    run_task(kSweep, "");
    for (const unsigned long number : chosen(calls(kind), usual)) {
      const std::string fault = kind + ":" + std::to_string(number) + suffix;
      SCOPED_TRACE("STAYALIVE_FAULT=" + fault);
      fs::remove(folder_ + "/r.jsonl");
      const Outcome found = run_task(kSweep, fault);
      EXPECT_TRUE(found.exit_code == 2 || found.exit_code == 0) << found.exit_code << found.err;
      if (found.exit_code == 0) {
        EXPECT_EQ(found.out, whole_.out);
      }
      expect_goes_on();
    }
  }

  static inline const Task kSweep{
      "sweep s.json --axis path.box.timeouts.udp.stream=15s..90s/15s --seeds 2 --jobs 1 "
      "--format csv --resume r.jsonl"};
  Outcome whole_;
  std::string log_;
};

TEST_F(Resumed, NoFailingAllocationLosesAFinishedPoint) {
  strike("allocation", "", 30);
  strike("allocation", "+", 15);
}

TEST_F(Resumed, NoFailingCallLosesAFinishedPoint) {
  for (const std::string kind : kAllKinds) {
    strike(kind, "", 8);
    strike(kind, "+", 4);
  }
}

TEST_F(Resumed, KilledAgainAndAgainItComesToItsEndAndRunsNoPointTwice) {
  std::mt19937_64 random(20);
  const unsigned long allocations = calls("allocation");
  const unsigned long writes = calls("write");
  unsigned kills = 0;
  std::size_t kept = 0;
  for (int round = 0; round < property_runs(4); ++round) {
    SCOPED_TRACE(round);
    fs::remove(folder_ + "/r.jsonl");
    for (int attempt = 0; attempt < 6; ++attempt) {
      const std::vector<std::string> before = finished();
      const bool torn = random() % 3 == 0;
      const std::string fault = torn ? "torn-write:" + std::to_string(1 + random() % writes)
                                     : "kill:" + std::to_string(1 + random() % allocations);
      const Outcome found = run_task(kSweep, fault);
      kills += found.exit_code == 137 ? 1U : 0U;
      const std::vector<std::string> after = finished();
      ASSERT_LE(before.size(), after.size()) << fault;
      ASSERT_TRUE(std::equal(before.begin(), before.end(), after.begin())) << fault;
      kept += after.size() - before.size();
    }
    expect_goes_on();
  }
  RecordProperty("kills", static_cast<int>(kills));
  std::cout << kills << " kills, " << kept << " lines kept\n";
  EXPECT_GT(kills, 0u);
}

}  // namespace
}  // namespace stayalive
