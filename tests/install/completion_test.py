# SPDX-License-Identifier: Apache-2.0
"""Completions, asked of the program and of real shells.

  completion_test.py PROGRAM COMPLETIONS [CLASS...]     COMPLETIONS: the folder tools/completions
"""

import json
import os
import pty
import re
import select
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from skipping import main, needs

PROGRAM = Path(sys.argv[1]).resolve()
COMPLETIONS = Path(sys.argv[2]).resolve()

SCENARIO = {
    "title": "t",
    "duration": "1m",
    "path": [{"link": {"delay": "1ms"}}],
    "connections": [{"name": "first", "strategy": "ssh"}, {"name": "second", "strategy": "ssh"}],
}


def ask(*words, folder=None):
    """What the program answers: which files, and the words."""
    run = subprocess.run([PROGRAM, "complete", *words], cwd=folder, capture_output=True, text=True, check=True)
    first, *lines = run.stdout.splitlines()
    return first, [line.split("\t")[0] for line in lines]


def names_of(section):
    """The names that `stayalive profiles` lists, of the products that the program has today."""
    run = subprocess.run([PROGRAM, "profiles", "--format", "json"], capture_output=True, text=True, check=True)
    return [entry["name"] for entry in json.loads(run.stdout)[section]]


class Folder(unittest.TestCase):
    """A folder with a scenario, a file of another kind and a folder in it."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="stayalive-completion-")
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        (self.folder / "office.json").write_text(json.dumps(SCENARIO))
        (self.folder / "notes.txt").write_text("-")
        (self.folder / "sub").mkdir()


class Program(Folder):
    def test_commands_are_those_of_the_help_and_hidden_ones_are_not_told(self):
        _, words = ask("")
        shown = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True).stdout
        commands = shown.split("Subcommands:\n")[1].split("\n\n")[0].splitlines()
        self.assertEqual(words, [line.split()[0] for line in commands if line[2:3] != " "] + ["help"])
        self.assertNotIn("complete", words)
        self.assertNotIn("manual", words)

    def test_a_word_is_completed_by_what_begins_with_it(self):
        self.assertEqual(ask("ch")[1], ["check"])
        self.assertEqual(ask("help", "ch")[1], ["check"])
        self.assertEqual(ask("run", "--no")[1], ["--no-skip"])
        self.assertEqual(ask("nonsense", "")[1], [])

    def test_every_option_of_the_help_is_offered(self):
        for command in ask("")[1]:
            if command == "help":
                continue
            shown = subprocess.run([PROGRAM, command, "--help"], capture_output=True, text=True, check=True).stdout
            lines = [line for line in shown.splitlines() if line.startswith("  -")]
            self.assertEqual([line.split()[0].split(",")[-1] for line in lines], ask(command, "--")[1], command)

    def test_values_of_options(self):
        self.assertEqual(ask("run", "--format", "")[1], ["text", "json", "csv", "markdown"])
        self.assertEqual(ask("run", "--format=c")[1], ["--format=csv"])
        self.assertEqual(ask("test", "--junit", "")[0], "files any")
        self.assertEqual(ask("run", "--seed", ""), ("files none", []))

    def test_names_of_profiles_and_proxies_and_several_with_commas(self):
        _, words = ask("advise", "--through", "")
        self.assertEqual(words, names_of("profiles") + names_of("proxies"))
        self.assertIn("openwrt,aws-nlb", ask("advise", "--through", "openwrt,aws")[1])
        self.assertIn("--through=openwrt,aws-nlb", ask("advise", "--through=openwrt,aws")[1])
        self.assertIn("aws-nlb", ask("explain", "openssh", "")[1])
        self.assertIn("openssh", ask("compare", "tcp=5m", "")[1])

    def test_whatever_profiles_lists_can_be_typed_behind_it(self):
        _, words = ask("profiles", "")
        listed = [name for section in ("profiles", "proxies", "servers", "pools") for name in names_of(section)]
        self.assertEqual(sorted(words), sorted(set(listed)))

    def test_programs_are_offered_first_and_servers_where_advice_on_them_is_given(self):
        for command in ("explain", "advise", "compare"):
            files, words = ask(command, "")
            self.assertEqual(files, "files json")
            self.assertIn("postgresql", words)
            self.assertEqual("gunicorn" in words, command == "advise")

    def test_connections_of_the_scenario_that_was_just_typed(self):
        self.assertEqual(ask("explain", "office.json", "", folder=self.folder), ("files none", ["first", "second"]))
        self.assertEqual(ask("advise", "office.json", "s", folder=self.folder)[1], ["second"])
        self.assertEqual(ask("explain", "--seed", "7", "office.json", "f", folder=self.folder)[1], ["first"])
        self.assertEqual(ask("explain", "missing.json", "", folder=self.folder), ("files none", []))
        self.assertEqual(ask("explain", "office.json", "first", "", folder=self.folder), ("files none", []))

    def test_scenario_files_are_left_to_the_shell(self):
        for command in ("run", "sweep", "test", "check"):
            self.assertEqual(ask(command, ""), ("files json", []))
        self.assertEqual(ask("sweep", "office.json", ""), ("files none", []))
        self.assertEqual(ask("merge", "1.jsonl", ""), ("files any", []))

    def test_a_name_with_a_control_character_is_left_out(self):
        scenario = dict(SCENARIO, connections=[{"name": "a\tb", "strategy": "ssh"}, {"name": "c", "strategy": "ssh"}])
        (self.folder / "odd.json").write_text(json.dumps(scenario))
        self.assertNotIn("a", ask("explain", "odd.json", "", folder=self.folder)[1])


class Terminal:
    """An interactive shell on a terminal of its own."""

    def __init__(self, command, folder):
        environment = {"PATH": f"{PROGRAM.parent}:{os.environ['PATH']}", "TERM": "dumb", "HOME": str(folder),
                       "PS1": "ready> ", "LC_ALL": "C.UTF-8"}
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, environment)

    def read_until(self, pattern):
        """What it matches.  Fails after a minute, which only a shell that hangs takes."""
        text = ""
        end = time.monotonic() + 60
        while (found := re.search(pattern, text)) is None:
            ready, _, _ = select.select([self.terminal], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise AssertionError(f"waited for {pattern!r} in vain; there is {text!r}")
            text += os.read(self.terminal, 65536).decode(errors="replace")
        return found

    def send(self, keys):
        os.write(self.terminal, keys.encode())

    def close(self):
        os.close(self.terminal)
        os.waitpid(self.child, 0)


class Shell:
    """What a user sees who types a line and presses the tabulator."""

    def typed(self, terminal, line):
        """The line as it is when the tabulator has been pressed: behind another command it is shown, not run."""
        terminal.send(line + "\t\x01echo 'GOT:' \r")
        return terminal.read_until("GOT: ([^\r\n]*)[\r\n]")[1].rstrip()

    def ask_real_shell(self, command, setup):
        terminal = Terminal(command, self.folder)
        self.addCleanup(terminal.close)
        terminal.send(setup + "; echo set' 'up\r")
        terminal.read_until("set up")
        for line, completed in (
            ("profiles aws-nl", "profiles aws-nlb"),
            ("advise postgresql openwrt,azure-nat", "advise postgresql openwrt,azure-nat-gateway"),
            ("run --format=mark", "run --format=markdown"),
            ("run off", "run office.json"),
            ("explain office.json sec", "explain office.json second"),
            ("test su", "test sub"),
            ("profiles no-such-b", "profiles no-such-b"),
        ):
            with self.subTest(line=line):
                # zsh takes the slash of a folder away where none follows.
                self.assertEqual(self.typed(terminal, "stayalive " + line).rstrip("/"), "stayalive " + completed)


@needs("bash")
class Bash(Folder, Shell):
    def test_a_tabulator_completes_what_is_typed(self):
        self.ask_real_shell(["bash", "--norc", "--noprofile", "-i"], f"source {COMPLETIONS}/stayalive.bash")


@needs("zsh")
class Zsh(Folder, Shell):
    def test_a_tabulator_completes_what_is_typed(self):
        self.ask_real_shell(["zsh", "-f", "-i"],
                            f"fpath=({COMPLETIONS} $fpath); autoload -U compinit; compinit -u -D; bindkey -e")


@needs("fish")
class Fish(Folder):
    def test_fish_offers_what_the_program_says(self):
        for line, wanted in (
            ("profiles aws-nl", ["aws-nlb"]),
            ("run --format=mark", ["--format=markdown"]),
            ("run --format ma", ["markdown"]),
            ("explain office.json ", ["first", "second"]),
            ("run off", ["office.json"]),
            ("run note", []),
        ):
            with self.subTest(line=line):
                script = f"source {COMPLETIONS}/stayalive.fish; complete -C 'stayalive {line}'"
                environment = dict(os.environ, PATH=f"{PROGRAM.parent}:{os.environ['PATH']}", HOME=str(self.folder))
                run = subprocess.run(["fish", "--no-config", "-c", script], cwd=self.folder, env=environment,
                                     capture_output=True, text=True, check=True)
                self.assertEqual([found.split("\t")[0] for found in run.stdout.splitlines()], wanted)


if __name__ == "__main__":
    main(sys.argv[3:])
