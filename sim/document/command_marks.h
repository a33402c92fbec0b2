// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace stayalive {

// Watches the characters of a line for "##[" and "##vso[", with which commands to build services
// begin, wherever they stand (GitHub's runner, Azure Pipelines, TeamCity).  Characters that take no
// room do not part them: some readers compare as people do.
class CommandMarks {
 public:
  // To be asked for every character in turn; true for the bracket of such a mark.
  bool completes(char32_t code);

 private:
  // How much of "##" has been read; letters after it are the name of a service.
  std::uint8_t hashes_ = 0;
};

}  // namespace stayalive
