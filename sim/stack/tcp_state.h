// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace stayalive {

// The states of RFC 9293, section 3.3.2.  LISTEN belongs to the host: a connection begins with the
// SYN.
enum class TcpState : std::uint8_t {
  Closed,
  SynSent,
  SynReceived,
  Established,
  FinWait1,
  FinWait2,
  CloseWait,
  Closing,
  LastAck,
  TimeWait,
};
// "ESTABLISHED", "FIN-WAIT-1" and so on.
const char* name(TcpState state);

}  // namespace stayalive
