# SPDX-License-Identifier: Apache-2.0
"""The wires that delay, lose and pace packets: a process between pairs of virtual devices.

It needs nothing of the kernel but packet sockets.  Each wire has two devices in the namespace of
the wires, a0 and b0 of the first, and what comes in at one leaves at the other when Line says so.
Instants count from the kernel's stamp of the packet, so that only the sending is late.
"""
import gc
import heapq
import multiprocessing
import select
import socket
import struct
import time

from .line import Line
from .namespace import enter

SOL_PACKET, PACKET_VNET_HDR, PACKET_IGNORE_OUTGOING = 263, 15, 23
SO_RCVBUFFORCE, SO_TIMESTAMPNS = 33, 35
ETH_P_IP, ETHERNET = 0x0800, 14
VNET = struct.Struct("=BBHHHH")  # flags, gso type, header length, gso size, csum start and offset


class Wires:
    """`links` are those of the wires, in order; `seed` is that of the run's chance."""

    def __init__(self, namespace, links, seed):
        self.control, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.get_context("fork").Process(
            target=carry, args=(namespace, links, seed, theirs, self.control))
        self.process.start()
        theirs.close()
        self.answer()  # They carry from here on.

    def cut(self, wire, towards):
        self.control.send(("cut", wire, towards))

    def heal(self, wire, towards):
        self.control.send(("heal", wire, towards))

    def end(self):
        """What they did: packets carried and lost by chance, and how late in seconds."""
        self.control.send(("end", None, None))
        done = self.answer()
        self.process.join()
        return done

    def answer(self):
        told = self.control.recv()
        if "problem" in told:
            raise RuntimeError(f"the wires: {told['problem']}")
        return told


class Carrier:
    """Both directions of all wires."""

    def __init__(self, links, seed):
        self.ways, self.lines, self.due, self.count, self.late = {}, {}, [], 0, []
        self.offset = time.time() - time.monotonic()
        for i, link in enumerate(links):
            a, b = packet_socket(f"a{i}"), packet_socket(f"b{i}")
            for way, source, goal in (("external", a, b), ("internal", b, a)):
                line = Line(link, f"{seed} {i} {way}")
                self.lines[i, way] = line
                self.ways[source.fileno()] = (source, goal, line)

    def tell(self, what, wire, towards):
        for way in (towards,) if towards else ("external", "internal"):
            self.lines[wire, way].cuts += 1 if what == "cut" else -1

    def take(self, fd):
        source, goal, line = self.ways[fd]
        while True:
            try:
                data, extra, _, _ = source.recvmsg(1 << 16, 64)
            except BlockingIOError:
                return
            if VNET.unpack_from(data)[1]:
                raise RuntimeError("a device handed over several segments as one packet")
            seconds, nanoseconds = struct.unpack("qq", extra[0][2][:16])
            at = line.arrival(seconds + nanoseconds / 1e9 - self.offset,
                              len(data) - VNET.size - ETHERNET)
            if at is not None:
                self.count += 1
                heapq.heappush(self.due, (at, self.count, goal, data))

    def give(self):
        while self.due and self.due[0][0] <= time.monotonic():
            at, _, goal, data = heapq.heappop(self.due)
            goal.send(data)
            self.late.append(time.monotonic() - at)

    def done(self):
        late = sorted(self.late) or [0.0]
        return {"carried": len(self.late), "lost": sum(x.lost for x in self.lines.values()),
                "median_late": late[len(late) // 2], "most_late": late[-1]}


def packet_socket(device):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    # Checksums that the device was to fill in travel beside the packet.
    sock.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    sock.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 24)
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    sock.bind((device, ETH_P_IP))
    sock.setblocking(False)
    return sock


def carry(namespace, links, seed, control, other_end):
    """The process; it ends when it is told to, when its case is gone and with its namespace."""
    try:
        other_end.close()
        enter(f"/run/netns/{namespace}")
        carrier = Carrier(links, seed)
        gc.disable()
        control.send({})
        sources = [*carrier.ways, control.fileno()]
        while True:
            wait = max(0.0, carrier.due[0][0] - time.monotonic()) if carrier.due else None
            ready, _, _ = select.select(sources, [], [], wait)
            carrier.give()
            for fd in ready:
                if fd != control.fileno():
                    carrier.take(fd)
                    continue
                what, wire, towards = control.recv()
                if what == "end":
                    return control.send(carrier.done())
                carrier.tell(what, wire, towards)
    except (EOFError, KeyboardInterrupt):
        return None
    except Exception as error:  # pylint: disable=broad-except  (a process ends here)
        return control.send({"problem": f"{type(error).__name__}: {error}"})
