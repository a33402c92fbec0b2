// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "study/sweep/sweep_log.h"

namespace stayalive {

// A file to which the finished points of a sweep are appended, each as one line in one piece, so
// that whatever ends the program costs at most the point that is being written.  It is locked: two
// programs cannot write it at once.
class ResumeFile {
 public:
  // Opens the file, or makes it, marks the points that it holds as done and cuts off a torn last
  // line.
  static Result<std::unique_ptr<ResumeFile>> open(const std::string& file,
                                                  const SweepIdentity& identity, Sweep& sweep);
  ~ResumeFile();
  ResumeFile(const ResumeFile&) = delete;
  ResumeFile& operator=(const ResumeFile&) = delete;

  // False when it cannot be written, with errno saying why.
  bool append(std::string_view line);

 private:
  explicit ResumeFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace stayalive
