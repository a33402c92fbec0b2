// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "strategy/strategy.h"

namespace stayalive {

// An SSH session of OpenSSH: ServerAlive* and ClientAlive* (ssh_config(5), sshd_config(5)) on top
// of TCPKeepAlive.  The session is taken up once it is authenticated; key exchange, authentication
// and re-keying are not played.
extern const StrategyKind kSsh;

}  // namespace stayalive
