# SPDX-License-Identifier: Apache-2.0
"""The comparator finds what it promises to find, at both sides of each tolerance.

    laboratory_test.py [-v] PROGRAM
"""
import contextlib
import copy
import glob
import io
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tools"))

from laboratory import (chance, command, observation,  # noqa: E402  (needs the path above)
                        table, tunnel)
from laboratory import compare as comparing  # noqa: E402
from laboratory.compare import Comparison, aligned, compare, within  # noqa: E402
from laboratory.fate import plain  # noqa: E402
from laboratory.kinds import classify  # noqa: E402
from laboratory.line import Line  # noqa: E402
from laboratory.link import Link, read_link  # noqa: E402
from laboratory.model import results, simulate  # noqa: E402
from laboratory.openssh import CLIENTS, SERVERS, release  # noqa: E402
from laboratory.scenario import Scenario  # noqa: E402
from laboratory.spans import seconds  # noqa: E402
from laboratory.strategies import STRATEGIES  # noqa: E402
from laboratory.words import CannotPlay  # noqa: E402

PROGRAM = sys.argv.pop() if len(sys.argv) > 1 and os.path.exists(sys.argv[-1]) else None


SIMULATED = {}


def simulate_once(program, seen, seeds=(1,)):
    """The tests change what was seen and never what is simulated."""
    key = json.dumps([seen["scenario"], seen["phases"], list(seeds)])
    if key not in SIMULATED:
        SIMULATED[key] = simulate(program, seen, seeds)
    return SIMULATED[key]


def results_once(program, seen, seeds):
    key = json.dumps([seen["scenario"], "results"])
    if key not in SIMULATED:
        SIMULATED[key] = results(program, seen, seeds)
    return SIMULATED[key]


comparing.simulate = tunnel.simulate = simulate_once
chance.results = results_once


def recorded(name):
    return observation.load(os.path.join(command.OBSERVATIONS, name + ".json"))


def differences(seen):
    return compare(PROGRAM, seen).aspects()


def segment(seq, length=0, flags=16, at=0.0):
    return {"at": at, "protocol": "tcp", "flags": flags, "seq": seq, "len": length}


class ChangedObservations(unittest.TestCase):
    """A recording that agrees is changed in one thing, as if reality had been otherwise."""

    def setUp(self):
        self.seen = recorded("cut-data-user-timeout")
        self.client = self.seen["connections"]["c"]["client"]

    def test_agrees_unchanged(self):
        self.assertEqual(differences(self.seen), [])

    def test_an_end_too_late(self):
        before = self.client["ended_at"]
        self.client["ended_at"] = before + 0.2
        self.assertEqual(differences(self.seen), [])
        self.client["ended_at"] = before + 0.3
        self.assertEqual(differences(self.seen), ["instant"])

    def test_another_error(self):
        self.client["error"] = "ECONNRESET"
        self.assertEqual(differences(self.seen), ["error"])

    def test_no_end(self):
        self.client["ended_at"] = self.client["error"] = None
        self.assertEqual(differences(self.seen), ["verdict"])

    def test_a_message_that_arrived(self):
        server = self.seen["connections"]["c"]["server"]
        server["delivered"].append({"at": 6.0, "bytes": 100})
        self.assertEqual(differences(self.seen), ["messages"])

    def test_a_missing_packet(self):
        sent = [p for p in self.seen["packets"] if p["where"] == "client" and p["out"]]
        self.seen["packets"].remove(sent[-1])
        self.assertEqual(differences(self.seen), ["packets"])

    def test_a_late_packet(self):
        sent = [p for p in self.seen["packets"] if p["where"] == "client" and p["out"]]
        sent[-1]["at"] += 0.1
        self.assertEqual(differences(self.seen), ["packets"])

    def test_packets_in_another_order(self):
        sent = [p for p in self.seen["packets"] if p["where"] == "client" and p["out"]]
        repeated = [i for i, p in enumerate(sent) if p["len"]]
        first, ack = sent[repeated[0]], sent[repeated[0] - 1]
        first["at"], ack["at"] = ack["at"], first["at"]
        self.seen["packets"].sort(key=lambda p: p["at"])
        self.assertEqual(differences(self.seen), ["packets"])

    def test_another_last_word_of_ssh(self):
        seen = recorded("ssh-server-alive-cut")
        self.assertEqual(differences(seen), [])
        seen["connections"]["c"]["client"]["error"] = "client_loop: send disconnect: Broken pipe"
        self.assertEqual(differences(seen), ["error"])

    def test_the_error_that_a_newer_ssh_names_before_its_last_words(self):
        seen = recorded("ssh-10.6-server-alive-above-strict")
        self.assertEqual(differences(seen), [])
        client = seen["connections"]["c"]["client"]
        client["error"] = client["error"].partition("; ")[2]
        self.assertEqual(differences(seen), ["error"])

    def test_an_openvpn_end_outside_of_all_seeds(self):
        seen = recorded("openvpn-cut")
        client = seen["connections"]["c"]["client"]
        found = compare(PROGRAM, seen)
        self.assertEqual(found.aspects(), [])
        first = next(model for _, role, _, model in found.fates if role == "client").ends[0].at
        client["ended_at"] = first - 0.24
        self.assertEqual(differences(seen), [])
        client["ended_at"] = first - 0.26
        self.assertEqual(differences(seen), ["instant"])

    def test_openvpn_packets_outside_of_all_seeds(self):
        seen = recorded("openvpn-below")
        seen["packets"] = [p for p in seen["packets"] if not 20 < p["at"] < 30]
        self.assertEqual(differences(seen), ["packets"])


class Rules(unittest.TestCase):
    def test_tolerance(self):
        self.assertTrue(within(5.0, 5.25))
        self.assertFalse(within(5.0, 5.2501))
        self.assertTrue(within(100.0, 98.0))
        self.assertFalse(within(100.0, 97.99))

    def test_packets_together_have_no_order(self):
        self.assertEqual(aligned([(1.0, "a"), (1.0, "b")], [(1.0, "b"), (1.009, "a")]),
                         [(1.009, "a"), (1.0, "b")])
        self.assertEqual(aligned([(1.0, "a"), (1.0, "b")], [(1.0, "b"), (1.01, "a")]),
                         [(1.0, "b"), (1.01, "a")])

    def test_kinds(self):
        kinds = [kind for _, kind in classify([
            segment(99, flags=2), segment(100), segment(100, 50), segment(100, 50), segment(149),
            segment(150, flags=17), segment(151, flags=4), segment(151, flags=20)])]
        self.assertEqual(kinds, ["syn", "ack", "data 50", "re-data 50", "probe", "fin", "rst",
                                 "rst-ack"])

    def test_sequence_numbers_wrap(self):
        kinds = [kind for _, kind in classify([segment(0xfffffff0, 32), segment(15), segment(16)])]
        self.assertEqual(kinds, ["data 32", "probe", "ack"])

    def test_versions(self):
        self.assertEqual(release("OpenSSH_9.2p1 Debian-2", CLIENTS), "openssh-9.2")
        self.assertEqual(release("OpenSSH_9.7p1", SERVERS), "openssh-9.5")
        self.assertRaises(RuntimeError, release, "OpenSSH_6.0p1", CLIENTS)

    def test_last_words_are_compared_without_addresses(self):
        self.assertEqual(plain("2026-11-30 04:00:00 c/198.51.100.1:33555 [c] Inactivity timeout"),
                         plain("2026-11-30 04:00:00 c/udp4:198.51.100.1:51025 [c] Inactivity "
                               "timeout"))
        self.assertEqual(plain("c/tcp4-server:198.51.100.1:5 SIGTERM[soft,delayed-exit] received"),
                         "SIGTERM[soft,delayed-exit] received")
        self.assertEqual(plain("Read from remote host 203.0.113.10: Connection reset by peer"),
                         "Read from remote host server: Connection reset by peer")

    def test_spans(self):
        self.assertEqual(seconds("2h4m1.5s250ms"), 7441.75)

    def test_what_cannot_be_played_is_refused(self):
        good = recorded("close-client")["scenario"]
        Scenario(good)
        for path, value in ((("path", 0), {"proxy": {"name": "p"}}),
                            (("path", 2), {"middlebox": {"name": "a", "profile": "pf"}}),
                            (("path", 1, "middlebox", "profile"), "openwrt"),
                            (("connections", 0, "strategy"), "grpc"),
                            (("connections", 0, "close_when_idle"), {"client": "5s"}),
                            (("events", 0), {"at": "1s", "suspend": "client"})):
            data = copy.deepcopy(good)
            place = data
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = value
            with self.assertRaises(CannotPlay, msg=str(path)):
                Scenario(data)


class Paths(unittest.TestCase):
    """What lies where in a chain; nothing is played."""

    def chain(self, *items):
        data = copy.deepcopy(recorded("close-client")["scenario"])
        data["path"] = [{"link": {"name": x[0], **x[1]}} if isinstance(x, tuple) else
                        {"middlebox": {"name": x, "profile": f"linux-{PROFILES[x[:2]]}"}}
                        for x in items]
        data["events"] = []
        return Scenario(data)

    def test_links_lie_before_each_box_and_behind_the_last(self):
        seen = self.chain(("lan", {}), "nat1", "fw1", ("wan", {"delay": "20ms", "loss": "1%"}))
        self.assertEqual([box.name for box in seen.boxes], ["nat1", "fw1"])
        self.assertEqual([line.name for line in seen.links], ["lan", None, "wan"])
        self.assertEqual([line.plain() for line in seen.links], [True, True, False])
        self.assertEqual((seen.wire("client"), seen.wire("wan"), seen.wire("server")), (0, 2, 2))
        self.assertRaises(CannotPlay, seen.wire, "nat1")
        self.assertAlmostEqual(seen.round_trip(), 0.04)
        self.assertTrue(seen.random())

    def test_one_to_three_boxes_with_at_most_a_link_between(self):
        self.chain("nat1", "nat2", "nat3")
        for items in ((("lan", {}),), ("nat1", "nat2", "nat3", "fw1"),
                      (("a", {}), ("b", {}), "nat1")):
            self.assertRaises(CannotPlay, self.chain, *items)

    def test_the_server_sees_the_outermost_box_that_translates(self):
        from laboratory.network import OUTSIDE, Network
        for items, client, outer in (
                (("nat1",), "10.0.0.2", [OUTSIDE]),
                (("fw1",), "192.0.2.2", [OUTSIDE]),
                (("nat1", "nat2"), "10.0.0.2", ["10.0.1.2", OUTSIDE]),
                (("nat1", "fw1"), "10.0.0.2", [OUTSIDE, "198.51.100.22"]),
                (("fw1", "nat1"), "10.0.0.2", ["10.0.1.2", OUTSIDE]),
                (("fw1", "fw2"), "192.0.2.2", ["198.51.100.12", OUTSIDE])):
            network = Network.__new__(Network)
            network.scenario = self.chain(*items)
            network.client, network.server = "c", "s"
            network.routers = ["r"] * len(items)
            addresses = [s.address_out for s in network._stations()]
            self.assertEqual(addresses, [client, *outer, None], items)


PROFILES = {"na": "conntrack", "fw": "firewall"}


class Lines(unittest.TestCase):
    """What a wire does with each packet, at instants in seconds."""

    def test_delay_and_rate(self):
        line = Line(Link(delay=0.1, rate=8000), "seed")
        self.assertAlmostEqual(line.arrival(1.0, 100), 1.2)   # 100 ms on the line, 100 ms of way
        self.assertAlmostEqual(line.arrival(1.05, 50), 1.25)  # behind the first
        self.assertAlmostEqual(line.arrival(5.0, 50), 5.15)   # the line is free again

    def test_a_cut_loses_what_is_handed_over_and_cuts_overlap(self):
        line = Line(Link(delay=0.1), "seed")
        line.cuts += 2
        self.assertIsNone(line.arrival(1.0, 100))
        line.cuts -= 1
        self.assertIsNone(line.arrival(2.0, 100))
        line.cuts -= 1
        self.assertAlmostEqual(line.arrival(3.0, 100), 3.1)

    def test_loss_is_as_frequent_as_said_and_the_same_for_the_same_stream(self):
        def lost(stream):
            line = Line(Link(loss=0.1), stream)
            return [line.arrival(i, 100) is None for i in range(10000)]
        self.assertEqual(lost("a"), lost("a"))
        self.assertNotEqual(lost("a"), lost("b"))
        self.assertTrue(880 < sum(lost("a")) < 1120, sum(lost("a")))  # four deviations of 30

    def test_jitter_is_uniform_and_overtakes_only_where_it_may(self):
        def arrivals(**options):
            line = Line(Link(delay=1.0, jitter=0.5, **options), "seed")
            return [line.arrival(i / 1000, 100) for i in range(2000)]
        self.assertEqual(arrivals(), sorted(arrivals()))
        self.assertNotEqual(arrivals(reorder=True), sorted(arrivals(reorder=True)))
        extra = [at - i / 1000 - 1.0 for i, at in enumerate(arrivals(reorder=True))]
        self.assertTrue(0 <= min(extra) < 0.01 and 0.49 < max(extra) <= 0.5)
        self.assertAlmostEqual(sum(extra) / len(extra), 0.25, delta=0.015)

    def test_links_are_read_as_scenarios_write_them(self):
        link = read_link({"name": "w", "delay": "15ms", "jitter": "5ms", "loss": "0.1%",
                          "rate": "16Mbps"})
        self.assertEqual(link, Link("w", 0.015, 0.005, 0.001, 16e6))
        self.assertEqual(read_link({"loss": "1/10000", "rate": "256kbps"}),
                         Link(None, 0.0, 0.0, 0.0001, 256e3))


class Chance(unittest.TestCase):
    """Samples that two distributions gave, and such that one did."""

    def test_the_largest_distance_is_that_of_the_formula(self):
        self.assertAlmostEqual(chance.critical(24, 200), 0.4211, places=4)
        self.assertAlmostEqual(chance.critical(50, 50, 0.05), 0.2716, places=4)

    def test_the_distance_of_two_samples(self):
        self.assertEqual(chance.distance([1, 2, 3, 4], [1, 2, 3, 4]), 0)
        self.assertEqual(chance.distance([1, 2, 3, 4], [5, 6]), 1)
        self.assertEqual(chance.distance([1, 2, 3, 4], [3, 4, 5, 6]), 0.5)
        self.assertEqual(chance.distance([3, 4, 5, 6], [1, 2, 3, 4]), 0.5)
        self.assertEqual(chance.distance([1, math.inf], [1, 1]), 0.5)
        self.assertEqual(chance.distance([math.inf], [math.inf]), 0)

    def test_instants_that_are_near_count_as_equal(self):
        self.assertEqual(chance.distance([1.0, 2.0], [1.1, 1.95], 0.125), 0)
        self.assertEqual(chance.distance([1.0, 2.0], [1.2, 1.95], 0.125), 0.5)
        self.assertEqual(chance.distance([1.2, 1.95], [1.0, 2.0], 0.125), 0.5)

    def test_one_distribution_is_hardly_ever_taken_for_two(self):
        numbers = random.Random(1)

        def alarms(alpha, moved):
            limit = chance.critical(24, 200, alpha)
            return sum(chance.distance([numbers.gauss(moved, 1) for _ in range(24)],
                                       [numbers.gauss(0, 1) for _ in range(200)]) > limit
                       for _ in range(300))
        self.assertLessEqual(alarms(0.001, 0), 3)
        self.assertTrue(4 <= alarms(0.05, 0) <= 26)  # 15 of 300, four deviations to either side
        self.assertGreater(alarms(0.001, 1.5), 290)

    def differences(self, change):
        seen = recorded("lossy-stream-user-timeout-40-percent")
        for run in seen["runs"]:
            change(run["sides"]["c"]["client"], run["seed"] % 1000)
        return differences(seen)

    def test_runs_that_agree_do_so_no_longer_when_they_are_changed(self):
        self.assertEqual(self.differences(lambda side, _: None), [])

        def change(key, by, runs):
            def changed(side, run):
                if run < runs and side[key] is not None:
                    side[key] += by
            return changed
        self.assertIn("packets", self.differences(change("sent", 20, 24)))
        self.assertEqual(self.differences(change("sent", 20, 2)), [])
        self.assertEqual(self.differences(change("ended_at", 0.05, 24)), [])
        self.assertIn("instant", self.differences(change("ended_at", 60.0, 24)))

    def test_another_error_in_many_runs(self):
        def changed(side, run):
            if side["error"] and run >= runs:
                side["error"] = "ECONNRESET"
        runs = 22
        self.assertEqual(self.differences(changed), [])
        runs = 0
        self.assertEqual(self.differences(changed), ["error"])

    def test_each_run_was_played_with_a_seed_of_its_own(self):
        for path in glob.glob(os.path.join(command.OBSERVATIONS, "*.json")):
            seen = observation.load(path)
            if not Scenario(seen["scenario"]).random():
                self.assertNotIn("runs", seen, path)
                continue
            self.assertEqual(len({run["seed"] for run in seen["runs"]}), chance.RUNS, path)


class Strategies(unittest.TestCase):
    """The table of the laboratory against the schema, which is made from the simulator's own."""

    def test_each_option_and_port_is_one_of_the_model(self):
        schema = json.loads(subprocess.run([PROGRAM, "schema"], check=True, capture_output=True,
                                           text=True).stdout)
        connection = schema["properties"]["connections"]["items"]["properties"]
        known = {}
        for kind in connection["strategy"]["anyOf"][1]["oneOf"]:
            (name, options), = kind["properties"].items()
            known[name] = set(options.get("properties", {}))
        for name, strategy in STRATEGIES.items():
            self.assertEqual(strategy.options - known[name], frozenset(), name)
            if strategy.session:
                port = strategy.ports[strategy.transport]
                self.assertIn(f" {port} for {name},", connection["port"]["description"])


class Recording(unittest.TestCase):
    """What can be said without root; the rest is shown by the recordings themselves."""

    @unittest.skipUnless(sys.platform.startswith("linux"), "recording is for Linux")
    def test_what_is_missing_is_named_and_nothing_is_made(self):
        from laboratory import recording, requirements
        path = os.path.join(command.OBSERVATIONS, "ssh-kill-client.json")
        with tempfile.TemporaryDirectory() as folder, \
                mock.patch.object(requirements, "find", lambda _: None), \
                mock.patch.object(requirements.os, "geteuid", lambda: 0), \
                contextlib.redirect_stderr(io.StringIO()) as said:
            out = os.path.join(folder, "out")
            self.assertEqual(recording.record_many([path], out, 1, "cubic"), 2)
            self.assertFalse(os.path.exists(out))
        for program in ("nft", "conntrack", "sshd (Debian package openssh-server)"):
            self.assertIn(program, said.getvalue())
        self.assertNotIn("openvpn", said.getvalue())

    @unittest.skipUnless(sys.platform.startswith("linux"), "recording is for Linux")
    def test_without_root_it_says_so(self):
        from laboratory import requirements
        with mock.patch.object(requirements.os, "geteuid", lambda: 1000):
            with self.assertRaisesRegex(requirements.Missing, "needs root"):
                requirements.require([STRATEGIES["silent"]])

    @unittest.skipUnless(sys.platform.startswith("linux"), "recording is for Linux")
    def test_a_scenario_is_not_overwritten(self):
        from laboratory import recording
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "own.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(recorded("close-client")["scenario"], file)
            with self.assertRaisesRegex(ValueError, "no observation"):
                recording.record_many([path], folder, 1, "cubic")


class KnownDifferences(unittest.TestCase):
    KNOWN = {"differs": ["packets"], "reason": "why"}

    def judged(self, aspects, known):
        found = Comparison()
        for aspect in aspects:
            found.differs(aspect, "")
        return command.judge(found, known)[0]

    def test_exactly_those_differ(self):
        self.assertTrue(self.judged([], None))
        self.assertFalse(self.judged(["packets"], None))
        self.assertTrue(self.judged(["packets", "packets"], self.KNOWN))
        self.assertFalse(self.judged(["packets", "verdict"], self.KNOWN))
        self.assertFalse(self.judged([], self.KNOWN))

    def test_each_is_recorded_and_has_a_reason(self):
        for name, known in command.known_differences().items():
            path = os.path.join(command.OBSERVATIONS, name + ".json")
            self.assertTrue(os.path.exists(path), name)
            self.assertTrue(known["reason"] and known["differs"], name)


    def test_documents_name_each(self):
        with open(os.path.join(ROOT, "docs", "fidelity.md"), encoding="utf-8") as file:
            prose = file.read().partition(table.BEGIN)[0]
        with open(os.path.join(ROOT, "docs", "limits.md"), encoding="utf-8") as file:
            limits = file.read()
        for name in command.known_differences():
            self.assertIn(f"`{name}`", prose)
            self.assertTrue(f"`{name}`" in limits or name.startswith("zero-window-")
                            or name.startswith("openvpn-2."), name)


class Files(unittest.TestCase):
    def test_each_observation_names_its_congestion_control(self):
        for path in glob.glob(os.path.join(command.OBSERVATIONS, "*.json")):
            self.assertEqual(observation.load(path)["recorded"]["congestion_control"], "cubic",
                             path)

    def test_the_table_has_a_row_for_each_observation_and_no_other(self):
        paths = glob.glob(os.path.join(command.OBSERVATIONS, "*.json"))
        rows = table.rows_of(os.path.join(ROOT, "docs", "fidelity.md"))
        self.assertEqual(sorted(rows), sorted(map(command.name_of, paths)))
        self.assertGreaterEqual(len(paths), 60)

    def test_an_observation_survives_reading_and_writing(self):
        for name in ("udp-port-taken", "cut-data-user-timeout", "ssh-server-alive-cut"):
            path = os.path.join(command.OBSERVATIONS, name + ".json")
            with tempfile.TemporaryDirectory() as folder:
                copied = os.path.join(folder, "copy.json")
                observation.save(copied, observation.load(path))
                with open(path, encoding="utf-8") as a, open(copied, encoding="utf-8") as b:
                    self.assertEqual(a.read(), b.read())

    def test_a_row_is_found_again(self):
        found = Comparison()
        found.sent = {("client", True): ((1, 2), (1, 2)), ("server", True): ((0, 2), range(1, 3))}
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "document.md")
            with open(path, "w", encoding="utf-8") as file:
                file.write(f"before\n{table.BEGIN}\n{table.END}\nafter\n")
            table.write_table(path, {"case": table.row("case", found)})
            self.assertEqual(table.rows_of(path),
                             {"case": "| case |  |  | 1+2 / 1+2 | 2 / 1 to 3 | agrees |"})


if __name__ == "__main__":
    if PROGRAM is None:
        sys.exit("usage: laboratory_test.py [-v] PROGRAM")
    unittest.main()
