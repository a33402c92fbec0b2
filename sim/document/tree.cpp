// SPDX-License-Identifier: Apache-2.0
#include "document/tree.h"

#include "base/check.h"

namespace stayalive {

Tree Tree::record() { return Tree(Record()); }

Tree Tree::record(std::initializer_list<Member> members) {
  Record record;
  for (const Member& member : members) {
    record.names.push_back(member.name);
    record.values.push_back(member.value);
  }
  return Tree(std::move(record));
}

void Tree::add(Tree item) {
  List* items = std::get_if<List>(&node_);
  CHECK(items != nullptr, "only a list has items");
  items->push_back(std::move(item));
}

void Tree::set(std::string name, Tree value) {
  Record* record = std::get_if<Record>(&node_);
  CHECK(record != nullptr, "only a record has names");
  record->names.push_back(std::move(name));
  record->values.push_back(std::move(value));
}

}  // namespace stayalive
