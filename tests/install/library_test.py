# SPDX-License-Identifier: Apache-2.0
"""The installed C++ library, used by a project that knows nothing of this one but find_package(stayalive).

  library_test.py BUILD SOURCE [CLASS...]
"""

import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from skipping import main

BUILD = Path(sys.argv[1]).resolve()
SOURCE = Path(sys.argv[2]).resolve()


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def cached(name):
    """What CMake has kept of the build: the user's project is compiled as it was."""
    found = re.search(rf"(?m)^{name}:\w+=(.*)$", (BUILD / "CMakeCache.txt").read_text())
    return found[1] if found else ""


class Library(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory(prefix="stayalive-library-")
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = Path(temporary.name)
        cls.prefix = cls.folder / "prefix"
        installed = run("cmake", "--install", BUILD, "--prefix", cls.prefix, "--component", "development")
        assert installed.returncode == 0, installed.stderr
        sanitizers = cached("STAYALIVE_SANITIZE")
        flags = cached("CMAKE_CXX_FLAGS") + (f" -fsanitize={sanitizers}" if sanitizers else "")
        cls.settings = [f"-DCMAKE_PREFIX_PATH={cls.prefix}", f"-DCMAKE_CXX_COMPILER={cached('CMAKE_CXX_COMPILER')}",
                        f"-DCMAKE_CXX_FLAGS={flags}"]

    def configure(self, source, name):
        return run("cmake", "-S", source, "-B", self.folder / name, *self.settings)

    def test_the_example_of_the_documents_is_built_and_says_what_the_program_says(self):
        configured = self.configure(SOURCE / "docs/embed", "example")
        self.assertEqual(configured.returncode, 0, configured.stderr)
        built = run("cmake", "--build", self.folder / "example")
        self.assertEqual(built.returncode, 0, built.stdout + built.stderr)
        example = self.folder / "example/interval"
        answer = run(example, "azure-lb", cwd="/")
        self.assertEqual(answer.stdout, "1m holds\n2m holds\n5m does not hold\n10m does not hold\n")
        self.assertEqual(answer.returncode, 0)
        wrong = run(example, "azure-lbb")
        self.assertEqual(wrong.returncode, 2)
        self.assertIn('did you mean "azure-lb"?', wrong.stderr)

    def test_another_minor_version_is_not_taken(self):
        version = cached("CMAKE_PROJECT_VERSION").split(".")
        for wanted, found in ((f"{version[0]}.{version[1]}", True), (f"{version[0]}.{int(version[1]) + 1}", False),
                              (f"{int(version[0]) + 1}", False)):
            project = self.folder / f"wants-{wanted}"
            project.mkdir()
            (project / "CMakeLists.txt").write_text(
                "cmake_minimum_required(VERSION 3.25)\nproject(p LANGUAGES CXX)\n"
                f"find_package(stayalive {wanted} REQUIRED)\n")
            self.assertEqual(self.configure(project, f"build-{wanted}").returncode == 0, found, wanted)

    def test_the_header_is_all_that_is_needed(self):
        there = {str(file.relative_to(self.prefix)) for file in self.prefix.rglob("*.h")}
        self.assertEqual(there, {"include/stayalive/stayalive.h"})


if __name__ == "__main__":
    main(sys.argv[3:])
