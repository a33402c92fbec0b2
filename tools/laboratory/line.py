# SPDX-License-Identifier: Apache-2.0
"""One direction of a line, as docs/scenario.md says: what it loses, and when the rest arrives."""
import random


class Line:
    """Delay, jitter, loss and rate of a link; the queue before it is unbounded.

    Instants and spans are seconds.  `stream` names its random numbers.  A packet that is handed
    over while the line is cut is lost; one that is on its way arrives.
    """

    def __init__(self, link, stream):
        self.link, self.random = link, random.Random(stream)
        self.cuts = 0           # that hold just now: they may overlap
        self.free_at = 0.0      # when all earlier packets have been sent
        self.last_arrival = 0.0
        self.lost = 0           # by chance

    def arrival(self, now, size):
        """When a packet of `size` bytes that is handed over at `now` arrives; None: never."""
        if self.cuts:
            return None
        link = self.link
        # A lost packet takes its jitter and its time on the line, too.
        jitter = self.random.uniform(0, link.jitter) if link.jitter else 0.0
        lost = link.loss > 0 and self.random.random() < link.loss
        self.free_at = max(now, self.free_at)
        if link.rate:
            self.free_at += size * 8 / link.rate
        if lost:
            self.lost += 1
            return None
        at = self.free_at + link.delay + jitter
        if not link.reorder:
            at = self.last_arrival = max(at, self.last_arrival)
        return at
