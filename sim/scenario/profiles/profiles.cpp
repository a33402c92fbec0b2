// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/profiles.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "base/text.h"
#include "scenario/json/journal.h"
#include "scenario/json/json_value.h"
#include "scenario/json/object_reader.h"
#include "scenario/json/option_reader.h"
#include "scenario/profiles/embedded_profiles.h"
#include "scenario/profiles/profile_options.h"

namespace stayalive {
namespace {

// Those of files: all but the first, "given".
constexpr std::span<const std::string_view> kStatuses = std::span(kValueStatuses).subspan(1);
constexpr std::size_t kMostSources = 1000;

using Sources = std::map<std::string, std::string, std::less<>>;  // key to title and address

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i != 4 && i != 7 && (text[i] < '0' || text[i] > '9')) return false;
  }
  return text.substr(5, 2) >= "01" && text.substr(5, 2) <= "12" && text.substr(8) >= "01" &&
         text.substr(8) <= "31";
}

// "2024-02-12", "2024-02" or "2024".
bool is_date_of_source(std::string_view text) {
  if (text.size() != 4 && text.size() != 7 && text.size() != 10) return false;
  return is_date(std::string(text) + std::string("-01-01").substr(text.size() - 4));
}

// Reads one profile file.
class ProfileReader {
 public:
  void read(Reader root) {
    root.object([this](ObjectReader& in) {
      in.required("name", "the word by which scenarios ask for it").name(document_.profile.name);
      in.required("title", "its full name").line(document_.profile.title, 200);
      in.required("summary", "what it does to idle flows").text(document_.summary, 1000);
      Reader checked = in.required("checked", "the day on which the sources were read");
      if (checked.text(document_.checked, 20) && !is_date(document_.checked)) {
        checked.error("found " + quote(document_.checked), "a date such as \"2026-11-20\"");
      }
      in.with_default("sources", "what was read, by a short key")
          .map(kMostSources,
               [this](const std::string& key, Reader& source) { read_source(key, source); });
      Reader values = in.required("values", "the values, each with where it comes from");
      values.object([&](ObjectReader& fields) { read_values(values, fields); });
    });
  }
  ProfileDocument take() { return std::move(document_); }

 private:
  void read_source(const std::string& key, Reader& source) {
    ValueSource read;
    source.object([&](ObjectReader& in) {
      in.required("title", "what was read").text(read.title, 500);
      Reader date = in.optional("date", "the date of the text; when it was read where it has none");
      if (date.text(read.date, 20) && !is_date_of_source(read.date)) {
        date.error("found " + quote(read.date), "\"2026-11-20\", \"2026-11\" or \"2026\"");
      }
      in.required("url", "where it was").text(read.url, 500);
    });
    sources_[key] = read.text();
    document_.sources.push_back(std::move(read));
  }

  void read_values(Reader& values, ObjectReader& in) {
    // The tracker decides which other values there are.
    for (const char* key : {"refresh.outbound", "refresh.inbound"}) {
      in.refused(key, "each protocol has a rule of its own: refresh.tcp and refresh.udp");
    }
    std::vector<std::string> missing;
    for (const ProfileOption& option : profile_options()) {
      if (option.spec.key == "tracker") {
        read_value(option, in.required(option.spec.key, option.spec.help));
        ignore_tracker_ = !values_known_ || !in.has(option.spec.key);
        continue;
      }
      const bool fits =
          ignore_tracker_ || reason_against(option, document_.profile.tracker).empty();
      if (option.timer && fits && !ignore_tracker_ && !in.has(option.spec.key))
        missing.emplace_back(option.spec.key);
      Reader value = fits ? in.optional(option.spec.key, option.spec.help)
                          : in.not_offered(option.spec.key, option.spec.help);
      if (value.present() && !fits) {
        value.error(reason_against(option, document_.profile.tracker));
        continue;
      }
      read_value(option, value);
    }
    for (const std::string& key : missing) {
      values.error("the timer " + quote(key) + " is missing",
                   "every timer of the profile's tracker");
    }
    if (!values_known_) return;
    if (const std::optional<ProfileConflict> conflict = conflict_in(document_.profile)) {
      values.error(conflict->message, conflict->allowed);
    }
  }

  void read_value(const ProfileOption& option, Reader in) {
    bool known = !in.present();
    in.object([&](ObjectReader& fields) { known = read_sourced(option, fields); });
    values_known_ = values_known_ && known;
  }

  // False when the value itself could not be read, whatever is wrong beside it.
  bool read_sourced(const ProfileOption& option, ObjectReader& in) {
    SourcedValue sourced;
    sourced.key = option.spec.key;
    Reader value = in.required("value", option.spec.help);
    const bool known = read_option(value, option.spec, option.in(document_.profile));
    sourced.value = value.as_written();
    Reader status = in.required("status", "how sure the value is");
    std::size_t position = 0;
    const bool known_status = status.word(position, kStatuses);
    if (known_status) sourced.status = static_cast<ValueStatus>(position + 1);
    Reader source = in.optional("source", "the key of what was read");
    std::string source_key;
    const bool has_source = source.text(source_key, 100);
    in.optional("note", "what else there is to say").text(sourced.note, 1000);
    if (known_status) check_source(in, sourced, has_source);
    if (has_source) {
      const auto found = sources_.find(source_key);
      if (found == sources_.end()) {
        std::vector<std::string_view> keys;
        for (const auto& [key, title] : sources_) keys.push_back(key);
        source.error("found " + quote(source_key) + ", which is not among the sources",
                     join_choices(keys), closest_word(source_key, keys));
      } else {
        sourced.source = found->second;
      }
    }
    document_.values.push_back(std::move(sourced));
    return known;
  }

  static void check_source(ObjectReader& in, const SourcedValue& sourced, bool has_source) {
    const std::string status = quote(name(sourced.status));
    if (is_sourced(sourced.status) && !in.has("source")) {
      in.error_at("status", "a value that is " + status + " names its source");
    }
    if (!is_sourced(sourced.status) && has_source) {
      in.error_at("source", "a value that is " + status + " has no source");
    }
    if (sourced.status == ValueStatus::Chosen && sourced.note.empty()) {
      in.error_at("status", "a value that is " + status + " has a note that says why");
    }
  }

  ProfileDocument document_;
  Sources sources_;
  bool ignore_tracker_ = false;  // it is wrong, so that nothing may be concluded from it
  bool values_known_ = true;     // false once one could not be read
};

// A profile built into the program, read when somebody first asks for it: most runs need one of
// them.
struct Builtin {
  std::once_flag once;
  ProfileDocument document;
};

ProfileDocument read_builtin(const EmbeddedFile& file) {
  Result<ProfileDocument> profile = parse_profile(file.text, std::string(file.name));
  const std::string mistake = profile.ok() ? "" : to_string(profile.errors().front());
  CHECK(profile.ok(),
        ("the profiles built into the program are without mistakes: " + mistake).c_str());
  return std::move(profile).value();
}

const ProfileDocument& builtin(std::size_t position) {
  static std::vector<Builtin> all(embedded_profiles().size());
  Builtin& one = all[position];
  std::call_once(one.once, [&] { one.document = read_builtin(embedded_profiles()[position]); });
  return one.document;
}

}  // namespace

std::string ValueSource::text() const {
  return title + ", " + (date.empty() ? "" : date + ", ") + url;
}

const SourcedValue* ProfileDocument::find(std::string_view key) const {
  const auto found = std::find_if(values.begin(), values.end(),
                                  [&](const auto& value) { return value.key == key; });
  return found == values.end() ? nullptr : &*found;
}

Result<ProfileDocument> parse_profile(std::string_view text, const std::string& file) {
  const SourceText source(text, file);
  std::vector<Diagnostic> errors;
  const std::optional<JsonValue> root = parse_json(source, errors);
  Journal journal(source);
  journal.add(std::move(errors));
  ProfileReader reader;
  if (root) reader.read(Reader(journal, *root));
  if (journal.size() > 0) return journal.take();
  return reader.take();
}

std::vector<const ProfileDocument*> builtin_profiles() {
  std::vector<const ProfileDocument*> all;
  for (std::size_t i = 0; i < embedded_profiles().size(); ++i) all.push_back(&builtin(i));
  return all;
}

const ProfileDocument* find_builtin_profile(std::string_view name) {
  const std::span<const EmbeddedFile> files = embedded_profiles();
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (files[i].name == std::string(name) + ".json") return &builtin(i);
  }
  return nullptr;
}

}  // namespace stayalive
