# SPDX-License-Identifier: Apache-2.0
"""A program over TCP, on a real socket with the options of its scenario."""
import errno
import select
import socket

from .end import End, receive_buffer, tune, use_congestion_control
from .namespace import Inside
from .network import SERVER


class TcpEnd(End):
    def __init__(self, case, connection, role, link):
        super().__init__(case, connection, role, link)
        self.socket = None
        self.outgoing = bytearray()
        self.received = 0
        self.next_message = 0
        self.reading = True
        self.eof = False
        self.gathers = False
        self.echoes = any(item.get("answer", {}).get("echo") for item in connection.traffic
                          if item.get("from", "client") != role)

    def connect(self):
        case = self.case
        with Inside(case.network.client):
            self.socket = socket.socket()
        use_congestion_control(self.socket, case.recorded["congestion_control"])
        buffer = receive_buffer(case.scenario, self.connection, "client")
        if buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        tune(self.socket, case.scenario, self.connection, "client")
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((case.network.client_address, self.connection.client_port))
        try:
            self.socket.connect((SERVER, self.connection.port))
        except BlockingIOError:
            pass
        self.watch()

    def adopt(self, sock):
        self.socket = sock
        self.socket.setblocking(False)
        tune(self.socket, self.case.scenario, self.connection, "server")
        self.opened()
        self.watch()

    def watch(self):
        if self.socket is None:
            return
        if self.held is not None:
            return self.case.loop.forget(self.socket.fileno())
        events = select.EPOLLERR | select.EPOLLHUP
        if self.reading and not self.eof:
            events |= select.EPOLLIN
        if self.opened_at is None or self.outgoing:
            events |= select.EPOLLOUT
        self.case.loop.watch(self.socket.fileno(), events, self.ready)

    def ready(self, events):
        try:
            if self.opened_at is None:
                error = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if error:
                    return self.failed(error)
                if not events & select.EPOLLOUT:
                    return
                self.opened()
            if events & (select.EPOLLERR | select.EPOLLHUP) and not events & select.EPOLLIN:
                error = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if error:
                    return self.failed(error)
            if events & select.EPOLLIN and self.reading:
                self.read()
            if self.socket is not None and self.outgoing and events & select.EPOLLOUT:
                self.flush()
            self.watch()
        except OSError as error:
            self.failed(error.errno)

    def read(self):
        while self.socket is not None and self.reading:
            try:
                data = self.socket.recv(1 << 20)
            except BlockingIOError:
                return
            if not data:
                self.eof = True
                if self.connection.stays_after_eof[self.role]:
                    return
                talks_on = self.todo > 0 and not self.shut
                if not self.connection.finishes_after_eof[self.role] or not talks_on:
                    self.drop()
                    self.end(None, "peer")
                return
            self.received += len(data)
            # What is read at once is echoed at once.
            self.gathers = self.echoes
            written = self.link.written[self.other]
            while self.next_message < len(written):
                message = written[self.next_message]
                need = sum(m["bytes"] for m in written[:self.next_message + 1])
                if self.received < need:
                    break
                self.next_message += 1
                self.arrived(message)
            self.echo_rest(written)
            if self.gathers:
                self.gathers = False
                self.flush()

    def echo_rest(self, written):
        """What has come of a message that is not complete, if it is to be echoed."""
        if self.next_message == len(written):
            return
        message = written[self.next_message]
        asks = message["kind"] == "application" and message.get("answer_to") is None
        read = self.received - sum(m["bytes"] for m in written[:self.next_message])
        if read and asks and message["item"].get("answer", {}).get("echo"):
            self.echo(message, read)

    def goes_on(self):
        self.watch()

    def put(self, message):
        self.outgoing += b"x" * message["bytes"]
        if not self.gathers:
            self.flush()

    def flush(self):
        if self.socket is None:
            return
        try:
            while self.outgoing:
                sent = self.socket.send(self.outgoing)
                del self.outgoing[:sent]
        except BlockingIOError:
            pass
        except OSError as error:
            return self.failed(error.errno)
        if self.eof and self.todo == 0 and self.connection.finishes_after_eof[self.role]:
            self.drop()
            return self.end(None, "peer")
        self.watch()

    def failed(self, number):
        self.drop()
        self.end(errno.errorcode.get(number, str(number)), "kernel")

    def drop(self):
        if self.socket is not None:
            self.case.loop.forget(self.socket.fileno())
            self.socket.close()
            self.socket = None

    def finish(self, reason="closed"):
        self.drop()
        self.end(None, reason)

    def shutdown(self):
        if self.socket is not None and not self.shut:
            self.shut = True
            self.socket.shutdown(socket.SHUT_WR)

    def stop_reading(self, until):
        self.reading = False
        self.watch()
        if until is not None:
            self.case.loop.at(until, self.resume_reading)

    def resume_reading(self):
        self.reading = True
        try:
            if self.socket is not None:
                self.read()
                self.watch()
        except OSError as error:
            self.failed(error.errno)

    def vanish(self):
        """The host is gone: the kernel forgets the socket without a word (TCP_REPAIR)."""
        if self.socket is not None:
            self.socket.setsockopt(socket.IPPROTO_TCP, 19, 1)
            self.drop()
            self.end("HOSTDOWN", "host")


