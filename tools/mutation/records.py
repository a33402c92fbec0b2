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
    """A result counts again while the sources of its floor, and the tests that found it, are the same."""

    def __init__(self, path, floor, further):
        self.path = pathlib.Path(path)
        self.sources = digest([f"sim/{floor}/**/*"])
        self.tests = {name: digest([f"tests/{name}/**/*", "tests/support/*"]) for name in [floor, *further]}
        self.known = {}
        if self.path.exists():
            for line in self.path.read_text().splitlines():
                try:
                    record = json.loads(line)
                except ValueError:
                    continue  # the last line of a run that was killed
                if record.get("sources") == self.sources:
                    self.known[record["key"]] = record

    def untried(self, mutant):
        """The folders of tests that have still to be tried; none where it is known what becomes of the mutant."""
        record = self.known.get(mutant.key)
        if record is None:
            return list(self.tests)
        if record["result"] == "no program":
            return []
        same = [name for name, state in self.tests.items() if record["tests"].get(name) == state]
        if record["result"] == "killed":
            return [] if record["by"].split(":")[0] in same else list(self.tests)
        return [name for name in self.tests if name not in same]

    def find(self, mutant):
        return self.known.get(mutant.key)

    def add(self, mutant, result, by, seconds):
        record = {"sources": self.sources, "tests": self.tests, "key": mutant.key, "place": mutant.place(),
                  "text": mutant.text, "change": mutant.change, "result": result, "by": by,
                  "seconds": round(seconds, 1)}
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
