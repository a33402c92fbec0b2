// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace stayalive {

// What this process may do from now on, once its devices stand: root becomes whoever called sudo,
// else nobody; no program is started any more, by this process or by one that it makes
// (seccomp(2)), and nothing gives rights back.  Why it cannot be is returned; empty: it is done.
std::string drop_privileges();

}  // namespace stayalive
