// SPDX-License-Identifier: Apache-2.0
// docs/profiles.md tells people what the profile files say; here the two are compared.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "scenario/profiles/after_expiry.h"
#include "scenario/profiles/pools.h"
#include "scenario/profiles/profiles.h"
#include "scenario/profiles/proxies.h"
#include "support/golden.h"

namespace stayalive {
namespace {

// " (chosen)" for a value that nobody has read in a source, else nothing.
std::string doubt_about(const ProfileDocument& document, std::string_view key) {
  const SourcedValue* value = document.find(key);
  if (value == nullptr) return " (missing)";
  return is_sourced(value->status) ? "" : " (" + std::string(name(value->status)) + ")";
}

std::string span_of(const ProfileDocument& document, Timeout timer) {
  return print_duration(document.profile.timeouts[timer]) +
         doubt_about(document, "timeouts." + std::string(name(timer)));
}

std::string next_from(const ProfileDocument& document, Side side) {
  const NextSegmentRule next = next_segment(document.profile, side);
  return std::string(name(next.fate)) + doubt_about(document, next.key);
}

std::string row_of(const ProfileDocument& document) {
  const Profile& profile = document.profile;
  return "| `" + profile.name + "` | " + span_of(document, Timeout::TcpEstablished) + " | " +
         span_of(document, Timeout::UdpSingle) + " | " +
         span_of(document, udp_stream_timer(profile.tracker)) + " | " +
         (profile.on_expiry == ExpiryAction::Silent ? "silent" : "RST to both") +
         doubt_about(document, "on_expiry") + " | " + next_from(document, Side::Internal) + " / " +
         next_from(document, Side::External) + " |";
}

TEST(ProfilesDocument, TableAgreesWithTheFiles) {
  std::string table =
      "| Profile | Idle TCP | UDP | UDP stream | At expiry | Next packet |\n"
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

// " (chosen)" for a value of a proxy that nobody has read in a source.
std::string doubt_about(const SourcedFile& proxy, std::string_view key) {
  const ValueStatus status = proxy.status_of(key);
  return is_sourced(status) ? "" : " (" + std::string(name(status)) + ")";
}

std::string row_of(const ProxyDocument& proxy) {
  const ProxyPatience patience = shortest_patience(proxy.rules);
  const std::string_view timer = name(patience.timer);
  const SourcedValue* half_close = proxy.find("half_close");
  std::string row = "| `" + proxy.name + "` | ";
  if (patience.timer == ProxyTimer::None) {
    row += "never";
  } else {
    row +=
        "`" + std::string(timer) + "` " + print_duration(patience.span) + doubt_about(proxy, timer);
  }
  row += " | " + (half_close == nullptr ? "" : half_close->value);
  return row + doubt_about(proxy, "half_close") + " | " + proxy.title + " |";
}

TEST(ProfilesDocument, TableOfProxiesAgreesWithTheFiles) {
  std::string table =
      "| Proxy | Ends a silent connection | On a FIN | What it is |\n"
      "|---|---|---|---|\n";
  for (const ProxyDocument* proxy : builtin_proxies()) table += row_of(*proxy) + "\n";
  const std::string text = project_text("docs/profiles.md");
  EXPECT_NE(text.find("\n\n" + table + "\n"), std::string::npos)
      << "docs/profiles.md needs this table:\n\n"
      << table;
}

std::string row_of_pool(const PoolDocument& pool) {
  const SessionSpec& keeps = pool.rules.keeps;
  const auto span = [](Duration its) { return its == kForever ? "never" : print_duration(its); };
  const std::string ready = keeps.min_idle > 0 ? std::to_string(keeps.min_idle) : "0";
  const std::string most =
      std::to_string(std::min({keeps.max_idle, keeps.size, SessionSpec::kMostSize}));
  return "| `" + pool.name + "` | " + std::to_string(keeps.size) + doubt_about(pool, "size") +
         " | " + ready + " to " + most + " | " + span(keeps.idle_limit) + " | " +
         span(keeps.lifetime) + " | " +
         (keeps.check_before_use == kForever ? "no"
                                             : "after " + print_duration(keeps.check_before_use)) +
         " | " + pool.title + " |";
}

TEST(ProfilesDocument, TableOfPoolsAgreesWithTheFiles) {
  std::string table =
      "| Pool | Size | Unused | Closes unused after | Lifetime | Asks before use | What it is |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const PoolDocument* pool : builtin_pools()) table += row_of_pool(*pool) + "\n";
  const std::string text = project_text("docs/profiles.md");
  EXPECT_NE(text.find("\n\n" + table + "\n"), std::string::npos)
      << "docs/profiles.md needs this table:\n\n"
      << table;
}

TEST(ProfilesDocument, ExampleOfAProxyIsOne) {
  const std::string text = project_text("docs/profiles.md");
  const std::size_t begin = text.find("A complete profile of a proxy:\n\n```json\n");
  ASSERT_NE(begin, std::string::npos);
  const std::size_t open = text.find('{', begin);
  const std::string example = text.substr(open, text.find("```", open) - open);
  const Result<ProxyDocument> result = parse_proxy(example, "docs/profiles.md");
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : to_string(result.errors().front()));
}

struct NamedFile {
  std::string name;
  const SourcedFile* file;
};
std::vector<NamedFile> all_builtin_files() {
  std::vector<NamedFile> all;
  for (const ProfileDocument* document : builtin_profiles())
    all.push_back({document->profile.name, document});
  for (const ProxyDocument* document : builtin_proxies()) all.push_back({document->name, document});
  for (const PoolDocument* document : builtin_pools()) all.push_back({document->name, document});
  return all;
}

// Every profile says of each value how sure it is; what is not sourced is never passed off as read.
TEST(BuiltinProfileValues, AreSourcedExactlyWhereTheyWereRead) {
  for (const auto& [name, file] : all_builtin_files()) {
    EXPECT_FALSE(file->values.empty()) << name;
    for (const SourcedValue& value : file->values) {
      EXPECT_EQ(is_sourced(value.status), !value.source.empty()) << name << " " << value.key;
      EXPECT_TRUE(value.status != ValueStatus::Chosen || !value.note.empty())
          << name << " " << value.key;
    }
  }
}

// What a source must be for somebody else to find the same text again.
std::string wrong_with(const ValueSource& source) {
  if (source.date.empty()) return "has no date";
  const std::string& url = source.url;
  if (!url.starts_with("https://") && !url.starts_with("http://")) return "is no address";
  if (url.find("/search?") != std::string::npos) return "is a search";
  const std::string github = "https://github.com/";
  if (!url.starts_with(github)) return "";
  const std::string path = url.substr(github.size());
  const std::size_t blob = path.find("/blob/");
  const bool thread = path.find("/issues/") != std::string::npos;
  if (blob == std::string::npos) return thread ? "" : "is a whole repository";
  const std::string commit = path.substr(blob + 6, path.find('/', blob + 6) - blob - 6);
  const bool pinned =
      commit.size() >= 7 && commit.find_first_not_of("0123456789abcdef") == std::string::npos;
  return pinned ? "" : "is a branch, which will be another text";
}

TEST(BuiltinProfileValues, NameADocumentAndItsDate) {
  for (const NamedFile& named : all_builtin_files()) {
    for (const ValueSource& source : named.file->sources) {
      EXPECT_EQ(wrong_with(source), "") << named.name << ": " << source.text();
      const auto cites = [&](const SourcedValue& value) { return value.source == source.text(); };
      EXPECT_TRUE(std::ranges::any_of(named.file->values, cites))
          << named.name << ": nothing rests on " << source.text();
    }
  }
}

TEST(SourceForm, TellsWhatCannotBeFoundAgain) {
  const auto wrong = [](std::string date, std::string url) {
    return wrong_with({"title", std::move(date), std::move(url)});
  };
  EXPECT_EQ(wrong("2024", "https://example.com/guide"), "");
  EXPECT_EQ(wrong("", "https://example.com/guide"), "has no date");
  EXPECT_EQ(wrong("2024", "example.com"), "is no address");
  EXPECT_EQ(wrong("2024", "https://github.com/search?q=x"), "is a search");
  EXPECT_EQ(wrong("2024", "https://github.com/a/b"), "is a whole repository");
  EXPECT_EQ(wrong("2024", "https://github.com/a/b/issues/7"), "");
  EXPECT_EQ(wrong("2024", "https://github.com/a/b/blob/0123abc/c.md"), "");
  EXPECT_NE(wrong("2024", "https://github.com/a/b/blob/master/c.md"), "");
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
