# SPDX-License-Identifier: Apache-2.0
"""The part of the scenario format (docs/scenario.md) that one real Linux router can play."""
import json

from .spans import seconds
from .strategies import STRATEGIES

# What is played.  Any other key is refused, because ignoring it would compare two different things.
TOP = {"$schema", "title", "lesson", "seed", "duration", "private_sources", "path", "hosts",
       "connections", "events", "expect"}
BOX = {"name", "profile", "translate", "netfilter", "timeouts"}
NETFILTER = {"tcp_loose", "tcp_be_liberal", "tcp_ignore_invalid_rst", "tcp_max_retrans", "input",
             "forward"}
CONNECTION = {"name", "strategy", "transport", "port", "client_port", "start", "socket",
              "server_follows", "finishes_after_eof", "traffic"}
SOCKET = {"keepalive", "keepalive_idle", "keepalive_interval", "keepalive_count", "user_timeout",
          "nodelay", "receive_buffer"}
TCP = SOCKET | {"retries1", "retries2", "syn_retries", "syn_linear_timeouts", "synack_retries",
                "orphan_retries", "fin_timeout", "rto_min", "rto_max", "invalid_ratelimit",
                "tail_loss_probe", "timer_hz"}
EVENTS = ("cut", "flush", "reboot", "kill", "close", "shutdown", "stop_reading")


class CannotPlay(Exception):
    """The laboratory has no real thing for something that a scenario asks for."""


def named(strategy):
    """(name, options) of the value of "strategy"."""
    return (strategy, {}) if isinstance(strategy, str) else next(iter(strategy.items()))


def only(data, known, where):
    unknown = sorted(set(data) - known)
    if unknown:
        raise CannotPlay(f"{where}: the laboratory cannot play {', '.join(unknown)}")


class Connection:
    """One connection, with every default of the format filled in."""

    def __init__(self, data, position):
        only(data, CONNECTION, f"connections[{position}]")
        name, self.options = named(data.get("strategy", "silent"))
        if name not in STRATEGIES:
            raise CannotPlay(f"there is no real program for the strategy {name}")
        self.strategy = STRATEGIES[name]
        only(self.options, self.strategy.options, name)
        self.name = data.get("name", f"connection-{position + 1}")
        self.transport = data.get("transport", self.strategy.transport)
        self.port = data.get("port", self.strategy.ports.get(self.transport))
        self.client_port = data.get("client_port", 40000 + position)
        self.start = seconds(data.get("start", "0s"))
        self.socket = data.get("socket", {})
        for role, options in self.socket.items():
            only(options, SOCKET, f"socket of the {role}")
        self.server_follows = data.get("server_follows", True)
        finishes = data.get("finishes_after_eof", {})
        self.finishes_after_eof = {r: finishes.get(r, False) for r in ("client", "server")}
        self.traffic = data.get("traffic", [])

    def option(self, key, default):
        value = self.options.get(key, default)
        spans = isinstance(default, float) and isinstance(value, str)
        return seconds(value) if spans else value


class Scenario:
    """A scenario with one middlebox of profile linux-conntrack or linux-firewall.

    Raises CannotPlay when it asks for more than the laboratory has.
    """

    def __init__(self, data):
        self.data = data
        only(data, TOP, "the scenario")
        self.duration = seconds(data.get("duration", "1h"))
        boxes = [(i, hop["middlebox"]) for i, hop in enumerate(data.get("path", []))
                 if "middlebox" in hop]
        for hop in data.get("path", []):
            only(hop, {"link", "middlebox"}, "path")
            only(hop.get("link", {}), {"name"}, "link")
        if len(boxes) != 1:
            raise CannotPlay("a path has exactly one middlebox here")
        (self.position, self.box), = boxes
        self._read_box()
        self._read_hosts()
        self.connections = [Connection(c, i) for i, c in enumerate(data["connections"])]
        self._check_connections()
        self.events = data.get("events", [])
        for event in self.events:
            if not any(kind in event for kind in EVENTS):
                raise CannotPlay(f"the laboratory cannot play the event {event}")
        self.routed = data.get("private_sources", "filtered") == "routed"

    def _read_box(self):
        only(self.box, BOX, "middlebox")
        if self.box.get("profile") not in ("linux-conntrack", "linux-firewall"):
            raise CannotPlay("the box is a Linux router: linux-conntrack or linux-firewall")
        self.firewall = self.box["profile"] == "linux-firewall"
        self.translate = self.box.get("translate", not self.firewall)
        netfilter = dict(self.box.get("netfilter", {}))
        only(netfilter, NETFILTER, "netfilter")
        netfilter.setdefault("input", "drop" if self.firewall else "accept")
        netfilter.setdefault("forward", "stateful" if self.firewall else "accept")
        self.netfilter = netfilter
        self.timeouts = self.box.get("timeouts", {})

    def _read_hosts(self):
        hosts = self.data.get("hosts", {})
        only(hosts, {"client", "server"}, "hosts")
        self.hosts = {}
        for role in ("client", "server"):
            host = hosts.get(role, {})
            only(host, {"tcp", "profile"}, role)
            if host.get("profile", "linux") != "linux":
                raise CannotPlay(f"the {role} is a Linux host")
            only(host.get("tcp", {}), TCP, f"tcp of the {role}")
            self.hosts[role] = host.get("tcp", {})

    def _check_connections(self):
        if not self.connections:
            raise CannotPlay("a scenario has at least one connection")
        programs = [c for c in self.connections if c.strategy.session]
        if programs and len(self.connections) > 1:
            raise CannotPlay("an ssh or openvpn connection is alone in its scenario")
        ports = {(c.transport, c.port) for c in self.connections}
        if len(ports) != len(self.connections):
            raise CannotPlay("connections have different server ports, to tell their packets apart")

    def wire(self, name):
        """Which wire of the router a cut names: "inside" or "outside"."""
        if name in ("client", "server"):
            return "inside" if name == "client" else "outside"
        for i, hop in enumerate(self.data["path"]):
            if hop.get("link", {}).get("name") == name:
                return "inside" if i < self.position else "outside"
        raise CannotPlay(f"no link is called {name}")


def read_scenario(path):
    """The scenario in a scenario file or in an observation file."""
    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    return Scenario(data["scenario"] if data.get("format") == "stayalive-observation" else data)
