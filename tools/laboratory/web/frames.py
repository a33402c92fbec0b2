# SPDX-License-Identifier: Apache-2.0
"""The frames of HTTP/2 (RFC 9113 section 4.1) in a stream of bytes in the clear."""
import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
KINDS = ["DATA", "HEADERS", "PRIORITY", "RST_STREAM", "SETTINGS", "PUSH_PROMISE", "PING", "GOAWAY",
         "WINDOW_UPDATE", "CONTINUATION"]
ACK, END_STREAM, END_HEADERS = 1, 1, 4


def frame(kind, flags=0, stream=0, payload=b""):
    return (struct.pack(">I", len(payload))[1:] + bytes([KINDS.index(kind), flags]) +
            struct.pack(">I", stream) + payload)


class FrameReader:
    """Feeds on chunks; what() are the words for the frames that are complete, with their bytes."""

    def __init__(self, preface):
        self.rest, self.preface = b"", preface

    def feed(self, data):
        self.rest += data
        if self.preface and len(self.rest) >= len(PREFACE):
            self.rest, self.preface = self.rest[len(PREFACE):], False
            yield "PREFACE", len(PREFACE)
        while not self.preface and len(self.rest) >= 9:
            length = int.from_bytes(self.rest[:3], "big")
            if len(self.rest) < 9 + length:
                return
            whole, self.rest = self.rest[:9 + length], self.rest[9 + length:]
            yield words(whole), len(whole)


def words(whole):
    kind, flags = KINDS[whole[3]], whole[4]
    stream = int.from_bytes(whole[5:9], "big")
    if kind in ("PING", "SETTINGS"):
        return kind + (" ack" if flags & ACK else "")
    if kind == "GOAWAY":
        last, code = struct.unpack(">II", whole[9:17])
        return f"GOAWAY last={last} code={code}"
    if kind == "RST_STREAM":
        return f"{kind} {stream} code={int.from_bytes(whole[9:13], 'big')}"
    if kind in ("HEADERS", "DATA"):
        return f"{kind} {stream}" + (" end" if flags & END_STREAM else "")
    return kind
