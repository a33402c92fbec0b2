# SPDX-License-Identifier: Apache-2.0
"""Kinds of packets by their headers alone, the same way for real and for modelled ones."""

STREAMS = [("client", True), ("server", False), ("server", True), ("client", False)]
FIN, SYN, RST, ACK = 1, 2, 4, 16
HALF = 1 << 31


def older(a, b):
    """Whether sequence number a lies before b."""
    return (a - b) & 0xffffffff >= HALF


def stream_name(stream):
    return f"{stream[0]} {'sends' if stream[1] else 'gets'}"


def flow_of(packet):
    """A connection is known by the port of its server; ICMP is a flow of its own."""
    if packet["protocol"] == "icmp":
        return "icmp"
    towards_server = packet["out"] == (packet["where"] == "client")
    return packet["protocol"], packet["dport" if towards_server else "sport"]


def classify(packets):
    """[(instant, kind)] of packets of one flow, at one place, in one direction."""
    edge, told = None, []
    for packet in packets:
        told.append((packet["at"], kind_of(packet, edge)))
        if packet["protocol"] != "tcp" or packet["flags"] & RST:
            continue
        length = packet["len"] + (packet["flags"] & FIN) + (packet["flags"] >> 1 & 1)
        end = (packet["seq"] + length) & 0xffffffff
        if edge is None or packet["flags"] & SYN or not older(end, edge):
            edge = end
    return told


def kind_of(packet, edge):
    """`edge` is the highest sequence number that this direction has reached, None before any."""
    if packet["protocol"] == "udp":
        return f"udp {packet['len']}"
    if packet["protocol"] == "icmp":
        return "icmp"
    flags, length = packet["flags"], packet["len"]
    if flags & RST:
        return "rst-ack" if flags & ACK else "rst"
    if flags & SYN:
        return "syn-ack" if flags & ACK else "syn"
    old = edge is not None and older(packet["seq"], edge)
    if length or flags & FIN:
        name = f"data {length}" if length else ""
        if flags & FIN:
            name = (name + " fin").strip()
        return f"re-{name}" if old else name
    return "probe" if old else "ack"


def streams(packets):
    """{(flow, stream): [(instant, kind)]}"""
    sorted_out = {}
    for packet in packets:
        key = flow_of(packet), (packet["where"], packet["out"])
        sorted_out.setdefault(key, []).append(packet)
    return {key: classify(mine) for key, mine in sorted_out.items()}
