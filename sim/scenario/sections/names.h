// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "scenario/json/reader.h"

namespace stayalive {

// What the names of a scenario stand for.  Hosts, links, boxes, proxies, servers and connections
// share one set of names, so that a name in an event or a report can only mean one thing.
class Names {
 public:
  enum class Kind : std::uint8_t { Host, Link, Box, Proxy, Connection, Server, Alternatives };
  struct Entry {
    Kind kind = Kind::Host;
    std::size_t position = 0;  // among the hosts, hops, connections, servers or groups
  };

  // False when the name is taken.
  bool add(const std::string& name, Entry entry);
  const Entry* find(std::string_view name) const;
  // Reads the optional name of a thing; `fallback` is its name otherwise.  A name that is taken is
  // reported at `in`, or at `owner` when it is the fallback.
  std::string read_new(Reader in, const Reader& owner, std::string fallback, Entry entry);
  // Reads a name that must stand for one of the kinds; reports a name that does not.
  std::optional<Entry> read_reference(Reader& in, std::initializer_list<Kind> kinds) const;

 private:
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace stayalive
