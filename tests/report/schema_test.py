# SPDX-License-Identifier: Apache-2.0
"""docs/result.schema.json against what the program prints: every member that is printed is in the schema, and every one
that the schema requires is printed.

  schema_test.py PROGRAM SOURCE [CLASS...]
"""

import copy
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "install"))
from skipping import main  # noqa: E402

try:
    import jsonschema
except ImportError:
    jsonschema = None

PROGRAM = Path(sys.argv[1]).resolve()
SOURCE = Path(sys.argv[2]).resolve()
SCHEMA = json.loads((SOURCE / "docs/result.schema.json").read_text())


def closed(part):
    """The schema with every member refused that it does not name."""
    part = copy.deepcopy(part)
    if isinstance(part, dict):
        if isinstance(part.get("properties"), dict):
            part.setdefault("additionalProperties", False)
        return {key: closed(value) for key, value in part.items()}
    return [closed(each) for each in part] if isinstance(part, list) else part


def printed(*arguments, folder=SOURCE):
    run = subprocess.run([PROGRAM, *arguments, "--format", "json"], cwd=folder, capture_output=True, text=True, check=False)
    return json.loads(run.stdout)


@unittest.skipIf(jsonschema is None, "python3-jsonschema is not installed (tools/setup test)")
class Schema(unittest.TestCase):
    def check(self, document):
        """The first mistakes, where there are any."""
        kind = document["format"].removeprefix("stayalive-")
        schema = {"$ref": f"#/$defs/{kind}", "$defs": closed(SCHEMA["$defs"])}
        found = list(jsonschema.Draft202012Validator(schema).iter_errors(document))
        self.assertEqual([f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in found[:5]], [])
        self.assertEqual(document["version"], SCHEMA["$defs"][kind]["properties"]["version"]["const"])

    def test_the_schema_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_the_recorded_result_of_every_shipped_scenario_fits(self):
        files = sorted((SOURCE / "tests/golden/results").glob("*.json"))
        self.assertGreater(len(files), 50)
        for file in files:
            with self.subTest(file=file.name):
                self.check(json.loads(file.read_text()))

    def test_results_of_tests_and_sweeps_fit(self):
        self.check(printed("sweep", "docs/which-interval.json"))
        self.check(printed("sweep", "docs/which-interval.json", "--axis", "path.internet.loss=1%", "--seeds", "3"))
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            scenario = {"duration": "10m", "path": [{"middlebox": {"name": "box", "profile": "openwrt"}}],
                        "connections": [{"name": "c", "strategy": "silent"}],
                        "expect": [{"connection": "c", "is": "forgotten"}]}
            for name in ("a.json", "b.json"):
                (folder / name).write_text(json.dumps(scenario))
            before = printed("test", ".", folder=folder)
            self.check(before)
            (folder / "before.json").write_text(json.dumps(before))
            scenario["connections"].append({"name": "d", "strategy": "ssh"})
            (folder / "a.json").write_text(json.dumps(scenario))
            (folder / "b.json").write_text('{ "path": [], "conections": 1 }')
            self.check(printed("test", ".", "--against", "before.json", folder=folder))
            self.check(printed("run", "a.json", "--max-events", "1", folder=folder))

    def test_what_is_not_in_it_would_be_found(self):
        document = json.loads((SOURCE / "tests/golden/results/ssh-behind-a-home-router.json").read_text())
        for change in (lambda run: run.update(new=1), lambda run: run.pop("digest"),
                       lambda run: run["connections"][0]["client"].update(outcome="asleep")):
            changed = copy.deepcopy(document)
            change(changed["runs"][0])
            with self.assertRaises(AssertionError):
                self.check(changed)

    def test_readers_pass_over_members_that_they_do_not_know(self):
        document = json.loads((SOURCE / "tests/golden/results/ssh-behind-a-home-router.json").read_text())
        document["runs"][0]["new"] = 1
        jsonschema.Draft202012Validator(SCHEMA).validate(document)


if __name__ == "__main__":
    main(sys.argv[3:])
