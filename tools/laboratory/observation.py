# SPDX-License-Identifier: Apache-2.0
"""An observation: one JSON file with a scenario and what happened when it was played for real.

    scenario     as it was played
    recorded     versions of kernel, OpenSSH, OpenVPN, conntrack; hz: the kernel's ticks per second;
                 congestion_control: that of TCP at both ends
    phases       how far the clocks of whole seconds were at the beginning, in seconds
    precision    by how much the laboratory's own timers were late; absent in older recordings
    connections  per connection and side: opened_at, ended_at, error, messages delivered; for a
                 program the lines that it said, each with its time
    events       [begin, end, what] of each interference
    conntrack    [at, event] as `conntrack -E` prints them; of several boxes with the name of each
    runs         of a scenario with loss or jitter, which is played many times: what each run came
                 to (chance.summary); everything else is then of the first of them
    packets      [at, "client sends", protocol, source, destination, ...], at both hosts, then for
                 tcp: flags, seq, ack, length, window; udp: length; icmp: type, code, length

Times are seconds since the beginning of the run.  Nothing before it is kept.
"""
import json

FORMAT, VERSION = "stayalive-observation", 1
FLAGS = "FSRPAU"


def load(path):
    """The observation with its packets as dictionaries."""
    with open(path, encoding="utf-8") as file:
        seen = json.load(file)
    if seen.get("format") != FORMAT or seen.get("version") != VERSION:
        raise ValueError(f"{path} is not an observation of version {VERSION}")
    seen["packets"] = [unpacked(row) for row in seen["packets"]]
    return seen


def save(path, seen):
    """Writes everything that is many with one item per line, so that it can be read and diffed."""
    parts = [f' "format": "{FORMAT}"', f' "version": {VERSION}']
    for key in ("scenario", "recorded", "phases", "precision", "connections"):
        if key in seen:
            parts.append(f' "{key}": {line(rounded(seen[key]))}')
    for key, rows in (*([("runs", seen["runs"])] if "runs" in seen else []),
                      ("events", seen["events"]), ("conntrack", seen["conntrack"]),
                      ("packets", [packed(p) for p in seen["packets"]])):
        text = ",\n  ".join(line(rounded(row)) for row in rows)
        parts.append(f' "{key}": [' + (f"\n  {text}" if rows else "") + "]")
    with open(path, "w", encoding="utf-8") as file:
        file.write("{\n" + ",\n".join(parts) + "\n}\n")


def line(value):
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def rounded(value):
    """With times to the microsecond."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return [rounded(v) for v in value] if isinstance(value, (list, tuple)) else value


def packed(packet):
    way = f"{packet['where']} {'sends' if packet['out'] else 'gets'}"
    row = [packet["at"], way, packet["protocol"]]
    if packet["protocol"] == "icmp":
        return row + [packet["src"], packet["dst"], packet["type"], packet["code"], packet["len"]]
    row += [f"{packet['src']}:{packet['sport']}", f"{packet['dst']}:{packet['dport']}"]
    if packet["protocol"] == "udp":
        return row + [packet["len"]]
    flags = "".join(f for i, f in enumerate(FLAGS) if packet["flags"] >> i & 1)
    return row + [flags, packet["seq"], packet["ack"], packet["len"], packet["win"]]


def unpacked(row):
    at, way, protocol, source, destination, *rest = row
    where, verb = way.split()
    packet = {"at": at, "where": where, "out": verb == "sends", "protocol": protocol}
    if protocol == "icmp":
        return dict(packet, src=source, dst=destination, len=rest[2], type=rest[0], code=rest[1])
    packet["src"], packet["sport"] = source.split(":")[0], int(source.split(":")[1])
    packet["dst"], packet["dport"] = destination.split(":")[0], int(destination.split(":")[1])
    if protocol == "udp":
        return dict(packet, len=rest[0])
    flags = sum(1 << FLAGS.index(f) for f in rest[0])
    return dict(packet, flags=flags, seq=rest[1], ack=rest[2], len=rest[3], win=rest[4])
