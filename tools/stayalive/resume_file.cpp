// SPDX-License-Identifier: Apache-2.0
#include "resume_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
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

std::optional<std::string> whole_text(int descriptor) {
  std::string text;
  std::array<char, 65536> buffer{};
  while (true) {
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count == 0) return text;
    if (count < 0) return std::nullopt;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

ResumeFile::~ResumeFile() { ::close(descriptor_); }

bool ResumeFile::append(std::string_view line) {
  errno = write_all(descriptor_, line);
  return errno == 0;
}

Result<std::unique_ptr<ResumeFile>> ResumeFile::open(const std::string& file,
                                                     const SweepIdentity& identity, Sweep& sweep) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    return resume_mistake(file, std::string("the file cannot be written: ") + std::strerror(errno));
  }
  std::unique_ptr<ResumeFile> opened(new ResumeFile(descriptor));
  if (is_standard_output(file)) {
    return resume_mistake(file, "this is where standard output goes");
  }
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    return resume_mistake(file, "another sweep is writing this file");
  }
  const std::optional<std::string> text = whole_text(descriptor);
  if (!text) {
    return resume_mistake(file, std::string("the file cannot be read: ") + std::strerror(errno));
  }
  const Result<std::size_t> whole = read_sweep_log(*text, file, identity, sweep);
  if (!whole.ok()) return whole.errors();
  const bool torn = whole.value() < text->size();
  if (torn && ::ftruncate(descriptor, static_cast<off_t>(whole.value())) != 0) {
    return resume_mistake(file, std::string("the file cannot be written: ") + std::strerror(errno));
  }
  if (whole.value() == 0 && !opened->append(sweep_log_head(identity))) {
    return resume_mistake(file, std::string("the file cannot be written: ") + std::strerror(errno));
  }
  return opened;
}

}  // namespace stayalive
