// SPDX-License-Identifier: Apache-2.0
#include "resume_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "descriptor.h"
#include "output.h"

namespace stayalive {
namespace {

std::vector<Diagnostic> resume_mistake(const std::string& file, const std::string& what) {
  Diagnostic diagnostic;
  diagnostic.file = file;
  diagnostic.message = what;
  return {diagnostic};
}

// A point takes a few hundred bytes for each connection.
constexpr std::size_t kMostLogBytes = std::size_t{1} << 30;

// The errno of a failure, else 0.
int read_all(int descriptor, std::string& text) {
  std::vector<char> buffer(65536);
  while (true) {
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0) return 0;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > kMostLogBytes) return EFBIG;
  }
}

bool is_regular(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

std::vector<Diagnostic> not_written(const std::string& file, int error) {
  return resume_mistake(file, std::string("the file cannot be written: ") + std::strerror(error));
}

}  // namespace

void tell_of_damage(const std::string& file, const SweepLogDamage& damage, std::size_t size,
                    const std::string& consequence) {
  constexpr std::size_t kMostTold = 20;
  std::string lines;
  std::size_t told = 0;
  for (const SweepLogDamage::Line& line : damage.lines) {
    if (!line.lost) continue;
    if (++told <= kMostTold) lines += (lines.empty() ? "" : ", ") + std::to_string(line.number);
  }
  if (told > kMostTold) lines += fmt::format(" and {} more", told - kMostTold);
  if (told > 0) {
    say_note(fmt::format("{}: damaged: line {}; what was there {}", file, lines, consequence));
  }
  if (damage.whole > 0 && damage.whole < size) {
    say_note(file + ": the last line was cut short; its point " + consequence);
  }
}

Result<std::string> read_resume_file(const std::string& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) {
    return resume_mistake(file, std::string("the file cannot be read: ") + std::strerror(errno));
  }
  std::string text;
  const bool regular = is_regular(descriptor);
  if (regular && ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    say_note(file + ": a sweep is still writing it");
  }
  const int error = regular ? read_all(descriptor, text) : 0;
  ::close(descriptor);
  if (!regular) return resume_mistake(file, "this is no ordinary file");
  if (error != 0) {
    return resume_mistake(file, std::string("the file cannot be read: ") + std::strerror(error));
  }
  return text;
}

ResumeFile::~ResumeFile() { ::close(descriptor_); }

int ResumeFile::write_at(std::size_t at, std::string_view bytes) const {
  if (::lseek(descriptor_, static_cast<off_t>(at), SEEK_SET) < 0) return errno;
  return write_all(descriptor_, bytes);
}

int ResumeFile::append(std::string_view line) {
  const int error = write_at(size_, line);
  if (error == 0) {
    size_ += line.size();
  } else if (::ftruncate(descriptor_, static_cast<off_t>(size_)) != 0) {
    // The rest of a line is passed over by whoever reads it.
    return error;
  }
  return error;
}

// Unless a line of the text says so already.
int ResumeFile::append_origin(const SweepOrigin& origin, std::string_view text,
                              std::uint64_t fingerprint) {
  const std::vector<SweepOrigin> known = read_sweep_log_origins(text, fingerprint);
  if (std::ranges::count(known, origin.shard, &SweepOrigin::shard) > 0) return 0;
  return append(sweep_log_origin(origin, fingerprint));
}

// Nothing becomes longer, so that a full disk does not matter.
int ResumeFile::repair(const SweepLogDamage& damage, std::string_view head, std::size_t size) {
  size_ = damage.whole;
  int error = 0;
  if (damage.head) error = write_at(0, head);
  for (const SweepLogDamage::Line& line : damage.lines) {
    if (error == 0) error = write_at(line.begin, line.repaired);
  }
  if (error == 0 && size > size_ && ::ftruncate(descriptor_, static_cast<off_t>(size_)) != 0) {
    error = errno;
  }
  return error;
}

Result<std::unique_ptr<ResumeFile>> ResumeFile::open(const std::string& file,
                                                     const SweepIdentity& identity, Sweep& sweep,
                                                     const std::optional<Shard>& shard) {
  // A pipe does not wait for somebody at its other end.
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666);
  if (descriptor < 0) return not_written(file, errno);
  std::unique_ptr<ResumeFile> opened(new ResumeFile(descriptor));
  if (!is_regular(descriptor)) return resume_mistake(file, "this is no ordinary file");
  if (is_standard_output(file)) {
    return resume_mistake(file, "this is where standard output goes");
  }
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return resume_mistake(file, "another sweep is writing this file");
    return resume_mistake(file, std::string("the file cannot be locked: ") + std::strerror(errno));
  }
  std::string text;
  if (const int error = read_all(descriptor, text); error != 0) {
    return resume_mistake(file, std::string("the file cannot be read: ") + std::strerror(error));
  }
  const Result<SweepLogDamage> damage = read_sweep_log(text, file, identity, sweep);
  if (!damage.ok()) return damage.errors();
  const std::string head = sweep_log_head(identity);
  if (damage.value().head) say_note(file + ": the first line was damaged; it is written anew");
  tell_of_damage(file, damage.value(), text.size(), "is run again");
  int error = opened->repair(damage.value(), head, text.size());
  if (error == 0 && damage.value().whole == 0) error = opened->append(head);
  if (error == 0 && shard)
    error = opened->append_origin({sweep.file, sweep.title, *shard}, text, identity.fingerprint());
  if (error != 0) return not_written(file, error);
  return opened;
}

}  // namespace stayalive
