# SPDX-License-Identifier: Apache-2.0
"""Makes the test program of a floor with one mutant in it, and runs it.

Only what a mutant changes is compiled: the one .cpp file, or for a header the floor as one unit.  It is linked before
everything else, so that its functions take the place of those that the floor and its tests were built with; without
optimisation no call has been inlined.
"""
import glob
import json
import os
import pathlib
import re
import resource
import shlex
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PRESET = "mutate"
BUILD = ROOT / "build" / PRESET
MEMORY = 4 << 30  # bytes that a mutant which runs wild may take
NICE = 5


# Tests that are no test program: the recordings of tests/observations.
RECORDINGS = "observations"


def program_of(name):
    """The program whose run is the tests of a folder."""
    return "stayalive" if name == RECORDINGS else f"{name}_test"


def test_command(name, program):
    """Runs the tests of a folder with a program."""
    if name != RECORDINGS:
        return [str(program), "--gtest_brief=1", "--gtest_fail_fast"]
    recordings = sorted(glob.glob(str(ROOT / "tests" / "observations" / "*.json")))
    return [sys.executable, str(ROOT / "tools" / "lab"), "compare", *recordings, "--quiet", "--program", str(program)]


class CannotBuild(Exception):
    pass


def build(targets, jobs):
    """Builds what the mutants are linked with."""
    log = ROOT / "build" / f"{PRESET}.log"
    log.parent.mkdir(exist_ok=True)
    with open(log, "w") as out:
        for command in (["cmake", "--preset", PRESET],
                        ["cmake", "--build", str(BUILD), "--parallel", str(jobs), "--target", *targets]):
            if subprocess.run(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT).returncode != 0:
                raise CannotBuild(f"the build failed: see {log}")


def compile_commands():
    with open(BUILD / "compile_commands.json") as text:
        return json.load(text)


def without_launcher(words):
    return words[1:] if pathlib.Path(words[0]).name == "ccache" else words


def command_of(path_end):
    """The words of the command that compiles a file, without its output and its input."""
    for entry in compile_commands():
        if entry["file"].endswith(path_end):
            words = without_launcher(shlex.split(entry["command"]))
            at = words.index("-o")
            return words[:at]
    raise CannotBuild(f"nothing compiles {path_end}")


def link_command(target):
    """The words of the command that links a test program, and what it writes."""
    lines = subprocess.run(["ninja", "-C", str(BUILD), "-t", "commands", target], capture_output=True, text=True,
                           check=True).stdout.splitlines()
    line = next(x for x in reversed(lines) if re.search(rf"-o \S*/{target}\b", x))
    words = shlex.split(line.split("&&")[1])
    return without_launcher(words), words[words.index("-o") + 1]


class Limits:
    """What a run may take: many times what the run without a mutant took."""

    def __init__(self, seconds):
        self.processor = int(10 * seconds + 20)
        self.wall = 60 * self.processor

    def apply(self):
        os.nice(NICE)
        resource.setrlimit(resource.RLIMIT_CPU, (self.processor, self.processor + 5))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Workshop:
    """The tests of one floor, and of others that are tried when these notice nothing."""

    def __init__(self, floor, further, jobs):
        self.floor = floor
        self.tests = [floor, *further]
        build([program_of(name) for name in self.tests], jobs)
        self.compiler = command_of(f"/stayalive_{floor}.dir/Unity/unity_0_cxx.cxx")
        self.links = {name: link_command(program_of(name)) for name in self.tests}
        self.limits = {name: Limits(self.run_once(name)) for name in self.tests}

    def run_once(self, name):
        """Processor seconds of the tests as they are; they have to succeed."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(test_command(name, BUILD / self.links[name][1]), cwd=BUILD, capture_output=True, text=True)
        if done.returncode != 0:
            raise CannotBuild(f"the tests of {name} fail without any mutant:\n{done.stdout[-2000:]}")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def compile(self, mutant, source, folder):
        """The object of a mutant; empty when it is no C++."""
        changed = folder / "overlay" / mutant.path.removeprefix("sim/")
        changed.parent.mkdir(parents=True)
        changed.write_text(source)
        words = [*self.compiler, "-w", f"-I{folder}/overlay"]
        # What stands first on the command line is searched first.
        words[1:1] = [f"-I{folder}/overlay"]
        unit = changed
        if mutant.path.endswith(".h"):
            unit = folder / "unit.cpp"
            files = sorted(glob.glob(str(ROOT / "sim" / self.floor / "**" / "*.cpp"), recursive=True))
            header = mutant.path.removeprefix("sim/")
            unit.write_text("".join(f'#include "{name}"\n' for name in [header, *files]))
            words.append("-fkeep-inline-functions")
        output = folder / "mutant.o"
        done = subprocess.run(["nice", "-n", str(NICE), *words, "-o", str(output), "-c", str(unit)], cwd=BUILD,
                              capture_output=True)
        return output if done.returncode == 0 else None

    def recompile_tests(self, name, folder):
        """The objects of a test program that see a changed header, by the objects they take the place of."""
        objects = {}
        words, _ = self.links[name]
        entries = compile_commands()
        for built in words:
            if not built.endswith((".cxx.o", ".cpp.o")):
                continue
            entry = next(x for x in entries if f" -o {built} " in x["command"])
            command = without_launcher(shlex.split(entry["command"]))
            command = command[:command.index("-o")]
            output = folder / f"test-{len(objects)}.o"
            command[1:1] = [f"-I{folder}/overlay"]
            done = subprocess.run(["nice", "-n", str(NICE), *command, "-w", "-o", str(output), "-c", entry["file"]],
                                  cwd=BUILD, capture_output=True)
            if done.returncode != 0:
                return None
            objects[built] = str(output)
        return objects

    def notice(self, name, mutant_object, folder, objects=None):
        """The test that fails with the mutant, or how the program ended; empty when all succeed."""
        words, output = self.links[name]
        words = [(objects or {}).get(x, x) for x in words]
        program = folder / program_of(name)
        words[words.index(output)] = str(program)
        first = words.index("-o")
        words[first:first] = [str(mutant_object), "-Wl,-z,muldefs"]
        subprocess.run(["nice", "-n", str(NICE), *words], cwd=BUILD, capture_output=True, check=True)
        limits = self.limits[name]
        try:
            done = subprocess.run(test_command(name, program), cwd=BUILD, capture_output=True, text=True,
                                  errors="replace", preexec_fn=limits.apply, timeout=limits.wall)
        except subprocess.TimeoutExpired:
            return "does not end"
        finally:
            program.unlink()
        if done.returncode == 0:
            return ""
        failed = re.search(r"\[  FAILED  \] (\S+?)(?:,| \()", done.stdout)
        return failed.group(1) if failed else f"ends with {done.returncode}"

    def try_mutant(self, mutant, tests):
        """What becomes of it - "killed", "survived" or "no program" -, by which test, and how many seconds it took."""
        source = (ROOT / mutant.path).read_text()
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="mutant-") as path:
            folder = pathlib.Path(path)
            mutant_object = self.compile(mutant, mutant.applied_to(source), folder)
            if mutant_object is None:
                return "no program", "", time.monotonic() - began
            for name in tests:
                by = self.notice(name, mutant_object, folder)
                if not by and mutant.path.endswith(".h") and name == self.floor:
                    objects = self.recompile_tests(name, folder)
                    by = "does not compile" if objects is None else self.notice(name, mutant_object, folder, objects)
                if by:
                    return "killed", f"{name}: {by}", time.monotonic() - began
        return "survived", "", time.monotonic() - began
