# SPDX-License-Identifier: Apache-2.0
"""What `cmake --install` puts into a folder, used as somebody who has nothing else.

  install_test.py BUILD SOURCE [CLASS...]
"""

import gzip
import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from skipping import main, needs

BUILD = Path(sys.argv[1]).resolve()
SOURCE = Path(sys.argv[2]).resolve()


def output_of(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=True, **options).stdout


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory(prefix="stayalive-install-")
        cls.addClassCleanup(temporary.cleanup)
        cls.prefix = Path(temporary.name) / "prefix"
        output_of("cmake", "--install", BUILD, "--prefix", cls.prefix)
        cls.program = cls.prefix / "bin/stayalive"
        cls.data = cls.prefix / "share/stayalive"

    def commands(self):
        lines = output_of(self.program, "complete", "").splitlines()[1:]
        return [line.split("\t")[0] for line in lines if not line.startswith("help\t")]


class Program(Installed):
    def test_it_needs_no_other_file_and_works_from_any_folder(self):
        alone = Path(tempfile.mkdtemp(dir=self.prefix)) / "stayalive"
        alone.write_bytes(self.program.read_bytes())
        alone.chmod(0o755)
        for folder in ("/", alone.parent):
            story = output_of(alone, "explain", "tcp=6m", "aws-nlb", "--survive", "1h", cwd=folder)
            self.assertIn("aws-nlb", story)
            self.assertIn("aws-nlb", output_of(alone, "profiles", cwd=folder))

    def test_installed_scenarios_are_those_of_the_project_and_run(self):
        for file in sorted((SOURCE / "scenarios").rglob("*.json")):
            self.assertEqual(file.read_bytes(), (self.data / file.relative_to(SOURCE)).read_bytes())
        name = "scenarios/ssh-behind-a-home-router.json"
        run = output_of(self.program, "run", name, cwd=self.data)
        self.assertEqual(run, output_of(self.program, "run", name, cwd=SOURCE))

    def test_every_schema_that_a_scenario_names_is_there(self):
        for file in sorted((self.data / "scenarios").glob("*.json")):
            schema = json.loads(file.read_text()).get("$schema")
            self.assertTrue((file.parent / schema).is_file(), f"{file} names {schema}")

    def test_links_among_the_documents_hold(self):
        # What is for those who change the program stays in the project.
        only_there = {"CONTRIBUTING.md", "SECURITY.md"}
        for file in [self.data / "README.md", *sorted((self.data / "docs").glob("*.md")),
                     *sorted((self.data / "docs/learn").glob("*.md"))]:
            for target in re.findall(r"\]\(([^)#]+)[^)]*\)", file.read_text()):
                if target.startswith("http") or Path(target).name in only_there:
                    continue
                self.assertTrue((file.parent / target).exists(), f"{file} links to {target}")

    def test_nothing_of_the_machine_that_built_it_is_in_text_files(self):
        for file in self.prefix.rglob("*"):
            if file.is_file() and file.suffix in (".cmake", ".md", ".json", ".h", ".pyi"):
                self.assertNotIn(str(SOURCE), file.read_text(), file)


class Manual(Installed):
    def page(self, name):
        return gzip.decompress((self.prefix / f"share/man/man1/{name}.1.gz").read_bytes()).decode()

    def pages(self):
        return {"stayalive": [], **{f"stayalive-{command}": [command] for command in self.commands()}}

    def test_there_is_a_page_for_the_program_and_each_command_and_no_other(self):
        there = {file.name for file in (self.prefix / "share/man/man1").iterdir()}
        self.assertEqual(there, {f"{name}.1.gz" for name in self.pages()})

    def test_a_page_has_every_option_and_every_example_of_the_help(self):
        for name, words in self.pages().items():
            shown = output_of(self.program, *words, "--help")
            page = self.page(name).replace("\\-", "-").replace("\\fB", "").replace("\\fR", "")
            for line in shown.splitlines():
                option = re.match(r"  (?:-\w,)?(--[\w-]+)", line)
                if option:
                    self.assertRegex(page, rf"(?m)^\.TP\n.*{option[1]}\b", name)
                if line.startswith("  stayalive "):
                    self.assertIn(line.strip(), page, name)
                if line.startswith("Exit code: "):
                    self.assertIn(line.removeprefix("Exit code: "), page, name)

    def test_the_options_of_a_page_are_those_of_the_help(self):
        for name, words in self.pages().items():
            shown = output_of(self.program, *words, "--help")
            page = self.page(name).replace("\\-", "-")
            told = set(re.findall(r"(?m)^\.TP\n.*\\fB(--[\w-]+)", page))
            self.assertEqual(told, set(re.findall(r"(?m)^  (?:-\w,)?(--[\w-]+)", shown)), name)

    @needs("mandoc")
    def test_mandoc_finds_nothing_wrong_but_the_missing_date(self):
        for name in self.pages():
            lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning"], input=self.page(name), text=True,
                                  capture_output=True, check=False)
            found = [line for line in lint.stdout.splitlines() if "missing date" not in line]
            self.assertEqual(found, [], name)

    @needs("mandoc")
    def test_a_page_reads_as_the_help_does(self):
        text = output_of("mandoc", "-T", "utf8", input=self.page("stayalive-run"))
        plain = re.sub(".\b", "", text)
        for words in ("stayalive run [OPTION]... SCENARIO...", "--time-limit SPAN", "EXIT STATUS",
                      "stayalive run scenarios/ssh-behind-a-home-router.json"):
            self.assertIn(words, plain)


class PlainJson(unittest.TestCase):
    """Other programs read what is shipped with readers that know no comments."""

    def test_every_file_is_read_by_a_plain_reader(self):
        files = [*(SOURCE / "scenarios").rglob("*.json"), *(SOURCE / "docs").rglob("*.json")]
        self.assertGreater(len(files), 100)
        for file in sorted(files):
            with self.subTest(file=file.name):
                json.loads(file.read_text())


if __name__ == "__main__":
    main(sys.argv[3:])
