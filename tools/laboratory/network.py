# SPDX-License-Identifier: Apache-2.0
"""Namespaces client - router - server with conntrack, NAT and filter rules of a scenario."""
import ctypes
import os
import subprocess

from .spans import seconds

libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
SERVER = "203.0.113.10"
OUTSIDE = "198.51.100.1"
MACS = {"c0": "02:00:00:00:00:01", "in0": "02:00:00:00:00:02", "out0": "02:00:00:00:00:03",
        "s0": "02:00:00:00:00:04"}
TIMERS = {"tcp.established": "tcp_timeout_established", "tcp.syn_sent": "tcp_timeout_syn_sent",
          "tcp.syn_recv": "tcp_timeout_syn_recv", "tcp.fin_wait": "tcp_timeout_fin_wait",
          "tcp.close_wait": "tcp_timeout_close_wait", "tcp.last_ack": "tcp_timeout_last_ack",
          "tcp.time_wait": "tcp_timeout_time_wait", "tcp.close": "tcp_timeout_close",
          "tcp.max_retrans": "tcp_timeout_max_retrans",
          "tcp.unacknowledged": "tcp_timeout_unacknowledged", "udp.single": "udp_timeout",
          "udp.stream": "udp_timeout_stream", "icmp.query": "icmp_timeout",
          "generic": "generic_timeout"}
TCP_SYSCTLS = {"retries1": "tcp_retries1", "retries2": "tcp_retries2",
               "syn_retries": "tcp_syn_retries", "syn_linear_timeouts": "tcp_syn_linear_timeouts",
               "synack_retries": "tcp_synack_retries",
               "orphan_retries": "tcp_orphan_retries"}
TCP_SPANS = {"fin_timeout": ("tcp_fin_timeout", 1), "rto_min": ("tcp_rto_min_us", 1e6),
             "rto_max": ("tcp_rto_max_ms", 1e3), "keepalive_idle": ("tcp_keepalive_time", 1),
             "keepalive_interval": ("tcp_keepalive_intvl", 1),
             "invalid_ratelimit": ("tcp_invalid_ratelimit", 1e3)}


FORWARD = {"accept": "", "drop-invalid": "ct state invalid drop",
           "syn-only": "ct state new meta l4proto tcp tcp flags & (fin|syn|rst|ack) != syn drop",
           "stateful": "ct state established,related accept\n"
                       "ct state new iifname in0 accept\ndrop"}
INPUT = {"accept": "", "drop": "iifname != lo drop", "drop-invalid": "ct state invalid drop",
         "reject": "meta l4proto tcp reject with tcp reset\nreject"}


def run(command, text=None, check=True):
    done = subprocess.run(command, input=text, text=True, capture_output=True, check=False)
    if check and done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done


class Network:
    """Owns three namespaces for one case; close() removes them and ends the processes inside."""

    def __init__(self, scenario, tag):
        self.scenario = scenario
        self.client, self.router, self.server = (f"lab_{tag}_{x}" for x in "crs")
        self.client_address = "10.0.0.2" if scenario.translate else "192.0.2.2"
        self.gateway = "10.0.0.1" if scenario.translate else "192.0.2.1"
        try:
            for name in (self.client, self.router, self.server):
                run(["ip", "netns", "add", name])
            self._wires()
            self._sysctls()
            self._rules()
        except BaseException:
            self.close()
            raise

    def _wires(self):
        c, r, s = self.client, self.router, self.server
        quiet = "gso_max_segs 1"
        run(["ip", "-batch", "-"], f"""
link add c0 netns {c} address {MACS['c0']} type veth peer name in0 netns {r} address {MACS['in0']}
link add s0 netns {s} address {MACS['s0']} type veth peer name out0 netns {r} address {MACS['out0']}
""")
        for name in (c, r, s):
            with Inside(name):
                for where in ("all", "default"):
                    sysctl(f"net/ipv6/conf/{where}/disable_ipv6", 1)
        a, g = self.client_address, self.gateway
        run(["ip", "-n", c, "-batch", "-"], f"""
link set lo up
link set c0 {quiet}
link set c0 up
addr add {a}/24 dev c0
neigh replace {g} lladdr {MACS['in0']} dev c0 nud permanent
route add default via {g}
""")
        run(["ip", "-n", r, "-batch", "-"], f"""
link set lo up
link set in0 {quiet}
link set out0 {quiet}
link set in0 up
link set out0 up
addr add {g}/24 dev in0
addr add {OUTSIDE}/32 dev out0
route add {SERVER}/32 dev out0 src {OUTSIDE}
neigh replace {a} lladdr {MACS['c0']} dev in0 nud permanent
neigh replace {SERVER} lladdr {MACS['s0']} dev out0 nud permanent
""")
        run(["ip", "-n", s, "-batch", "-"], f"""
link set lo up
link set s0 {quiet}
link set s0 up
addr add {SERVER}/32 dev s0
route add {OUTSIDE}/32 dev s0
neigh replace {OUTSIDE} lladdr {MACS['out0']} dev s0 nud permanent
route add default via {OUTSIDE} dev s0
""")

    def _sysctls(self):
        scenario = self.scenario
        with Inside(self.router):
            sysctl("net/ipv4/ip_forward", 1)
            sysctl("net/ipv4/conf/all/rp_filter", 0)
            sysctl("net/ipv4/conf/out0/rp_filter", 0)
        for host, name in (("client", self.client), ("server", self.server)):
            with Inside(name):
                for key, value in scenario.hosts[host].items():
                    if key in TCP_SYSCTLS:
                        sysctl(f"net/ipv4/{TCP_SYSCTLS[key]}", value)
                    elif key in TCP_SPANS:
                        entry, scale = TCP_SPANS[key]
                        sysctl(f"net/ipv4/{entry}", int(round(seconds(value) * scale)))
                    elif key == "keepalive_count":
                        sysctl("net/ipv4/tcp_keepalive_probes", value)
                    elif key == "tail_loss_probe":
                        sysctl("net/ipv4/tcp_early_retrans", 3 if value else 0)

    def _conntrack_sysctls(self):
        scenario = self.scenario
        with Inside(self.router):
            for key, value in scenario.timeouts.items():
                sysctl(f"net/netfilter/nf_conntrack_{TIMERS[key]}", int(seconds(value)))
            for key in ("tcp_loose", "tcp_be_liberal", "tcp_ignore_invalid_rst", "tcp_max_retrans"):
                if key in scenario.netfilter:
                    sysctl(f"net/netfilter/nf_conntrack_{key}", int(scenario.netfilter[key]))

    def _rules(self):
        nat = 'oifname "out0" masquerade' if self.scenario.translate else ""
        routed = self.scenario.routed or not self.scenario.translate
        policy = self.scenario.netfilter
        kind = "type filter hook"
        chains = [("ip nat", "post", "type nat hook postrouting priority 100", nat),
                  ("ip filter", "track", f"{kind} prerouting priority 0", "ct state new counter"),
                  ("ip filter", "input", f"{kind} input priority 0", INPUT[policy["input"]]),
                  ("ip filter", "forward", f"{kind} forward priority 0",
                   FORWARD[policy["forward"]]),
                  ("netdev wire", "filtered", f"{kind} egress device out0 priority 10",
                   "" if routed else "ip saddr 10.0.0.0/8 drop")]
        for device in ("in0", "out0"):
            for way in ("ingress", "egress"):
                chains.append(("netdev wire", f"{device}_{way}",
                               f"{kind} {way} device {device} priority 0", ""))
        lines = []
        for table, chain, hook, rules in chains:
            lines.append(f"add table {table}")
            lines.append(f"add chain {table} {chain} {{ {hook}; }}")
            lines += [f"add rule {table} {chain} {rule}" for rule in rules.split("\n") if rule]
        self.nft("\n".join(lines) + "\n")
        self._conntrack_sysctls()

    def nft(self, text):
        with Inside(self.router):
            done = subprocess.run(["nft", "-f", "-"], input=text, text=True, capture_output=True)
        if done.returncode:
            raise RuntimeError(done.stderr)

    def _chains(self, wire, towards):
        device = "in0" if wire == "inside" else "out0"
        outwards = f"{device}_ingress" if wire == "inside" else f"{device}_egress"
        inwards = f"{device}_egress" if wire == "inside" else f"{device}_ingress"
        return {"internal": [inwards], "external": [outwards], None: [inwards, outwards]}[towards]

    def cut(self, wire, towards):
        self.nft("\n".join(f"add rule netdev wire {c} meta protocol ip drop"
                           for c in self._chains(wire, towards)))

    def heal(self, wire, towards):
        self.nft("\n".join(f"flush chain netdev wire {c}" for c in self._chains(wire, towards)))

    def flush(self):
        with Inside(self.router):
            run(["conntrack", "-F"], check=False)

    def close(self):
        for name in (self.client, self.router, self.server):
            remove(name)


def remove(name):
    """Ends the processes in a namespace and removes it; nothing when there is none."""
    for pid in run(["ip", "netns", "pids", name], check=False).stdout.split():
        if int(pid) != os.getpid():
            try:
                os.kill(int(pid), 9)
            except ProcessLookupError:
                pass
    run(["ip", "netns", "del", name], check=False)


class Inside:
    """This thread is in a namespace for as long as the block lasts."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        self.before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        enter(f"/run/netns/{self.name}")

    def __exit__(self, *_):
        libc.setns(self.before, CLONE_NEWNET)
        os.close(self.before)


def enter(path):
    fd = os.open(path, os.O_RDONLY)
    if libc.setns(fd, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), path)
    os.close(fd)


def sysctl(entry, value):
    with open(f"/proc/sys/{entry}", "w") as file:
        file.write(str(value))
