// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <initializer_list>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "document/value.h"

namespace stayalive {

// A result as data: a value, a list of trees, or a record of named trees in the order in which they
// were set.
//
//   Tree side = Tree::record({{"host", "client"}, {"opened_at", opened_at}});
//   side.set("timeline", timeline);
class Tree {
 public:
  using List = std::vector<Tree>;
  // As many values as names.
  struct Record {
    std::vector<std::string> names;
    std::vector<Tree> values;
  };
  struct Member;

  Tree() = default;
  template <std::convertible_to<Value> T>
  Tree(T&& value) : node_(Value(std::forward<T>(value))) {}

  static Tree list() { return Tree(List()); }
  // Of anything whose elements are values.
  template <class Range>
  static Tree list_of(const Range& range);
  static Tree record();
  static Tree record(std::initializer_list<Member> members);

  // Appends to a list, or to a record; a name may be set once.
  void add(Tree item);
  void set(std::string name, Tree value);

  using Node = std::variant<Value, List, Record>;
  const Node& node() const { return node_; }

 private:
  explicit Tree(List items) : node_(std::move(items)) {}
  explicit Tree(Record members) : node_(std::move(members)) {}
  Node node_;
};

struct Tree::Member {
  std::string name;
  Tree value;
};

template <class Range>
Tree Tree::list_of(const Range& range) {
  List items;
  for (const auto& item : range) items.emplace_back(item);
  return Tree(std::move(items));
}

}  // namespace stayalive
