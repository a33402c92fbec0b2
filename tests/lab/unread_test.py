# SPDX-License-Identifier: Apache-2.0
"""tools/unread lists exactly what nobody has read, those first on which verdicts hang.

    unread_test.py [-v] PROGRAM
"""
import csv
import io
import json
import os
import subprocess
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = sys.argv.pop()


def unread(*arguments):
    return subprocess.run([sys.executable, os.path.join(ROOT, "tools", "unread"), *arguments], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "STAYALIVE": PROGRAM})


class Unread(unittest.TestCase):
    def test_lists_what_nobody_has_read_and_no_more(self):
        rows = list(csv.DictReader(io.StringIO(unread("azure-lb", "--csv").stdout)))
        profile = json.loads(subprocess.run([PROGRAM, "profiles", "azure-lb", "--format", "json"], text=True,
                                            stdout=subprocess.PIPE, check=True).stdout)["profiles"][0]
        expected = {value["key"] for value in profile["values"]
                    if value["status"] in ("recalled", "chosen") and value["key"] != "tracker"}
        self.assertEqual({row["value"] for row in rows}, expected)
        changed = [int(row["changed"]) for row in rows]
        self.assertEqual(changed, sorted(changed, reverse=True))
        by_value = {row["value"]: int(row["changed"]) for row in rows}
        # Whether a late packet is dropped or answered decides how long an end hangs; the table never fills.
        self.assertGreater(by_value["stray_internal"], 0)
        self.assertGreater(by_value["timeouts.udp.stream"], 0)
        self.assertEqual(by_value["capacity"], 0)

    def test_refuses_a_profile_that_there_is_not(self):
        done = unread("no-such-box")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no-such-box", done.stderr)


if __name__ == "__main__":
    unittest.main()
