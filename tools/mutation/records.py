# SPDX-License-Identifier: Apache-2.0
"""What became of mutants, kept in a file of lines so that an interrupted run goes on where it was."""
import glob
import hashlib
import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def digest(patterns):
    """Of the names and contents of all files that match."""
    total = hashlib.sha256()
    for pattern in patterns:
        for name in sorted(glob.glob(str(ROOT / pattern), recursive=True)):
            if pathlib.Path(name).is_file():
                total.update(name.encode() + b"\0" + pathlib.Path(name).read_bytes())
    return total.hexdigest()[:16]


class Records:
    """A result counts again while the sources and tests of its floor are the same."""

    def __init__(self, path, floor, further):
        self.path = pathlib.Path(path)
        tests = [f"tests/{name}/**/*" for name in [floor, *further]]
        self.state = digest([f"sim/{floor}/**/*", "tests/support/*", *tests])
        self.known = {}
        if self.path.exists():
            for line in self.path.read_text().splitlines():
                try:
                    record = json.loads(line)
                except ValueError:
                    continue  # the last line of a run that was killed
                if record.get("state") == self.state:
                    self.known[record["key"]] = record

    def find(self, mutant):
        return self.known.get(mutant.key)

    def add(self, mutant, result, by, seconds):
        record = {"state": self.state, "key": mutant.key, "place": mutant.place(), "text": mutant.text,
                  "change": mutant.change, "result": result, "by": by, "seconds": round(seconds, 1)}
        self.known[mutant.key] = record
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with open(self.path, "a") as out:
            out.write(json.dumps(record) + "\n")


class Equivalents:
    """Mutants that change nothing anybody could see, each with the reason: equivalent.json."""

    def __init__(self, path=pathlib.Path(__file__).with_name("equivalent.json")):
        self.entries = json.loads(path.read_text()) if path.exists() else []

    def reason(self, mutant):
        for entry in self.entries:
            if (entry["path"], entry["line"], entry["change"]) == (mutant.path, mutant.text, mutant.change):
                return entry["reason"]
        return None
