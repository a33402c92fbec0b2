// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>

#include "document/value.h"
#include "scenario/values/axis.h"

namespace stayalive {

// What the values of an axis measure, where all of them are texts of one kind: "30s", "1%",
// "10Mbps".  Numbers measure what their key says.
enum class AxisUnit : std::uint8_t { None, Seconds, Ratio, BitsPerSecond };

AxisUnit unit_of(const Axis& axis);
// "seconds", "ratio", "bits_per_second"; nothing for None.
const char* name(AxisUnit unit);

// The number that a value stands for, in the unit of its axis; nothing where it is no number.
std::optional<double> number_of(const JsonValue& value, AxisUnit unit);

}  // namespace stayalive
