// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stayalive {

// A file that a command is asked to write.  It is written beside its place and takes it when it is
// whole and on the disk, so that whatever goes wrong leaves what was there.  Neither an input of
// the command nor what standard output goes to is written over, and a file of another kind only
// where that is forced.  A device or a pipe is written to as it is.
class NewFile {
 public:
  // What stands in it; a file that is empty is of every kind.
  enum class Kind : std::uint8_t { Svg, Junit, Scenario };

  // name: empty for no file at all, which can always be written.  inputs: files that the command
  // reads.
  NewFile(std::string name, Kind kind, bool force, std::vector<std::string> inputs = {});

  // Whether it may and can be written, to be asked before the work begins; says why not.
  bool can_write() const;
  // Says that it was written, but for a device or a pipe.  False, and everything said, where it
  // could not be.
  bool write(std::string_view content) const;

 private:
  std::string refusal() const;
  int replace(std::string_view content) const;

  std::string name_;
  Kind kind_;
  bool force_;
  std::vector<std::string> inputs_;
};

// Adds --force.
void add_force(CLI::App& command, bool& force);

}  // namespace stayalive
