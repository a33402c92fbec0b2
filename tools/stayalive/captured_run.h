// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <CLI/CLI.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "run/run.h"

namespace stayalive {

// What a command line asks to be captured: --pcapng and --at.
struct CaptureRequest {
  std::string file;     // empty: nothing
  std::string station;  // empty: all
  bool force = false;
  std::vector<std::string> inputs;  // files that the command reads
};
// Adds --pcapng and --at.
void add_capture(CLI::App& command, CaptureRequest& request);

// Whether the file may and can be written, to be asked before the work begins; says why not.
bool can_capture(const CaptureRequest& request);

// Runs a scenario and writes the packets of it, or of one connection, to the file while it goes on;
// where nothing is asked for, it only runs.  Empty, and everything said, where that cannot be; a
// run whose packets can no longer be written ends.
std::optional<RunReport> run_and_capture(const Scenario& scenario, const RunOptions& options,
                                         const CaptureRequest& request,
                                         std::optional<std::size_t> connection = std::nullopt);

}  // namespace stayalive
