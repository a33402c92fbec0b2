// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
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
  // Opens the file, or makes it, and marks the points that it holds as done.  Lines that were cut
  // short or changed are named on standard error and taken out of it.  Of a shard the file says
  // which one it is.
  static Result<std::unique_ptr<ResumeFile>> open(const std::string& file,
                                                  const SweepIdentity& identity, Sweep& sweep,
                                                  const std::optional<Shard>& shard);
  ~ResumeFile();
  ResumeFile(const ResumeFile&) = delete;
  ResumeFile& operator=(const ResumeFile&) = delete;

  // Returns the errno of a failure, else 0.  What was written of a line that could not be written
  // to its end is taken back.
  int append(std::string_view line);

 private:
  explicit ResumeFile(int descriptor) : descriptor_(descriptor) {}
  int write_at(std::size_t at, std::string_view bytes) const;
  int append_origin(const SweepOrigin& origin, std::string_view text, std::uint64_t fingerprint);
  int repair(const SweepLogDamage& damage, std::string_view head, std::size_t size);

  int descriptor_;
  std::size_t size_ = 0;  // of its whole lines
};

// All of such a file, or what of it is there yet where a sweep is writing it, which is said.
Result<std::string> read_resume_file(const std::string& file);
// Says which lines of a file are damaged.  consequence: what becomes of their points.
void tell_of_damage(const std::string& file, const SweepLogDamage& damage, std::size_t size,
                    const std::string& consequence);

}  // namespace stayalive
