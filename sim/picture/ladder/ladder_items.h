// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "picture/journeys.h"
#include "picture/ladder/ladder.h"
#include "picture/ladder/ladder_words.h"
#include "picture/passages.h"
#include "run/report.h"
#include "scenario/scenario.h"

namespace stayalive {

// Everything that a ladder could show, no effect before its cause.  Items are in order of time, a
// packet at its departure; at one instant first comes what the scenario does, then what boxes
// forget by themselves, then the rest as it was recorded.  What ends at a station while a packet is
// on its way there comes before that packet, although it is later.  A row gets its words only when
// it is asked for: a month of keepalives has a hundred thousand of them.
class LadderItems {
 public:
  // All must outlive the items; columns and timers are by station.
  LadderItems(const Scenario& scenario, std::size_t connection, const Journeys& journeys,
              const RunReport& report, const std::vector<Ladder::Column>& columns,
              const std::vector<IdleTimer>& timers, Wording wording);

  std::size_t size() const { return items_.size(); }
  // When it happens, and the instant of its place among the others, which never decreases.
  TimePoint at(std::size_t i) const { return items_[i].at; }
  TimePoint place(std::size_t i) const { return items_[i].place.at; }
  std::uint32_t shape(std::size_t i) const { return items_[i].shape; }
  // How many rows of a run that is kept whole it stands for: more than one for packets that the
  // journeys do not keep.
  std::size_t rows(std::size_t i) const { return items_[i].rows; }
  std::size_t rows(std::size_t begin, std::size_t end) const;
  // How much would be missing without it, from 1 to 5.
  int weight(std::size_t i) const { return items_[i].weight; }
  Ladder::Row row(std::size_t i) const;
  // For each column the moment at which this item leaves it.
  std::vector<Moment> moments(std::size_t i) const;

 private:
  struct Item {
    Moment place;
    TimePoint at;
    std::uint32_t shape = 0;
    bool is_packet = false;
    // Position in the journeys, or in events_.
    std::size_t source = 0;
    int weight = 1;
    std::size_t rows = 1;
  };
  // A row without a packet, and until when it shows the column in which it stands.
  struct Event {
    Ladder::Row row;
    std::optional<Moment> shows{};
  };
  void add_scenario_events();
  void add_way_changes();
  void add_cut(const EventSpec& event, const std::string& span);
  void add_take_over(const EventSpec& event, const std::string& span);
  void add_host_event(const EventSpec& event, Role role, const std::string& span);
  void add_span(const EventSpec& event, std::size_t from, std::size_t to, const std::string& text,
                const std::string& afterwards);
  void add_journeys();
  void add_gaps();
  enum class Incidents : std::uint8_t { Forgotten, Others };
  void add_incidents(Incidents which);
  Ladder::Row event_row(TimePoint at, std::size_t from, std::size_t to, const std::string& text,
                        Ladder::Tone tone) const;
  Moment place_of_end(TimePoint at, std::size_t from, std::size_t to) const;
  Moment place_of_learning(TimePoint at, std::size_t column) const;
  std::size_t first_under_way(TimePoint at) const;
  void add_transitions();
  bool mark_said(TimePoint at, std::size_t column, bool bad, std::size_t known);
  void add_event(Event event, Moment place, int weight);
  void sort();
  std::size_t column_of(Role role) const;
  std::size_t column_of_hop(std::size_t hop) const;

  const Scenario& scenario_;
  const ConnectionSpec& spec_;
  const Journeys& journeys_;
  const ConnectionReport& report_;
  const std::vector<AlternativesReport>& alternatives_;
  const std::vector<Ladder::Column>& columns_;
  LadderWords words_;
  Shapes shapes_;
  std::vector<Item> items_;
  std::vector<Event> events_;
  // No packet was under way for longer.
  Duration longest_{};
};

}  // namespace stayalive
