# SPDX-License-Identifier: Apache-2.0
"""One thread that waits for sockets and instants, on a clock that starts with the run."""
import heapq
import select
import time


class Loop:
    """Instants are seconds since `begin`; before it is set, no timer is due."""

    def __init__(self):
        self.poll = select.epoll()
        self.handlers = {}
        self.timers = []
        self.count = 0
        self.begin = None  # CLOCK_MONOTONIC of the run's beginning
        self.late = []     # by how much each timer was

    def now(self):
        return time.monotonic() - self.begin if self.begin is not None else float("-inf")

    def at(self, instant, action):
        self.count += 1
        heapq.heappush(self.timers, (instant, self.count, action))

    def watch(self, fd, events, action):
        known = fd in self.handlers
        self.handlers[fd] = action
        (self.poll.modify if known else self.poll.register)(fd, events)

    def forget(self, fd):
        if self.handlers.pop(fd, None):
            self.poll.unregister(fd)

    def run_until(self, done):
        """Until done() or, once the run has begun, until its end is reached by a timer."""
        while not done():
            wait = 0.05
            if self.begin is not None and self.timers:
                wait = min(wait, max(0.0, self.timers[0][0] - self.now()))
            for fd, events in self.poll.poll(wait):
                handler = self.handlers.get(fd)
                if handler:
                    handler(events)
            while self.begin is not None and self.timers and self.timers[0][0] <= self.now():
                instant, _, action = heapq.heappop(self.timers)
                self.late.append(self.now() - instant)
                action()

    def precision(self):
        """How late the timers of the run were, in seconds."""
        late = sorted(self.late)
        return {"timers": len(late), "median_late": late[len(late) // 2], "most_late": late[-1]}
