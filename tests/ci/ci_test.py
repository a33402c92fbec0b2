# SPDX-License-Identifier: Apache-2.0
"""The action and the job for build services: the blocks of docs/ci.md, carried out as the services would, step by step,
with a program that is there already in the place of one that was built.

  ci_test.py PROGRAM SOURCE [CLASS...]
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "install"))
from skipping import main  # noqa: E402

try:
    import yaml
except ImportError:
    yaml = None

PROGRAM = Path(sys.argv[1]).resolve()
SOURCE = Path(sys.argv[2]).resolve()
CI = SOURCE / "tools/ci"

SCENARIO = """{ "title": "t", "duration": "10m",
  "path": [ { "middlebox": { "name": "box", "profile": "home-router", "timeouts": { "tcp.established": "TIMEOUT" } } } ],
  "connections": [ { "name": "c", "strategy": "silent" } ],
  "expect": [ { "connection": "c", "is": "WANTED" } ] }"""


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", (SOURCE / "docs/ci.md").read_text(), re.DOTALL)


class Workspace(unittest.TestCase):
    """The repository of a user, with one scenario and its baseline."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="stayalive-ci-")
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        (self.folder / "scenarios").mkdir()
        self.write("4m")
        self.run_shell("stayalive test scenarios --format json > baseline.json")

    def write(self, timeout, wanted="forgotten"):
        text = SCENARIO.replace("TIMEOUT", timeout).replace("WANTED", wanted)
        (self.folder / "scenarios/a.json").write_text(text)

    def run_shell(self, script, **variables):
        environment = {"PATH": f"{PROGRAM.parent}:{os.environ['PATH']}", "HOME": str(self.folder),
                       "ASAN_OPTIONS": "detect_leaks=0", **variables}
        return subprocess.run(["bash", "-eo", "pipefail", "-c", script], cwd=self.folder, env=environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)


class Commands(Workspace):
    def test_the_commands_of_the_document_hold_until_something_changes(self):
        (script,) = blocks("sh")
        self.assertEqual(self.run_shell(script).returncode, 0)
        guard = script.splitlines()[1]
        self.write("5m")
        changed = self.run_shell(guard)
        self.assertEqual(changed.returncode, 1)
        self.assertIn("changed  scenarios/a.json", changed.stdout)

    def test_the_key_changes_with_the_sources_and_with_nothing_else(self):
        copy = self.folder / "copy"
        for name in ("sim/api", "scenarios", "tools"):
            shutil.copytree(SOURCE / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("CMakeLists.txt", "CMakePresets.json", "README.md"):
            shutil.copy(SOURCE / name, copy / name)
        key = lambda: self.run_shell("copy/tools/ci/key").stdout  # noqa: E731
        first = key()
        self.assertRegex(first, r"^[0-9a-f]{16}\n$")
        (copy / "README.md").write_text("other")
        self.assertEqual(key(), first)
        (copy / "sim/api/stayalive.cpp").write_text("other")
        self.assertNotEqual(key(), first)


@unittest.skipIf(yaml is None, "python3-yaml is not installed (tools/setup test)")
class GitHub(Workspace):
    """Carries out a workflow: expressions of inputs, of the runner and of steps, and the files of commands."""

    def carry_out(self, **changed):
        (text,) = [block for block in blocks("yaml") if "uses: ./stayalive/tools/ci" in block]
        (job,) = yaml.safe_load(text)["jobs"].values()
        (given,) = [step["with"] for step in job["steps"] if step["uses"] == "./stayalive/tools/ci"]
        action = yaml.safe_load((CI / "action.yml").read_text())
        self.assertLessEqual(set(given), set(action["inputs"]))
        inputs = {name: each["default"] for name, each in action["inputs"].items()}
        inputs.update({name: str(value).lower() if isinstance(value, bool) else value for name, value in given.items()})
        inputs.update(changed)
        self.files = {name: self.folder / name for name in ("GITHUB_OUTPUT", "GITHUB_PATH")}
        variables = {name: str(file) for name, file in self.files.items()}
        runner = self.folder / "runner"
        (runner / "stayalive/bin").mkdir(parents=True, exist_ok=True)
        if not (runner / "stayalive/bin/stayalive").exists():
            (runner / "stayalive/bin/stayalive").symlink_to(PROGRAM)
        variables.update(GITHUB_ACTIONS="true", GITHUB_WORKSPACE=str(self.folder), GITHUB_ACTION_PATH=str(CI),
                         RUNNER_TEMP=str(runner), PATH=os.environ["PATH"])
        done = []
        for step in action["runs"]["steps"]:
            if "run" not in step or "if" in step:
                continue  # the cache has the program
            environment = {key: self.expand(value, inputs) for key, value in step.get("env", {}).items()}
            run = self.run_shell(step["run"], **variables, **environment)
            done.append(run)
            if run.returncode != 0:
                break
        return done

    def expand(self, text, inputs):
        return re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: inputs[found[1]], text)

    def test_the_workflow_of_the_document_passes_while_nothing_changes(self):
        done = self.carry_out()
        self.assertEqual([run.returncode for run in done], [0, 0], done[-1].stdout)
        self.assertRegex(self.files["GITHUB_OUTPUT"].read_text(), r"^key=[0-9a-f]{16}\n$")
        self.assertTrue((self.folder / "stayalive.xml").read_text().startswith("<?xml"))
        self.assertTrue(self.files["GITHUB_PATH"].read_text().endswith("/stayalive/bin\n"))

    def test_a_changed_verdict_fails_and_a_failed_expectation_is_shown_beside_its_line(self):
        self.write("5m")
        self.assertEqual(self.carry_out()[-1].returncode, 1)
        self.assertEqual(self.carry_out(**{"fail-on-change": "false"})[-1].returncode, 0)
        self.write("4m", "alive")
        failed = self.carry_out(against="")[-1]
        self.assertEqual(failed.returncode, 1)
        self.assertIn("::error file=scenarios/a.json,line=4", failed.stdout)

    def test_a_scenario_that_can_no_longer_be_run_fails(self):
        self.write("4x")
        broken = self.carry_out()[-1]
        self.assertEqual(broken.returncode, 2)
        self.assertIn("can no longer be run", broken.stdout)

    def test_every_input_is_used_and_told_of(self):
        text = (CI / "action.yml").read_text()
        page = (SOURCE / "docs/ci.md").read_text()
        for name in yaml.safe_load(text)["inputs"]:
            self.assertIn(f"${{{{ inputs.{name} }}}}", text)
            self.assertIn(f"| `{name}` |", page)


@unittest.skipIf(yaml is None, "python3-yaml is not installed (tools/setup test)")
class GitLab(Workspace):
    def carry_out(self, **changed):
        (text,) = [block for block in blocks("yaml") if "extends: .stayalive" in block]
        job = yaml.safe_load(text)["keepalive"]
        template = yaml.safe_load((CI / "gitlab.yml").read_text())[job["extends"]]
        variables = {**template["variables"], **job["variables"], **changed}
        kept = self.folder / ".stayalive"
        (kept / "program/bin").mkdir(parents=True, exist_ok=True)
        if not (kept / "source").exists():
            (kept / "program/bin/stayalive").symlink_to(PROGRAM)
            (kept / "source").symlink_to(SOURCE)
        return self.run_shell("\n".join([*template["before_script"], *template["script"]]), **variables)

    def test_the_job_of_the_document_passes_until_something_changes(self):
        self.assertEqual(self.carry_out().returncode, 0)
        self.assertTrue((self.folder / "stayalive.xml").exists())
        self.write("5m")
        self.assertEqual(self.carry_out().returncode, 1)
        self.assertEqual(self.carry_out(STAYALIVE_FAIL_ON_CHANGE="").returncode, 0)
        self.write("4m", "alive")
        self.assertEqual(self.carry_out(STAYALIVE_FAIL_ON_CHANGE="").returncode, 1)


if __name__ == "__main__":
    main(sys.argv[3:])
