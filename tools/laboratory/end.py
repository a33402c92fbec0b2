# SPDX-License-Identifier: Apache-2.0
"""A program at one end of a connection that writes, answers and ends as a scenario says."""
import socket

from .spans import seconds

SO_KEEPALIVE, TCP_NODELAY = socket.SO_KEEPALIVE, socket.TCP_NODELAY
TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_USER_TIMEOUT = 4, 5, 6, 18
TCP_CONGESTION = 13


def tune(sock, scenario, connection, role):
    """Host, strategy and connection, one laid over the other."""
    options = dict(scenario.hosts[role])
    options.update(connection.strategy.socket(connection.options, role))
    options.update(connection.socket.get(role, {}))
    tcp = socket.IPPROTO_TCP
    for key, name in (("keepalive_idle", TCP_KEEPIDLE), ("keepalive_interval", TCP_KEEPINTVL)):
        if key in options:
            sock.setsockopt(tcp, name, int(seconds(options[key])))
    if "keepalive_count" in options:
        sock.setsockopt(tcp, TCP_KEEPCNT, options["keepalive_count"])
    if "user_timeout" in options:
        sock.setsockopt(tcp, TCP_USER_TIMEOUT, int(seconds(options["user_timeout"]) * 1000))
    if options.get("nodelay"):
        sock.setsockopt(tcp, TCP_NODELAY, 1)
    if options.get("keepalive"):
        sock.setsockopt(socket.SOL_SOCKET, SO_KEEPALIVE, 1)


def use_congestion_control(sock, name):
    """Before connect() or listen(): what is accepted has that of its listener."""
    sock.setsockopt(socket.IPPROTO_TCP, TCP_CONGESTION, name.encode())


def receive_buffer(scenario, connection, role):
    usual = scenario.hosts[role].get("receive_buffer")
    return connection.socket.get(role, {}).get("receive_buffer", usual)


class Link:
    """What both programs know of what the other one wrote: contents are not on the wire."""

    def __init__(self):
        self.written = {"client": [], "server": []}


class End:
    """One program.  Subclasses carry its messages over TCP or UDP."""

    def __init__(self, case, connection, role, link):
        self.case, self.connection, self.role, self.link = case, connection, role, link
        self.other = "server" if role == "client" else "client"
        self.opened_at = self.ended_at = self.error = None
        self.ended_by = None
        self.delivered = []
        self.pending = []
        self.shut = False
        self.held = None  # while it hangs: what it will do when it goes on
        keepalive = connection.strategy.keepalive
        self.keepalive = keepalive(self) if keepalive else None
        self.todo = 0
        for item in connection.traffic:
            if item.get("from", "client") == role:
                later = seconds(item.get("every", "0s")) + connection.start
                self.schedule(item, seconds(item["at"]) if "at" in item else later)

    def schedule(self, item, at):
        if "until" in item and at >= seconds(item["until"]) - 1e-6:
            return
        self.todo += 1

        def write():
            self.todo -= 1
            self.write({"kind": "application", "bytes": item.get("bytes", 100), "item": item})

        def due():
            if "every" in item:
                self.schedule(item, at + seconds(item["every"]))
            self.when_it_runs(write)
        self.case.loop.at(at, due)

    def when_it_runs(self, action):
        """Now, or when the program goes on."""
        if self.held is None:
            action()
        else:
            self.held.append(action)

    def at(self, instant, action):
        self.case.loop.at(instant, lambda: self.when_it_runs(action))

    def hang(self, until):
        self.held = []
        self.stop_reading(None)

        def go_on():
            self.resume_reading()
            held, self.held = self.held, None
            for action in held:
                action()
            self.goes_on()
        if until is not None:
            self.case.loop.at(until, go_on)

    def come_back(self):
        """Its host has rebooted."""

    def goes_on(self):
        """It has hung, and runs again."""

    def opened(self):
        self.opened_at = self.case.loop.now()
        for message in self.pending:
            self.transmit(message)
        self.pending = []
        if self.keepalive:
            self.keepalive.opened()

    def write(self, message):
        if self.ended_at is not None or self.shut:
            return
        if self.opened_at is None:
            self.pending.append(message)
        else:
            self.transmit(message)

    def transmit(self, message):
        if self.shut:
            return
        message = dict(message, at=self.case.loop.now())
        self.link.written[self.role].append(message)
        item = message.get("item")
        if item and "give_up" in item and not message.get("answer_to"):
            message["answered"] = False
            deadline = message["at"] + seconds(item["give_up"])
            self.at(deadline, lambda: self.overdue(message))
        self.put(message)
        if self.keepalive:
            self.keepalive.sent(message)

    def overdue(self, message):
        if not message["answered"] and self.ended_at is None:
            self.finish("request timed out")

    def arrived(self, message):
        now = self.case.loop.now()
        if message["kind"] == "application":
            self.delivered.append({"at": now, "bytes": message["bytes"]})
            if message.get("answer_to") is not None:
                message["answer_to"]["answered"] = True
            elif message["item"].get("answer", {}).get("echo"):
                self.echo(message, message["bytes"])
            elif "answer" in message["item"]:
                answer = message["item"]["answer"]
                self.todo += 1

                def reply():
                    self.todo -= 1
                    self.write({"kind": "application", "bytes": answer.get("bytes", 100),
                                "item": message["item"], "answer_to": message})
                after = seconds(answer.get("after", "0s"))
                if after:
                    self.at(now + after, reply)
                else:
                    reply()
        if self.keepalive:
            self.keepalive.arrived(message)

    def echo(self, message, read):
        """Writes back what it has read of a message by now; the end of it is the answer."""
        ends = read == message["bytes"]
        piece = {"kind": "application" if ends else "piece", "item": message["item"],
                 "bytes": read - message.get("echoed", 0), "answer_to": message}
        message["echoed"] = read
        if piece["bytes"]:
            self.write(piece)

    def end(self, error, by):
        if self.ended_at is None:
            self.ended_at, self.error, self.ended_by = self.case.loop.now(), error, by

    def report(self):
        return {"opened_at": self.opened_at, "ended_at": self.ended_at, "error": self.error,
                "ended_by": self.ended_by, "delivered": self.delivered}
