# SPDX-License-Identifier: Apache-2.0
"""Packets on the interface of a host, as the kernel stamps them."""
import select
import socket
import struct

from .namespace import Inside

SO_TIMESTAMPNS = 35
ETH_P_ALL = 3


class Capture:
    """Every packet that enters or leaves one device, with CLOCK_REALTIME in seconds."""

    def __init__(self, loop, namespace, device, where):
        self.where = where
        self.packets = []
        with Inside(namespace):
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM,
                                        socket.htons(ETH_P_ALL))
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
            self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
            self.socket.bind((device, ETH_P_ALL))
        self.socket.setblocking(False)
        loop.watch(self.socket.fileno(), select.EPOLLIN, lambda _: self.drain())

    def drain(self):
        while True:
            try:
                data, extra, _, address = self.socket.recvmsg(200, 200)
            except BlockingIOError:
                return
            except OSError:
                return
            if address[1] != 0x0800:
                continue
            at = None
            for level, kind, value in extra:
                if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
                    sec, nsec = struct.unpack("qq", value[:16])
                    at = sec + nsec / 1e9
            packet = decode(data)
            if packet:
                packet.update(at=at, where=self.where, out=address[2] == socket.PACKET_OUTGOING)
                self.packets.append(packet)


def decode(data):
    """The headers of an IPv4 packet; None when it is neither TCP, UDP nor ICMP."""
    header = (data[0] & 15) * 4
    total, = struct.unpack("!H", data[2:4])
    ends = {"src": socket.inet_ntoa(data[12:16]), "dst": socket.inet_ntoa(data[16:20])}
    body = data[header:]
    if data[9] == 6:
        sport, dport, seq, ack, off, flags, window = struct.unpack("!HHIIBBH", body[:16])
        length = total - header - (off >> 4) * 4
        return dict(ends, protocol="tcp", sport=sport, dport=dport, seq=seq, ack=ack,
                    flags=flags & 0x3f, len=length, win=window)
    if data[9] == 17:
        sport, dport, length = struct.unpack("!HHH", body[:6])
        return dict(ends, protocol="udp", sport=sport, dport=dport, len=length - 8)
    if data[9] == 1:
        return dict(ends, protocol="icmp", type=body[0], code=body[1], len=total - header)
    return None
