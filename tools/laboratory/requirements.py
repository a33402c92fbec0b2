# SPDX-License-Identifier: Apache-2.0
"""What recording needs, and a clear word about what is missing.  Nothing is installed or loaded."""
import os
import re
import shutil
import subprocess
import sys
import time

ALWAYS = {"ip": "iproute2", "nft": "nftables", "conntrack": "conntrack", "nsenter": "util-linux"}
# What a router needs of the kernel, tried one after the other in a namespace of its own.
PROBES = [
    ("pairs of virtual links (module veth)",
     ["ip", "link", "add", "c0", "type", "veth", "peer", "name", "out0"]),
    ("connection tracking in nftables (modules nf_tables, nft_ct, nf_conntrack)",
     ["nft", "add table ip t; add chain ip t f { type filter hook forward priority 0; }; "
             "add rule ip t f ct state invalid drop"]),
    ("NAT in nftables (modules nft_chain_nat, nft_masq)",
     ["nft", "add table ip n; add chain ip n p { type nat hook postrouting priority 100; }; "
             "add rule ip n p masquerade"]),
    ("rejection in nftables (module nft_reject_ipv4)",
     ["nft", "add table ip r; add chain ip r i { type filter hook input priority 0; }; "
             "add rule ip r i reject"]),
    ("rules at a device, in and out (CONFIG_NETFILTER_INGRESS and EGRESS)",
     ["nft", "add table netdev d; "
             "add chain netdev d i { type filter hook ingress device c0 priority 0; }; "
             "add chain netdev d o { type filter hook egress device c0 priority 0; }"]),
    ("conntrack's netlink interface (module nf_conntrack_netlink)", ["conntrack", "-L"]),
]


class Missing(RuntimeError):
    """Something that recording needs is not there."""


def find(program):
    """Where a program is; those of root need not be on the PATH."""
    path = os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin"
    return shutil.which(program, path=path)


def require(strategies):
    """Raises Missing when scenarios with these strategies cannot be recorded on this machine."""
    if not sys.platform.startswith("linux"):
        raise Missing("recording needs Linux; comparing does not")
    if os.geteuid() != 0:
        raise Missing("recording needs root, for namespaces, rules and packets")
    os.environ["PATH"] += ":/usr/local/sbin:/usr/sbin:/sbin"
    wanted = dict(ALWAYS)
    for strategy in strategies:
        wanted.update(strategy.programs)
    lacking = [f"{p} (Debian package {package})" for p, package in wanted.items() if not find(p)]
    if lacking:
        raise Missing("these programs are missing: " + ", ".join(lacking))
    for device in [s.device for s in strategies if s.device and not os.path.exists(s.device)]:
        raise Missing(f"the kernel does not offer {device}")
    if not os.access("/proc/timer_list", os.R_OK):
        raise Missing("/proc/timer_list cannot be read: the kernel's ticks are not known")
    probe_kernel()


def probe_kernel():
    name = f"lab{os.getpid()}p"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    if made.returncode:
        raise Missing(f"no network namespace can be made: {made.stderr.strip()}")
    try:
        for what, command in PROBES:
            done = subprocess.run(["ip", "netns", "exec", name, *command], capture_output=True,
                                  text=True, check=False)
            if done.returncode:
                raise Missing(f"the kernel lacks {what}: {done.stderr.strip()}")
    finally:
        subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


def ticks():
    """The kernel's tick counter."""
    with open("/proc/timer_list", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith("jiffies:"):
                return int(line.split()[1])
    raise Missing("/proc/timer_list does not show the kernel's ticks")


def measured_hz():
    """Ticks per second, measured, because no file has to say it."""
    begin, first = time.monotonic(), ticks()
    time.sleep(0.5)
    rate = (ticks() - first) / (time.monotonic() - begin)
    return min((100, 250, 300, 1000), key=lambda hz: abs(hz - rate))


def versions(congestion_control, root="/"):
    """What goes into an observation's "recorded"."""
    def first_line(command):
        if not find(command[0]):
            return None
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return (done.stdout + done.stderr).strip().splitlines()[0]
    inside = [] if root == "/" else ["chroot", root]
    ssh = first_line([*inside, "ssh", "-V"])
    openvpn = first_line([*inside, "openvpn", "--version"])
    return {"kernel": os.uname().release, "hz": measured_hz(),
            "congestion_control": congestion_control,
            "openssh": ssh and ssh.split(",")[0],
            "openvpn": openvpn and re.sub(r" \[.*", "", openvpn),
            "conntrack": first_line(["conntrack", "--version"]),
            "nft": first_line(["nft", "--version"])}
