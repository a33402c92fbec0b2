# SPDX-License-Identifier: Apache-2.0
"""A program in a namespace: every line that it prints is kept with its time."""
import os
import select
import subprocess


class Process:
    """Runs until it ends by itself or its namespace is closed.

    `root` is the folder in which it finds its system.
    """

    def __init__(self, case, namespace, command, on_line=None, stdin=subprocess.DEVNULL, root="/"):
        self.case, self.lines, self.on_line, self.rest = case, [], on_line, b""
        self.ended_at = None
        self.process = subprocess.Popen(["nsenter", f"--net=/run/netns/{namespace}",
                                         f"--root={root}", *command],
                                        stdin=stdin, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.pidfd = os.pidfd_open(self.process.pid)
        case.loop.watch(self.process.stdout.fileno(), select.EPOLLIN, lambda _: self.read())
        case.loop.watch(self.pidfd, select.EPOLLIN, lambda _: self.exited())

    def read(self):
        try:
            data = os.read(self.process.stdout.fileno(), 65536)
        except BlockingIOError:
            return
        if not data:
            self.case.loop.forget(self.process.stdout.fileno())
            return
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            text = line.decode(errors="replace").strip()
            self.lines.append((self.case.loop.now(), text))
            if self.on_line:
                self.on_line(text)

    def exited(self):
        self.read()
        self.ended_at = self.case.loop.now()
        self.case.loop.forget(self.pidfd)
        self.process.wait()

    def report(self):
        return {"ended_at": self.ended_at, "code": self.process.poll(), "lines": self.spoken()}

    def spoken(self):
        """The lines since the beginning of the run."""
        return [(at, line) for at, line in self.lines if at >= 0]
