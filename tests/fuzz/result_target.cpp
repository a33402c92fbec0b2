// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "fuzz/choices.h"
#include "fuzz/mistakes.h"
#include "fuzz/targets.h"
#include "study/suite/changes.h"
#include "study/suite/result_reader.h"

namespace stayalive {

void fuzz_result(std::span<const std::uint8_t> bytes) {
  const Result<std::vector<RunReport>> result = parse_result(Choices(bytes).rest(), "fuzz.json");
  if (!result.ok()) return check_mistakes(result.errors());
  for (const RunReport& report : result.value()) {
    for (const ConnectionReport& connection : report.connections)
      CHECK(!changed(connection, connection), "nothing differs from itself");
  }
}

}  // namespace stayalive
