// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "picture/journeys.h"
#include "picture/ladder/ladder.h"
#include "picture/ladder/ladder_words.h"
#include "picture/passages.h"
#include "run/report.h"
#include "scenario/scenario.h"

namespace stayalive {

// Everything that a ladder could show, in order of time; at one instant what the scenario does,
// then packets, then what stations forget and say, then what a side learns.  A row gets its words
// only when it is asked for: a month of keepalives has a hundred thousand of them.
class LadderItems {
 public:
  // All must outlive the items; columns and timers are by station.
  LadderItems(const Scenario& scenario, std::size_t connection, const Journeys& journeys,
              const ConnectionReport& report, const std::vector<Ladder::Column>& columns,
              const std::vector<IdleTimer>& timers);

  std::size_t size() const { return items_.size(); }
  TimePoint at(std::size_t i) const { return items_[i].at; }
  std::uint32_t shape(std::size_t i) const { return items_[i].shape; }
  int weight(std::size_t i) const { return items_[i].weight; }  // what would be missing without it
  Ladder::Row row(std::size_t i) const;

 private:
  struct Item {
    TimePoint at;
    std::uint32_t shape = 0;
    bool moves = false;      // a packet
    std::size_t source = 0;  // position in the journeys or in events_
    int weight = 1;
  };
  void add_scenario_events();
  void add_cut(const EventSpec& event, const std::string& span);
  void add_host_event(const EventSpec& event, Role role, const std::string& span);
  void add_span(const EventSpec& event, std::size_t from, std::size_t to, const std::string& text,
                const std::string& afterwards);
  void add_journeys();
  void add_incidents(bool by_timers);
  void add_transitions();
  bool mark_said(TimePoint at, std::size_t column, bool bad, std::size_t known);
  void add_event(TimePoint at, std::size_t from, std::size_t to, const std::string& text,
                 Ladder::Tone tone, int weight);
  void sort();
  std::size_t column_of(Role role) const;
  std::size_t column_of_hop(std::size_t hop) const;

  const Scenario& scenario_;
  const ConnectionSpec& spec_;
  const Journeys& journeys_;
  const ConnectionReport& report_;
  const std::vector<Ladder::Column>& columns_;
  LadderWords words_;
  Shapes shapes_;
  std::vector<Item> items_;
  std::vector<Ladder::Row> events_;
};

}  // namespace stayalive
