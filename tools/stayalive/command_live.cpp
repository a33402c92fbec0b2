// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>

#include "base/text.h"
#include "command.h"
#include "descriptor.h"
#include "live/live_session.h"
#include "new_file.h"
#include "output.h"
#include "path_options.h"
#include "relay/owned_fd.h"
#include "relay/relay.h"
#include "report/live/live.h"
#include "study/advise/scenario_draft.h"

namespace stayalive {
namespace {

struct LiveArguments {
  std::vector<std::string> command;
  std::string serve;
  PathOptions path;
  std::string rate;
  std::string config;
  std::uint32_t scale = 1;
  std::uint32_t mtu = 1500;
  std::uint32_t most_flows = FlowBook::kUsualFlows;
  bool quiet = false;
  bool no_tun = false;
  std::string to;
  std::string control;
  std::string capture;
  std::string captured = "client";
  bool force = false;
  std::optional<Duration> time_limit;
  OutputOptions output;
  ParseOptions parse;
};

// The boxes and lines as a scenario has them: that of --config, or one of the options.
Result<Scenario> live_scenario(const LiveArguments& arguments) {
  if (!arguments.config.empty()) {
    if (arguments.path.any() || !arguments.rate.empty())
      return mistake("--config has the whole path; --through and options of lines do not fit it");
    return read_scenario(arguments.config, arguments.parse);
  }
  Result<PathSketch> path = sketch_path(arguments.path, arguments.parse);
  if (!path.ok()) return path.errors();
  PathSketch sketch = std::move(path).value();
  if (!arguments.path.delay) sketch.delay = "0s";
  if (!arguments.rate.empty() && !parse_rate(arguments.rate)) {
    return mistake(fmt::format("--rate \"{}\" does not fit", arguments.rate),
                   "a rate such as 10Mbps, 64kbps or 1Gbps");
  }
  sketch.rate = arguments.rate;
  const std::string text = "{\"path\": " + path_json(sketch, Duration::zero()) +
                           ", \"connections\": [{\"name\": \"flow\"}]}";
  Result<Scenario> scenario = parse_scenario(text, "", arguments.parse);
  if (scenario.ok()) return scenario;
  std::vector<Diagnostic> errors = scenario.errors();
  for (Diagnostic& error : errors) {
    error.line = error.column = 0;
    error.pointer.clear();
  }
  return errors;
}

// The file of --pcapng, which is opened while there are still the rights to.
class CaptureFile {
 public:
  bool open(const LiveArguments& arguments) {
    name_ = arguments.capture;
    std::vector<std::string> inputs = arguments.parse.profile_paths;
    if (!arguments.config.empty()) inputs.push_back(arguments.config);
    if (!NewFile(name_, NewFile::Kind::Capture, arguments.force, inputs).can_write()) return false;
    constexpr mode_t kOfAll = 0666;  // less what the umask takes
    fd_ = OwnedFd(::open(name_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kOfAll));
    if (!fd_.valid()) {
      say_error(fmt::format("{} cannot be written: {}", name_, std::strerror(errno)));
      return false;
    }
    file_ = std::make_unique<Descriptor>(fd_.get());
    return true;
  }
  void append(std::string_view bytes) {
    file_->sputn(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  // False where something is missing in it; said then.
  bool finish() {
    if (name_.empty()) return true;
    file_->pubsync();
    if (file_->error() != 0) {
      say_error(fmt::format("{} could not be written to its end: {}", name_,
                            std::strerror(file_->error())));
      return false;
    }
    say_written(name_);
    return true;
  }

 private:
  std::string name_;
  OwnedFd fd_;
  std::unique_ptr<Descriptor> file_;
};

bool fits_together(const LiveArguments& arguments) {
  if (arguments.command.empty()) {
    say_error(
        "say the command that is to run, behind --: stayalive live --through aws-nlb -- bash");
    return false;
  }
  if (!arguments.serve.empty() && !arguments.to.empty()) {
    say_error("--serve and --to are two other ends; there is one");
    return false;
  }
  return true;
}

int live(LiveArguments& arguments) {
  if (!fits_together(arguments)) return kWrongInput;
  const Result<Scenario> scenario = live_scenario(arguments);
  if (!scenario.ok()) {
    print_errors(scenario.errors());
    return kWrongInput;
  }
  std::vector<Diagnostic> refused = refuse_live(scenario.value());
  if (!refused.empty()) {
    // On the command line nothing has a place.
    for (Diagnostic& error : refused) {
      if (arguments.config.empty()) error.pointer.clear();
    }
    print_errors(refused);
    return kWrongInput;
  }
  RelayPlan plan;
  plan.command = arguments.command;
  if (!arguments.serve.empty()) plan.serve = {"/bin/sh", "-c", arguments.serve};
  plan.session.clock = LiveClock(arguments.scale);
  plan.session.most_flows = arguments.most_flows;
  plan.session.named = !arguments.config.empty();
  plan.mtu = arguments.mtu;
  plan.tun = !arguments.no_tun;
  plan.time_limit = arguments.time_limit;
  if (plan.time_limit) plan.time_limit_words = "--time-limit " + print_duration(*plan.time_limit);
  plan.to = arguments.to;
  if (!arguments.control.empty())
    plan.control = std::filesystem::absolute(arguments.control).string();
  CaptureFile capture;
  if (!arguments.capture.empty()) {
    if (!capture.open(arguments)) return kWrongInput;
    plan.capture = [&capture](std::string_view bytes) { capture.append(bytes); };
    plan.captured = arguments.captured == "client" ? Side::Internal : Side::External;
  }
  LiveLog::Write write;
  if (!arguments.quiet) write = [](const std::string& line) { say(line + "\n"); };
  const Result<RelayResult> result = run_relay(scenario.value(), plan, write);
  if (!result.ok()) {
    print_errors(result.errors());
    return kWrongInput;
  }
  if (!capture.finish()) return kWrongInput;
  if (!result.value().complaint.empty()) say_error(result.value().complaint);
  const LiveReport& report = result.value().report;
  Output output(arguments.output);
  output.print(describe_live(report, {result.value().exit_code, result.value().processor_time}));
  const bool fails = report.run.fails();
  if (result.value().exit_code != 0) return result.value().exit_code;
  return fails ? kFails : kHolds;
}

void add_live_path(CLI::App& command, LiveArguments& arguments) {
  command
      .add_option("--through", arguments.path.through,
                  "The boxes from the command to the server, with commas between them, each "
                  "perhaps with timers of its own: openwrt,aws-nlb:tcp.established=60s")
      ->type_name("PROFILE[:TIMER=SPAN],...");
  command
      .add_option("--config", arguments.config,
                  "A scenario instead: its boxes, lines and events, and what it expects of its "
                  "connections, which are told by their ports")
      ->type_name("FILE");
  command
      .add_option("--scale", arguments.scale,
                  "How many seconds pass for the boxes in one of real time; lines and programs "
                  "keep real time")
      ->check(CLI::Range(std::uint32_t{1}, LiveClock::kMostScale));
  command
      .add_option("--delay", arguments.path.delay,
                  "Of the line between the command and the first box, each way; none when missing")
      ->type_name("SPAN");
  command.add_option("--jitter", arguments.path.jitter, "Of this line")->type_name("SPAN");
  command.add_option("--loss", arguments.path.loss, "Of this line: 1/100 or 1%")
      ->type_name("RATIO");
  command
      .add_option("--rate", arguments.rate,
                  "Of this line, each way: 10Mbps; what it cannot send at once waits in a queue")
      ->type_name("RATE");
}

}  // namespace

void add_live(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "live", "Run a real program whose packets go through simulated boxes, and judge its flows");
  auto arguments = std::make_shared<LiveArguments>();
  command->add_option("COMMAND", arguments->command, "What runs inside, behind --, with its words");
  command
      ->add_option("--serve", arguments->serve,
                   "What runs at the other end, for a shell; its address is in STAYALIVE_SERVER")
      ->type_name("COMMAND");
  command
      ->add_option("--to", arguments->to,
                   "Instead: a host and a port of the real network to which this port of the other "
                   "end leads, TCP and UDP; nothing else of it can be reached")
      ->type_name("HOST:PORT");
  add_live_path(*command, *arguments);
  command
      ->add_option("--control", arguments->control,
                   "A socket at which `stayalive tell` and others may ask for something: flush a "
                   "box, reboot it, set a timer, cut a line")
      ->type_name("PATH");
  CLI::Option* capture =
      command
          ->add_option("--pcapng", arguments->capture,
                       "Write the packets of one end into this file, for Wireshark, with what "
                       "became of them")
          ->type_name("FILE");
  command->add_option("--at", arguments->captured, "Of --pcapng: which end")
      ->check(CLI::IsMember({"client", "server"}))
      ->needs(capture);
  add_force(*command, arguments->force);
  command->add_option("--mtu", arguments->mtu, "Of both ends; 1500 when missing")
      ->check(CLI::Range(std::uint32_t{576}, std::uint32_t{65535}));
  command
      ->add_option("--max-flows", arguments->most_flows,
                   fmt::format("How many flows are judged; {} when missing", FlowBook::kUsualFlows))
      ->check(CLI::Range(std::uint32_t{1}, FlowBook::kMostFlows));
  command->add_flag("--quiet", arguments->quiet, "No line for what boxes do while it happens");
  command->add_flag("--packet-sockets", arguments->no_tun,
                    "Use veth pairs even where TUN devices may be had");
  add_format(*command, arguments->output);
  add_width(*command, arguments->output);
  add_time_limit(*command, arguments->time_limit);
  add_profile_paths(*command, arguments->parse);
  command->footer(
      "Needs Linux, and root or user namespaces.\n\n"
      "Exit code: that of the command; where it is 0, 1 when an expectation of --config failed.  2 "
      "also when\nthe input is wrong.\n\nExamples:\n"
      "  stayalive live --through aws-nlb --scale 60 --serve 'nc -l -k 7000' -- nc 203.0.113.10 "
      "7000\n"
      "  stayalive live --through home-router,carrier-nat --serve '/usr/sbin/sshd -D' -- "
      "./test.sh");
  command->callback([arguments, &exit_code] { exit_code = live(*arguments); });
}

}  // namespace stayalive
