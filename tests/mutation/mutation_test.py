# SPDX-License-Identifier: Apache-2.0
"""tools/mutate changes what it promises to change and nothing else.

    mutation_test.py [-v]
"""
import os
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tools"))

from mutation.mutant import mutants_of, sample  # noqa: E402  (needs the path above)
from mutation.records import Equivalents, Records  # noqa: E402


def changes(line):
    return [(x.old, x.new) for x in mutants_of("sim/a/a.cpp", line + "\n")]


class Changes(unittest.TestCase):
    def test_bounds_move_by_one_step(self):
        self.assertEqual(changes("if (a <= b) f();"), [("<=", "<")])
        self.assertEqual(changes("if (a < b) f();"), [("<", "<=")])
        self.assertEqual(changes("if (a >= b) f();"), [(">=", ">")])
        self.assertEqual(changes("if (a > b) f();"), [(">", ">=")])

    def test_operators_become_their_opposites(self):
        self.assertEqual(changes("x = a == b && c != d || !e;"),
                         [("==", "!="), ("&&", "||"), ("!=", "=="), ("||", "&&"), ("!", "")])
        self.assertEqual(changes("x = a + b - c * d / e;"), [("+", "-"), ("-", "+"), ("*", "/"), ("/", "*")])
        self.assertEqual(changes("x += y; ++z;"), [("+=", "-="), ("++", "--")])
        self.assertEqual(changes("x = std::min(a, b);"), [("std::min", "std::max")])

    def test_an_operator_at_the_end_of_a_line_counts(self):
        self.assertEqual(changes("x = a &&\n    b;"), [("&&", "||")])

    def test_numbers_grow_by_one_whatever_their_unit(self):
        self.assertEqual(changes("f(8, 40ms, 0u);"), [("8", "9"), ("40", "41"), ("0", "1")])
        self.assertEqual(changes("x = 0x10 + y1 + 1.5;"), [("+", "-"), ("+", "-")])

    def test_types_are_left_alone(self):
        self.assertEqual(changes("std::vector<Flow*> f(const Flow& a, Flow&& b);"), [])
        self.assertEqual(changes("std::array<T, 3> x;"), [("3", "4")])

    def test_prose_and_promises_are_left_alone(self):
        self.assertEqual(changes("// a <= b"), [])
        self.assertEqual(changes('f("a <= 3");  /* 4 */'), [])
        self.assertEqual(changes("static_assert(sizeof(A) <= 16);"), [])
        self.assertEqual(changes('CHECK(a <= b, "text");'), [])
        self.assertEqual(changes("#include <a+b>"), [])
        self.assertEqual(changes("x = 'a'; y = 1'000;"), [])

    def test_a_mutant_changes_one_place_of_the_text(self):
        source = "// a <= b\nif (a <= b && c <= d) f();\n"
        found = mutants_of("sim/a/a.cpp", source)
        self.assertEqual([x.line for x in found], [2, 2, 2])
        self.assertEqual(found[0].applied_to(source), "// a <= b\nif (a < b && c <= d) f();\n")
        self.assertEqual(found[2].applied_to(source), "// a <= b\nif (a <= b && c < d) f();\n")
        self.assertEqual(len({x.key for x in found}), 3)

    def test_the_same_change_of_the_same_text_is_another_mutant_elsewhere(self):
        found = mutants_of("sim/a/a.cpp", "  return false;\n}\n  return false;\n")
        self.assertEqual(len({x.key for x in found}), 2)

    def test_the_first_value_of_private_state_is_left_alone(self):
        self.assertEqual(mutants_of("sim/a/a.h", "  bool owed_ = false;\n  std::uint32_t low_ = 0;\n"), [])
        self.assertEqual(len(mutants_of("sim/a/a.h", "  bool owed = false;\n  static constexpr int kMost = 4;\n")), 2)


class Samples(unittest.TestCase):
    def test_a_larger_sample_begins_with_a_smaller_one(self):
        found = mutants_of("sim/a/a.cpp", "".join(f"x{i} = a <= {i};\n" for i in range(50)))
        self.assertEqual(sample(found, 20, 1)[:5], sample(found, 5, 1))
        self.assertNotEqual(sample(found, 20, 1), sample(found, 20, 2))
        self.assertEqual(len(sample(found, 1000, 1)), len(found))


class Results(unittest.TestCase):
    def test_a_run_goes_on_where_it_was_although_its_last_line_is_torn(self):
        first, second = mutants_of("sim/a/a.cpp", "x = a <= b;\ny = a <= c;\n")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "results.jsonl"
            Records(path, "stack", []).add(first, "killed", "a test", 1.0)
            with open(path, "a") as out:
                out.write('{"state": "torn')
            again = Records(path, "stack", [])
            self.assertEqual(again.find(first)["result"], "killed")
            self.assertEqual(again.untried(second), ["stack"])

    def test_what_survived_some_tests_is_tried_in_further_ones_alone(self):
        (mutant,) = mutants_of("sim/a/a.cpp", "x = a <= b;\n")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "results.jsonl"
            Records(path, "stack", []).add(mutant, "survived", "", 1.0)
            self.assertEqual(Records(path, "stack", []).untried(mutant), [])
            self.assertEqual(Records(path, "stack", ["run"]).untried(mutant), ["run"])
            self.assertEqual(Records(path, "strategy", ["run"]).untried(mutant), ["strategy", "run"])
            Records(path, "stack", ["run"]).add(mutant, "killed", "run: a test", 1.0)
            self.assertEqual(Records(path, "stack", ["run", "app"]).untried(mutant), [])
            self.assertEqual(Records(path, "stack", []).untried(mutant), ["stack"], "not by these tests")

    def test_every_mutant_that_is_called_equivalent_is_one_and_has_a_reason(self):
        for entry in Equivalents().entries:
            source = (pathlib.Path(ROOT) / entry["path"]).read_text()
            same = [x for x in mutants_of(entry["path"], source)
                    if (x.text, x.change) == (entry["line"], entry["change"])]
            self.assertTrue(same, f"no such mutant any more: {entry}")
            self.assertGreater(len(entry["reason"]), 20, entry)


if __name__ == "__main__":
    unittest.main()
