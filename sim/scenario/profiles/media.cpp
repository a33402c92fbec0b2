// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/media.h"

#include <array>

#include "app/ledger.h"
#include "base/text.h"
#include "scenario/json/object_reader.h"
#include "scenario/profiles/builtin_files.h"

namespace stayalive {
namespace {

using MediumOption = BoundOption<MediumRules>;

constexpr std::int64_t kMostFrameBytes = 1000;
constexpr std::int64_t kMostMilli = 1'000'000'000;

constexpr std::array kMediumOptions{
    MediumOption{OptionSpec::of_count("frame_bytes", "bytes of a frame beside its packet", 0,
                                      kMostFrameBytes),
                 [](MediumRules& to) -> OptionSlot { return to.frame_bytes; }},
    MediumOption{OptionSpec::of_flag("filled_up",
                                     "whether packets of less than 46 bytes of IP are "
                                     "filled up to that"),
                 [](MediumRules& to) -> OptionSlot { return to.filled_up; }},
    MediumOption{OptionSpec::of_count(
                     "wake_energy", "millijoules each time that the radio wakes up", 0, kMostMilli),
                 [](MediumRules& to) -> OptionSlot { return to.wake_energy; }},
    MediumOption{OptionSpec::of_span("tail_time", "for how long it stays awake after a packet"),
                 [](MediumRules& to) -> OptionSlot { return to.tail_time; }},
    MediumOption{OptionSpec::of_count("tail_power", "milliwatts while it is awake", 0, kMostMilli),
                 [](MediumRules& to) -> OptionSlot { return to.tail_power; }},
    MediumOption{OptionSpec::of_count("battery", "milliwatt-hours of the battery", 0, kMostMilli),
                 [](MediumRules& to) -> OptionSlot { return to.battery; }},
};

}  // namespace

Result<Medium> parse_medium(std::string_view text, const std::string& file) {
  Medium medium;
  std::vector<Diagnostic> mistakes = read_product(
      text, file, "medium", medium, [&](SourcedFileReader& reader, ObjectReader& values) {
        for (const MediumOption& option : kMediumOptions) {
          reader.read_value(values.optional(option.spec.key, option.spec.help), option.spec,
                            option.slot(medium.rules));
        }
        const Duration tail = medium.rules.tail_time;
        if (tail == Duration::zero() || tail == kRadioTail || tail == kBriefTail) return;
        values.error_at("tail_time", "runs do not count with " + print_duration(tail),
                        print_duration(kRadioTail) + " or " + print_duration(kBriefTail));
      });
  if (!mistakes.empty()) return mistakes;
  return medium;
}

std::vector<const Medium*> builtin_media() {
  static const BuiltinFiles<Medium> all(embedded_media(), parse_medium);
  return all.all();
}

}  // namespace stayalive
