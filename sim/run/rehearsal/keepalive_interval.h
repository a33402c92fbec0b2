// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/connection_spec.h"

namespace stayalive {

// How far the keepalives of a connection are apart: what its strategy's first interval in use says
// (StrategyKind::intervals), else the shorter idle time of the kernels that probe.  Zero: neither
// end sends any.
Duration keepalive_interval(const ConnectionSpec& connection);

}  // namespace stayalive
