// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
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
  enum class Kind : std::uint8_t { Svg, Junit, Scenario, Capture, Profile, ProbeLog, Html, Png };

  // name: empty for no file at all, which can always be written.  inputs: files that the command
  // reads.
  NewFile(std::string name, Kind kind, bool force, std::vector<std::string> inputs = {});

  // Whether it may and can be written, to be asked before the work begins; says why not.
  bool can_write() const;
  // Says that it was written, but for a device or a pipe.  False, and everything said, where it
  // could not be.
  bool write(std::string_view content) const;
  // As write(), and says nothing when it was written.
  bool keep(std::string_view content) const;

 private:
  bool put(std::string_view content, bool says_so) const;
  std::string refusal() const;
  int replace(std::string_view content) const;

  std::string name_;
  Kind kind_;
  bool force_;
  std::vector<std::string> inputs_;
};

// A file that is written while the work goes on, after NewFile::can_write() has said that it may
// be: beside its place, which it takes when finish() is called; without that nothing has changed.
class GrowingFile {
 public:
  explicit GrowingFile(std::string name);
  ~GrowingFile();
  GrowingFile(const GrowingFile&) = delete;
  GrowingFile& operator=(const GrowingFile&) = delete;

  // False once something could not be written; all further is thrown away.
  bool append(std::string_view bytes);
  // head: takes the place of as many bytes at the beginning, but not of a device or a pipe.  Says
  // that it was written, or why it could not be.
  bool finish(std::string_view head);

 private:
  struct Place;
  int complete(std::string_view head);

  std::string name_;
  std::unique_ptr<Place> place_;
  int error_ = 0;
};

// Adds --force.
void add_force(CLI::App& command, bool& force);

}  // namespace stayalive
