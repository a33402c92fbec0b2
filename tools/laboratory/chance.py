# SPDX-License-Identifier: Apache-2.0
"""Compares scenarios with loss or jitter, of which no two runs are alike.

Such a scenario is played RUNS times and the model runs with SEEDS seeds.  For each side, four
things are held against each other: the instant of its end, how it ended, how many messages it got
and how many packets it sent.  Each is a sample of reality and one of the model, and both come from
one distribution unless the two-sample Kolmogorov-Smirnov test says otherwise at level ALPHA.
"""
import math

from .fate import modelled_fate, real_fate
from .kinds import flow_of
from .model import results

RUNS, SEEDS = 24, 200
# Of one test; there are eight or more in each observation.
ALPHA = 0.001
# Seconds by which instants of ends may differ without saying anything.
NEAR = 0.1
NEVER = math.inf


def critical(real, model, alpha=ALPHA):
    """The distance that samples of these sizes exceed with probability alpha (Smirnov 1948)."""
    return math.sqrt(-math.log(alpha / 2) / 2 * (real + model) / (real * model))


def distance(a, b, near=0.0):
    """The largest distance of the distribution functions of two samples.

    Values that differ by no more than `near` count as equal, whichever is larger.
    """
    def share(sample, limit):
        return sum(value <= limit for value in sample) / len(sample)
    return max(max(share(x, value) - share(y, value + near) for value in x)
               for x, y in ((a, b), (b, a)))


def summary(seen, seed):
    """What is kept of one run: {"seed", "most_late", "sides": {connection: {side: outcome}}}."""
    late = max(part["most_late"] for part in (seen["precision"], seen["precision"]["wires"]))
    sides = {}
    for connection in seen["scenario"]["connections"]:
        name = connection["name"]
        sides[name] = {}
        for role in ("client", "server"):
            side = seen["connections"][name][role]
            fate = real_fate(side)
            sides[name][role] = {
                "ended_at": fate.at if fate.ended else None, "error": fate.error or None,
                "delivered": len(side["delivered"]),
                "sent": sum(p["where"] == role and p["out"] and belongs(p, connection)
                            for p in seen["packets"])}
    return {"seed": seed, "most_late": late, "sides": sides}


def belongs(packet, connection):
    return flow_of(packet) == (connection.get("transport", "tcp"), connection["port"])


def modelled(result):
    """The same of one run of the model."""
    sides = {}
    for name, told in result.items():
        sides[name] = {}
        for role, writer in (("client", "server"), ("server", "client")):
            fate, packets = modelled_fate(told[role]), told[role]["packets"]
            errors = packets["packets_sent_by_kind"].get("icmp-error", 0)
            sides[name][role] = {
                "ended_at": fate.at if fate.ended else None, "error": fate.error or None,
                "delivered": told[writer]["messages"]["delivered"],
                "sent": packets["packets_sent"] - errors}
    return sides


def compare(program, seen, found):
    """Fills a compare.Comparison and returns it."""
    real = [run["sides"] for run in seen["runs"]]
    model = [modelled(result) for result in results(program, seen, range(1, SEEDS + 1))]
    for name in real[0]:
        for role in ("client", "server"):
            a, b = ([run[name][role] for run in runs] for runs in (real, model))
            found.fates.append((name, role, Ends(a), Ends(b)))
            for aspect, what, left, right, near in quantities(a, b):
                limit, seen_distance = critical(len(a), len(b)), distance(left, right, near)
                found.distances.append((seen_distance, limit))
                if seen_distance > limit:
                    found.differs(aspect, f"{role}, {what}: the distributions are "
                                          f"{seen_distance:.3f} apart, more than {limit:.3f}")
    for role in ("client", "server"):
        counts = [[sum(side[role]["sent"] for side in run.values()) for run in runs]
                  for runs in (real, model)]
        found.sent[(role, True)] = tuple(f"{min(c)} to {max(c)}" for c in counts)
    return found


def quantities(a, b):
    """(aspect, what it is, real values, modelled values, how near is equal) of one side."""
    def instants(runs):
        return [NEVER if x["ended_at"] is None else x["ended_at"] for x in runs]
    yield "instant", "end", instants(a), instants(b), NEAR
    for error in sorted({x["error"] for x in a + b if x["error"]}):
        yield ("error", error, *([x["error"] == error for x in runs] for runs in (a, b)), 0)
    for aspect, key in (("messages", "delivered"), ("packets", "sent")):
        yield (aspect, key, *([x[key] for x in runs] for runs in (a, b)), 0)


class Ends:
    """How many runs ended, how and when, in words."""

    def __init__(self, runs):
        self.runs = runs
        self.ended, self.at = False, 0.0  # No end of a single run.

    def __str__(self):
        ended = sorted(x["ended_at"] for x in self.runs if x["ended_at"] is not None)
        if not ended:
            return f"open in {len(self.runs)}"
        errors = sorted({x["error"] for x in self.runs if x["error"]})
        return (f"{' or '.join(errors)} in {len(ended)} of {len(self.runs)} "
                f"@{ended[0]:.3f} to {ended[-1]:.3f}")
