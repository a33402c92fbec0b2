// SPDX-License-Identifier: Apache-2.0
// docs/profiles.md tells people what the profile files say; here the two are compared.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "scenario/profiles/profiles.h"
#include "support/golden.h"

namespace stayalive {
namespace {

// " (chosen)" for a value that nobody has read in a source, else nothing.
std::string doubt_about(const ProfileDocument& document, Timeout timer) {
  for (const SourcedValue& value : document.values) {
    if (value.key != "timeouts." + std::string(name(timer))) continue;
    const bool read =
        value.status != SourceStatus::Recalled && value.status != SourceStatus::Chosen;
    return read ? "" : " (" + std::string(name(value.status)) + ")";
  }
  return " (missing)";
}

std::string span_of(const ProfileDocument& document, Timeout timer) {
  return print_duration(document.profile.timeouts[timer]) + doubt_about(document, timer);
}

std::string from_inside(const Profile& profile) {
  if (profile.tracker == TrackerKind::Linux) {
    return profile.netfilter.tcp_loose ? "taken up" : "dropped";
  }
  switch (profile.stray_internal) {
    case StrayInternal::PickUp:
      return "taken up";
    case StrayInternal::Drop:
      return "dropped";
    case StrayInternal::Reset:
      return "RST";
    case StrayInternal::Leak:
      return "leaked";
  }
  return "";
}

std::string from_outside(const Profile& profile) {
  if (profile.tracker == TrackerKind::Linux) {
    // Where addresses are translated, the segment is addressed to the box itself.
    const InputPolicy input = profile.netfilter.input;
    if (profile.translate) {
      return input == InputPolicy::Accept || input == InputPolicy::Reject ? "RST" : "dropped";
    }
    return profile.netfilter.forward == ForwardPolicy::Accept ? "taken up" : "dropped";
  }
  switch (profile.stray_external) {
    case StrayExternal::Drop:
      return "dropped";
    case StrayExternal::Reset:
      return "RST";
    case StrayExternal::Admit:
      return "taken up";
  }
  return "";
}

std::string row_of(const ProfileDocument& document) {
  const Profile& profile = document.profile;
  const Timeout answered =
      profile.tracker == TrackerKind::Pf ? Timeout::UdpMultiple : Timeout::UdpStream;
  return "| `" + profile.name + "` | " + span_of(document, Timeout::TcpEstablished) + " | " +
         span_of(document, Timeout::UdpSingle) + " | " + span_of(document, answered) + " | " +
         (profile.on_expiry == ExpiryAction::Silent ? "silent" : "RST to both") + " | " +
         from_inside(profile) + " / " + from_outside(profile) + " |";
}

TEST(ProfilesDocument, TableAgreesWithTheFiles) {
  std::string table =
      "| Profile | Idle TCP | UDP, unanswered | UDP, both ways | At expiry | Next packet |\n"
      "|---|---|---|---|---|---|\n";
  for (const ProfileDocument* document : builtin_profiles()) table += row_of(*document) + "\n";
  const std::string text = project_text("docs/profiles.md");
  EXPECT_NE(text.find("\n\n" + table + "\n"), std::string::npos)
      << "docs/profiles.md needs this table:\n\n"
      << table;
}

TEST(ProfilesDocument, ExampleIsAProfile) {
  const std::string text = project_text("docs/profiles.md");
  const std::size_t begin = text.find("A complete profile:\n\n```json\n");
  ASSERT_NE(begin, std::string::npos);
  const std::size_t open = text.find('{', begin);
  const std::string example = text.substr(open, text.find("```", open) - open);
  const Result<ProfileDocument> result = parse_profile(example, "docs/profiles.md");
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : to_string(result.errors().front()));
}

TEST(ProfilesDocument, ListsTheTimersOfEveryTracker) {
  const std::string text = project_text("docs/profiles.md");
  const std::vector<std::string> lines = lines_of(text);
  for (const auto& [kind, word] : {std::pair{TrackerKind::Linux, "linux"},
                                   {TrackerKind::Pf, "pf"},
                                   {TrackerKind::Rfc, "rfc"},
                                   {TrackerKind::Idle, "idle"}}) {
    const std::string begin = "| `" + std::string(word) + "` | ";
    std::string row;
    for (const std::string& line : lines) {
      if (line.starts_with(begin)) row = line;
    }
    std::size_t listed = 0;
    for (const Timeout timer : timeouts_of(kind)) {
      if (timer == Timeout::UdpSingle || timer == Timeout::IcmpQuery) continue;
      ++listed;
      EXPECT_NE(row.find("`" + std::string(name(timer)) + "`"), std::string::npos)
          << word << " " << name(timer);
    }
    const std::string timers = row.substr(row.find(" | ", begin.size()));
    EXPECT_EQ(static_cast<std::size_t>(std::count(timers.begin(), timers.end(), '`')), 2 * listed)
        << "the row of " << word << " lists a timer that the tracker does not have";
  }
}

// Every profile says of each value how sure it is; what is not sourced is never passed off as read.
TEST(BuiltinProfileValues, AreSourcedExactlyWhereTheyWereRead) {
  for (const ProfileDocument* document : builtin_profiles()) {
    EXPECT_FALSE(document->values.empty()) << document->profile.name;
    for (const SourcedValue& value : document->values) {
      const bool read =
          value.status != SourceStatus::Recalled && value.status != SourceStatus::Chosen;
      EXPECT_EQ(read, !value.source.empty()) << document->profile.name << " " << value.key;
      EXPECT_TRUE(value.status != SourceStatus::Chosen || !value.note.empty())
          << document->profile.name << " " << value.key;
    }
  }
}

// What a user relies on most: these numbers are what makes people look for this program.
TEST(BuiltinProfileValues, AreTheWellKnownOnes) {
  const auto idle = [](std::string_view profile, Timeout timer) {
    const ProfileDocument* found = find_builtin_profile(profile);
    return found == nullptr ? 0ns : found->profile.timeouts[timer];
  };
  EXPECT_EQ(idle("linux-conntrack", Timeout::TcpEstablished), 432000s);
  EXPECT_EQ(idle("linux-conntrack", Timeout::UdpStream), 120s);
  EXPECT_EQ(idle("openwrt", Timeout::TcpEstablished), 7440s);
  EXPECT_EQ(idle("linux-ipvs", Timeout::TcpEstablished), 900s);
  EXPECT_EQ(idle("pf-normal", Timeout::TcpEstablished), 86400s);
  EXPECT_EQ(idle("aws-nat-gateway", Timeout::TcpEstablished), 350s);
  EXPECT_EQ(idle("aws-sg", Timeout::TcpEstablished), 432000s);
  EXPECT_EQ(idle("azure-lb", Timeout::TcpEstablished), 240s);
  EXPECT_EQ(idle("gcp-vpc-firewall", Timeout::TcpEstablished), 600s);
  EXPECT_EQ(idle("gcp-cloud-nat", Timeout::UdpSingle), 30s);
  EXPECT_EQ(idle("cisco-asa", Timeout::TcpEstablished), 3600s);
  EXPECT_EQ(idle("rfc-minimum", Timeout::TcpEstablished), 7440s);
  EXPECT_EQ(idle("rfc-minimum", Timeout::UdpSingle), 120s);
}

}  // namespace
}  // namespace stayalive
