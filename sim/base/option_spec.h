// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <concepts>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/time.h"

namespace stayalive {

enum class OptionType : std::uint8_t { Span, Count, Flag, Choice };

// One option of a strategy, of a box's profile or of a TCP socket.  A table of these is the single
// definition from which the parser, its messages, the JSON Schema and the reference are made.
// As a number the value of an option is nanoseconds, the count, 0 or 1, or the position of the
// choice.
struct OptionSpec {
  std::string_view key;  // snake_case, as in the document
  OptionType type = OptionType::Span;
  // Units, meaning of zero, the protocol's or product's own name of the option.
  std::string_view help;
  // As in a document: "60s", "3", "true", "chacha20"; empty where the option has no default of its
  // own: it is required, or what holds depends on other values.
  std::string_view default_text{};
  std::int64_t least = 0;  // of a Count, or nanoseconds of a Span; both limits included
  std::int64_t most = INT64_MAX;
  std::span<const std::string_view> choices{};

  // Options without a default of their own.
  static constexpr OptionSpec of_span(std::string_view key, std::string_view help,
                                      Duration least = {}, Duration most = kForever) {
    return {.key = key, .help = help, .least = least.count(), .most = most.count()};
  }
  static constexpr OptionSpec of_count(std::string_view key, std::string_view help,
                                       std::int64_t least, std::int64_t most) {
    return {.key = key, .type = OptionType::Count, .help = help, .least = least, .most = most};
  }
  static constexpr OptionSpec of_flag(std::string_view key, std::string_view help) {
    return {.key = key, .type = OptionType::Flag, .help = help};
  }
  static constexpr OptionSpec of_choice(std::string_view key, std::string_view help,
                                        std::span<const std::string_view> choices) {
    return {.key = key, .type = OptionType::Choice, .help = help, .choices = choices};
  }
};

// Where the value of an option lives: a span, a number, a flag, or an enumeration whose enumerators
// are in the order of the choices.  Refers to it; it must live longer.
class OptionSlot {
 public:
  template <class Value>
  requires(!std::same_as<Value, OptionSlot>)
      OptionSlot(Value& value)  // NOLINT(google-explicit-constructor): stands for the value itself
      : place_(&value), get_(get_as<Value>), set_(set_as<Value>) {}

  // The value as a number.
  std::int64_t get() const { return get_(place_); }
  // number: within the limits of the option.
  void set(std::int64_t number) const { set_(place_, number); }

 private:
  template <class Value>
  static std::int64_t get_as(const void* place) {
    const Value& value = *static_cast<const Value*>(place);
    if constexpr (requires { value.count(); }) {
      return value.count();
    } else {
      return static_cast<std::int64_t>(value);
    }
  }
  template <class Value>
  static void set_as(void* place, std::int64_t number) {
    *static_cast<Value*>(place) = static_cast<Value>(number);
  }

  void* place_;
  std::int64_t (*get_)(const void*);
  void (*set_)(void*, std::int64_t);
};

// An option whose value lives in a plain struct.
template <class Target>
struct BoundOption {
  OptionSpec spec;
  OptionSlot (*slot)(Target&) = nullptr;
};

}  // namespace stayalive
