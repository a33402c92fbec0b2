# SPDX-License-Identifier: Apache-2.0
"""A program over UDP."""
import select
import socket

from .end import End
from .namespace import Inside
from .network import SERVER


class UdpEnd(End):
    def __init__(self, case, connection, role, link):
        super().__init__(case, connection, role, link)
        self.socket = None
        self.peer = None
        self.answering = None   # where what is being written goes, if not to the peer

    def open(self):
        case, client = self.case, self.role == "client"
        with Inside(case.network.client if client else case.network.server):
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        if client:
            self.socket.bind((case.network.client_address, self.connection.client_port))
            self.peer = (SERVER, self.connection.port)
            self.opened()
        else:
            self.socket.bind((SERVER, self.connection.port))
        case.loop.watch(self.socket.fileno(), select.EPOLLIN, self.ready)

    def ready(self, _):
        while self.socket is not None:
            try:
                data, source = self.socket.recvfrom(2000)
            except BlockingIOError:
                return
            except OSError:
                continue
            if self.role == "client" and source != self.peer:
                continue
            if self.role == "server" and (self.peer is None or self.connection.server_follows):
                fresh, self.peer = self.peer is None, source
                if fresh:
                    self.opened()
            written = self.link.written[self.other]
            for message in reversed(written):
                if message["number"] == data[0]:
                    message["source"] = source
                    if self.connection.answers_follow:
                        self.answering = source
                    self.arrived(message)
                    self.answering = None
                    break

    def put(self, message):
        message["number"] = len(self.link.written[self.role]) % 256
        if self.socket is None or self.peer is None:
            return
        to = self.answering or self.peer
        if self.connection.answers_follow and message.get("answer_to") is not None:
            to = message["answer_to"]["source"]
        try:
            self.socket.sendto(bytes([message["number"]]) * message["bytes"], to)
        except OSError:
            pass

    def drop(self):
        if self.socket is not None:
            self.case.loop.forget(self.socket.fileno())
            self.socket.close()
            self.socket = None

    def finish(self, reason="closed"):
        self.drop()
        self.end(None, reason)

    def vanish(self):
        """The host is gone, and the socket with it: nobody is told."""
        if self.socket is None:
            return
        self.drop()
        if self.role == "client":
            return self.end("HOSTDOWN", "host")
        self.peer = self.opened_at = None

    def come_back(self):
        """A server listens again once its host is up, and knows nobody."""
        if self.role == "server" and self.socket is None and self.ended_at is None:
            self.open()

    def stop_reading(self, until):
        if self.held is not None and self.socket is not None:
            self.case.loop.forget(self.socket.fileno())

    def resume_reading(self):
        if self.socket is not None:
            self.case.loop.watch(self.socket.fileno(), select.EPOLLIN, self.ready)
            self.ready(None)


