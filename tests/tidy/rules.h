// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "tidy/source_file.h"

// The house rules that a machine can check.  Each takes every file of the project and names each
// breach with its place and the rule in a sentence.
namespace stayalive::tidy {

struct Breach {
  std::string path;
  std::size_t line = 0;  // from 1
  std::string rule;
};
// "sim/net/link.h:12: ..."
std::string to_string(const Breach& breach);

using Files = std::vector<SourceFile>;

// Includes in sim/ go to the own floor or a lower one, never to one beside it.
std::vector<Breach> includes_look_down(const Files& files);
// Words that stand for something that has no place in the simulator.
std::vector<Breach> banned_words(const Files& files);
// What rides beside a packet for the books is read by the books alone.
std::vector<Breach> notes_are_for_the_books(const Files& files);
// What is printed and written goes through one door: nothing else in sim/ and in the program writes
// to standard output, standard error or a file.
std::vector<Breach> printing_goes_through_output(const Files& files);
// Notes to oneself are not left behind.
std::vector<Breach> loose_ends(const Files& files);
// Nothing refers to a directory of somebody's machine.
std::vector<Breach> machine_paths(const Files& files);
// The licence comes first, and headers are included once.
std::vector<Breach> file_openings(const Files& files);
// Lines, functions and files are short.
std::vector<Breach> sizes(const Files& files);
// A source has a header of its name, or includes that of the noun which it helps.
std::vector<Breach> nouns(const Files& files);
// Every header of sim/ is included by a test or by something that a test includes.
std::vector<Breach> untested_headers(const Files& files);

}  // namespace stayalive::tidy
