// SPDX-License-Identifier: Apache-2.0
#include "relay/privileges.h"

#include <grp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>

#include "relay/household.h"
#include "relay/network_end.h"

namespace stayalive {
namespace {

constexpr UserIds kNobody{65534, 65534};

// execve(2) and execveat(2) fail; everything else is as it was.
bool forbid_programs() {
  constexpr auto kAtNumber = static_cast<__u32>(offsetof(seccomp_data, nr));
  std::array<sock_filter, 5> filter{{
      {BPF_LD | BPF_W | BPF_ABS, 0, 0, kAtNumber},
      {BPF_JMP | BPF_JEQ | BPF_K, 1, 0, SYS_execve},
      {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_execveat},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EPERM},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
  }};
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

}  // namespace

std::string drop_privileges() {
  if (::geteuid() == 0) {
    const UserIds own = caller_of_sudo().value_or(kNobody);
    if (::setgroups(1, &own.group) < 0 || ::setresgid(own.group, own.group, own.group) < 0 ||
        ::setresuid(own.user, own.user, own.user) < 0)
      return system_error("giving up the rights of root");
    if (::setuid(0) == 0) return "the rights of root cannot be given up";
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return system_error("no new privileges");
  // A kernel without seccomp keeps the rest.
  if (!forbid_programs() && errno != EINVAL) return system_error("forbidding programs");
  return "";
}

}  // namespace stayalive
