# SPDX-License-Identifier: Apache-2.0
"""Holds what the simulator says against what was observed.

Verdict and error are equal; an end is within 0.25 s or 2 %, whichever is larger.  Packets are
equal in number, kind and order in each direction at each host, where packets that are less than
10 ms apart have no order, and each is within 0.06 s or 0.4 % of the real one, or within 0.25 s or
2 % when it belongs to ssh.  OpenVPN has tunnel.py, and scenarios with loss or jitter chance.py.
"""
from . import chance, tunnel
from .fate import modelled_fate, real_fate
from .kinds import STREAMS, stream_name, streams
from .model import simulate
from .scenario import Scenario

# Packets so close to the end of the run may fall on either side of it.
LAST = 0.5
# What a scenario puts at one instant happens one after the other, in either order.
TOGETHER = 0.01


def within(a, b, span=0.25, share=0.02):
    return abs(a - b) <= max(span, share * max(abs(a), abs(b)))


class Comparison:
    """What was compared, and the differences: (aspect, text), in the order found.

    fates: (connection, side, real, model); sent: what both say of each stream; deviations: of
    instants, in seconds.  Aspects are verdict, error, instant, messages and packets.
    distances: of distributions, each with the largest that says nothing.  `congestion_control` is
    what was recorded.
    """

    def __init__(self, congestion_control=None):
        self.congestion_control = congestion_control
        self.fates = []
        self.differences = []
        self.deviations = []
        self.distances = []
        self.sent = {}

    def aspects(self):
        return sorted({aspect for aspect, _ in self.differences})

    def differs(self, aspect, text):
        self.differences.append((aspect, text))


def compare(program, seen):
    """The Comparison of an observation with what the program says."""
    scenario = Scenario(seen["scenario"])
    found = Comparison(seen["recorded"]["congestion_control"])
    if scenario.random():
        return chance.compare(program, seen, found)
    if scenario.connections[0].strategy.late_at_random:
        return tunnel.compare(program, scenario, seen, found)
    (results, packets), = simulate(program, seen)
    for connection in scenario.connections:
        sides, told = seen["connections"][connection.name], results[connection.name]
        for role in ("client", "server"):
            compare_fates(found, connection.name, role, sides[role], told[role])
        if connection.strategy.session is None:
            compare_messages(found, sides, told)
    compare_packets(found, scenario, seen["packets"], packets)
    return found


def compare_fates(found, name, role, side, told):
    real, model = real_fate(side), modelled_fate(told)
    found.fates.append((name, role, real, model))
    if real.ended != model.ended:
        found.differs("verdict", f"{role}: real {real} | model {model}")
    elif real.ended and real.error != model.error:
        found.differs("error", f"{role}: real {real} | model {model}")
    if real.ended and model.ended:
        found.deviations.append(abs(real.at - model.at))
        if not within(real.at, model.at):
            found.differs("instant", f"{role}: real {real} | model {model}")


def compare_messages(found, sides, told):
    for role, writer in (("client", "server"), ("server", "client")):
        real, model = len(sides[role]["delivered"]), told[writer]["messages"]["delivered"]
        if real != model:
            found.differs("messages", f"{role} received: real {real} | model {model}")


def compare_packets(found, scenario, real, model):
    setup = scenario.connections[0].strategy.setup
    begin, end = -1, scenario.duration - LAST
    if setup is not None:
        # The server is set up half a round trip later than the client.
        begin = setup + scenario.setup() + scenario.round_trip() / 2
    if scenario.connections[0].transport == "tcp":
        # The model has no path for the ICMP errors that accompany real resets.
        real = [p for p in real if p["protocol"] != "icmp"]
        model = [p for p in model if p["protocol"] != "icmp"]
    loose = setup is not None
    near = within if loose else lambda a, b: within(a, b, 0.06, 0.004)
    seen, told = streams(real), streams(model)
    for side in (seen, told):
        for key, items in side.items():
            side[key] = [x for x in items if begin <= x[0] <= end]
    for stream in STREAMS:
        found.sent[stream] = (count(seen, stream), count(told, stream))
    for key in sorted(set(seen) | set(told), key=lambda k: (str(k[0]), STREAMS.index(k[1]))):
        name = stream_name(key[1])
        a = seen.get(key, [])
        b = aligned(a, told.get(key, []))
        first = next((i for i, (x, y) in enumerate(zip(a, b)) if x[1] != y[1]), None)
        if first is None and len(a) != len(b):
            first = min(len(a), len(b))
        if first is not None:
            found.differs("packets", f"{name}, from its packet {first + 1} of {len(a)} | {len(b)}: "
                                     f"real {show(a[first:])} | model {show(b[first:])}")
        for (at, kind), (expected, _) in list(zip(a, b))[:first]:
            found.deviations.append(abs(at - expected))
            if not near(at, expected):
                found.differs("packets", f"{name}: {kind} real {at:.3f} | model {expected:.3f}")


def aligned(real, model):
    """The model's packets; those less than TOGETHER apart are put into the order of the real."""
    model = list(model)
    for i in range(min(len(real), len(model))):
        for j in range(i, len(model)):
            if model[j][0] - model[i][0] >= TOGETHER:
                break
            if model[j][1] == real[i][1]:
                model.insert(i, model.pop(j))
                break
    return model


def count(sorted_out, stream):
    """(probes, other packets) of one direction at one host, over all connections."""
    kinds = [kind for key, items in sorted_out.items() if key[1] == stream for _, kind in items]
    return kinds.count("probe"), len(kinds) - kinds.count("probe")


def show(items):
    text = ", ".join(f"{kind} @{at:.3f}" for at, kind in items[:6])
    return (text or "nothing") + (", ..." if len(items) > 6 else "")
