# SPDX-License-Identifier: Apache-2.0
"""Compares OpenVPN, which lets its timers be late at random.

No two runs are alike, real or modelled.  So the model runs with SEEDS seeds, and what was seen
has to lie among what they give: an end where some seed ends, as some seed ends, and from SLIP
seconds before the first to SLIP after the last of them; a count of packets of a kind from the
smallest to the largest, widened by 1 and by SHARE of the largest.
"""
import re

from .fate import ENDED, Fate, modelled_error, real_fate
from .kinds import STREAMS, stream_name, streams
from .model import simulate

SEEDS = 12
SLIP = 0.25
SHARE = 0.02
BEGIN, LAST = 0.3, 0.5
# Of a ping over UDP and over TCP.  Since 2.7 data packets have eight bytes instead of four for
# their number (epoch keys); the model's are those of 2.6.
PING = {"udp 44": "udp 40", "data 46": "data 42", "re-data 46": "re-data 42"}


def first_end(side):
    """When and how this side first gave up, even if it then began anew."""
    for change in side["timeline"]:
        if change["outcome"] in ENDED:
            return Fate(True, change["at"], modelled_error(side))
    if side["noticed_at"] is not None:
        return Fate(True, side["noticed_at"], modelled_error(side))
    return Fate(False)


def compare(program, scenario, seen, found):
    """Fills a compare.Comparison and returns it."""
    runs = simulate(program, seen, range(1, SEEDS + 1))
    for name, sides in seen["connections"].items():
        for role in ("client", "server"):
            told = [first_end(results[name][role]) for results, _ in runs]
            compare_ends(found, name, role, real_fate(sides[role]), told)
    end = scenario.duration - LAST
    begin = BEGIN + scenario.setup() + scenario.round_trip() / 2
    longer = re.search(r"OpenVPN 2\.[7-9]", seen["recorded"]["openvpn"])
    real = tally(seen["packets"], begin, end, PING if longer else {})
    model = [tally(packets, begin, end) for _, packets in runs]
    for stream in STREAMS:
        sums = [sum(one[stream].values()) for one in model]
        found.sent[stream] = ((0, sum(real[stream].values())), range(min(sums), max(sums)))
        for kind in sorted(set(real[stream]).union(*(one[stream] for one in model))):
            counts = [one[stream].get(kind, 0) for one in model]
            got, slack = real[stream].get(kind, 0), 1 + SHARE * max(counts)
            if not min(counts) - slack <= got <= max(counts) + slack:
                found.differs("packets", f"{stream_name(stream)} {kind}: real {got} | "
                                         f"model {min(counts)} to {max(counts)}")
    return found


def compare_ends(found, name, role, real, told):
    ends = sorted((fate for fate in told if fate.ended), key=lambda fate: fate.at)
    words = Span(len(ends), ends)
    found.fates.append((name, role, real, words))
    if not real.ended:
        if len(ends) == SEEDS:
            found.differs("verdict", f"{role}: real open | model {words}")
    elif not ends:
        found.differs("verdict", f"{role}: real {real} | model open")
    elif real.error not in {fate.error for fate in ends}:
        found.differs("error", f"{role}: real {real} | model {words}")
    elif not ends[0].at - SLIP <= real.at <= ends[-1].at + SLIP:
        found.differs("instant", f"{role}: real {real} | model {words}")


class Span:
    """The ends of all seeds, in words."""

    def __init__(self, number, ends):
        self.number, self.ends = number, ends

    def __str__(self):
        if not self.ends:
            return "open"
        text = f"{self.ends[0].error} @{self.ends[0].at:.3f} to {self.ends[-1].at:.3f}"
        return text if self.number == SEEDS else f"{text} in {self.number} of {SEEDS}"


def tally(packets, begin, end, names=()):
    """{stream: {kind: number}}, with other `names` for some kinds.

    Sizes of handshakes differ with certificates.
    """
    counts = {stream: {} for stream in STREAMS}
    for (_, stream), items in streams(packets).items():
        for at, kind in items:
            if not begin <= at <= end:
                continue
            if kind.startswith("udp ") and int(kind[4:]) > 60:
                kind = "udp large"
            kind = dict(names).get(kind, kind)
            counts[stream][kind] = counts[stream].get(kind, 0) + 1
    return counts
