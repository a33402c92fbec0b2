// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "base/ids.h"
#include "base/time.h"

namespace stayalive {

// How a field of the state may move while everything repeats itself.
enum class Motion : std::uint8_t {
  // It is the same in each period.
  Still,
  // An instant: it moves with time, or it stays and lies in the future.
  Instant,
  // As Instant, but it may also stay once it is past: nothing depends on how long ago it was.
  Past,
  // As Instant, in whole seconds.
  InstantInSeconds,
  // Falls by equal steps, and what happens changes once it cannot fall by a whole step any more.
  Countdown,
  // Random numbers that are drawn only when a countdown is used up: they stay until then, and it
  // does
  // not matter which they are.
  Source,
  // Rises by equal steps and wraps at 2^32; only its order to others counts.
  Sequence,
  // Rises by equal steps; only its order to others counts.
  Position,
  // Rises by equal steps, and nothing depends on it.
  Counter,
  // The length of a run: as Counter, but it also ends, and begins anew at zero.
  RunLength,
  // A place in an order in which ever more is put: set anew, or left as it is.
  Order,
  // Never repeats itself.
  Aperiodic,
};

struct StateField {
  Motion motion = Motion::Still;
  std::uint64_t bits = 0;
};

class StateWalk;

// Something that lists its whole state.
class HasState {
 public:
  virtual ~HasState() = default;
  virtual void walk(StateWalk& walk) = 0;
};

// Goes through everything in a simulation that may change, field by field and always in the same
// order: to note it, or to put it forward.  A class that has state lists all of it in its
// walk(StateWalk&), each field by how it may move; what it leaves out must not change unless
// something that it lists changes, too.
class StateWalk {
 public:
  // Notes every field, behind those that are there.
  explicit StateWalk(std::vector<StateField>& notes) : notes_(&notes) {}
  // What a state is compared as: the earlier one after periods in which nothing interfered, or one
  // from which the same follows, however it came about.
  enum class Compared : std::uint8_t { Moved, Alike };
  // Notes every field and compares it with what was noted a time `span` ago: see differs().
  StateWalk(std::vector<StateField>& notes, std::span<const StateField> before, TimePoint now,
            Duration span, Compared as = Compared::Moved)
      : notes_(&notes), values_(before), now_(now), span_(span), compares_(true), as_(as) {}
  // Counts the fields and leaves them alone.
  StateWalk() : counts_(true) {}
  // Gives every field the value noted here, in the order of a walk that noted them.
  explicit StateWalk(std::span<const StateField> values) : values_(values) {}

  // Whether everything stays as it is.
  bool noting() const { return notes_ != nullptr || counts_; }

  // Numbers, enumerations, identities, spans.
  template <class T>
  void still(const T& field) {
    pass(Motion::Still, bits_of(field));
  }
  template <class First, class... More>
  void still(const First& first, const More&... more) {
    still(first);
    (still(more), ...);
  }
  void instant(TimePoint& field) { field = instant_of(pass(Motion::Instant, bits_of(field))); }
  // matters: for so long something depends on how long ago it was, and nothing afterwards.
  void past(TimePoint& field, Duration matters = Duration::zero()) {
    if (later(field, matters) == kNever) return still(field);
    field = instant_of(pass(Motion::Past, bits_of(field + matters))) - matters;
  }
  void instant_in_seconds(std::int64_t& field) {
    field = static_cast<std::int64_t>(
        pass(Motion::InstantInSeconds, static_cast<std::uint64_t>(field)));
  }
  // How often something may still happen before it has another effect.
  void countdown(std::uint64_t& field) { field = pass(Motion::Countdown, field); }
  // The state of a stream of random numbers; see Motion::Source.
  void source(std::uint64_t state) { pass(Motion::Source, state); }
  void sequence(std::uint32_t& field) {
    field = static_cast<std::uint32_t>(pass(Motion::Sequence, field));
  }
  void position(std::uint64_t& field) { field = pass(Motion::Position, field); }
  template <class T>
  void counter(T& field) {
    field = static_cast<T>(pass(Motion::Counter, static_cast<std::uint64_t>(field)));
  }
  template <class T>
  void run_length(T& field) {
    field = static_cast<T>(pass(Motion::RunLength, static_cast<std::uint64_t>(field)));
  }
  void order(std::uint64_t& field) { field = pass(Motion::Order, field); }
  // There is something here that does not repeat itself.
  void aperiodic() { pass(Motion::Aperiodic, 0); }

  // How many fields have been passed.
  std::size_t passed() const { return passed_; }
  // Whether a field has already been found that has not moved as it may.  Then there is no use in
  // going on.
  bool differs() const { return differs_; }
  // Whether a field may be what it was a time `span` ago.
  static bool may_move(const StateField& before, const StateField& after, TimePoint now,
                       Duration span);
  // Whether it may have the same effect as the other.
  static bool may_be_alike(const StateField& before, const StateField& after, TimePoint now,
                           Duration span);
  static TimePoint instant_of(std::uint64_t bits) {
    return TimePoint{Duration{static_cast<std::int64_t>(bits)}};
  }
  // The earliest instant at which this second may begin: a clock may be ahead by part of one.
  static TimePoint start_of_second(std::uint64_t bits);

 private:
  template <class T>
  static std::uint64_t bits_of(const T& field) {
    if constexpr (std::is_enum_v<T> || std::is_integral_v<T>) {
      return static_cast<std::uint64_t>(field);
    } else if constexpr (requires { field.time_since_epoch(); }) {
      return static_cast<std::uint64_t>(field.time_since_epoch().count());
    } else if constexpr (requires { field.count(); }) {
      return static_cast<std::uint64_t>(field.count());
    } else if constexpr (requires { field.address; }) {  // an endpoint
      return std::uint64_t{field.address.value} << 16 | field.port;
    } else {
      return field.value;  // an identity
    }
  }
  // What the field is from now on.
  std::uint64_t pass(Motion motion, std::uint64_t bits) {
    ++passed_;
    if (counts_) return bits;
    if (notes_ == nullptr) return values_[passed_ - 1].bits;
    notes_->push_back({motion, bits});
    if (compares_ && !differs_) compare(notes_->back());
    return bits;
  }
  void compare(const StateField& field) {
    differs_ = passed_ > values_.size() || field.motion != values_[passed_ - 1].motion;
    if (differs_) return;
    const StateField& before = values_[passed_ - 1];
    differs_ = as_ == Compared::Moved ? !may_move(before, field, now_, span_)
                                      : !may_be_alike(before, field, now_, span_);
  }

  std::vector<StateField>* notes_ = nullptr;
  std::span<const StateField> values_;
  TimePoint now_;
  Duration span_{};
  bool compares_ = false;
  Compared as_ = Compared::Moved;
  bool counts_ = false;
  bool differs_ = false;
  std::size_t passed_ = 0;
};

}  // namespace stayalive
