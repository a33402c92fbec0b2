# SPDX-License-Identifier: Apache-2.0
"""Real OpenSSH at both ends, what it says and when."""
import os
import re
import subprocess

from .network import SERVER
from .process import Process
from .requirements import find
from .spans import seconds

# What sshd says when a session is over.
GONE = re.compile(r"Timeout, client not responding|Read error from remote host|"
                  r"Connection closed by|Connection reset by|Received disconnect|"
                  r"Disconnected from user|Write error|Broken pipe")


class SshSession:
    """ssh runs a command at sshd that reads a FIFO, so that both ends can be made to write."""

    def __init__(self, case, connection):
        self.case, self.connection = case, connection
        keys = case.keys
        self.fifo = f"{case.folder}/fifo"
        os.mkfifo(self.fifo)
        self.down = self.killed_at = None
        o, option = [], connection.option
        for key, value in (("ClientAliveInterval", int(option("client_alive_interval", 0.0))),
                           ("ClientAliveCountMax", option("client_alive_count_max", 3)),
                           ("TCPKeepAlive", "yes" if option("tcp_keepalive", True) else "no"),
                           ("AuthorizedKeysFile", f"{keys}/authorized"), ("StrictModes", "no"),
                           ("UsePAM", "no"), ("PidFile", "none"), ("LogLevel", "VERBOSE"),
                           ("UseDNS", "no")):
            o += ["-o", f"{key}={value}"]
        self.server = Process(case, case.network.server,
                              [find("sshd"), "-D", "-e", "-f", "/dev/null", "-h", f"{keys}/host",
                               "-p", str(connection.port), *o], root=case.root)
        self.client = None
        self.upstream = None

    def ready(self):
        if self.client is None:
            if any("listening" in line for _, line in self.server.lines):
                self.dial()
            return False
        if self.down is None:
            try:
                self.down = os.open(self.fifo, os.O_WRONLY | os.O_NONBLOCK)
            except OSError:
                pass
        return self.down is not None

    def dial(self):
        o, option = [], self.connection.option
        for key, value in (("ServerAliveInterval", int(option("server_alive_interval", 0.0))),
                           ("ServerAliveCountMax", option("server_alive_count_max", 3)),
                           ("TCPKeepAlive", "yes" if option("tcp_keepalive", True) else "no"),
                           ("StrictHostKeyChecking", "no"), ("UserKnownHostsFile", "/dev/null"),
                           ("IdentitiesOnly", "yes")):
            o += ["-o", f"{key}={value}"]
        read, self.upstream = os.pipe()
        self.client = Process(self.case, self.case.network.client,
                              ["ssh", "-F", "/dev/null", "-T", "-i", f"{self.case.keys}/id",
                               "-p", str(self.connection.port), *o, f"root@{SERVER}",
                               f"cat {self.fifo} & exec cat >/dev/null"], stdin=read,
                              root=self.case.root)
        os.close(read)

    def begin(self):
        for item in self.connection.traffic:
            self.schedule(item, seconds(item["at"]) if "at" in item else seconds(item["every"]))

    def schedule(self, item, at):
        if "until" in item and at >= seconds(item["until"]) - 1e-6:
            return

        def due():
            fd = self.upstream if item.get("from", "client") == "client" else self.down
            try:
                os.write(fd, b"x" * item.get("bytes", 100))
            except OSError:
                pass
            if "every" in item:
                self.schedule(item, at + seconds(item["every"]))
        self.case.loop.at(at, due)

    def kill(self, side):
        if side == "client":
            self.client.process.kill()
            return
        self.killed_at = self.case.loop.now()
        for pid in self.processes(side):
            os.kill(pid, 9)

    def processes(self, side):
        """Of the server its session's, not the command that it runs nor the one that listens."""
        if side == "client":
            return [self.client.process.pid]
        sessions = []
        pids = subprocess.run(["ip", "netns", "pids", self.case.network.server],
                              capture_output=True, text=True, check=False)
        for pid in pids.stdout.split():
            with open(f"/proc/{pid}/comm") as file:
                # Since OpenSSH 9.8 a session is a program of its own, sshd-session.
                own = file.read().startswith("sshd")
                if own and int(pid) != self.server.process.pid:
                    sessions.append(int(pid))
        return sessions

    def report(self):
        ends = [(at, line) for at, line in self.server.spoken() if GONE.search(line)]
        server = {"ended_at": ends[0][0] if ends else None, "error": ends[0][1] if ends else None,
                  "lines": self.server.spoken()}
        if self.killed_at is not None:
            server.update(ended_at=self.killed_at, error="killed")
        client = self.client.report()
        words = [line for _, line in client["lines"]]
        # Since OpenSSH 9.8 the socket's error is named in a line of its own.
        last = words[-2:] if words[-2:-1] and words[-2].startswith("Read from") else words[-1:]
        return {"client": {"error": "; ".join(last) or None, **client}, "server": server}
