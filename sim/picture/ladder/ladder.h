// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "picture/journeys.h"
#include "picture/plain_words.h"
#include "run/report.h"
#include "scenario/scenario.h"

namespace stayalive {

// A ladder diagram of one connection: stations side by side, time downwards, each packet an arrow.
// Plain data, from which the writers make text and pictures.  Time is not linear: what happens
// within a second has rows of its own, and what lies between is one row, however long it lasts.
struct Ladder {
  enum class Tone : std::uint8_t { Plain, Good, Warn, Bad };

  struct Column {
    enum class Kind : std::uint8_t { Host, Box, Proxy, Way };  // a way in which no box stands
    Kind kind = Kind::Host;
    std::string name;
    // Of a host: "client" or "server"; of a box in a way, and of a way: its way or its group.
    std::string role;
    std::optional<WayPlace> way{};
    bool is_line() const { return kind == Kind::Host || kind == Kind::Way; }
  };

  // How a column stands when a row begins and when it ends.
  struct Cell {
    enum class State : std::uint8_t {
      Nothing,    // it knows no connection
      Knows,      // a box: its timer runs; a host: it has a connection that works
      Forgot,     // a box: in this row its state ended
      BlackHole,  // a host: it believes in a connection through which nothing gets
    };
    State state = State::Nothing;
    // What is left of the timer of a box, from 0 to 1000: when the row begins, just before it
    // changes the timer, and when it ends.  The second is the third where it changes nothing.  A
    // row begins with what the one above it ended with.
    int before = 0;
    int left = 0;
    int after = 0;
    bool operator==(const Cell&) const = default;
  };

  struct Row {
    enum class Kind : std::uint8_t {
      Packet,   // an arrow from `from` to `to`
      Event,    // something at `from`; on the line beside it where `to` differs
      Pause,    // nothing, from `at` to `until`
      Repeat,   // the rows above, again and again
      Omitted,  // rows that are left out
      RunEnd,   // nothing comes after it
    };
    Kind kind = Kind::Packet;
    TimePoint at;
    // Of a packet: when it came to its last station.
    TimePoint until;
    // Columns; of an event the same one, or neighbours where it happens on the line between them.
    std::size_t from = 0;
    std::size_t to = 0;
    // The next two are of a packet only.
    Journey::Delivery delivery = Journey::Delivery::Arrived;
    bool outward = true;
    // On the arrow: "SYN".
    std::string label;
    // Beside the row: "home-router drops it: 59.9s too late".
    std::string note;
    Tone tone = Tone::Plain;
    // One for each column.
    std::vector<Cell> cells{};
    // Of a packet: columns of other ways between `from` and `to`, at which it was not.
    std::vector<std::size_t> passed_by{};
    bool passes_by(std::size_t column) const {
      return std::find(passed_by.begin(), passed_by.end(), column) != passed_by.end();
    }

    // Whether it stands for what lies between two rows.
    bool is_between() const {
      return kind == Kind::Pause || kind == Kind::Repeat || kind == Kind::Omitted;
    }
  };

  // Of the connection and the scenario.
  std::string title;
  // "ssh over tcp, seed 1".
  std::string summary;
  std::vector<Column> columns;
  // The names of the links between a column and the next: one less than columns.
  std::vector<std::string> lines;
  std::vector<Row> rows;
  // The same in sentences.
  std::vector<std::string> story;
};

// Draws a connection of a run that the journeys have followed.  A long story is told in about
// `most_rows` rows: its beginning, what repeats, what went wrong, how it was noticed, and the end.
Ladder draw_ladder(const Scenario& scenario, std::size_t connection, const Journeys& journeys,
                   const RunReport& report, Wording wording = Wording::Exact,
                   std::size_t most_rows = 60);
// The stations that a connection may pass, as Journeys wants them.
std::vector<StationOnPath> stations_of(const Scenario& scenario, std::size_t connection);

}  // namespace stayalive
