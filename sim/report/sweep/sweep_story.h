// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "study/sweep/boundary.h"
#include "study/sweep/sweep.h"

namespace stayalive {

// The shortest names that tell the axes apart: "server_alive_interval", "tcp.established".
std::vector<std::string> axis_names(const Sweep& sweep);

// "holds up to 4m, not at 5m", or "not at 30s, holds from 1m on" where it is the other way round.
std::string boundary_line(const Sweep& sweep, const Boundary& boundary);

// What a sweep shows along one axis: a sentence for each connection and each combination of the
// other axes' values, such as "with tcp.established 5m: every-x holds up to 4m; at 5m home-router
// forgets it: tcp.established 5m".  Points that are not done are passed over.
std::vector<std::string> tell_axis(const Sweep& sweep, std::size_t axis);

}  // namespace stayalive
