// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <string>
#include <vector>

#include "document/tree.h"
#include "study/advise/today.h"

namespace stayalive {

// What an answer about a connection that a box's timer ends rests on.
struct Evidence {
  const std::vector<Support>& rests_on;
  const std::array<NextMessage, 2>& next;  // by Role
  const std::vector<TurnedValue>& turned;
};

// How sure the answer is: on which values of the box it rests, and what it would be if one that
// nobody has read were the other way round.  Empty where no box's timer ends the connection.
std::vector<std::string> confidence_sentences(const Evidence& evidence);
// As data; null where there are no sentences.
Tree confidence_tree(const Evidence& evidence);
// "the client's next message hangs for 15m24s and then fails"; whose: "the client", "either end".
std::string fate_of(const NextMessage& next, const std::string& whose);
// Of both ends, as data: the fate, after how long, and what the program says.
Tree next_messages_tree(const std::array<NextMessage, 2>& next);

}  // namespace stayalive
