// SPDX-License-Identifier: Apache-2.0
#include "new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

#include "descriptor.h"
#include "output.h"
#include "scenario/file_kind.h"
#include "scenario/text_file.h"

namespace stayalive {
namespace {

namespace fs = std::filesystem;

struct stat status_of(const std::string& file, bool& exists) {
  struct stat status {};
  exists = ::stat(file.c_str(), &status) == 0;
  return status;
}

bool is_same_file(const std::string& a, const std::string& b) {
  bool exists_a = false;
  bool exists_b = false;
  const struct stat one = status_of(a, exists_a);
  const struct stat other = status_of(b, exists_b);
  return exists_a && exists_b && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

// Whether it is neither a file nor free to become one.
bool is_device(const std::string& file) {
  bool exists = false;
  const struct stat status = status_of(file, exists);
  return exists && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

std::string_view name_of(NewFile::Kind kind) {
  switch (kind) {
    case NewFile::Kind::Svg:
      return "SVG drawing";
    case NewFile::Kind::Junit:
      return "JUnit XML";
    case NewFile::Kind::Capture:
      return "pcapng capture";
    case NewFile::Kind::Profile:
      return "profile";
    case NewFile::Kind::ProbeLog:
      return "record of a probe";
    case NewFile::Kind::Html:
      return "HTML page";
    case NewFile::Kind::Png:
      return "PNG picture";
    case NewFile::Kind::Scenario:
      break;
  }
  return "scenario";
}

// With which bytes a file begins that is no text; empty for text.
std::string_view magic_of(NewFile::Kind kind) {
  if (kind == NewFile::Kind::Capture) return "\x0a\x0d\x0d\x0a";
  return kind == NewFile::Kind::Png ? "\x89PNG\r\n\x1a\n" : "";
}

// A capture may be larger than memory.
bool begins_with(const std::string& file, std::string_view magic) {
  std::string head(magic.size(), '\0');
  std::ifstream in(file, std::ios::binary);
  if (!in) return false;
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  return in.gcount() == 0 || head == magic;
}

bool is_of_kind(std::string_view text, NewFile::Kind kind) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return true;
  if (kind == NewFile::Kind::Scenario) return kind_of(text) == FileKind::Scenario;
  if (kind == NewFile::Kind::Profile) return kind_of(text) == FileKind::Profile;
  if (kind == NewFile::Kind::ProbeLog) return text.starts_with("stayalive-probe ");
  const std::string_view head = text.substr(0, 2000);
  const std::string_view element = kind == NewFile::Kind::Svg    ? "<svg"
                                   : kind == NewFile::Kind::Html ? "<html"
                                                                 : "<testsuite";
  return head.substr(head.find_first_not_of(" \t\r\n")).starts_with('<') &&
         head.find(element) != std::string_view::npos;
}

// A link is followed to where it leads, so that it stays one.
fs::path real_place(const std::string& name) {
  std::error_code code;
  const fs::path real = fs::weakly_canonical(name, code);
  return code ? fs::path(name) : real;
}

}  // namespace

// A file beside another, which takes its place when it is whole.  Where the system can, it has no
// name until then, so that nothing is left of it whatever ends the program.
class FileBeside {
 public:
  explicit FileBeside(const fs::path& place)
      : name_((place.parent_path() / ".stayalive-XXXXXX").string()) {
    const fs::path folder = place.parent_path().empty() ? fs::path(".") : place.parent_path();
    if (::access(kOpenFiles, F_OK) == 0)
      descriptor_ = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    nameless_ = descriptor_ >= 0;
    if (!nameless_) descriptor_ = ::mkostemp(name_.data(), O_CLOEXEC);
    error_ = descriptor_ < 0 ? errno : 0;
    exists_ = !nameless_ && error_ == 0;
  }
  ~FileBeside() {
    close();
    if (exists_) ::unlink(name_.c_str());
  }
  FileBeside(const FileBeside&) = delete;
  FileBeside& operator=(const FileBeside&) = delete;

  int error() const { return error_; }
  int descriptor() const { return descriptor_; }
  // What was written takes the place, with the owner and the rights of the file that was there.
  int move_to(const fs::path& place, const std::optional<struct stat>& before) {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    const mode_t mode = before ? before->st_mode & 07777 : 0666 & ~mask;
    // Only a superuser may give a file away; others keep it.
    if (before && ::fchown(descriptor_, before->st_uid, before->st_gid) != 0) errno = 0;
    if (::fchmod(descriptor_, mode) != 0 || ::fsync(descriptor_) != 0) return errno;
    if (const int error = take_name(); error != 0) return error;
    if (const int error = close(); error != 0) return error;
    if (::rename(name_.c_str(), place.c_str()) != 0) return errno;
    exists_ = false;
    return 0;
  }

 private:
  static constexpr const char* kOpenFiles = "/proc/self/fd";

  // A name that is free: a file of that name is made and taken away again.
  int take_name() {
    if (!nameless_) return 0;
    const int holder = ::mkostemp(name_.data(), O_CLOEXEC);
    if (holder < 0) return errno;
    ::close(holder);
    ::unlink(name_.c_str());
    const std::string open = std::string(kOpenFiles) + "/" + std::to_string(descriptor_);
    if (::linkat(AT_FDCWD, open.c_str(), AT_FDCWD, name_.c_str(), AT_SYMLINK_FOLLOW) != 0)
      return errno;
    exists_ = true;
    return 0;
  }
  int close() {
    const int number = std::exchange(descriptor_, -1);
    return number >= 0 && ::close(number) != 0 ? errno : 0;
  }

  std::string name_;
  int descriptor_ = -1;
  int error_ = 0;
  bool nameless_ = false;
  bool exists_ = false;  // under its name
};

namespace {

// Where nothing may be put beside it.
int write_over(const std::string& file, std::string_view content, bool keep_size) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return errno;
  int error = write_all(descriptor, content);
  if (error == 0 && !keep_size && ::ftruncate(descriptor, static_cast<off_t>(content.size())) != 0)
    error = errno;
  if (::close(descriptor) != 0 && error == 0) error = errno;
  return error;
}

bool is_about_folder(int error) { return error == EACCES || error == EPERM || error == EROFS; }

}  // namespace

NewFile::NewFile(std::string name, Kind kind, bool force, std::vector<std::string> inputs)
    : name_(std::move(name)), kind_(kind), force_(force), inputs_(std::move(inputs)) {}

std::string NewFile::refusal() const {
  for (const std::string& input : inputs_) {
    if (is_same_file(name_, input)) return " is read by this command, and not written over";
  }
  if (is_standard_output(name_)) return " is where standard output goes";
  bool exists = false;
  const struct stat status = status_of(name_, exists);
  if (!exists || !S_ISREG(status.st_mode) || force_) return "";
  if (const std::string_view magic = magic_of(kind_); !magic.empty()) {
    if (begins_with(name_, magic)) return "";
  } else if (const Result<std::string> text = read_text_file(name_, std::size_t{1} << 30);
             text.ok() && is_of_kind(text.value(), kind_)) {
    return "";
  }
  return " exists and is no " + std::string(name_of(kind_)) + "; --force writes over it";
}

bool NewFile::can_write() const {
  if (name_.empty()) return true;
  if (const std::string reason = refusal(); !reason.empty()) {
    say_error(name_ + reason);
    return false;
  }
  // A pipe or a device is not opened twice: whoever reads it would take it for the end.
  if (is_device(name_)) return true;
  int error = fs::is_directory(name_) ? EISDIR : FileBeside(real_place(name_)).error();
  if (is_about_folder(error) && ::access(name_.c_str(), W_OK) == 0) error = 0;
  if (error == 0) return true;
  say_error(name_ + " cannot be written: " + std::strerror(error));
  return false;
}

int NewFile::replace(std::string_view content) const {
  if (is_device(name_)) return write_over(name_, content, true);
  bool exists = false;
  const struct stat status = status_of(name_, exists);
  const fs::path place = real_place(name_);
  FileBeside beside(place);
  if (is_about_folder(beside.error()) && exists) return write_over(name_, content, false);
  if (beside.error() != 0) return beside.error();
  if (const int error = write_all(beside.descriptor(), content); error != 0) return error;
  return beside.move_to(place, exists ? std::optional(status) : std::nullopt);
}

bool NewFile::write(std::string_view content) const { return put(content, true); }

bool NewFile::keep(std::string_view content) const { return put(content, false); }

bool NewFile::put(std::string_view content, bool says_so) const {
  if (name_.empty()) return true;
  const int error = replace(content);
  if (error == 0) {
    if (says_so && !is_device(name_)) say_written(name_);
    return true;
  }
  say_error(name_ + " cannot be written: " + std::strerror(error));
  return false;
}

struct GrowingFile::Place {
  std::optional<FileBeside> beside;  // the new file,
  int descriptor = -1;               // or of what is written over, a device or a pipe
  bool device = false;
  fs::path target;
  std::optional<struct stat> before;
  std::optional<Descriptor> out;
};

GrowingFile::GrowingFile(std::string name)
    : name_(std::move(name)), place_(std::make_unique<Place>()) {
  Place& its = *place_;
  bool exists = false;
  const struct stat status = status_of(name_, exists);
  its.device = is_device(name_);
  its.target = real_place(name_);
  if (exists) its.before = status;
  if (!its.device) its.beside.emplace(its.target);
  const bool over =
      its.device || (is_about_folder(its.beside->error()) && ::access(name_.c_str(), W_OK) == 0);
  if (over) {
    its.beside.reset();
    its.descriptor = ::open(name_.c_str(), O_WRONLY | O_CLOEXEC | (its.device ? 0 : O_TRUNC));
    if (its.descriptor < 0) error_ = errno;
  } else {
    error_ = its.beside->error();
  }
  if (error_ == 0) its.out.emplace(its.beside ? its.beside->descriptor() : its.descriptor);
}

GrowingFile::~GrowingFile() {
  place_->out.reset();
  if (place_->descriptor >= 0) ::close(place_->descriptor);
}

bool GrowingFile::append(std::string_view bytes) {
  if (error_ != 0) return false;
  place_->out->sputn(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  error_ = place_->out->error();
  return error_ == 0;
}

int GrowingFile::complete(std::string_view head) {
  Place& its = *place_;
  if (error_ != 0) return error_;
  its.out->pubsync();
  if (its.out->error() != 0) return its.out->error();
  const int number = its.beside ? its.beside->descriptor() : its.descriptor;
  if (!its.device) {
    if (::lseek(number, 0, SEEK_SET) != 0) return errno;
    if (const int error = write_all(number, head); error != 0) return error;
  }
  its.out.reset();
  if (its.beside) return its.beside->move_to(its.target, its.before);
  return ::close(std::exchange(its.descriptor, -1)) != 0 ? errno : 0;
}

bool GrowingFile::finish(std::string_view head) {
  const int error = complete(head);
  if (error == 0) {
    if (!place_->device) say_written(name_);
    return true;
  }
  say_error(name_ + " cannot be written: " + std::strerror(error));
  return false;
}

void add_force(CLI::App& command, bool& force) {
  command.add_flag("--force", force, "Write over an existing file of another kind, too");
}

}  // namespace stayalive
