// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "base/time.h"

namespace stayalive {

// How long Linux keeps retransmitting for a limit of `retries`: not a count, but the time that so
// many doublings of `first` would take when none exceeds `longest` (tcp_model_timeout in
// net/ipv4/tcp_timer.c).  It is measured from the first retransmission, and compared only when the
// retransmission timer expires.  15 retries from 200 ms are 924.6 s.  first must be positive.
Duration retransmission_limit(std::uint32_t retries, Duration first, Duration longest);

}  // namespace stayalive
