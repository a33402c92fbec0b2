// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <vector>

#include "scenario/json/object_reader.h"
#include "scenario/sections/sections.h"

namespace stayalive {

// How many hops of each kind there were, for the names of those without one; and what can be read
// only once the whole path is known.
struct HopCounts {
  struct Target {
    Reader in;
    std::size_t group = 0;
    std::size_t way = 0;
  };
  std::size_t links = 0;
  std::size_t boxes = 0;
  std::size_t proxies = 0;
  std::size_t groups = 0;
  std::vector<Target> targets{};
};

// One hop that is no group: the path of the draft is longer by one, whatever was wrong.  in_way: no
// proxy may stand there.
void read_hop(Reader& in, Draft& draft, HopCounts& counts, bool in_way);
// A group of alternatives.
void read_alternatives(Reader in, Draft& draft, HopCounts& counts);
// Whom the watchers ask, once the path is known.
void read_targets(Draft& draft, HopCounts& counts);

}  // namespace stayalive
