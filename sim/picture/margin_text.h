// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "document/table.h"
#include "run/report.h"

namespace stayalive {

// How much of a flow's life was left, in few digits: "42ms", "1m50s"; all digits below one
// millisecond.
std::string brief_left(Duration left);
// In a table: highlighted where a timer may use it up; empty where there is none.
Cell margin_cell(const ClosestCall* margin);
// Which timer of which box it was, in a few words: "home-router: tcp.established 1m".
std::string short_call(const ClosestCall& call);
// When it was and what put an end to it, as a sentence.
std::string margin_sentence(const ClosestCall& call);
// How near a side came to giving up: "The client came within 12s of giving up
// (server_alive_count_max), when something arrived at 3m10s after 2m8s without."
std::string give_up_sentence(const CloseGiveUp& wait, Role role);
// Of a call that lies within what a timer may be late by: "held by 42ms (home-router:
// tcp.established 1m): a real timer may be late by 60ms".
std::string slip_warning(const ClosestCall& call);

}  // namespace stayalive
