# SPDX-License-Identifier: Apache-2.0
"""One scenario, played on the real kernel."""
import os
import select
import signal
import socket
import time

from .capture import Capture
from .end import Link, receive_buffer, use_congestion_control
from .loop import Loop
from .network import Inside, Network, SERVER
from .process import Process
from .requirements import ticks
from .spans import seconds
from .tcp_end import TcpEnd
from .udp_end import UdpEnd

GRID = 512  # ticks: beginnings lie on this grid, so that timer slots fall as in the model


def next_grid_instant(hz):
    """A coming CLOCK_MONOTONIC at which the kernel's tick counter is a multiple of GRID."""
    zero = None
    for _ in range(20):
        count = ticks()
        # The counter was `count` at some instant before now, so that zero was no later than this.
        latest = time.monotonic() - count / hz
        zero = latest if zero is None else min(latest, zero)
        time.sleep(0.0007)
    steps = int((time.monotonic() + 0.15 - zero) / (GRID / hz)) + 1
    return zero + steps * GRID / hz


class Case:
    """Plays a scenario in namespaces of its own; close() removes them and what runs in them.

    `folder` is its own, `keys` has those of ssh or openvpn, `recorded` the versions; `seed` is that
    of losses and jitter; ssh and openvpn are those of the system in the folder `root`.
    """

    def __init__(self, scenario, folder, keys, tag, recorded, seed, root):
        self.scenario, self.folder, self.keys, self.recorded = scenario, folder, keys, recorded
        self.seed, self.root = seed, root
        self.loop = Loop()
        self.network = Network(self.scenario, tag, recorded["congestion_control"])
        self.ends, self.listeners, self.programs = {}, [], {}
        self.finished = False
        self.log = []

    def play(self):
        net = self.network
        self.captures = [Capture(self.loop, net.client, "c0", "client"),
                         Capture(self.loop, net.server, "s0", "server")]
        self.trackers = [Process(self, router, ["conntrack", "-E"]) for router in net.routers]
        net.begin(self.seed)
        first = self.scenario.connections[0]
        if first.strategy.session:
            self.start_program(first)
        else:
            self.start_own()
        self.loop.at(self.scenario.duration, self.stop)
        for event in self.scenario.events:
            self.schedule(event)
        self.loop.run_until(lambda: self.finished)
        for capture in self.captures:
            capture.drain()
        self.carried = net.end()

    def stop(self):
        self.finished = True

    def start_program(self, connection):
        program = self.programs[connection.name] = connection.strategy.session(self, connection)
        limit = time.monotonic() + 20
        self.loop.run_until(lambda: program.ready() or time.monotonic() > limit)
        if time.monotonic() > limit:
            said = program.client.lines if program.client else program.server.lines
            raise RuntimeError(f"no session: {said}")
        settle = time.monotonic() + 0.4
        self.loop.run_until(lambda: time.monotonic() > settle)
        # The run begins with the last packet of the set-up that says anything.
        said = [p for p in self.captures[0].packets if p["protocol"] == "udp" or p["len"] > 0]
        if connection.strategy.server_ends_setup:
            said = [p for p in said if not p["out"]]
        age = time.time() - said[-1]["at"]
        self.set_begin(time.monotonic() - age - self.scenario.setup())
        program.begin()

    def set_begin(self, monotonic):
        self.loop.begin = monotonic
        offset = time.time() - time.monotonic()
        boot = time.clock_gettime(time.CLOCK_BOOTTIME) - time.monotonic()
        self.realtime = monotonic + offset
        self.phases = {"realtime": (monotonic + offset) % 1, "boottime": (monotonic + boot) % 1}

    def start_own(self):
        for connection in self.scenario.connections:
            link = Link()
            kind = TcpEnd if connection.transport == "tcp" else UdpEnd
            ends = {role: kind(self, connection, role, link) for role in ("client", "server")}
            self.ends[connection.name] = ends
            if connection.transport == "tcp":
                self.listen(connection, ends["server"])
                self.loop.at(connection.start, ends["client"].connect)
            else:
                ends["server"].open()
                self.loop.at(connection.start, ends["client"].open)
        begin = next_grid_instant(self.recorded["hz"])
        while time.monotonic() < begin - 0.03:
            time.sleep(0.01)
        while time.monotonic() < begin:
            pass
        self.set_begin(begin)

    def listen(self, connection, end):
        with Inside(self.network.server):
            listener = socket.socket()
        use_congestion_control(listener, self.recorded["congestion_control"])
        buffer = receive_buffer(self.scenario, connection, "server")
        if buffer:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((SERVER, connection.port))
        listener.listen(8)
        listener.setblocking(False)
        self.listeners.append(listener)

        def accept(_):
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            end.adopt(sock)
        self.loop.watch(listener.fileno(), select.EPOLLIN, accept)

    def schedule(self, event):
        at = seconds(event["at"])
        span = seconds(event["for"]) if "for" in event else None
        if "cut" in event:
            name, towards = event["cut"], event.get("towards")
            wire = self.scenario.wire(name)
            self.timed(at, f"cut {name}", lambda: self.network.cut(wire, towards))
            if span is not None:
                self.timed(at + span, f"heal {name}", lambda: self.network.heal(wire, towards))
        elif "flush" in event:
            box = self.scenario.box(event["flush"])
            self.timed(at, "flush", lambda: self.network.flush(box))
        elif "change_address" in event:
            box = self.scenario.box(event["change_address"])
            self.timed(at, "change_address", lambda: self.network.change_address(box))
        elif "take_over" in event:
            self.schedule_take_over(event, at, span)
        elif "reboot" in event:
            wire = self.scenario.wire(event["reboot"])
            self.timed(at, "down", lambda: self.fell(event["reboot"], wire))
            self.timed(at + span, "up", lambda: self.rose(event["reboot"], wire))
        else:
            kind = next(k for k in ("kill", "close", "shutdown", "stop_reading", "hang")
                        if k in event)
            side = event.get("side", "client")
            until = None if span is None else at + span
            self.timed(at, kind, lambda: self.interfere(event[kind], side, kind, until))

    def schedule_take_over(self, event, at, span):
        box = self.scenario.box(event["take_over"])

        def begin():
            if span:
                self.network.away(box)
            if not event.get("synchronised"):
                self.network.flush(box)
        self.timed(at, "take_over", begin)
        if span:
            self.timed(at + span, "taken over", lambda: self.network.back(box))

    def fell(self, role, wire):
        self.network.cut(wire, None)
        for ends in self.ends.values():
            ends[role].vanish()

    def rose(self, role, wire):
        self.network.heal(wire, None)
        for ends in self.ends.values():
            ends[role].come_back()

    def interfere(self, name, side, kind, until):
        if name in self.programs:
            program = self.programs[name]
            if kind == "hang":
                return self.hang_program(program, side, until)
            return program.stop(side) if kind == "close" else program.kill(side)
        end = self.ends[name][side]
        if kind in ("kill", "close"):
            end.finish(kind)
        elif kind == "shutdown":
            end.shutdown()
        elif kind == "hang":
            end.hang(until)
        else:
            end.stop_reading(until)

    def hang_program(self, program, side, until):
        """A real one is stopped by SIGSTOP."""
        stopped = program.processes(side)
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)

        def resume():
            for pid in stopped:
                os.kill(pid, signal.SIGCONT)
        if until is not None:
            self.timed(until, "goes on", resume)

    def timed(self, at, what, action):
        def act():
            begin = self.loop.now()
            action()
            self.log.append([begin, self.loop.now(), what])
        self.loop.at(at, act)

    def observation(self):
        packets = []
        for capture in self.captures:
            for packet in capture.packets:
                packets.append(dict(packet, at=packet["at"] - self.realtime))
        packets = sorted((p for p in packets if p["at"] >= 0), key=lambda p: p["at"])
        connections = {n: {r: e.report() for r, e in ends.items()} for n, ends in self.ends.items()}
        connections.update({n: p.report() for n, p in self.programs.items()})
        precision = self.loop.precision()
        if self.carried is not None:
            precision["wires"] = self.carried
        return {"scenario": self.scenario.data, "recorded": self.recorded, "phases": self.phases,
                "precision": precision, "connections": connections, "events": self.log,
                "conntrack": self.tracked(), "packets": packets}

    def tracked(self):
        """What the routers' conntrack said, in order; of several with the name of each."""
        names = [[box.name] for box in self.scenario.boxes] if len(self.trackers) > 1 else [[]]
        return sorted([*said, *name] for tracker, name in zip(self.trackers, names)
                      for said in tracker.spoken())

    def close(self):
        self.network.close()
