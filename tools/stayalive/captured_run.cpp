// SPDX-License-Identifier: Apache-2.0
#include "captured_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <stop_token>
#include <string_view>

#include "base/text.h"
#include "command.h"
#include "engine/trace_fork.h"
#include "new_file.h"
#include "output.h"
#include "picture/capture/packet_capture.h"
#include "run/estimate.h"

namespace stayalive {
namespace {

// Whether there is a station of this name; says which there are.
bool has_station(const Scenario& scenario, const std::string& station, std::uint64_t seed) {
  if (station.empty()) return true;
  constexpr std::size_t kListed = 12;
  const std::vector<std::string> names = PacketCapture::stations(scenario, seed);
  if (std::ranges::find(names, station) != names.end()) return true;
  const std::vector<std::string_view> all(names.begin(), names.end());
  const auto listed = std::span(all).first(std::min(all.size(), kListed));
  const std::string close = closest_word(station, all);
  say_error(fmt::format("there is no station \"{}\" on the path; --at takes {}{}{}", station,
                        join_choices(listed), all.size() > kListed ? ", and others" : "",
                        close.empty() ? "" : fmt::format("; did you mean \"{}\"?", close)));
  return false;
}

}  // namespace

void add_capture(CLI::App& command, CaptureRequest& request) {
  CLI::Option* file =
      command
          .add_option("--pcapng", request.file,
                      "Write the packets into this file while they are sent, for Wireshark")
          ->type_name("FILE");
  command
      .add_option("--at", request.station,
                  "Of --pcapng: only what this host, box or proxy sees; otherwise each is an "
                  "interface of the file")
      ->type_name("STATION")
      ->needs(file);
}

bool can_capture(const CaptureRequest& request) {
  if (request.file == "-") {
    say_error("--pcapng - is no file: standard output has the report");
    return false;
  }
  return NewFile(request.file, NewFile::Kind::Capture, request.force, request.inputs).can_write();
}

std::optional<RunReport> run_and_capture(const Scenario& scenario, const RunOptions& options,
                                         const CaptureRequest& request,
                                         std::optional<std::size_t> connection) {
  if (request.file.empty()) return run(scenario, options);
  const Result<Scenario> captured = scenario_to_capture(scenario);
  const std::vector<Diagnostic> refused =
      captured.ok() ? refuse_hopeless(captured.value()) : captured.errors();
  if (!refused.empty()) {
    print_errors(refused);
    return std::nullopt;
  }
  const std::uint64_t seed = options.seed.value_or(scenario.seed);
  if (!has_station(captured.value(), request.station, seed)) return std::nullopt;
  GrowingFile file(request.file);
  std::stop_source over;
  const std::stop_callback forward(options.stop, [&over] { over.request_stop(); });
  PacketCapture capture(captured.value(), {connection, request.station}, seed,
                        [&](std::string_view piece) {
                          if (!file.append(piece)) over.request_stop();
                        });
  TraceFork fork(options.trace, &capture);
  RunOptions both = options;
  both.trace = &fork;
  both.messages = capture.reader();
  both.stop = over.get_token();
  RunReport report = run(captured.value(), both);
  if (!file.finish(capture.finish(report))) return std::nullopt;
  return report;
}

}  // namespace stayalive
