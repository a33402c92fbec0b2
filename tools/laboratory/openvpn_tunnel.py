# SPDX-License-Identifier: Apache-2.0
"""Real OpenVPN at both ends, what it says and when."""
import re
import socket

from .keys import fingerprint
from .namespace import Inside
from .network import SERVER
from .process import Process
from .spans import seconds

# What openvpn says when it gives a tunnel up.
GONE = re.compile(r"Inactivity timeout|Connection reset|process exiting|SIGTERM\[|SIGUSR1|SIGHUP|"
                  r"client-instance (exiting|restarting)")


class OpenvpnTunnel:
    """openvpn at both ends; messages are datagrams through the tunnel."""

    def __init__(self, case, connection):
        self.case, self.connection = case, connection
        self.ready_client = False
        option = connection.option
        tcp = connection.transport == "tcp"
        keys = case.keys
        # Releases before 2.6 know neither of these options; a self-signed certificate is then
        # its own authority.
        old = re.search(r"OpenVPN 2\.[0-5]\.", case.recorded["openvpn"]) is not None
        common = ["--dev", "tun", "--verb", "3", *([] if old else ["--disable-dco"]),
                  "--reneg-sec", str(int(option("reneg_sec", 3600.0)))]

        def peer(name):
            return (["--ca", f"{keys}/{name}.crt"] if old
                    else ["--peer-fingerprint", fingerprint(keys, name)])
        server = ["openvpn", "--mode", "server", "--tls-server", "--server", "10.9.0.0",
                  "255.255.255.0", "--topology", "subnet",
                  "--proto", "tcp-server" if tcp else "udp",
                  "--port", str(connection.port), "--dh", "none", "--cert", f"{keys}/s.crt",
                  "--key", f"{keys}/s.key", *peer("c")]
        client = ["openvpn", "--client", "--nobind", "--remote", SERVER, str(connection.port),
                  "--proto", "tcp-client" if tcp else "udp", "--cert", f"{keys}/c.crt",
                  "--key", f"{keys}/c.key", *peer("s")]
        interval = int(option("keepalive_interval", 0.0))
        if interval:
            server += ["--keepalive", str(interval), str(int(option("keepalive_timeout", 0.0)))]
        for key, where, flag in (("client_ping", client, "--ping"),
                                 ("client_ping_restart", client, "--ping-restart"),
                                 ("client_ping_exit", client, "--ping-exit"),
                                 ("server_ping", server, "--ping"),
                                 ("server_ping_restart", server, "--ping-restart")):
            if option(key, 0.0):
                where += [flag, str(int(option(key, 0.0)))]
        if option("explicit_exit_notify", 0):
            client += ["--explicit-exit-notify", str(option("explicit_exit_notify", 0))]
        self.server = Process(case, case.network.server, server + common, root=case.root)
        self.client = None
        self.command = client + common
        self.sockets, self.killed = {}, {}

    def ready(self):
        if self.client is None:
            if any("Initialization Sequence Completed" in line for _, line in self.server.lines):
                self.client = Process(self.case, self.case.network.client, self.command,
                                      root=self.case.root)
            return False
        return any("Initialization Sequence Completed" in line for _, line in self.client.lines)

    def begin(self):
        for namespace in (self.case.network.client, self.case.network.server):
            with Inside(namespace):
                sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.bind(("0.0.0.0", 7))
            self.sockets[namespace] = sock
        for item in self.connection.traffic:
            self.schedule(item, seconds(item["at"]) if "at" in item else seconds(item["every"]))

    def schedule(self, item, at):
        if "until" in item and at >= seconds(item["until"]) - 1e-6:
            return

        def due():
            self.write(item.get("from", "client"), item.get("bytes", 100))
            if "every" in item:
                self.schedule(item, at + seconds(item["every"]))
        self.case.loop.at(at, due)

    def write(self, role, size):
        here, there = ("10.9.0.2", "10.9.0.1") if role == "client" else ("10.9.0.1", "10.9.0.2")
        with Inside(self.case.network.client if role == "client" else self.case.network.server):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                try:
                    sock.sendto(b"x" * (size - 28), (there, 7))
                except OSError:
                    pass

    def kill(self, side):
        self.killed[side] = self.case.loop.now()
        (self.client if side == "client" else self.server).process.kill()

    def stop(self, side):
        (self.client if side == "client" else self.server).process.terminate()

    def report(self):
        def end(process):
            said = [(at, line) for at, line in process.spoken() if GONE.search(line)]
            return {**process.report(), "ended_at": said[0][0] if said else None,
                    "error": said[0][1] if said else None}
        ends = {"client": end(self.client), "server": end(self.server)}
        for side, at in self.killed.items():
            ends[side].update(ended_at=at, error="killed")
        return ends
