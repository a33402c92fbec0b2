// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/sourced_file.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/text.h"
#include "scenario/json/journal.h"
#include "scenario/json/json_value.h"
#include "scenario/json/option_reader.h"

namespace stayalive {
namespace {

// Those of files: all but the first, "given".
constexpr std::span<const std::string_view> kStatuses = std::span(kValueStatuses).subspan(1);
constexpr std::size_t kMostSources = 1000;

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

void check_source(ObjectReader& in, const SourcedValue& sourced, bool has_source) {
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

}  // namespace

std::string ValueSource::text() const {
  return title + ", " + (date.empty() ? "" : date + ", ") + url;
}

const SourcedValue* SourcedFile::find(std::string_view key) const {
  const auto found = std::find_if(values.begin(), values.end(),
                                  [&](const auto& value) { return value.key == key; });
  return found == values.end() ? nullptr : &*found;
}

ValueStatus SourcedFile::status_of(std::string_view key) const {
  const SourcedValue* value = find(key);
  return value == nullptr ? ValueStatus::Chosen : value->status;
}

void SourcedFileReader::read_head(ObjectReader& in, std::string& name, std::string& title) {
  in.required("name", "the word by which scenarios ask for it").name(name);
  in.required("title", "its full name").line(title, 200);
  in.required("summary", "what it does to idle flows").text(file_.summary, 1000);
  Reader checked = in.required("checked", "the day on which the sources were read");
  if (checked.text(file_.checked, 20) && !is_date(file_.checked)) {
    checked.error("found " + quote(file_.checked), "a date such as \"2026-11-20\"");
  }
  in.with_default("sources", "what was read, by a short key")
      .map(kMostSources,
           [this](const std::string& key, Reader& source) { read_source(key, source); });
}

bool SourcedFileReader::read_value(Reader in, const OptionSpec& spec, OptionSlot slot) {
  return read_value(std::move(in), spec.key, spec.help,
                    [&](Reader& value) { return read_option(value, spec, slot); });
}

bool SourcedFileReader::read_value(Reader in, std::string_view key, std::string_view help,
                                   const ReadOneValue& read) {
  bool known = !in.present();
  in.object([&](ObjectReader& fields) { known = read_sourced(key, help, read, fields); });
  return known;
}

void SourcedFileReader::read_source(const std::string& key, Reader& source) {
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
  file_.sources.push_back(std::move(read));
}

bool SourcedFileReader::read_sourced(std::string_view key, std::string_view help,
                                     const ReadOneValue& read, ObjectReader& in) {
  SourcedValue sourced;
  sourced.key = key;
  Reader value = in.required("value", help);
  const bool known = read(value);
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
      for (const auto& [each, title] : sources_) keys.push_back(each);
      source.error("found " + quote(source_key) + ", which is not among the sources",
                   join_choices(keys), closest_word(source_key, keys));
    } else {
      sourced.source = found->second;
    }
  }
  file_.values.push_back(std::move(sourced));
  return known;
}

std::vector<Diagnostic> read_product_file(std::string_view text, const std::string& file,
                                          const std::function<void(Reader)>& read) {
  const SourceText source(text, file);
  std::vector<Diagnostic> errors;
  const std::optional<JsonValue> root = parse_json(source, errors);
  Journal journal(source);
  journal.add(std::move(errors));
  if (root) read(Reader(journal, *root));
  if (journal.size() > 0) return journal.take();
  return {};
}

}  // namespace stayalive
