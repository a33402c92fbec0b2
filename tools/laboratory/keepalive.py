# SPDX-License-Identifier: Apache-2.0
"""The generic keepalive: pings that put each other off, answers, and a verdict."""


class Keepalive:
    """What the strategy `keepalive` does at one end; its options are those of docs/scenario.md."""

    def __init__(self, end):
        self.end, option = end, end.connection.option
        self.pings = option("from", "client") in (end.role, "both")
        self.interval, self.bytes = option("interval", 60.0), option("bytes", 2)
        self.answered, self.answer_bytes = option("answered", True), option("answer_bytes", 2)
        self.retries, self.retry_interval = option("retries", 0), option("retry_interval", 0.0)
        self.give_up_after, self.reset_by = option("give_up_after", 0.0), option("reset_by", "sent")
        self.unanswered, self.heard, self.version, self.pinging = 0, None, 0, False
        self.pinged = None

    def opened(self):
        self.heard = self.end.case.loop.now()
        if self.pings:
            self.arm(self.heard + self.interval)
        self.watch_death()

    def watch_death(self):
        if self.give_up_after:
            heard = self.heard

            def check():
                if self.heard == heard and self.end.ended_at is None:
                    self.end.finish("gave up")
            self.end.case.loop.at(heard + self.give_up_after, check)

    def arm(self, at):
        self.version += 1
        version = self.version

        def due():
            if version == self.version and self.end.ended_at is None:
                self.ping(at)
        self.end.case.loop.at(at, due)

    def ping(self, at):
        if self.answered and self.retries and self.unanswered >= self.retries:
            return self.end.finish("gave up")
        if self.answered:
            self.unanswered += 1
        self.pinged = at
        hurried = self.answered and self.retry_interval
        self.arm(at + (self.retry_interval if hurried else self.interval))
        self.pinging = True
        self.end.transmit({"kind": "request" if self.answered else "ping", "bytes": self.bytes})
        self.pinging = False

    def sent(self, message):
        if self.pings and not self.pinging and self.reset_by in ("sent", "both"):
            if not (self.unanswered and self.retry_interval):
                self.arm(self.end.case.loop.now() + self.interval)

    def arrived(self, message):
        self.heard = self.end.case.loop.now()
        self.watch_death()
        waited, self.unanswered = self.unanswered > 0, 0
        if self.pings:
            if self.reset_by in ("received", "both"):
                self.arm(self.heard + self.interval)
            elif waited and self.answered and self.retry_interval:
                self.arm(max(self.heard, self.pinged + self.interval))
        if message["kind"] == "request":
            self.end.transmit({"kind": "reply", "bytes": self.answer_bytes})
