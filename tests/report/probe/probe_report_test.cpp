// SPDX-License-Identifier: Apache-2.0
#include "report/probe/probe_report.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "probe/lab/probe_lab.h"
#include "report/probe/measured_profile.h"
#include "scenario/profiles/profiles.h"
#include "support/document_text.h"

namespace stayalive {
namespace {

// What a probe of a built-in profile found, and how that is told.
class ProbeTale {
 public:
  ProbeTale(const char* profile, std::vector<Measure> measures, Duration limit,
            bool other_sockets = true) {
    plan_.measures = std::move(measures);
    plan_.udp.longest = plan_.tcp.longest = limit / 2;
    plan_.time_limit = limit;
    LabPath path;
    path.boxes.push_back(find_builtin_profile(profile)->profile);
    path.other_port = path.other_address = other_sockets;
    ProbeLab lab(plan_, path);
    found_ = lab.run();
    stop_ = lab.prober().stopped();
  }
  std::string told(const char* format = "text") const {
    return printed(describe_probe({&found_, &plan_, stop_, "there"}), format);
  }
  const Findings& found() const { return found_; }
  void expect(const std::string& part, const char* format = "text") const {
    EXPECT_NE(told(format).find(part), std::string::npos) << part << "\nin\n" << told(format);
  }

 private:
  ProbePlan plan_;
  Findings found_;
  std::optional<ProbeStop> stop_;
};

TEST(ProbeReport, TellsTimersBehavioursAndWhatWasLeftOut) {
  const ProbeTale tale(
      "azure-nat-gateway",
      {Measure::UdpSingle, Measure::UdpStream, Measure::UdpRefreshedOut, Measure::UdpRefreshedIn,
       Measure::UdpRefreshedBoth, Measure::TcpEstablished, Measure::LateFromInside},
      4h);
  tale.expect("UDP from inside refreshes");
  tale.expect("the path translates");
  tale.expect("late TCP from outside meets");
  tale.expect("\"late_from_outside\": {\n      \"seen\": \"RST\"", "json");
  tale.expect("need raw sockets");
  tale.expect("\"stopped\": \"known\"", "json");
  tale.expect("\"refreshed_by_both\": {", "json");
}

TEST(ProbeReport, SaysThatTheTimeWasOver) {
  //  aws-nlb forgets after 5m50s; what lies between the rungs of the ladder cannot be tried in time
  const ProbeTale tale("aws-nlb", {Measure::TcpEstablished}, 15min);
  tale.expect("The time limit of 15m was over");
  tale.expect("unfinished");
  tale.expect("\"stopped\": \"time-limit\"", "json");
}

TEST(ProbeReport, SaysWhatTheReflectorCouldNotShow) {
  const ProbeTale tale("openwrt", {Measure::MappingPort, Measure::FilterAddress}, 20min, false);
  tale.expect("the reflector has one port only");
  tale.expect("the reflector has one address only");
}

TEST(MeasuredProfile, SaysOfWhatWasNotMeasuredThatItWasNot) {
  const ProbeTale tale("openwrt", {Measure::UdpSingle}, 1h);
  const auto text = measured_profile(tale.found(), {"mine", "there", "2026-11-30"});
  const auto read = parse_profile(text, "mine.json");
  ASSERT_TRUE(read.ok()) << to_string(read.errors().front());
  const ProfileDocument& profile = read.value();
  EXPECT_EQ(profile.status_of("timeouts.udp.single"), ValueStatus::Measured);
  EXPECT_EQ(profile.status_of("timeouts.udp.stream"), ValueStatus::Chosen);
  EXPECT_EQ(profile.status_of("refresh.udp"), ValueStatus::Chosen);
  EXPECT_EQ(profile.status_of("mapping"), ValueStatus::Chosen);
  EXPECT_EQ(profile.status_of("on_expiry"), ValueStatus::Chosen);
  EXPECT_EQ(profile.profile.tracker, TrackerKind::Rfc);
  EXPECT_FALSE(answer_makes_stream(tale.found()));
}

TEST(MeasuredProfile, SaysOfALowerBoundThatItIsOne) {
  const ProbeTale tale("openwrt", {Measure::TcpEstablished}, 1h);
  const auto read =
      parse_profile(measured_profile(tale.found(), {"mine", "there", "2026-11-30"}), "mine.json");
  ASSERT_TRUE(read.ok());
  const SourcedValue* value = read.value().find("timeouts.tcp.established");
  ASSERT_NE(value, nullptr);
  EXPECT_EQ(value->note, "a lower bound: no flow died");
  EXPECT_EQ(value->value, "30m");
}

}  // namespace
}  // namespace stayalive
