// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "scenario/json/reader.h"
#include "stack/tcp_config.h"

namespace stayalive {

// Reads an object of sysctl-like settings and socket options and lays them over `config`.  One
// table of fields drives the reading, the error messages and the JSON Schema.
void read_tcp_options(Reader in, TcpConfig& config);

}  // namespace stayalive
