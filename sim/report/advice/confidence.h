// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "document/tree.h"
#include "study/advise/today.h"

namespace stayalive {

// How sure the answer about today is: on which values of the box it rests, and what it would be if
// one that nobody has read were the other way round.  Empty where no box's timer ends the
// connection.
std::vector<std::string> confidence_sentences(const Today& today);
Tree confidence_tree(const Today& today);
// "the client's next message hangs for 15m24s and then fails"; whose: "the client", "either end".
std::string fate_of(const NextMessage& next, const std::string& whose);
// As data: its fate, after how long, and what the program says.
Tree next_message_tree(const NextMessage& next);

}  // namespace stayalive
