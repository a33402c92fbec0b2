# SPDX-License-Identifier: Apache-2.0
"""A line of a given delay between a client and a server on loopback, in user space.

It ends both TCP connections and keeps what passes: chunks with their time, FIN and RST.
"""
import heapq
import selectors
import socket
import time


class Wire:
    """One connection at a time is relayed; `events` are (seconds, who wrote, kind, bytes).

    A chunk is noted when its reader has it; kind is "data", "FIN" or "RST".  Times count from the
    first SYN.  `connections` are the positions in `events` at which connections began.
    """

    def __init__(self, server_port, one_way):
        self.server_port, self.one_way = server_port, one_way
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ, None)
        self.due, self.order, self.begun = [], 0, None
        self.events, self.connections = [], []

    def run(self, until, done=lambda: False):
        """Relays for so many seconds, or until done()."""
        end = time.monotonic() + until
        while time.monotonic() < end and not done():
            wait = min(end, self.due[0][0] if self.due else end) - time.monotonic()
            for key, _ in self.selector.select(max(0, min(wait, 0.02))):
                if key.data is None:
                    self.accept()
                else:
                    self.read(key.fileobj, *key.data)
            while self.due and self.due[0][0] <= time.monotonic():
                heapq.heappop(self.due)[2]()

    def accept(self):
        client, _ = self.listener.accept()
        self.begun = self.begun or time.monotonic()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connections.append(len(self.events))
        # The handshake of TCP is the kernel's; the line stands for its time.
        number = len(self.connections) - 1
        self.later(2 * self.one_way, lambda: self.connect(client, number))

    def connect(self, client, number):
        server = socket.socket()
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.watch(client, server, "client", number)
        self.later(self.one_way, lambda: self.connected(server, client, number))

    def connected(self, server, client, number):
        server.connect(("127.0.0.1", self.server_port))
        self.watch(server, client, "server", number)

    def later(self, span, action):
        self.order += 1
        heapq.heappush(self.due, (time.monotonic() + span, self.order, action))

    def watch(self, end, other, who, number):
        self.selector.register(end, selectors.EVENT_READ, (other, who, number))

    def read(self, end, other, who, number):
        try:
            data = end.recv(65536)
            kind = "data" if data else "FIN"
        except ConnectionResetError:
            data, kind = b"", "RST"
        if not data:
            self.selector.unregister(end)
        # What waits in the client's socket while its handshake lasts was written when it was over.
        self.later(self.one_way, lambda: self.deliver(other, who, kind, data, number))

    def deliver(self, to, who, kind, data, number):
        self.events.append((time.monotonic() - self.begun, who, kind, data, number))
        try:
            if kind == "data":
                to.sendall(data)
                self.later(0.005, lambda: self.look(to, who, number))
            elif kind == "FIN":
                to.shutdown(socket.SHUT_WR)
            else:
                to.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                to.close()
        except OSError:
            self.met_reset(who, number)

    def look(self, to, who, number):
        """Whether what was written met a RST, which no selector tells behind a FIN."""
        if to.fileno() >= 0 and to.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self.met_reset(who, number)

    def met_reset(self, who, number):
        reader = "server" if who == "client" else "client"
        self.later(self.one_way, lambda: self.events.append(
            (time.monotonic() - self.begun, reader, "RST", b"", number)))
