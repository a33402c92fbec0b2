// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdexcept>
#include <string>
#include <vector>

#include "study/sweep/sweep.h"

namespace stayalive {

// Holds at 1m and 4m and not at 6m, because the box forgets after 5m.
inline constexpr const char* kInterval = R"({"title": "An interval", "duration": "30m",
  "path": [{"link": {"delay": "1ms"}},
           {"middlebox": {"name": "box", "profile": "linux-conntrack",
                          "timeouts": {"tcp.established": "5m"},
                          "netfilter": {"tcp_loose": false}}}],
  "connections": [{"name": "c", "strategy": {"ssh": {"server_alive_interval": "1m"}}}],
  "sweep": {"connections.c.strategy.ssh.server_alive_interval": ["1m", "4m", "6m"]}})";

// A sweep as a user asks for it.
class SweepStory {
 public:
  SweepStory(const std::string& json, const std::vector<std::string>& axes)
      : document_(must(ScenarioDocument::parse(json, "s.json"))) {
    for (const std::string& axis : axes) request.axes.push_back(must(parse_axis(axis)));
  }
  SweepRequest request;

  const ScenarioDocument& document() const { return document_; }
  Sweep plan() const { return must(plan_sweep(document_, request)); }
  Sweep run(unsigned threads = 0) const {
    Sweep sweep = plan();
    JobOptions options;
    options.threads = threads;
    if (!run_sweep(document_, request, sweep, options).empty()) {
      throw std::runtime_error("a sweep that has to be right ends with mistakes");
    }
    return sweep;
  }
  // Every mistake of a sweep that has to be wrong, one on each line.
  std::string mistakes() const {
    const Result<Sweep> planned = plan_sweep(document_, request);
    std::string all;
    for (const Diagnostic& error : planned.errors()) all += to_string(error) + "\n";
    return all.empty() ? "none" : all;
  }

 private:
  template <class T>
  static T must(Result<T> result) {
    if (result.ok()) return std::move(result).value();
    std::string all = "what has to be right is wrong:";
    for (const Diagnostic& error : result.errors()) all += "\n" + to_string(error);
    throw std::runtime_error(all);
  }
  ScenarioDocument document_;
};

}  // namespace stayalive
