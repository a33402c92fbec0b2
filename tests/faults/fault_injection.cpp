// SPDX-License-Identifier: Apache-2.0
// Linked to the program in the place of what it calls, so that calls fail when they are told to.
//
//   STAYALIVE_FAULT=write:3      the third write fails, as on a full disk
//   STAYALIVE_FAULT=write:3+     and so does every one after it
//   STAYALIVE_FAULT_COUNTS=FILE  writes how many calls of each kind were made
//
// Kinds: allocation, write, fsync, rename, truncate, open, close, seek, chmod fail; short-write
// writes a single byte, which is no failure; kill ends the program at an allocation as SIGKILL
// does, and torn-write in the middle of a write.  Counting begins with main().
#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>

extern "C" {
int __real_main(int argc, char** argv);
ssize_t __real_write(int descriptor, const void* bytes, size_t size);
int __real_fsync(int descriptor);
int __real_rename(const char* from, const char* to);
int __real_ftruncate(int descriptor, off_t size);
int __real_open(const char* file, int flags, ...);
int __real_mkostemp(char* name, int flags);
int __real_close(int descriptor);
off_t __real_lseek(int descriptor, off_t offset, int from);
int __real_fchmod(int descriptor, mode_t mode);
}

namespace {

enum class Kind : std::size_t {
  Allocation,
  Write,
  Fsync,
  Rename,
  Truncate,
  Open,
  Close,
  Seek,
  Chmod
};
constexpr std::array<const char*, 9> kKinds{"allocation", "write", "fsync", "rename", "truncate",
                                            "open",       "close", "seek",  "chmod"};

struct Fault {
  bool armed = false;
  Kind kind = Kind::Allocation;
  bool single_byte = false;
  bool kills = false;
  unsigned long first = 0;  // 0: none
  bool for_ever = false;
};
Fault fault;
std::array<std::atomic<unsigned long>, kKinds.size()> counts;

[[noreturn]] void die() {
  std::raise(SIGKILL);
  std::abort();
}

// Whether this call is to fail.
bool strikes(Kind kind) {
  if (!fault.armed) return false;
  const unsigned long number = ++counts[static_cast<std::size_t>(kind)];
  if (fault.first == 0 || fault.kind != kind) return false;
  return number == fault.first || (fault.for_ever && number > fault.first);
}

bool fails(Kind kind, int error) {
  if (!strikes(kind)) return false;
  errno = error;
  return true;
}

// A word that nobody knows is a mistake of a test.
void read_fault(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view word = text.substr(0, colon);
  if (colon == std::string_view::npos) std::abort();
  fault.single_byte = word == "short-write";
  fault.kills = word == "kill" || word == "torn-write";
  std::size_t kind = 0;
  while (kind < kKinds.size() && word != kKinds[kind]) ++kind;
  if (fault.single_byte || word == "torn-write") {
    kind = static_cast<std::size_t>(Kind::Write);
  } else if (word == "kill") {
    kind = static_cast<std::size_t>(Kind::Allocation);
  }
  if (kind == kKinds.size()) std::abort();
  fault.kind = static_cast<Kind>(kind);
  fault.first = std::strtoul(text.data() + colon + 1, nullptr, 10);
  fault.for_ever = text.ends_with('+');
}

void tell_counts(const char* file) {
  std::FILE* out = std::fopen(file, "w");
  if (out == nullptr) std::abort();
  for (std::size_t i = 0; i < kKinds.size(); ++i)
    std::fprintf(out, "%s %lu\n", kKinds[i], counts[i].load());
  std::fclose(out);
}

void* allocate(std::size_t size) {
  if (strikes(Kind::Allocation)) {
    if (fault.kills) die();
    return nullptr;
  }
  return std::malloc(size == 0 ? 1 : size);
}

void* or_throw(void* block) {
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void* aligned(std::size_t size, std::align_val_t alignment) {
  if (strikes(Kind::Allocation)) {
    if (fault.kills) die();
    return nullptr;
  }
  const auto unit = static_cast<std::size_t>(alignment);
  return std::aligned_alloc(unit, (size + unit - 1) / unit * unit);
}

}  // namespace

void* operator new(std::size_t size) { return or_throw(allocate(size)); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return or_throw(aligned(size, alignment));
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
void operator delete(void* block, std::align_val_t) noexcept { std::free(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { std::free(block); }

extern "C" {

int __wrap_main(int argc, char** argv) {
  if (const char* text = std::getenv("STAYALIVE_FAULT")) read_fault(text);
  fault.armed = true;
  const int code = __real_main(argc, argv);
  fault.armed = false;
  if (const char* file = std::getenv("STAYALIVE_FAULT_COUNTS")) tell_counts(file);
  return code;
}

ssize_t __wrap_write(int descriptor, const void* bytes, size_t size) {
  if (!strikes(Kind::Write)) return __real_write(descriptor, bytes, size);
  if (fault.kills) {
    [[maybe_unused]] const ssize_t half = __real_write(descriptor, bytes, size / 2);
    die();
  }
  if (fault.single_byte) return __real_write(descriptor, bytes, size == 0 ? 0 : 1);
  errno = ENOSPC;
  return -1;
}

int __wrap_fsync(int descriptor) { return fails(Kind::Fsync, EIO) ? -1 : __real_fsync(descriptor); }

int __wrap_rename(const char* from, const char* to) {
  return fails(Kind::Rename, EACCES) ? -1 : __real_rename(from, to);
}

int __wrap_ftruncate(int descriptor, off_t size) {
  return fails(Kind::Truncate, EIO) ? -1 : __real_ftruncate(descriptor, size);
}

int __wrap_open(const char* file, int flags, ...) {
  std::va_list rest;
  va_start(rest, flags);
  const auto mode = (flags & O_CREAT) != 0 ? va_arg(rest, unsigned) : 0U;
  va_end(rest);
  return fails(Kind::Open, EMFILE) ? -1 : __real_open(file, flags, mode);
}

int __wrap_mkostemp(char* name, int flags) {
  return fails(Kind::Open, ENOSPC) ? -1 : __real_mkostemp(name, flags);
}

int __wrap_close(int descriptor) {
  const int closed = __real_close(descriptor);
  return fails(Kind::Close, EIO) ? -1 : closed;
}

off_t __wrap_lseek(int descriptor, off_t offset, int from) {
  return fails(Kind::Seek, EIO) ? -1 : __real_lseek(descriptor, offset, from);
}

int __wrap_fchmod(int descriptor, mode_t mode) {
  return fails(Kind::Chmod, EPERM) ? -1 : __real_fchmod(descriptor, mode);
}
}
