// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "live/live_session.h"
#include "relay/household.h"
#include "scenario/scenario.h"

namespace stayalive {

// What runs at the two ends of a live session, and how.
struct RelayPlan {
  std::vector<std::string> command;
  std::vector<std::string> serve;
  LiveSession::Setting session;
  std::uint32_t mtu = 1500;
  bool tun = true;
  std::optional<Duration> time_limit;
  std::string time_limit_words;
  std::string to;  // HOST:PORT to which the external end's port of that number leads; empty: none
  std::string control;  // path of a control socket; empty: none
  // Where the packets go as pcapng that this end sends and gets; empty: nowhere.
  std::function<void(std::string_view)> capture;
  Side captured = Side::Internal;
};

// How a live session ended.
struct RelayResult {
  LiveReport report;
  int exit_code = 0;          // of the command: as a shell has it
  Duration processor_time{};  // of this process while packets passed
  std::string complaint;      // which command could not be started, and why; empty: both were
};

// Runs commands in namespaces of their own whose packets go through the boxes of a scenario, in
// real time, until the command ends: the only place where a session reads a clock.  Everything that
// needs rights is done at the beginning; then this process becomes whoever called sudo, or nobody,
// and may start no program any more.
//
//   Result<RelayResult> result = run_relay(scenario, plan, write);
Result<RelayResult> run_relay(const Scenario& scenario, const RelayPlan& plan,
                              const LiveLog::Write& write);

}  // namespace stayalive
