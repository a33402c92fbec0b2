# SPDX-License-Identifier: Apache-2.0
"""What stayalive says of a scenario: the results and the packets at both hosts."""
import json
import os
import re
import subprocess
import tempfile

from .link import read_link
from .scenario import Scenario
from .spans import seconds
from .words import named
from .strategies import STRATEGIES

ENDS = r"^\s*([\d.]+)\s+(client|server)\s+[<>]\s+(sends|receives)\s+"
SEGMENT = re.compile(ENDS + r"(\S+):(\d+) > (\S+):(\d+) (tcp|udp)"
                     r"(?: \[(\w+)\] seq (\d+)(?: ack (\d+))?)? len (\d+)")
ICMP = re.compile(ENDS + r"(\S+) > (\S+) icmp")
FLAGS = "FSRPAU"


# A pair of veth and the stacks on both sides need about this long.
HANDED_ON = 20e-6


def add_delay(wire, late):
    """What a real link needs beside its delay; late: of a packet, the laboratory's own wire."""
    if not read_link(wire).plain():
        wire["delay"] = f"{round((seconds(wire.get('delay', '0s')) + late) * 1e9)}ns"
    else:
        wire["delay"] = f"{round(HANDED_ON * 1e9)}ns"


def prepared(seen, seed):
    """The scenario as the laboratory played it: with its ticks, its clocks and its versions."""
    data = json.loads(json.dumps(seen["scenario"]))
    data["seed"] = seed
    data.pop("expect", None)
    data.pop("$schema", None)
    late = seen["precision"].get("wires", {}).get("median_late", 0)
    for hop in data["path"]:
        if "link" in hop:
            add_delay(hop["link"], late)
    hosts = data.setdefault("hosts", {})
    for name in ("client", "server"):
        tcp = hosts.setdefault(name, {}).setdefault("tcp", {})
        tcp.setdefault("timer_hz", seen["recorded"]["hz"])
    for connection in data["connections"]:
        name, options = named(connection.get("strategy", "silent"))
        recorded = STRATEGIES[name].as_recorded(options, seen)
        if recorded:
            connection["strategy"] = {name: {**options, **recorded}}
    return data


def simulate(program, seen, seeds=(1,)):
    """Runs the program: [(result of each connection by its name, packets)], one for each seed."""
    with tempfile.TemporaryDirectory(prefix="stayalive-compare-") as folder:
        paths = written(seen, seeds, folder)
        return list(zip(results_of(program, paths),
                        [packets_of(program, seen, path) for path in paths]))


def results(program, seen, seeds):
    """The same without packets, which takes far less time."""
    with tempfile.TemporaryDirectory(prefix="stayalive-compare-") as folder:
        return results_of(program, written(seen, seeds, folder))


def written(seen, seeds, folder):
    paths = [os.path.join(folder, f"seed-{seed}.json") for seed in seeds]
    for seed, path in zip(seeds, paths):
        with open(path, "w", encoding="utf-8") as file:
            json.dump(prepared(seen, seed), file)
    return paths


def results_of(program, paths):
    runs = json.loads(ask(program, "run", "--format", "json", *paths))["runs"]
    return [{c["name"]: c for c in run["connections"]} for run in runs]


def packets_of(program, seen, path):
    packets = []
    for connection in Scenario(seen["scenario"]).connections:
        told = ask(program, "explain", path, connection.name, "--full")
        packets += [p for p in map(packet, told.splitlines()) if p]
    return sorted(packets, key=lambda p: p["at"])


def ask(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    if done.returncode or not done.stdout:
        raise RuntimeError(done.stderr.strip() or f"{program} ended with {done.returncode}")
    return done.stdout


def packet(line):
    """The packet that a line of `explain --full` shows at a host, if it shows one."""
    match = SEGMENT.match(line)
    if match:
        at, where, way, src, sport, dst, dport, protocol, flags, seq, ack, length = match.groups()
        return {"at": float(at), "where": where, "out": way == "sends", "protocol": protocol,
                "src": src, "sport": int(sport), "dst": dst, "dport": int(dport),
                "flags": sum(1 << FLAGS.index(f) for f in flags or ""),
                "seq": int(seq or 0), "ack": int(ack or 0), "len": int(length)}
    match = ICMP.match(line)
    if match:
        return {"at": float(match[1]), "where": match[2], "out": match[3] == "sends",
                "protocol": "icmp", "src": match[4], "dst": match[5], "len": 0}
    return None
