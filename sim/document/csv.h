// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ostream>
#include <span>
#include <string>

namespace stayalive {

// One line of comma-separated values (RFC 4180): a field with a comma, a quote or a line break is
// quoted, and lines end with CR LF.
void write_csv_row(std::ostream& out, std::span<const std::string> fields);

}  // namespace stayalive
