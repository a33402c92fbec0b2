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

#if defined(__x86_64__)
constexpr __u32 kOwnCalls = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr __u32 kOwnCalls = AUDIT_ARCH_AARCH64;
#else
constexpr __u32 kOwnCalls = 0;
#endif
// From here on system calls are those of x32, which have other numbers.
constexpr __u32 kOtherNumbers = 0x4000'0000;

// execve(2) and execveat(2) fail, and so does every call under the numbers of another architecture;
// everything else is as it was.  False where the architecture is none of those.
bool forbid_programs() {
  constexpr auto kAtNumber = static_cast<__u32>(offsetof(seccomp_data, nr));
  constexpr auto kAtArchitecture = static_cast<__u32>(offsetof(seccomp_data, arch));
  std::array<sock_filter, 8> filter{{
      {BPF_LD | BPF_W | BPF_ABS, 0, 0, kAtArchitecture},
      {BPF_JMP | BPF_JEQ | BPF_K, 0, 5, kOwnCalls},
      {BPF_LD | BPF_W | BPF_ABS, 0, 0, kAtNumber},
      {BPF_JMP | BPF_JGE | BPF_K, 3, 0, kOtherNumbers},
      {BPF_JMP | BPF_JEQ | BPF_K, 2, 0, SYS_execve},
      {BPF_JMP | BPF_JEQ | BPF_K, 1, 0, SYS_execveat},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EPERM},
  }};
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  return kOwnCalls != 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
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
  if (!forbid_programs()) return system_error("forbidding programs");
  return "";
}

}  // namespace stayalive
