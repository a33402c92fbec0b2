# SPDX-License-Identifier: Apache-2.0
"""The commands and job files of docs/cluster.md, carried out in a folder with a scenario, and their result compared with
that of one machine.

  cluster_test.py PROGRAM SOURCE [CLASS...]
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "install"))
from skipping import main, needs  # noqa: E402

try:
    import yaml
except ImportError:
    yaml = None

PROGRAM = Path(sys.argv[1]).resolve()
SOURCE = Path(sys.argv[2]).resolve()

SCENARIO = """{ "title": "t", "duration": "10m",
  "path": [ { "link": { "name": "line", "loss": "2%" } },
            { "middlebox": { "name": "box", "profile": "home-router", "timeouts": { "udp.stream": "60s" } } } ],
  "connections": [ { "name": "c", "transport": "udp", "strategy": { "keepalive": { "interval": "20s" } } } ],
  "sweep": { "connections.c.strategy.keepalive.interval": "20s..2m/20s", "path.line.loss": ["0%", "2%"] } }"""


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", (SOURCE / "docs/cluster.md").read_text(), re.DOTALL)


class Cluster(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="stayalive-cluster-")
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        (self.folder / "scenario.json").write_text(SCENARIO)

    def shell(self, script, shell="bash", **variables):
        environment = {"PATH": f"{PROGRAM.parent}:{os.environ['PATH']}", "HOME": str(self.folder),
                       "ASAN_OPTIONS": "detect_leaks=0", **variables}
        done = subprocess.run([shell, "-e", "-c", script], cwd=self.folder, env=environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def files(self):
        return sorted(file.name for file in self.folder.glob("shard-*.jsonl"))

    def expect_merged(self, count, merged=None, options=""):
        self.assertEqual(self.files(), [f"shard-{number}.jsonl" for number in range(1, count + 1)])
        one = self.shell(f"stayalive sweep scenario.json {options}")
        self.assertIn("12 points", one)
        self.assertEqual(self.shell("stayalive merge shard-*.jsonl") if merged is None else merged, one)


class Shards(Cluster):
    def test_the_commands_at_the_top(self):
        found = self.shell(blocks("sh")[0])
        self.assertEqual(found, self.shell("stayalive sweep scenario.json --seeds 3 --format csv --svg one.svg"))
        self.assertEqual((self.folder / "sweep.svg").read_text(), (self.folder / "one.svg").read_text())
        self.expect_merged(2, options="--seeds 3")


@needs("parallel")
class Parallel(Cluster):
    def test_it_runs_all_shards(self):
        self.shell(blocks("sh")[1])
        self.expect_merged(4, (self.folder / "result.txt").read_text())


class Slurm(Cluster):
    def test_the_script_with_the_variables_of_an_array(self):
        script = blocks("bash")[0]
        first, last = re.search(r"#SBATCH --array=(\d+)-(\d+)\n", script).groups()
        for task in range(int(first), int(last) + 1):
            self.shell(script, SLURM_ARRAY_TASK_ID=str(task), SLURM_CPUS_PER_TASK="1")
        self.expect_merged(4)


@unittest.skipIf(yaml is None, "python3-yaml not installed (tools/setup test)")
class Kubernetes(Cluster):
    def test_the_command_of_each_pod(self):
        spec = yaml.safe_load(blocks("yaml")[0])["spec"]
        self.assertEqual(spec["completionMode"], "Indexed")
        container = spec["template"]["spec"]["containers"][0]
        self.assertEqual(container["command"], ["sh", "-c"])
        for index in range(spec["completions"]):
            self.shell(container["args"][0], shell=container["command"][0], JOB_COMPLETION_INDEX=str(index))
        self.expect_merged(spec["completions"])


if __name__ == "__main__":
    main(sys.argv[3:])
