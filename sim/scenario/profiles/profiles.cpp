// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/profiles.h"

#include <utility>
#include <vector>

#include "base/text.h"
#include "scenario/json/object_reader.h"
#include "scenario/profiles/builtin_files.h"
#include "scenario/profiles/profile_options.h"

namespace stayalive {
namespace {

// Reads one profile file.
class ProfileReader {
 public:
  void read(Reader root) {
    root.object([this](ObjectReader& in) {
      file_.read_head(in, document_.profile.name, document_.profile.title);
      Reader values = in.required("values", "the values, each with where it comes from");
      values.object([&](ObjectReader& fields) { read_values(values, fields); });
    });
  }
  ProfileDocument take() { return std::move(document_); }

 private:
  void read_values(Reader& values, ObjectReader& in) {
    // The tracker decides which other values there are.
    for (const char* key : {"refresh.outbound", "refresh.inbound"}) {
      in.refused(key, "each protocol has a rule of its own: refresh.tcp and refresh.udp");
    }
    std::vector<std::string> missing;
    for (const ProfileOption& option : profile_options()) {
      if (option.spec.key == "tracker") {
        read_value(in.required(option.spec.key, option.spec.help), option);
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
      read_value(std::move(value), option);
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

  void read_value(Reader in, const ProfileOption& option) {
    const bool known = file_.read_value(std::move(in), option.spec, option.in(document_.profile));
    values_known_ = values_known_ && known;
  }

  ProfileDocument document_;
  SourcedFileReader file_{document_};
  bool ignore_tracker_ = false;  // it is wrong, so that nothing may be concluded from it
  bool values_known_ = true;     // false once one could not be read
};

const BuiltinFiles<ProfileDocument>& builtin_boxes() {
  static const BuiltinFiles<ProfileDocument> all(embedded_profiles(), parse_profile);
  return all;
}

}  // namespace

Result<ProfileDocument> parse_profile(std::string_view text, const std::string& file) {
  ProfileReader reader;
  std::vector<Diagnostic> mistakes =
      read_product_file(text, file, [&reader](Reader root) { reader.read(std::move(root)); });
  if (!mistakes.empty()) return mistakes;
  return reader.take();
}

std::vector<const ProfileDocument*> builtin_profiles() { return builtin_boxes().all(); }

const ProfileDocument* find_builtin_profile(std::string_view name) {
  return builtin_boxes().find(name);
}

}  // namespace stayalive
