# SPDX-License-Identifier: Apache-2.0
"""The package for Python as it is imported.  PYTHONPATH names the folder in which it is.

  python_test.py PROGRAM SOURCE [CLASS...]
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "install"))
from skipping import main  # noqa: E402

import stayalive  # noqa: E402

PROGRAM = Path(sys.argv[1]).resolve()
SOURCE = Path(sys.argv[2]).resolve()

try:
    import pandas
except ImportError:
    pandas = None

SCENARIO = {
    "title": "an <idle> hour",
    "duration": "1h",
    "path": [
        {"link": {"delay": "20ms"}},
        {"middlebox": {"name": "box", "profile": "home-router", "timeouts": {"tcp.established": "5m"},
                       "netfilter": {"tcp_loose": False}}},
    ],
    "connections": [
        {"name": "kept", "strategy": {"ssh": {"server_alive_interval": "1m"}}},
        {"name": "lost", "strategy": {"ssh": {"server_alive_interval": "6m"}}},
    ],
    "expect": [{"connection": "kept", "is": "held"}],
}


def program(*arguments):
    return subprocess.run([PROGRAM, *arguments], cwd=SOURCE, capture_output=True, text=True, check=True).stdout


class Run(unittest.TestCase):
    def test_a_file_gives_what_the_program_prints(self):
        name = "scenarios/ssh-behind-a-home-router.json"
        before = os.getcwd()
        self.addCleanup(os.chdir, before)
        os.chdir(SOURCE)
        for scenario in (name, Path(name)):
            self.assertEqual(stayalive.run(scenario).to_dict(), json.loads(program("run", "--format", "json", name)))

    def test_a_dict_gives_what_its_file_does(self):
        scenario = json.loads((SOURCE / "scenarios/ssh-behind-a-home-router.json").read_text())
        result = stayalive.run(scenario)
        of_file = stayalive.run(SOURCE / "scenarios/ssh-behind-a-home-router.json")
        self.assertEqual(result.digest, of_file.digest)
        self.assertTrue(result.holds)

    def test_a_result_says_what_became_of_each_connection(self):
        result = stayalive.run(SCENARIO)
        self.assertEqual(result.title, "an <idle> hour")
        self.assertEqual(result.duration, 3600)
        self.assertEqual([each.name for each in result.connections], ["kept", "lost"])
        self.assertEqual(result["kept"].outcome, "alive")
        self.assertIsNone(result["kept"].blame)
        self.assertAlmostEqual(result["kept"].closest_call, 240, delta=1)
        lost = result["lost"]
        self.assertEqual((lost.client.outcome, lost.server.outcome), ("detected", "forgotten"))
        self.assertAlmostEqual(lost.client.forgotten_at, 300, delta=1)
        self.assertGreater(lost.client.noticed_at, 1200)
        self.assertIsNone(lost.server.noticed_at)
        self.assertEqual((lost.blame.who, lost.blame.timer, lost.blame.timeout), ("box", "tcp.established", 300))
        self.assertEqual(str(lost.blame), "box: tcp.established 300s")
        self.assertEqual([each.holds for each in result.expectations], [True])
        with self.assertRaises(KeyError):
            _ = result["nobody"]

    def test_values_and_seed_take_the_place_of_the_scenarios_own(self):
        result = stayalive.run(SCENARIO, seed=7, values={"path.box.timeouts.tcp.established": "2h",
                                                         "path.box.netfilter.tcp_loose": True})
        self.assertEqual(result["lost"].outcome, "alive")
        self.assertEqual(result.to_dict()["runs"][0]["seed"], 7)

    def test_every_mistake_is_in_the_exception(self):
        wrong = dict(SCENARIO, duration="1x", conections=[])
        with self.assertRaises(stayalive.WrongInput) as raised:
            stayalive.run(wrong)
        self.assertIsInstance(raised.exception, ValueError)
        by_pointer = {mistake.pointer: mistake for mistake in raised.exception.mistakes}
        self.assertEqual(by_pointer["/conections"].suggestion, "connections")
        self.assertIn("/duration", by_pointer)
        self.assertEqual(len(str(raised.exception).splitlines()), len(raised.exception.mistakes))
        with self.assertRaises(FileNotFoundError):
            stayalive.run("no-such-file.json")
        with self.assertRaises(stayalive.WrongInput):
            stayalive.run(SCENARIO, values={"path.nobody.timeouts.tcp.established": "2h"})
        with self.assertRaisesRegex(TypeError, "seed"):
            stayalive.run(SCENARIO, seed=-1)
        with self.assertRaisesRegex(stayalive.WrongInput, "seed"):
            stayalive.run(SCENARIO, seed=2**63)

    def test_a_ladder_is_text_and_a_picture(self):
        ladder = stayalive.run(SCENARIO).ladder("lost")
        self.assertIn("box", str(ladder))
        self.assertTrue(ladder._repr_svg_().startswith("<"))
        with self.assertRaises(stayalive.WrongInput):
            stayalive.run(SCENARIO).ladder()

    def test_a_notebook_shows_a_table_in_which_text_is_harmless(self):
        shown = stayalive.run(SCENARIO)._repr_html_()
        self.assertIn("<td>lost</td>", shown)
        self.assertIn("an &lt;idle&gt; hour", shown)
        self.assertNotIn("<idle>", shown)
        self.assertIn("holds: ", shown)

    def test_repr_is_a_line(self):
        self.assertEqual(repr(stayalive.run(SCENARIO)), "<Result 'an <idle> hour': kept alive, lost forgotten>")

    def test_the_example_of_the_package_is_true(self):
        import doctest

        self.assertEqual(doctest.testmod(stayalive).failed, 0)
        self.assertGreater(doctest.testmod(stayalive).attempted, 0)

    def test_the_version_is_that_of_the_program(self):
        self.assertEqual(stayalive.__version__, program("--version").strip())


class Sweeps(unittest.TestCase):
    AXIS = "connections.lost.strategy.ssh.server_alive_interval"

    def test_a_sweep_has_a_point_for_each_value_and_connection(self):
        for values in (["4m", "5m", "6m"], "4m..6m/1m", "4m,5m,6m"):
            sweep = stayalive.sweep(SCENARIO, {self.AXIS: values})
            self.assertEqual(sweep.axes, [self.AXIS])
            self.assertTrue(sweep.complete)
            lost = [point for point in sweep.points if point.connection == "lost"]
            self.assertEqual([point.values[self.AXIS] for point in lost], ["4m", "5m", "6m"])
            self.assertEqual([point.holds for point in lost], [True, True, False])
            self.assertEqual(lost[2].blame.who, "box")
            self.assertEqual(len(sweep.boundaries), 1)

    def test_the_number_of_jobs_changes_nothing(self):
        found = [stayalive.sweep(SCENARIO, {self.AXIS: "1m..10m/1m"}, jobs=jobs).to_dict() for jobs in (1, 4)]
        self.assertEqual(found[0], found[1])

    def test_mistakes_are_raised(self):
        with self.assertRaises(stayalive.WrongInput):
            stayalive.sweep(SCENARIO, {"connections.nobody.start": ["1s"]})
        with self.assertRaises(stayalive.WrongInput):
            stayalive.sweep(SCENARIO, {self.AXIS: ["1m"]}, seeds=0)

    def test_a_notebook_shows_it(self):
        shown = stayalive.sweep(SCENARIO, {self.AXIS: ["4m", "6m"]})._repr_html_()
        self.assertIn(f"<th>{self.AXIS}</th>", shown)
        self.assertIn("<td>4m</td>", shown)


class Profiles(unittest.TestCase):
    def test_they_are_those_of_the_program(self):
        listed = json.loads(program("profiles", "--format", "json"))
        wanted = [each["name"] for section in listed.values() if isinstance(section, list) for each in section]
        self.assertEqual([each.name for each in stayalive.profiles()], wanted)
        for name in ("aws-nlb", "haproxy", "hikaricp"):
            shown = json.loads(program("profiles", name, "--format", "json"))
            self.assertIn([stayalive.profile(name).to_dict()], shown.values())
        with self.assertRaises(stayalive.WrongInput) as raised:
            stayalive.profile("aws-nlbb")
        self.assertEqual(raised.exception.mistakes[0].suggestion, "aws-nlb")

    def test_the_schema_is_that_of_the_program(self):
        self.assertEqual(stayalive.scenario_schema(), json.loads(program("schema")))


class Threads(unittest.TestCase):
    def test_several_threads_find_the_same(self):
        with ThreadPoolExecutor(8) as pool:
            digests = {future.result().digest for future in [pool.submit(stayalive.run, SCENARIO) for _ in range(32)]}
        self.assertEqual(digests, {stayalive.run(SCENARIO).digest})

    def test_other_threads_go_on_while_one_simulates(self):
        # Loss leaves nothing to be passed over, so that the run takes long.
        long = dict(SCENARIO, duration="40d", path=[{"link": {"delay": "20ms", "jitter": "1ms"}}], expect=[])
        ticks = []
        done = threading.Event()

        def tick():
            while not done.is_set():
                ticks.append(None)
                time.sleep(0.0005)

        ticking = threading.Thread(target=tick)
        ticking.start()
        before = len(ticks)
        stayalive.run(long)
        ticked = len(ticks) - before
        done.set()
        ticking.join()
        self.assertGreater(ticked, 3)

    def test_ctrl_c_stops_a_long_run(self):
        code = (
            "import stayalive, json, sys\n"
            f"scenario = json.loads({json.dumps(SCENARIO)!r})\n"
            "scenario.update(duration='36000d', path=[{'link': {'delay': '20ms', 'jitter': '1ms'}}], expect=[])\n"
            "print('begun', flush=True)\n"
            "try:\n"
            "    stayalive.run(scenario)\n"
            "except KeyboardInterrupt:\n"
            "    sys.exit(42)\n"
        )
        child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        child.stdout.readline()
        time.sleep(0.2)
        child.send_signal(signal.SIGINT)
        self.assertEqual(child.wait(), 42)
        child.stdout.close()


@unittest.skipIf(pandas is None, "python3-pandas is not installed (tools/setup test)")
class Frames(unittest.TestCase):
    def test_a_run_has_a_row_for_each_connection(self):
        frame = stayalive.run(SCENARIO).to_frame()
        self.assertEqual(list(frame["connection"]), ["kept", "lost"])
        self.assertEqual(frame.set_index("connection").loc["lost", "blame"], "box: tcp.established 300s")

    def test_a_sweep_has_a_row_for_each_point_with_numbers_to_draw(self):
        frame = stayalive.sweep(SCENARIO, {Sweeps.AXIS: ["4m", "6m"]}).to_frame()
        lost = frame[frame["connection"] == "lost"]
        self.assertEqual(list(lost[f"{Sweeps.AXIS} (seconds)"]), [240, 360])
        self.assertEqual(list(lost["held"]), [1, 0])


class WithoutPandas(unittest.TestCase):
    def test_the_rest_works_and_to_frame_says_what_is_missing(self):
        code = (
            "import sys; sys.modules['pandas'] = None\n"
            "import stayalive, json\n"
            f"result = stayalive.run(json.loads({json.dumps(SCENARIO)!r}))\n"
            "try:\n    result.to_frame()\nexcept ImportError as error:\n    print(error)\n"
        )
        shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        self.assertEqual(shown, "to_frame() needs pandas; to_dict() does not\n")


if __name__ == "__main__":
    main(sys.argv[3:])
