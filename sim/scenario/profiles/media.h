// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "scenario/profiles/product_file.h"

namespace stayalive {

// What packets cost on a client's own line: bytes of each frame beside the packet's own, and the
// energy of a radio that wakes up for a packet and stays awake for a while after the last one.
struct MediumRules {
  std::int64_t frame_bytes = 0;
  bool filled_up = false;        // packets shorter than kLeastPacket are filled up to it
  std::int64_t wake_energy = 0;  // millijoules, each time that the radio wakes up
  Duration tail_time{};          // zero: no radio, and no energy
  std::int64_t tail_power = 0;   // milliwatts, while it is awake
  std::int64_t battery = 0;      // milliwatt-hours; 0: none
};
struct Medium : ProductFile {
  MediumRules rules;
};

// The media built into the program, in the order of their names; they live as long as it does.
std::vector<const Medium*> builtin_media();
// Reads a medium from JSON text, in the same shape as the files in scenarios/media/.  How long a
// radio stays awake must be one of the times that a run counts with, kRadioTail or kBriefTail.
Result<Medium> parse_medium(std::string_view text, const std::string& file);

}  // namespace stayalive
