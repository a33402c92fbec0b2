# SPDX-License-Identifier: Apache-2.0
"""Namespaces client - routers - server with conntrack, NAT and filter rules of a scenario."""
import subprocess

from .namespace import Inside, remove, run, sysctl
from .spans import seconds
from .wires import Wires

SERVER = "203.0.113.10"
OUTSIDE = "198.51.100.1"  # of the outermost box that translates, or of the only one
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


class Station:
    """A host or router: its namespace, and its device and address towards either side.

    `mac_in` and `mac_out` are those of its devices.  What a station does not have is None.
    """

    def __init__(self, namespace, number, inner=None, outer=None):
        self.namespace = namespace
        self.device_in, self.address_in = inner or (None, None)
        self.device_out, self.address_out = outer or (None, None)
        self.mac_in = f"02:00:00:00:{number:02x}:01"
        self.mac_out = f"02:00:00:00:{number:02x}:02"


class Network:
    """Owns the namespaces of one case; close() removes them and ends the processes inside."""

    def __init__(self, scenario, tag, congestion_control):
        self.scenario, self.congestion_control = scenario, congestion_control
        self.client, self.server, self.wired = (f"lab_{tag}_{x}" for x in "csw")
        self.routers = [f"lab_{tag}_r{i}" for i in range(len(scenario.boxes))]
        self.stations = self._stations()
        self.client_address = self.stations[0].address_out
        # Where packets are delayed, lost or paced; elsewhere a pair of virtual devices suffices.
        self.slow = [i for i, link in enumerate(scenario.links) if not link.plain()]
        self.wires = None
        try:
            for name in (self.client, *self.routers, self.server, self.wired):
                run(["ip", "netns", "add", name])
                with Inside(name):
                    for where in ("all", "default"):
                        sysctl(f"net/ipv6/conf/{where}/disable_ipv6", 1)
            self._devices()
            self._sysctls()
            for position in range(len(self.routers)):
                self._rules(position)
        except BaseException:
            self.close()
            raise

    def _stations(self):
        last = self.scenario.last_translating()
        boxes = len(self.routers)

        def address(wire, host):
            """Of a station's device at a wire: private where a box further out translates."""
            if wire <= last:
                return f"10.0.{wire}.{host}"
            if host == 2 and wire == (last + 1 if last >= 0 else boxes):
                return OUTSIDE
            return f"192.0.2.{host}" if wire == 0 else f"198.51.100.{10 * wire + host}"

        stations = [Station(self.client, 0, outer=("c0", address(0, 2)))]
        for i, router in enumerate(self.routers):
            stations.append(Station(router, i + 1, ("in0", address(i, 1)),
                                    ("out0", address(i + 1, 2))))
        return stations + [Station(self.server, boxes + 1, inner=("s0", SERVER))]

    def _devices(self):
        for i, (near, far) in enumerate(zip(self.stations, self.stations[1:])):
            a = f"netns {near.namespace} address {near.mac_out}"
            b = f"netns {far.namespace} address {far.mac_in}"
            if i in self.slow:
                number = self.slow.index(i)
                made = [(near.device_out, a, f"a{number}", f"netns {self.wired}"),
                        (far.device_in, b, f"b{number}", f"netns {self.wired}")]
            else:
                made = [(near.device_out, a, far.device_in, b)]
            for device, options, other, others in made:
                run(["ip", "link", "add", device, *options.split(), "type", "veth", "peer",
                     "name", other, *others.split()])
        for number in range(len(self.slow)):
            self._batch(self.wired, [f"link set {x}{number} gso_max_segs 1 up" for x in "ab"])
        for position, station in enumerate(self.stations):
            self._batch(station.namespace, self._configuration(position, station))

    def _configuration(self, position, station):
        """What `ip` is told about devices, addresses, neighbours and routes of a station."""
        lines = ["link set lo up"]
        before = self.stations[position - 1] if position else None
        after = self.stations[position + 1] if position + 1 < len(self.stations) else None
        for device, own, other, mac in (
                (station.device_in, station.address_in, before and before.address_out,
                 before and before.mac_out),
                (station.device_out, station.address_out, after and after.address_in,
                 after and after.mac_in)):
            if device:
                lines += [f"link set {device} gso_max_segs 1 up", f"addr add {own}/32 dev {device}",
                          f"neigh replace {other} lladdr {mac} dev {device} nud permanent"]
        # For programs whose sockets are their own: a namespace may not choose for all of them.
        control = f" congctl {self.congestion_control}"
        if before is None:
            return lines + [f"route add default via {after.address_in} dev c0 onlink" + control]
        if after is None:
            if self.scenario.private_sources == "one-way":
                lines.append("route add unreachable 10.0.0.0/8")
            return lines + [f"route add {before.address_out}/32 dev s0" + control,
                            f"route add default via {before.address_out} dev s0 onlink" + control]
        source = f"src {station.address_out}"
        outwards = f"via {after.address_in} onlink" if after.device_out else ""
        lines.append(f"route add {SERVER}/32 dev out0 {outwards} {source}")
        if after.device_out:
            lines.append(f"route add {after.address_in}/32 dev out0 {source}")
        for inner in self.stations[:position]:
            inwards = "" if inner is before else f"via {before.address_out} onlink"
            lines.append(f"route add {inner.address_out}/32 dev in0 {inwards}")
        return lines

    @staticmethod
    def _batch(namespace, lines):
        run(["ip", "-n", namespace, "-batch", "-"], "\n".join(lines) + "\n")

    def _sysctls(self):
        for router in self.routers:
            with Inside(router):
                sysctl("net/ipv4/ip_forward", 1)
                for device in ("all", "in0", "out0"):
                    sysctl(f"net/ipv4/conf/{device}/rp_filter", 0)
        for host, name in (("client", self.client), ("server", self.server)):
            with Inside(name):
                for key, value in self.scenario.hosts[host].items():
                    if key in TCP_SYSCTLS:
                        sysctl(f"net/ipv4/{TCP_SYSCTLS[key]}", value)
                    elif key in TCP_SPANS:
                        entry, scale = TCP_SPANS[key]
                        sysctl(f"net/ipv4/{entry}", int(round(seconds(value) * scale)))
                    elif key == "keepalive_count":
                        sysctl("net/ipv4/tcp_keepalive_probes", value)
                    elif key == "tail_loss_probe":
                        sysctl("net/ipv4/tcp_early_retrans", 3 if value else 0)

    def _conntrack_sysctls(self, position):
        box = self.scenario.boxes[position]
        with Inside(self.routers[position]):
            for key, value in box.timeouts.items():
                sysctl(f"net/netfilter/nf_conntrack_{TIMERS[key]}", int(seconds(value)))
            for key in ("tcp_loose", "tcp_be_liberal", "tcp_ignore_invalid_rst", "tcp_max_retrans"):
                if key in box.netfilter:
                    sysctl(f"net/netfilter/nf_conntrack_{key}", int(box.netfilter[key]))

    def _rules(self, position):
        scenario, box = self.scenario, self.scenario.boxes[position]
        nat = self._translation(OUTSIDE) if box.translate else ""
        # The Internet begins behind the outermost box that translates.
        filters = position == scenario.last_translating() and scenario.private_sources == "filtered"
        policy = box.netfilter
        kind = "type filter hook"
        chains = [("ip nat", "post", "type nat hook postrouting priority 100", nat),
                  ("ip filter", "track", f"{kind} prerouting priority 0", "ct state new counter"),
                  ("ip filter", "input", f"{kind} input priority 0", INPUT[policy["input"]]),
                  ("ip filter", "forward", f"{kind} forward priority 0",
                   FORWARD[policy["forward"]]),
                  ("netdev wire", "filtered", f"{kind} egress device out0 priority 10",
                   "ip saddr 10.0.0.0/8 drop" if filters else "")]
        for device in ("in0", "out0"):
            for way in ("ingress", "egress"):
                chains.append(("netdev wire", f"{device}_{way}",
                               f"{kind} {way} device {device} priority 0", ""))
        lines = []
        for table, chain, hook, rules in chains:
            lines.append(f"add table {table}")
            lines.append(f"add chain {table} {chain} {{ {hook}; }}")
            lines += [f"add rule {table} {chain} {rule}" for rule in rules.split("\n") if rule]
        self.nft(position, "\n".join(lines) + "\n")
        self._conntrack_sysctls(position)

    def nft(self, position, text):
        with Inside(self.routers[position]):
            done = subprocess.run(["nft", "-f", "-"], input=text, text=True, capture_output=True)
        if done.returncode:
            raise RuntimeError(done.stderr)

    def begin(self, seed):
        """From here on packets pass."""
        if self.slow:
            self.wires = Wires(self.wired, [self.scenario.links[i] for i in self.slow], seed)

    def end(self):
        """What the wires did, or nothing where there are none."""
        return self.wires.end() if self.wires else None

    def cut(self, link, towards):
        if link in self.slow:
            self.wires.cut(self.slow.index(link), towards)
        else:
            self._at_device(link, towards, "add rule netdev wire {} meta protocol ip drop")

    def heal(self, link, towards):
        if link in self.slow:
            self.wires.heal(self.slow.index(link), towards)
        else:
            self._at_device(link, towards, "flush chain netdev wire {}")

    def _at_device(self, link, towards, command):
        """Tells the chains of a router's device at a link: of the box behind it, if there is."""
        behind = link < len(self.routers)
        device, outwards, inwards = (("in0", "ingress", "egress") if behind
                                     else ("out0", "egress", "ingress"))
        ways = {"internal": [inwards], "external": [outwards], None: [inwards, outwards]}[towards]
        self.nft(link if behind else link - 1,
                 "\n".join(command.format(f"{device}_{way}") for way in ways))

    def flush(self, position):
        with Inside(self.routers[position]):
            run(["conntrack", "-F"], check=False)

    def _translation(self, address):
        keeps = self.scenario.keeps_entries()
        return f'oifname "out0" {f"snat to {address}" if keeps else "masquerade"}'

    def change_address(self, position):
        """Another outside address, known to the server as if its provider had given it.

        The old one is taken from the device, and what comes for it is dropped there.
        """
        router, server = self.stations[position + 1], self.stations[position + 2]
        old = router.address_out
        numbers = [int(x) for x in old.split(".")]
        numbers[2] += 4
        new = router.address_out = ".".join(str(x) for x in numbers)
        congctl = f"congctl {self.congestion_control}"
        self._batch(server.namespace, [
            f"neigh replace {new} lladdr {router.mac_out} dev {server.device_in} nud permanent",
            f"route add {new}/32 dev {server.device_in} {congctl}"])
        self.nft(position, f"add rule netdev wire out0_ingress ip daddr {old} drop\n")
        # With its last address a device loses its neighbours and routes, too.
        self._batch(router.namespace, [
            f"addr del {old}/32 dev out0", f"addr add {new}/32 dev out0",
            f"neigh replace {SERVER} lladdr {server.mac_in} dev out0 nud permanent",
            f"route replace {SERVER}/32 dev out0 src {new}"])
        self.nft(position, f"flush chain ip nat post\n"
                           f"add rule ip nat post {self._translation(new)}\n")

    def away(self, position):
        self.nft(position, "".join(f"add rule netdev wire {device}_ingress meta protocol ip drop\n"
                                   for device in ("in0", "out0")))

    def back(self, position):
        self.nft(position, "".join(f"flush chain netdev wire {device}_ingress\n"
                                   for device in ("in0", "out0")))

    def close(self):
        for name in (self.client, *self.routers, self.server, self.wired):
            remove(name)
