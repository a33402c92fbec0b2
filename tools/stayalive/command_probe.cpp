// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "command.h"
#include "document/brief.h"
#include "interruption.h"
#include "new_file.h"
#include "output.h"
#include "path_options.h"
#include "probe/lab/probe_lab.h"
#include "probe/prober/probe_log.h"
#include "progress.h"
#include "report/counted.h"
#include "report/probe/measured_profile.h"
#include "report/probe/probe_report.h"
#include "scenario/parse.h"
#include "scenario/text_file.h"
#include "sockets/host_name.h"
#include "sockets/probe_sockets.h"

namespace stayalive {
namespace {

struct ProbeArguments {
  std::string host;
  std::uint16_t port = kProbePort;
  std::vector<std::string> measures;
  std::string longest;
  std::string step;
  std::uint32_t repeats = 3;
  std::uint32_t flows = 256;
  std::uint32_t rate = 10;
  std::optional<Duration> time_limit;
  PathOptions rehearsed;
  std::string to_profile;
  std::string name = "measured";
  std::string resume;
  bool force = false;
  OutputOptions output;
  ParseOptions parse;
};

constexpr Duration kUsualProbeTime = 30min;
// What is left of the time limit for what follows the longest silence.
constexpr Duration kAfterLongest = 20s;
constexpr Duration kLeastProbeTime = 1min;

std::optional<Duration> span_option(const char* option, const std::string& text, Duration least,
                                    bool& wrong) {
  if (text.empty()) return std::nullopt;
  const auto span = parse_duration(text);
  if (span && *span >= least && *span <= 8784h) return span;
  say_error(fmt::format("{}: {} is no span from {} to 366d, such as 90s", option, text,
                        print_duration(least)));
  wrong = true;
  return std::nullopt;
}

std::vector<Measure> measures_named(const std::vector<std::string>& words, bool& wrong) {
  std::vector<Measure> all;
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < kMeasures; ++i) {
    all.push_back(static_cast<Measure>(i));
    names.emplace_back(name(all.back()));
  }
  if (words.empty()) return all;
  std::vector<Measure> chosen;
  for (const std::string& word : words) {
    const auto found = std::ranges::find(names, word);
    if (found == names.end()) {
      const std::string close = closest_word(word, names);
      say_error(fmt::format("--measure: there is no \"{}\"{}; there are {}", word,
                            close.empty() ? "" : fmt::format("; did you mean \"{}\"?", close),
                            join_choices(names)));
      wrong = true;
      continue;
    }
    const auto measure = static_cast<Measure>(found - names.begin());
    if (std::ranges::find(chosen, measure) == chosen.end()) chosen.push_back(measure);
  }
  return chosen;
}

// What others need to know: a refresh needs the stream's lifetime, and so on.
void add_needed(std::vector<Measure>& measures) {
  const auto need = [&](Measure measure) {
    if (std::ranges::find(measures, measure) == measures.end()) measures.push_back(measure);
  };
  const std::vector<Measure> asked = measures;
  for (const Measure measure : asked) {
    if (measure == Measure::UdpAnswered) need(Measure::UdpSingle);
    if (measure >= Measure::UdpAnswered && measure <= Measure::UdpRefreshedBoth)
      need(Measure::UdpStream);
    if (measure == Measure::LateFromInside) need(Measure::TcpEstablished);
  }
}

std::optional<ProbePlan> read_plan(const ProbeArguments& arguments) {
  bool wrong = false;
  ProbePlan plan;
  plan.measures = measures_named(arguments.measures, wrong);
  add_needed(plan.measures);
  plan.time_limit = arguments.time_limit.value_or(kUsualProbeTime);
  if (plan.time_limit < kLeastProbeTime) {
    say_error(
        fmt::format("--time-limit: a probe needs at least {}", print_duration(kLeastProbeTime)));
    wrong = true;
  }
  const Duration most = plan.time_limit - kAfterLongest;
  const auto longest = span_option("--longest", arguments.longest, 5s, wrong);
  const auto step = span_option("--precision", arguments.step, 500ms, wrong);
  for (SearchRules* rules : {&plan.udp, &plan.tcp}) {
    rules->longest = std::min(longest.value_or(most), most);
    rules->step = step.value_or(rules->step);
    rules->repeats = arguments.repeats;
  }
  plan.flows_at_once = arguments.flows;
  plan.between_flows = Duration(1s) / arguments.rate;
  return wrong ? std::nullopt : std::optional(plan);
}

std::string today_date() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  return fmt::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

int exit_code_of_probe(ProbeStop stop, const Findings& found) {
  if (stop == ProbeStop::Nobody || stop == ProbeStop::NoRoom)
    return found.flows == 0 ? kWrongInput : kOutOfTime;
  return stop == ProbeStop::Known ? kHolds : kOutOfTime;
}

// Shows what was found, and writes the profile.
int show_findings(const ProbeArguments& arguments, const Prober& prober, const Findings& found,
                  const std::string& host, const NewFile& profile) {
  Output output(arguments.output);
  output.print(describe_probe({&found, &prober.plan(), prober.stopped(), host}));
  const bool something = found.seen.port != 0 && found.flows > 0;
  if (something && !profile.write(measured_profile(found, {arguments.name, host, today_date()})))
    return kWrongInput;
  return exit_code_of_probe(*prober.stopped(), found);
}

std::string progress_words(const Prober& prober, TimePoint now) {
  const Findings found = prober.findings(now);
  std::string text =
      fmt::format("{} of {}: {}", brief(now - kStart), print_duration(prober.plan().time_limit),
                  counted(prober.flows_now(), "flow"));
  for (std::size_t i = 0; i < found.lifetimes.size(); ++i) {
    if (!found.lifetimes[i] || found.lifetimes[i]->edge.alive_flows == 0) continue;
    const LifetimeSearch::Edge& edge = found.lifetimes[i]->edge;
    text += fmt::format(", {} {}{}", name(static_cast<Measure>(i)), edge.dead ? "" : ">",
                        brief(edge.survived));
  }
  return text;
}

// Over the sockets of this machine.
int probe_path(const ProbeArguments& arguments, const ProbePlan& plan, const NewFile& profile) {
  std::string why;
  const auto address = resolve_host(arguments.host, why);
  if (!address) {
    say_error(why);
    return kWrongInput;
  }
  std::uint64_t session = 0;
  if (::getrandom(&session, sizeof session, 0) != static_cast<ssize_t>(sizeof session)) {
    say_error("the system gives no random numbers");
    return kWrongInput;
  }
  const Endpoint reflector{*address, arguments.port};
  Prober prober(plan, reflector, session);
  const std::string place = fmt::format("{}:{}", arguments.host, arguments.port);
  const NewFile log(arguments.resume, NewFile::Kind::ProbeLog, arguments.force);
  if (!log.can_write()) return kWrongInput;
  if (!arguments.resume.empty() && std::filesystem::exists(arguments.resume)) {
    const Result<std::string> text = read_text_file(arguments.resume);
    const std::vector<Diagnostic> mistakes =
        text.ok() ? read_probe_log(text.value(), arguments.resume, place, prober) : text.errors();
    if (!mistakes.empty()) {
      print_errors(mistakes);
      return kWrongInput;
    }
  }
  Interruption interruption(Interruption::Work::Run);
  ProbeSockets sockets(prober, reflector);
  {
    StatusLine line;
    std::uint64_t seconds = 0;
    const auto watch = [&](const Prober& its, TimePoint now) {
      line.show(progress_words(its, now));
      constexpr std::uint64_t kKeptEvery = 20;
      if (++seconds % kKeptEvery == 0) log.keep(print_probe_log(its, place));
    };
    if (!sockets.run(interruption.leave(), watch, why)) {
      say_error(why);
      return kWrongInput;
    }
  }
  interruption.finish();
  log.keep(print_probe_log(prober, place));
  const Findings found = prober.findings(sockets.now());
  const int code = show_findings(arguments, prober, found, place, profile);
  return interruption.early_end() ? interruption.exit_code() : code;
}

// On simulated boxes in virtual time.
int rehearse(const ProbeArguments& arguments, const ProbePlan& plan, const NewFile& profile) {
  const Result<PathSketch> sketch = sketch_path(arguments.rehearsed, arguments.parse);
  if (!sketch.ok()) {
    print_errors(sketch.errors());
    return kWrongInput;
  }
  Result<std::vector<MiddleboxSpec>> boxes = boxes_on(sketch.value(), arguments.parse);
  if (!boxes.ok()) {
    print_errors(boxes.errors());
    return kWrongInput;
  }
  LabPath path;
  for (const MiddleboxSpec& box : boxes.value()) path.boxes.push_back(box.profile);
  ProbeLab lab(plan, path);
  const Findings found = lab.run();
  return show_findings(arguments, lab.prober(), found, *arguments.rehearsed.through, profile);
}

int probe(const ProbeArguments& arguments) {
  if (arguments.host.empty() != arguments.rehearsed.through.has_value()) {
    say_error("give a HOST where `stayalive reflector` runs, or --rehearse PROFILE,...");
    return kWrongInput;
  }
  if (arguments.rehearsed.through && !arguments.resume.empty()) {
    say_error("--resume is for a real path; a rehearsal takes a moment");
    return kWrongInput;
  }
  const auto plan = read_plan(arguments);
  if (!plan) return kWrongInput;
  const NewFile profile(arguments.to_profile, NewFile::Kind::Profile, arguments.force);
  if (!profile.can_write()) return kWrongInput;
  return arguments.host.empty() ? rehearse(arguments, *plan, profile)
                                : probe_path(arguments, *plan, profile);
}

void add_probe_limits(CLI::App& command, ProbeArguments& arguments) {
  command
      .add_option("--measure", arguments.measures,
                  "Only these, with commas between them: udp.single, tcp.established, ...; all "
                  "when missing")
      ->delimiter(',')
      ->type_name("NAME,...");
  command
      .add_option("--longest", arguments.longest,
                  "The longest silence that is tried; what the time limit allows when missing")
      ->type_name("SPAN");
  command
      .add_option("--precision", arguments.step,
                  "Search until a timer is known to this or a hundredth of it; 1s when missing")
      ->type_name("SPAN");
  command
      .add_option("--repeats", arguments.repeats,
                  "So many flows have to die of a silence before it counts")
      ->check(CLI::Range(2, 100))
      ->capture_default_str();
  command.add_option("--flows", arguments.flows, "At most so many flows at a time")
      ->check(CLI::Range(1, 500))
      ->capture_default_str();
  command.add_option("--rate", arguments.rate, "At most so many new flows in a second")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  add_time_limit(command, arguments.time_limit);
}

}  // namespace

void add_probe(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "probe", "Measure which timers and behaviours the boxes on a real path have");
  auto arguments = std::make_shared<ProbeArguments>();
  command->add_option("HOST", arguments->host, "Where `stayalive reflector` runs");
  command->add_option("--port", arguments->port, "Its port, of UDP and TCP")->capture_default_str();
  add_probe_limits(*command, *arguments);
  command
      ->add_option("--rehearse", arguments->rehearsed.through,
                   "Probe these boxes in virtual time instead: what it would find, and how long it "
                   "would take")
      ->type_name("PROFILE[:TIMER=SPAN],...");
  command
      ->add_option("--to-profile", arguments->to_profile,
                   "Write what was measured as a profile, for `advise --through ./FILE`")
      ->type_name("FILE");
  command->add_option("--name", arguments->name, "The name of that profile")->capture_default_str();
  command
      ->add_option("--resume", arguments->resume,
                   "Keep what is known in this file, and go on from there when it exists")
      ->type_name("FILE");
  add_force(*command, arguments->force);
  add_format(*command, arguments->output);
  add_width(*command, arguments->output);
  add_profile_paths(*command, arguments->parse);
  command->footer(
      "It takes half an hour, or --time-limit; a timer can be found in about five times its "
      "length.\nCtrl-C shows what is known so far.\n\n"
      "Exit code: 0 when everything is known, 2 when nobody answers or the input is wrong, 3 when "
      "the\ntime was over before, 130 when interrupted.\n\nExamples:\n"
      "  stayalive probe reflector.example.com --to-profile mine.json\n"
      "  stayalive probe 198.51.100.10 --measure udp.single,udp.stream --time-limit 10m\n"
      "  stayalive probe --rehearse openwrt --time-limit 12h\n"
      "  stayalive advise --through ./mine.json --strategy wireguard");
  command->callback([arguments, &exit_code] { exit_code = probe(*arguments); });
}

}  // namespace stayalive
