// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "picture/idle_timer.h"
#include "picture/journeys.h"
#include "picture/ladder/ladder.h"
#include "picture/plain_words.h"

namespace stayalive {

// What a ladder says beside its arrows, in few words.  Nothing here depends on how rows are chosen
// or drawn.
class LadderWords {
 public:
  // All must outlive the words; timers are by column.
  LadderWords(const std::vector<Ladder::Column>& columns, const std::vector<IdleTimer>& timers,
              Wording wording)
      : columns_(columns), timers_(timers), wording_(wording) {}

  // "SYN", "data 52", "again 52".
  static std::string label(const Journey& journey);
  // What the stations on the way did with a packet, and whether that is bad.
  void describe(const Journey& journey, Ladder::Row& row) const;
  // The same for journeys that are told in the same words, give or take numbers.
  std::string shape(const Journey& journey) const;
  Ladder::Tone tone(const Journey& journey) const;
  // What ended at a station, or what its program said.
  void describe(const Incident& incident, Ladder::Row& row) const;
  // How much of each timer is left after a pause.
  void describe_pause(Ladder::Row& row) const;

 private:
  bool is_box(std::size_t column) const {
    return columns_[column].kind == Ladder::Column::Kind::Box;
  }
  // What a packet did to the timer of a box.
  enum class Effect : std::uint8_t { None, Opens, TakesUp, Refreshes, Changes, Leaves };
  Effect effect(const Journey::Stop& stop) const;
  bool is_late(const Journey& journey, const Journey::Stop& stop) const;
  std::string at_stop(const Journey& journey, const Journey::Stop& stop) const;
  std::string at_end(const Journey& journey) const;
  std::string timer_words(const Journey::Stop& stop) const;
  std::optional<Duration> lateness(std::size_t column, TimePoint when) const;

  const std::vector<Ladder::Column>& columns_;
  const std::vector<IdleTimer>& timers_;
  const Wording wording_;
};

}  // namespace stayalive
