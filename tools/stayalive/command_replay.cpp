// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>

#include "base/guarded.h"
#include "base/text.h"
#include "command.h"
#include "interruption.h"
#include "net/capture/capture_reader.h"
#include "new_file.h"
#include "output.h"
#include "path_options.h"
#include "progress.h"
#include "report/replay/replay.h"
#include "scenario/document.h"
#include "study/replay/flow_recorder.h"
#include "study/replay/replay.h"

namespace stayalive {
namespace {

struct ReplayArguments {
  std::string capture;
  PathOptions path;
  std::string interface;
  std::size_t most_flows = kUsualFlows;
  bool all = false;
  std::string to_scenario;
  std::uint64_t flow = 0;
  bool force = false;
  std::optional<Duration> time_limit;
  OutputOptions output;
  ParseOptions parse;
};

// Reads a capture to its end, or as far as it can be read.
class CaptureRun {
 public:
  CaptureRun(const ReplayArguments& arguments, std::vector<MiddleboxSpec> boxes, std::istream& in)
      : arguments_(arguments),
        replay_({std::move(boxes), arguments.most_flows}),
        in_(in),
        reader_(in) {}

  // False where it is not clear which packets are meant; said then.
  bool read(const std::stop_token& stop) {
    CaptureRecord record;
    while (!stop.stop_requested() && reader_.next(record)) {
      if (++packets_ % kShown == 0) show();
      if (!arguments_.interface.empty() && record.interface != arguments_.interface) continue;
      if (arguments_.interface.empty() && !is_same_interface(record)) return false;
      matched_ = true;
      take(record);
    }
    line_.clear();
    if (!matched_ && !arguments_.interface.empty() && reader_.error().empty()) {
      const std::vector<std::string> names = reader_.interfaces();
      const std::vector<std::string_view> views(names.begin(), names.end());
      say_error(fmt::format("{} has no packets of the interface \"{}\"; its interfaces are {}",
                            arguments_.capture, arguments_.interface, join_choices(views)));
      return false;
    }
    return true;
  }
  const CaptureReader& reader() const { return reader_; }
  Replay& replay() { return replay_; }
  const FlowRecorder& recorder() const { return recorder_; }

 private:
  static constexpr std::uint64_t kShown = 4096;

  void show() {
    line_.show(fmt::format("{} packets, {} MiB read", packets_,
                           static_cast<long long>(in_.tellg()) / (1024 * 1024)));
  }
  bool is_same_interface(const CaptureRecord& record) {
    if (!interface_) interface_ = std::string(record.interface);
    if (record.interface == *interface_) return true;
    const std::vector<std::string> names = reader_.interfaces();
    const std::vector<std::string_view> views(names.begin(), names.end());
    say_error(
        fmt::format("{} has the packets of several interfaces, where each is seen more than "
                    "once; choose one with --at: {}",
                    arguments_.capture, join_choices(views)));
    return false;
  }
  void take(const CaptureRecord& record) {
    const DecodedPacket decoded = decode(record.bytes, Replay::kDecoding);
    const Replay::Place place = replay_.feed(record.at, decoded);
    if (arguments_.flow == 0 || place.flow != arguments_.flow) return;
    if (!flow_begun_) flow_begun_ = place.at;
    recorder_.add(kStart + (place.at - *flow_begun_), place.from, decoded.packet);
  }

  const ReplayArguments& arguments_;
  Replay replay_;
  std::istream& in_;
  CaptureReader reader_;
  FlowRecorder recorder_;
  StatusLine line_;
  std::uint64_t packets_ = 0;
  bool matched_ = false;
  std::optional<std::string> interface_;
  std::optional<TimePoint> flow_begun_;
};

bool write_scenario(const ReplayArguments& arguments, const CaptureRun& run,
                    const ReplayResult& result, const PathSketch& path, const NewFile& file) {
  if (arguments.to_scenario.empty()) return true;
  if (arguments.flow > result.flows.size()) {
    say_error(fmt::format("there is no flow {}; {} has {}", arguments.flow, arguments.capture,
                          result.flows.size()));
    return false;
  }
  const Result<std::string> text =
      run.recorder().scenario(result.flows[arguments.flow - 1], path,
                              std::filesystem::path(arguments.capture).filename().string());
  if (!text.ok()) {
    print_errors(text.errors());
    return false;
  }
  return file.write(text.value());
}

int replay(ReplayArguments& arguments) {
  if (arguments.to_scenario.empty() != (arguments.flow == 0)) {
    say_error("--to-scenario FILE and --flow NUMBER belong together: which flow, and where to");
    return kWrongInput;
  }
  const Result<PathSketch> path = sketch_path(arguments.path, arguments.parse);
  if (!path.ok()) {
    print_errors(path.errors());
    return kWrongInput;
  }
  Result<std::vector<MiddleboxSpec>> boxes = boxes_on(path.value(), arguments.parse);
  if (!boxes.ok()) {
    print_errors(boxes.errors());
    return kWrongInput;
  }
  std::vector<std::string> inputs = arguments.parse.profile_paths;
  inputs.push_back(arguments.capture);
  const NewFile scenario(arguments.to_scenario, NewFile::Kind::Scenario, arguments.force, inputs);
  if (!scenario.can_write()) return kWrongInput;
  if (std::filesystem::is_directory(arguments.capture)) {
    say_error(arguments.capture + " is a folder");
    return kWrongInput;
  }
  std::ifstream file(arguments.capture, std::ios::binary);
  if (!file) {
    say_error(fmt::format("{} cannot be read: {}", arguments.capture, std::strerror(errno)));
    return kWrongInput;
  }
  Interruption interruption(Interruption::Work::Run, arguments.time_limit);
  CaptureRun run(arguments, std::move(boxes).value(), file);
  if (!run.read(interruption.leave())) return kWrongInput;
  const ReplayResult result = run.replay().finish();
  interruption.finish();
  const bool broken = !run.reader().error().empty();
  if (result.flows.empty() && broken) {
    say_error(arguments.capture + ": " + run.reader().error());
    return kWrongInput;
  }
  Output output(arguments.output);
  output.print(
      describe_replay({arguments.capture, &result, run.reader().left_out(), arguments.all}));
  if (broken) {
    say_error(fmt::format("{}: {}; the report is about what comes before", arguments.capture,
                          run.reader().error()));
    return kWrongInput;
  }
  if (!write_scenario(arguments, run, result, path.value(), scenario)) return kWrongInput;
  if (const auto early = interruption.early_end()) {
    say(fmt::format("{}: the report is about the packets so far\n", early->words()));
    return interruption.exit_code();
  }
  return result.died() > 0 ? kFails : kHolds;
}

}  // namespace

void add_replay(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "replay", "Ask a capture which of its flows some boxes would have forgotten, and what broke");
  auto arguments = std::make_shared<ReplayArguments>();
  command->add_option("CAPTURE", arguments->capture, "A pcap or pcapng file")->required();
  command
      ->add_option(
          "--through", arguments->path.through,
          "The boxes from the inside to the outside, with commas between them, each perhaps "
          "with timers of its own: openwrt,aws-nlb:tcp.established=60s")
      ->type_name("PROFILE[:TIMER=SPAN],...");
  command
      ->add_option("--at", arguments->interface,
                   "Only packets of this interface of the capture, where it has several")
      ->type_name("INTERFACE");
  command
      ->add_option("--max-flows", arguments->most_flows,
                   fmt::format("How many flows are followed; {} when missing", kUsualFlows))
      ->check(CLI::Range(std::size_t{1}, kMostFlows));
  command->add_flag("--all", arguments->all, "Show every flow, not only those that matter most");
  command
      ->add_option("--to-scenario", arguments->to_scenario,
                   "Write a scenario of the traffic of one flow and these boxes")
      ->type_name("FILE");
  command->add_option("--flow", arguments->flow, "Of which flow, by its number")
      ->type_name("NUMBER")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{kMostFlows}));
  add_force(*command, arguments->force);
  add_format(*command, arguments->output);
  add_width(*command, arguments->output);
  add_time_limit(*command, arguments->time_limit);
  add_profile_paths(*command, arguments->parse);
  command->footer(
      "Without --through it says what the capture itself shows.\n\n"
      "Exit code: 0 when no flow would have died, 1 when one would have, 2 when the input is wrong "
      "or cut short,\n3 when a limit ended it, 130 when interrupted.\n\nExamples:\n"
      "  stayalive replay trace.pcap --through aws-nlb\n"
      "  stayalive replay trace.pcapng --through openwrt,carrier-nat --format json\n"
      "  stayalive replay trace.pcap --through aws-nlb --flow 3 --to-scenario flow.json");
  command->callback([arguments, &exit_code] { exit_code = replay(*arguments); });
}

}  // namespace stayalive
