// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <streambuf>
#include <string>
#include <string_view>

namespace stayalive {

// Writes to an open file descriptor, in large pieces.  After a failure everything further is thrown
// away, so that whoever writes need not look after each line: error() says what went wrong first.
class Descriptor final : public std::streambuf {
 public:
  explicit Descriptor(int number) : number_(number) {
    setp(buffer_.data(), buffer_.data() + buffer_.size());
  }
  ~Descriptor() override { sync(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  // errno of the first write that failed; 0 while none has.
  int error() const { return error_; }

 protected:
  int_type overflow(int_type character) override;
  int sync() override;

 private:
  const int number_;
  int error_ = 0;
  std::array<char, 65536> buffer_{};
};

// Writes all of it; the errno of a failure, else 0.
int write_all(int descriptor, std::string_view bytes);

// To be called before any file is opened.  Opens descriptors 0 to 2 where whoever began this
// program had closed them, so that no other file is taken for standard output; what is written to
// one of them fails.  A write to a broken pipe or beyond a limit of size fails, too, and ends
// nothing.
void prepare_descriptors();

}  // namespace stayalive
