# SPDX-License-Identifier: Apache-2.0
"""The part of the scenario format (docs/scenario.md) that real Linux routers can play."""
import json

from . import link
from .box import Box
from .spans import seconds
from .strategies import STRATEGIES
from .words import CannotPlay, named, only

# What is played.
TOP = {"$schema", "title", "lesson", "seed", "duration", "private_sources", "path", "hosts",
       "connections", "events", "expect"}
CONNECTION = {"name", "strategy", "transport", "port", "client_port", "start", "socket",
              "server_follows", "answers_follow", "finishes_after_eof",
              "stays_after_eof", "traffic"}
SOCKET = {"keepalive", "keepalive_idle", "keepalive_interval", "keepalive_count", "user_timeout",
          "nodelay", "receive_buffer"}
TCP = SOCKET | {"retries1", "retries2", "syn_retries", "syn_linear_timeouts", "synack_retries",
                "orphan_retries", "fin_timeout", "rto_min", "rto_max", "invalid_ratelimit",
                "tail_loss_probe", "timer_hz"}
EVENTS = ("cut", "flush", "reboot", "kill", "close", "shutdown", "stop_reading", "hang",
          "change_address", "take_over")


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
        self.answers_follow = data.get("answers_follow", False)
        finishes = data.get("finishes_after_eof", {})
        stays = data.get("stays_after_eof", {})
        self.stays_after_eof = {r: stays.get(r, False) for r in ("client", "server")}
        self.finishes_after_eof = {r: finishes.get(r, False) for r in ("client", "server")}
        self.traffic = data.get("traffic", [])

    def option(self, key, default):
        value = self.options.get(key, default)
        spans = isinstance(default, float) and isinstance(value, str)
        return seconds(value) if spans else value


class Scenario:
    """A scenario with one to three middleboxes of profile linux-conntrack or linux-firewall.

    `boxes` are they, from the client to the server; `links` has what lies before each and behind
    the last, one more than boxes.  Raises CannotPlay when it asks for more than the laboratory has.
    """

    def __init__(self, data):
        self.data = data
        only(data, TOP, "the scenario")
        self.duration = seconds(data.get("duration", "1h"))
        self.seed = data.get("seed", 1)
        self._read_path()
        self._read_hosts()
        self.connections = [Connection(c, i) for i, c in enumerate(data["connections"])]
        self._check_connections()
        self.events = data.get("events", [])
        for event in self.events:
            if not any(kind in event for kind in EVENTS):
                raise CannotPlay(f"the laboratory cannot play the event {event}")
            self._check_event(event)
        self.private_sources = data.get("private_sources", "filtered")

    def _check_event(self, event):
        for kind in ("flush", "change_address", "take_over"):
            if kind in event:
                self.box(event[kind])
        if "change_address" in event and len(self.boxes) > 1:
            raise CannotPlay("the address of a box that is alone is changed here")
        if "hang" in event:
            connection = next(c for c in self.connections if c.name == event["hang"])
            if connection.strategy.keepalive:
                raise CannotPlay("the program of a generic keepalive does not hang here")

    def keeps_entries(self):
        """Whether the box translates by a rule of SNAT instead of masquerading."""
        return any(event.get("entries") == "kept" for event in self.events)

    def _read_path(self):
        self.boxes, self.links, before = [], [], []
        for hop in self.data.get("path", []):
            only(hop, {"link", "middlebox"}, "path")
            if "link" in hop:
                only(hop["link"], link.KEYS, "link")
                before.append(link.read_link(hop["link"]))
            else:
                self.boxes.append(Box(hop["middlebox"], len(self.boxes)))
                self.links.append(before)
                before = []
        self.links.append(before)
        if not 1 <= len(self.boxes) <= 3:
            raise CannotPlay("a path has one to three middleboxes here")
        if any(len(links) > 1 for links in self.links):
            raise CannotPlay("between two neighbours lies one link here")
        self.links = [links[0] if links else link.Link() for links in self.links]

    def round_trip(self):
        """Seconds that the delays of the path alone cost there and back."""
        return 2 * sum(line.delay for line in self.links)

    def setup(self):
        """Seconds from the beginning of the run until its first program is set up."""
        first = self.connections[0]
        return self.round_trip() * first.strategy.round_trips.get(first.transport, 0)

    def random(self):
        """Whether loss or jitter make each run another one."""
        return any(line.random() for line in self.links)

    def last_translating(self):
        """The position of the outermost box that translates; -1 without one."""
        return max((i for i, box in enumerate(self.boxes) if box.translate), default=-1)

    def box(self, name):
        """The position of a box by its name."""
        for i, box in enumerate(self.boxes):
            if box.name == name:
                return i
        raise CannotPlay(f"no middlebox is called {name}")

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
        for program in programs:
            if self.random():
                raise CannotPlay("an ssh or openvpn connection has neither loss nor jitter here")
            if self.round_trip() and program.transport not in program.strategy.round_trips:
                raise CannotPlay("openvpn over TCP is played without delay only")
        ports = {(c.transport, c.port) for c in self.connections}
        if len(ports) != len(self.connections):
            raise CannotPlay("connections have different server ports, to tell their packets apart")

    def wire(self, name):
        """Which of `links` a cut names."""
        if name in ("client", "server"):
            return 0 if name == "client" else len(self.boxes)
        for i, line in enumerate(self.links):
            if line.name == name:
                return i
        raise CannotPlay(f"no link is called {name}")


def read_scenario(path):
    """The scenario in a scenario file or in an observation file."""
    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    return Scenario(data["scenario"] if data.get("format") == "stayalive-observation" else data)
