// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "run/report.h"

// The parts of JSON results that several documents share, in the shape of docs/result.md.
namespace stayalive {

nlohmann::ordered_json connection_json(const ConnectionReport& connection);
nlohmann::ordered_json run_json(const RunReport& report);
// A document as it is written: indented, with a newline at the end.  Names come from the user's
// file; whatever is not UTF-8 in them does not break the document.
std::string print_json(const nlohmann::ordered_json& document);

}  // namespace stayalive
