# SPDX-License-Identifier: Apache-2.0
"""The command line of the laboratory."""
import argparse
import glob
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

from . import observation, table
from .compare import compare
from .words import CannotPlay

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OBSERVATIONS = os.path.join(ROOT, "tests", "observations")
KNOWN = os.path.join(ROOT, "tests", "lab", "known_differences.json")
PROGRAMS = [os.path.join(ROOT, "build", kind, "tools", "stayalive", "stayalive")
            for kind in ("release", "debug")]


def name_of(path):
    return os.path.basename(path).removesuffix(".json")


def known_differences():
    """{name: {"differs": aspects, "reason": why}}: each differs for a reason that is understood."""
    with open(KNOWN, encoding="utf-8") as file:
        return json.load(file)


def usual_program():
    for path in PROGRAMS:
        if os.path.exists(path):
            return path
    raise FileNotFoundError("stayalive is not built: tools/run builds it, --program names another")


def judge(found, known):
    """(whether all is as expected, what to say)."""
    if known is None:
        return not found.differences, table.result(found)
    expected, seen = sorted(known["differs"]), found.aspects()
    if expected == seen:
        return True, f"{table.result(found)} (known: {known['reason']})"
    return False, (f"{table.result(found)}, but tests/lab/known_differences.json says that it "
                   f"differs in {', '.join(expected)}")


def compare_one(program, path):
    """(name, comparison, what stands against it)."""
    try:
        return name_of(path), compare(program, observation.load(path)), None
    except (RuntimeError, ValueError, KeyError, OSError, CannotPlay) as error:
        return name_of(path), None, f"{type(error).__name__}: {error}"


def compare_many(arguments):
    paths = arguments.observation or sorted(glob.glob(os.path.join(OBSERVATIONS, "*.json")))
    program = arguments.program or usual_program()
    known, rows, bad, different = known_differences(), {}, 0, 0
    documented = table.rows_of(arguments.check_table) if arguments.check_table else None
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, found, problem in pool.map(lambda path: compare_one(program, path), paths):
            if problem:
                bad += 1
                print(f"FAILED {name}\n       {problem}")
                continue
            rows[name] = table.row(name, found)
            good, words = judge(found, known.get(name))
            different += bool(found.differences)
            print(f"{'ok    ' if good else 'FAILED'} {name} ({found.congestion_control}): {words}")
            if not arguments.quiet or not good:
                show(found, name)
            if documented is not None and documented.get(name) != rows[name]:
                good = False
                print(f"       {arguments.check_table} says: {documented.get(name, 'nothing')}")
            bad += not good
    if arguments.write_table:
        table.write_table(arguments.write_table, rows)
    print(f"{len(rows) - different} of {len(paths)} agree; {bad} not as expected")
    return 1 if bad else 0


def show(found, name):
    for connection, role, real, model in found.fates:
        print(f"       {connection} {role}: real {real} | model {model}")
    for role in ("client", "server"):
        print(f"       {role} sent: real / model {table.sent(found, role)}")
    for aspect, text in found.differences:
        print(f"     ! {aspect}: {text}")


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="tools/lab", description="Plays scenarios on the real Linux kernel, OpenSSH and "
        "OpenVPN, and holds the simulator against them.  See docs/fidelity.md.")
    parts = parser.add_subparsers(dest="part", required=True, metavar="record|compare|web")
    record = parts.add_parser("record", help="play scenarios for real; needs root on Linux")
    record.add_argument("scenario", nargs="+", help="a scenario, or an observation to repeat")
    record.add_argument("--out", default="observations", metavar="DIR",
                        help="where observations are written (observations)")
    record.add_argument("-j", "--jobs", type=int, default=20, metavar="N",
                        help="how many run side by side (20)")
    record.add_argument("--congestion-control", default="cubic", metavar="NAME",
                        help="of TCP at both ends (cubic, which the model comes nearest to)")
    record.add_argument("--root", default="/", metavar="DIR", type=os.path.abspath,
                        help="the system whose ssh and openvpn are recorded, such as another "
                        "release that debootstrap has put into DIR (/)")
    other = parts.add_parser("compare", help="run the simulator on what was recorded")
    other.add_argument("observation", nargs="*", help="default: tests/observations/*.json")
    other.add_argument("--program", help="the stayalive to ask (that of build/release)")
    other.add_argument("--quiet", action="store_true", help="details only of what fails")
    other.add_argument("--check-table", metavar="DOCUMENT", help="its rows have to say the same")
    other.add_argument("--write-table", metavar="DOCUMENT", help="write the table anew")
    web = parts.add_parser("web", help="record nginx and Node over TLS and HTTP/2, on loopback")
    web.add_argument("case", nargs="*", help="default: all (tools/laboratory/web/record.py)")
    web.add_argument("--out", default=os.path.join(OBSERVATIONS, "web"), metavar="DIR",
                     help="where observations are written (tests/observations/web)")
    return parser.parse_args(arguments)


def main(arguments=None):
    parsed = parse(arguments)
    try:
        if parsed.part == "compare":
            return compare_many(parsed)
        if parsed.part == "web":
            from .web.record import record_all
            return record_all(parsed.case, parsed.out)
        # Recording needs Linux; comparing does not.
        from .recording import record_many
        return record_many(parsed.scenario, parsed.out, parsed.jobs,
                           parsed.congestion_control, parsed.root)
    except (CannotPlay, OSError, RuntimeError, ValueError) as error:
        print(f"tools/lab: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("tools/lab: interrupted", file=sys.stderr)
        return 130
