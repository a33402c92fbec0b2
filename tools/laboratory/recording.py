# SPDX-License-Identifier: Apache-2.0
"""Records many scenarios side by side, and leaves nothing behind: neither on success nor else."""
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from . import chance, observation
from .requirements import Missing, require, versions
from .scenario import read_scenario

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Cases that begin one after the other do not disturb each other's set-up.
APART = 0.35
# A recording in which one of the laboratory's timers was later than this, in seconds, is repeated.
DISTURBED = 0.03
ATTEMPTS = 4


def record_many(paths, out, jobs, congestion_control, root="/"):
    """The exit code: 0 when all were recorded, 1 when not, 2 when nothing can be."""
    scenarios = {path: read_scenario(path) for path in paths}
    names = [os.path.basename(path) for path in paths]
    if len(set(names)) != len(names):
        raise ValueError("two scenarios have the same file name; so would their observations")
    for path in paths:
        goal = os.path.join(out, os.path.basename(path))
        if os.path.exists(goal) and not is_observation(goal):
            raise ValueError(f"{goal} is there and no observation; --out names another folder")
    strategies = unique(s.connections[0].strategy for s in scenarios.values())
    try:
        require(strategies)
    except Missing as lack:
        print(f"tools/lab: {lack}", file=sys.stderr)
        return 2
    os.makedirs(out, exist_ok=True)
    # These are answered like Ctrl-C: by cleaning up.
    for kind in ENDINGS:
        signal.signal(kind, interrupted)
    with Run(strategies, congestion_control, root) as run:
        return run.record(scenarios, out, max(1, jobs))


def unique(strategies):
    """Each once, in the order given."""
    once = []
    for strategy in strategies:
        if strategy not in once:
            once.append(strategy)
    return once


def is_observation(path):
    try:
        observation.load(path)
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    return True


def interrupted(*_):
    raise KeyboardInterrupt


def undisturbed():
    """From here on nothing interrupts the cleaning up."""
    for kind in ENDINGS:
        signal.signal(kind, signal.SIG_IGN)


def seed_of(scenario, run):
    """Of the losses and jitter of one run of a scenario."""
    return scenario.seed * 1000 + run


def most_late(precision):
    """By how much, in seconds, anything of the laboratory's own was late."""
    return max(part["most_late"] for part in (precision, precision.get("wires")) if part)


class Run:
    """The folder, keys and processes of one recording; leaving the block removes them all."""

    def __init__(self, strategies, congestion_control, root):
        self.tag = f"{os.getpid()}x"
        self.congestion_control, self.root = congestion_control, root
        self.mounted = []
        self.strategies = strategies
        self.context = multiprocessing.get_context("fork")
        self.running = {}
        self.folder = None
        self.made_folders = []

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="stayalive-lab-")
        try:
            for strategy in self.strategies:
                if strategy.make_keys:
                    strategy.make_keys(self.folder)
                folder = strategy.folder and self.root + strategy.folder
                if folder and not os.path.exists(folder):
                    os.makedirs(folder, mode=0o755, exist_ok=True)
                    self.made_folders.append(folder)
            if self.root != "/":
                self.mount()
            self.recorded = versions(self.congestion_control, self.root)
        except BaseException:
            self.__exit__()
            raise
        return self

    def mount(self):
        """What programs under another root need of this one."""
        for folder in ("/dev", "/proc", self.folder):
            goal = self.root + folder
            os.makedirs(goal, exist_ok=True)
            subprocess.run(["mount", "--bind", folder, goal], check=True)
            self.mounted.append(goal)

    def __exit__(self, *_):
        undisturbed()
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.join(10)
            if process.is_alive():
                process.kill()
                process.join()
        self.sweep()
        for goal in reversed(self.mounted):
            subprocess.run(["umount", "--lazy", goal], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)
        for folder in self.made_folders:
            try:
                os.rmdir(folder)
            except OSError:
                pass  # Somebody else uses it by now.

    def sweep(self):
        """Removes what a case that was killed could not remove itself."""
        from .namespace import remove
        listed = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True,
                                check=False).stdout
        for line in listed.splitlines():
            if line.startswith(f"lab_{self.tag}"):
                remove(line.split()[0])

    def record(self, scenarios, out, jobs):
        # Each play is (path, number of its run); its observation waits in the folder.
        waiting = [(path, run) for path, scenario in scenarios.items()
                   for run in range(chance.RUNS if scenario.random() else 1)]
        unfinished = {path: sum(p == path for p, _ in waiting) for path in scenarios}
        failed = set()
        while waiting or self.running:
            if waiting and len(self.running) < jobs:
                path, run = waiting.pop(0)
                self.start(scenarios[path], path, run, list(scenarios).index(path))
                time.sleep(APART)
            for process in [p for p in self.running if not p.is_alive()]:
                path, problem = self.running.pop(process)
                if self.reported(process, path, problem):
                    failed.add(path)
                unfinished[path] -= 1
                if unfinished[path] == 0 and path not in failed:
                    self.keep(scenarios[path], list(scenarios).index(path),
                              os.path.join(out, os.path.basename(path)))
            time.sleep(0.05)
        print(f"recorded {len(scenarios) - len(failed)} of {len(scenarios)} into {out}")
        return 1 if failed else 0

    def start(self, scenario, path, run, number):
        name = f"{number}.{run}"
        goal, problem = (os.path.join(self.folder, f"{name}.{x}") for x in ("seen", "problem"))
        process = self.context.Process(target=self.play,
                                       args=(scenario, run, name, goal, problem))
        process.start()
        self.running[process] = (path, problem)

    def keep(self, scenario, number, goal):
        """Puts the plays of a scenario into one observation."""
        runs = chance.RUNS if scenario.random() else 1
        plays = [observation.load(os.path.join(self.folder, f"{number}.{run}.seen"))
                 for run in range(runs)]
        if runs > 1:
            plays[0]["runs"] = [chance.summary(play, seed_of(scenario, run))
                                for run, play in enumerate(plays)]
        observation.save(goal, plays[0])

    @staticmethod
    def reported(process, path, problem):
        if process.exitcode == 0:
            return 0
        said = f"ended with {process.exitcode}"
        if os.path.exists(problem):
            with open(problem, encoding="utf-8") as file:
                said = file.read()
        print(f"FAILED {path}: {said}", file=sys.stderr, flush=True)
        return 1

    def play(self, scenario, run, name, goal, problem):
        """In a process of its own."""
        from .case import Case
        try:
            # At once when it is due, whatever else the machine does; its programs inherit it.
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
        except OSError:
            pass  # Without it times are less exact; how exact they were is recorded.
        case = None
        try:
            for attempt in range(ATTEMPTS):
                folder = os.path.join(self.folder, f"{name}.{attempt}")
                os.mkdir(folder)
                case = Case(scenario, folder, self.folder, f"{self.tag}{name}", self.recorded,
                            seed_of(scenario, run), self.root)
                case.play()
                seen = case.observation()
                late = most_late(seen["precision"])
                if late <= DISTURBED:
                    observation.save(goal, seen)
                    return
                case.close()
            raise RuntimeError(f"the machine was too busy {ATTEMPTS} times: a timer was "
                               f"{late * 1000:.0f} ms late")
        except KeyboardInterrupt:
            sys.exit(130)
        except Exception as error:  # pylint: disable=broad-except  (a process ends here)
            with open(problem, "w", encoding="utf-8") as file:
                file.write(f"{type(error).__name__}: {error}")
            sys.exit(1)
        finally:
            undisturbed()
            if case is not None:
                case.close()
