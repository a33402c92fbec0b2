# SPDX-License-Identifier: Apache-2.0
"""The command tools/mutate."""
import argparse
import concurrent.futures
import glob
import pathlib
import sys

from . import mutant as making
from .records import Equivalents, Records
from .workshop import CannotBuild, Workshop

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FLOORS = ["middlebox", "stack", "strategy"]
EPILOG = """\
A mutant is the program with one operator or one number changed.  One that no test notices shows a rule that no test
holds, or a change that makes no difference; tools/mutation/equivalent.json lists the latter, each with its reason.
Results are kept in build/mutate/results.jsonl, and count again while the sources of the floor and the tests that found
them are the same, so that an interrupted run goes on where it was.

  tools/mutate                                      60 mutants of each floor
  tools/mutate --floor stack --sample 200 --jobs 2  more of one
  tools/mutate sim/stack/timer/rtt_estimator.cpp    all of a file, or with :LINE behind it of a line
  tools/mutate --floor stack --also observations run    tries what survives in further tests, too
"""


def arguments(words):
    parser = argparse.ArgumentParser(prog="tools/mutate", description=__doc__, epilog=EPILOG,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", metavar="FILE[:LINE]", help="all mutants of these instead of a sample")
    parser.add_argument("--floor", nargs="+", default=FLOORS, help=f"folders of sim/ (default: {' '.join(FLOORS)})")
    parser.add_argument("--sample", type=int, default=60, metavar="N", help="mutants of each floor (default: 60)")
    parser.add_argument("--seed", type=int, default=1, help="which ones; a larger sample begins with a smaller one")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="mutants at a time (default: 1)")
    parser.add_argument("--also", nargs="+", default=[], metavar="FOLDER",
                        help="folders of tests/ that are tried when the floor's own tests notice nothing")
    parser.add_argument("--list", action="store_true", help="only lists the mutants")
    parser.add_argument("--results", default=str(ROOT / "build" / "mutate" / "results.jsonl"), metavar="FILE")
    return parser.parse_args(words)


def mutants_of_files(names):
    found = []
    for name in names:
        path = str(pathlib.Path(name).resolve().relative_to(ROOT))
        found += making.mutants_of(path, (ROOT / path).read_text())
    return found


def floor_files(floor):
    return sorted(x for end in ("cpp", "h") for x in glob.glob(str(ROOT / "sim" / floor / "**" / f"*.{end}"),
                                                               recursive=True))


def chosen(options):
    """Mutants by floor."""
    if not options.files:
        return {floor: making.sample(mutants_of_files(floor_files(floor)), options.sample, options.seed)
                for floor in options.floor}
    by_floor = {}
    for word in options.files:
        name, _, line = word.partition(":")
        for mutant in mutants_of_files([name]):
            if not line or mutant.line == int(line):
                by_floor.setdefault(mutant.path.split("/")[1], []).append(mutant)
    return by_floor


def try_all(floor, mutants, options):
    """The record of each mutant."""
    records = Records(options.results, floor, options.also)
    left = [x for x in mutants if records.untried(x)]
    if left:
        workshop = Workshop(floor, options.also, options.jobs)
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            tried = {pool.submit(workshop.try_mutant, x, records.untried(x)): x for x in left}
            for number, done in enumerate(concurrent.futures.as_completed(tried), start=1):
                mutant = tried[done]
                records.add(mutant, *done.result())
                record = records.find(mutant)
                print(f"{floor} {number} of {len(left)}: {record['result']}: {mutant.place()}: {mutant.change} "
                      f"{record['by']}", file=sys.stderr, flush=True)
    return [records.find(x) for x in mutants]


def report(floor, mutants, records, equivalents):
    """Prints what survived; returns a row of the table and whether anything survived."""
    count = {"killed": 0, "survived": 0, "equivalent": 0, "no program": 0}
    for mutant, record in zip(mutants, records):
        result = record["result"]
        reason = equivalents.reason(mutant)
        if result == "survived" and reason:
            result = "equivalent"
        count[result] += 1
        if result == "survived":
            print(f"{mutant.place()}: {mutant.change}: {mutant.text}")
    tried = count["killed"] + count["survived"]
    share = f"{100 * count['killed'] / tried:.1f}%" if tried else "-"
    return [floor, len(mutants), count["no program"], count["equivalent"], count["killed"], count["survived"], share]


def main(words=None):
    options = arguments(words)
    by_floor = chosen(options)
    if options.list:
        for mutants in by_floor.values():
            for mutant in mutants:
                print(f"{mutant.place()}: {mutant.change}: {mutant.text}")
        return 0
    rows = []
    try:
        for floor, mutants in by_floor.items():
            rows.append(report(floor, mutants, try_all(floor, mutants, options), Equivalents()))
    except CannotBuild as problem:
        print(f"tools/mutate: {problem}", file=sys.stderr)
        return 2
    print(f"\n{'floor':12} {'mutants':>8} {'no program':>11} {'equivalent':>11} {'killed':>8} {'survived':>9} "
          f"{'killed of the rest':>19}")
    for row in rows:
        print(f"{row[0]:12} {row[1]:8} {row[2]:11} {row[3]:11} {row[4]:8} {row[5]:9} {row[6]:>19}")
    return 1 if any(row[5] for row in rows) else 0
