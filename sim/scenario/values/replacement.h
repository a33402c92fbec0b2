// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <span>
#include <string>

#include "scenario/json/journal.h"
#include "scenario/json/json_value.h"

namespace stayalive {

// A value that takes the place of what a scenario says.
inline constexpr const char* kSetOrigin = "--set";
struct Replacement {
  std::string path;    // as in Axis
  JsonValue value;     // of the scenario's own sweep, its offset is the one in the scenario's text
  std::string origin;  // who asks for it, for messages: "--axis"; empty: the scenario's own sweep
};

// What messages say about them: "with --axis connections.ssh.start=5s".
std::string print_replacements(std::span<const Replacement> replacements);

// As on a command line: "connections.ssh.start=5s"; on one line, and cut where it is long.
std::string print_replacement(const Replacement& replacement);

// Puts the value at every place of the document to which the path leads.  Objects that are missing
// on the way are made; what is new has the offset `mark`.  False when the path leads nowhere, which
// is reported at `mark`.
bool put(JsonValue& root, const Replacement& replacement, std::size_t mark, Journal& journal);
// Whether the path is a right one, and only names an element that this document does not have: a
// connection, a box or a host.
bool lacks_place(const JsonValue& root, const Replacement& replacement);

}  // namespace stayalive
