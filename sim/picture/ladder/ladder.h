// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "base/time.h"
#include "picture/journeys.h"
#include "run/report.h"
#include "scenario/scenario.h"

namespace stayalive {

// A ladder diagram of one connection: stations side by side, time downwards, each packet an arrow.
// Plain data, from which the writers make text and pictures.  Time is not linear: what happens
// within a second has rows of its own, and what lies between is one row, however long it lasts.
struct Ladder {
  enum class Tone : std::uint8_t { Plain, Good, Warn, Bad };

  struct Column {
    enum class Kind : std::uint8_t { Host, Box, Proxy };
    Kind kind = Kind::Host;
    std::string name;
    std::string role;  // of a host: "client" or "server"
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
    int before = 0;  // per mille of the timer that are left, of a box
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
      End,      // of the run
    };
    Kind kind = Kind::Packet;
    TimePoint at;
    TimePoint until;  // a packet: when it came to its last station
    std::size_t from = 0;
    std::size_t to = 0;
    Journey::End end = Journey::End::Arrived;
    bool outward = true;  // towards the external end; of a packet
    std::string label;    // on the arrow: "SYN"
    std::string note;     // beside it: "home-router drops it, 59.9s too late"
    Tone tone = Tone::Plain;
    std::vector<Cell> cells{};  // by column
  };

  std::string title;    // of the connection and the scenario
  std::string summary;  // "ssh over tcp, seed 1"
  std::vector<Column> columns;
  std::vector<std::string> lines;  // the names of the links between a column and the next
  std::vector<Row> rows;
  std::vector<std::string> story;  // the same in sentences
};

// Draws a connection of a run that the journeys have followed.  A long story is told in about
// `most_rows` rows: its beginning, what repeats, what went wrong, how it was noticed, and the end.
Ladder draw_ladder(const Scenario& scenario, std::size_t connection, const Journeys& journeys,
                   const RunReport& report, std::size_t most_rows = 60);
// The names of the stations that a connection passes, as Journeys wants them.
std::vector<std::string> stations_of(const Scenario& scenario, std::size_t connection);

}  // namespace stayalive
