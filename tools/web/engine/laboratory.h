// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <string_view>

namespace stayalive {

// How far a long answer is: "trying 4m over 1h"; done of total, or 0 of 0 where that is not known.
using Progress = std::function<void(std::string_view words, std::size_t done, std::size_t total)>;

// What the page asks of the simulator: one JSON text in, one out.  No request makes it fail.
//
//   {"ask": "run", "scenario": TEXT}
//
// Each request but the first three has the text of a scenario, and may have a "seed".
//
//   about                              version, schema, profiles and products
//   profile, product   name            one of them, with the source of each value
//   check                              its connections, or every mistake
//   run                                as `stayalive run --format json`, and the chart of the run
//   ladder             connection      the rows of a ladder, the story, and the drawing
//   sweep              axes, runs      as `stayalive sweep --format json`, and its charts
//   advise             connection      as `stayalive advise --format json`, and its words
//                      survive, notice_within
//
// The answer is {"result": ...}, or {"mistakes": [...]} of the shape of api::Mistake, each with its
// "text" in a line.
std::string answer(std::string_view request, const Progress& progress = {});

}  // namespace stayalive
