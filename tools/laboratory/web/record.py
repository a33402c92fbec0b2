# SPDX-License-Identifier: Apache-2.0
"""Records what a real nginx and a real client say to each other over TLS and HTTP/2.

On loopback, over a line of 25 ms; needs nginx with http2, openssl and node, and no privileges.
"""
import contextlib
import json
import os
import platform
import subprocess

from .backend import Backend
from .frames import FrameReader
from .nginx import Nginx
from .wire import Wire

HERE = os.path.dirname(os.path.abspath(__file__))
ONE_WAY = 0.025
# As a browser has them; 405 bytes with the request line of HTTP/1.1.
HEADERS = {
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;"
              "q=0.8",
    "accept-language": "en-US,en;q=0.5", "accept-encoding": "gzip, deflate, br, zstd",
    "referer": "https://www.example.org/index.html",
    "cookie": "session=0123456789abcdef0123456789abcdef; theme=dark"}
# Node opens its connection at once.
EARLY = {"when": "next-message", "first_with_message": False, "meanwhile": "fail", "repeat": "repeatable",
         "repeat_on_used_only": True}
REQUEST, ANSWER = 405, {"bytes": 338}


def get(*times):
    return [{"at": at, "get": f"/a{position}"} for position, at in enumerate(times)]


def traffic(*times, **more):
    return [{"at": f"{round(at * 1000)}ms", "bytes": REQUEST, "answer": ANSWER, **more}
            for at in times]


def http2(options, times, steps=None, length=6, settings="", **connection):
    """(how nginx listens, its settings, protocols, the client's script, the connection, length)"""
    script = {"version": 2, "headers": HEADERS, "steps": steps or get(*times)}
    return ("http2", settings, "TLSv1.3", script,
            {"strategy": {"http": {"server": "nginx", "version": "2", **options}},
             "reconnect": EARLY, "traffic": traffic(*times), **connection}, length)


def tls(version, options, times, length, keep=False, settings=""):
    script = {"version": 1, "keep": keep, "steps": get(*times)}
    exchanges = [{"at": f"{round(at * 1000)}ms", "bytes": 62 if not keep else 67,
                  "answer": {"bytes": 333 if not keep else 338}} for at in times]
    return ("ssl", settings, f"TLSv{version}", script,
            {"strategy": {"http": {"server": "nginx", **options}}, "tls": version,
             "traffic": exchanges}, length)


def behind(case, proxy=None, refuses=False, **late):
    """The same with nginx as a proxy before a server; late: {path: seconds} of its answers."""
    listen, settings, protocols, script, connection, length = case
    rules = {"profile": "nginx", "name": "proxy", "pool_size": 8, **(proxy or {})}
    if refuses:
        connection = {**connection, "listen": False}
    return (listen, settings, protocols, script, connection, length,
            {"proxy": rules, "late": {f"/{path}": span for path, span in late.items()},
             "refuses": refuses})


def answered_late(case, position, span):
    """Its request of this position is answered so many seconds after it came."""
    connection = dict(case[4])
    connection["traffic"] = [dict(its) for its in connection["traffic"]]
    connection["traffic"][position]["answer"] = {"bytes": ANSWER["bytes"], "after": f"{span}s"}
    return (*case[:4], connection, *case[5:])


CASES = {
    "http2-idle": http2({"keep_alive_timeout": "3s"}, [1], settings="keepalive_timeout 3s;"),
    "http2-pings-do-not-prolong": http2(
        {"keep_alive_timeout": "3s", "ping_interval": "500ms"}, [1], length=7,
        steps=get(1) + [{"at": at, "ping": True} for at in (0.6, 1.55, 2.1, 2.65, 3.2, 3.75)],
        settings="keepalive_timeout 3s;"),
    "http2-three-requests": http2({"max_keep_alive_requests": 2}, [1, 1.5, 2], length=4,
                                  settings="keepalive_requests 3;"),
    "http2-six-at-once-of-three": http2({"max_keep_alive_requests": 2}, [1] * 6, length=1.5,
                                        settings="keepalive_requests 3;"),
    "http2-client-closes": http2({"client_idle": "980ms"}, [1], length=4,
                                 steps=get(1) + [{"at": 2, "close": True}]),
    "http2-request-crosses-the-goaway": http2(
        {"keep_alive_timeout": "2s"}, [0.5, 2.525], length=2.62, settings="keepalive_timeout 2s;"),
    "tls-1.2-full-and-resumed": tls("1.2", {"connection": "close"}, [0, 1], 2.5),
    "tls-1.3-full-and-resumed": tls("1.3", {"connection": "close"}, [0, 1], 2.5),
    "tls-1.2-idle": tls("1.2", {"keep_alive_timeout": "2s"}, [0], 4, keep=True,
                        settings="keepalive_timeout 2s;"),
    "tls-1.3-idle": tls("1.3", {"keep_alive_timeout": "2s"}, [0], 4, keep=True,
                        settings="keepalive_timeout 2s;"),
    "proxied-http2-idle": behind(
        http2({}, [0.5], settings="keepalive_timeout 2s;"), {"keep_alive_timeout": "2s"}),
    "proxied-http2-six-at-once-of-three": behind(
        http2({}, [1] * 6, length=1.5, settings="keepalive_requests 3;"),
        {"keep_alive_requests": 3}),
    "proxied-http2-504": behind(
        answered_late(http2({}, [0.5, 0.6, 2.2], length=3.5,
                            settings="proxy_read_timeout 1s;"), 0, 3),
        {"response_timeout": "1s"}, a0=3),
    "proxied-http2-502": behind(http2({}, [0.5, 1], length=2.5), refuses=True),
    "proxied-tls-1.2-idle": behind(
        tls("1.2", {}, [0], 4, keep=True, settings="keepalive_timeout 2s;"),
        {"keep_alive_timeout": "2s"}),
    "proxied-tls-1.3-idle": behind(
        tls("1.3", {}, [0], 4, keep=True, settings="keepalive_timeout 2s;"),
        {"keep_alive_timeout": "2s"}),
}


def without_repetition(events):
    """Node says GOAWAY twice when it closes; what it says the second time is left out."""
    goaway, kept = (None, None), []
    for at, who, kind, data, number in events:
        if kind == "data" and who == "client" and data[3:4] == b"\x07":
            data = data[:17] if goaway != (number, data[:17]) else b""
            goaway = goaway if not data else (number, data)
        if data or kind != "data":
            kept.append((at, who, kind, data, number))
    return kept


def grouped(events):
    """[seconds, connection, who, bytes, "" | "FIN" | "RST"]: what one end writes at once."""
    groups = []
    for at, who, kind, data, number in sorted(events, key=lambda event: event[0]):
        last = groups[-1] if groups else None
        if last and last[1:3] == [number, who] and at - last[0] < 0.015 and last[4] == "":
            last[3] += len(data)
            last[4] = "" if kind == "data" else kind
        elif not (last and kind == last[4] == "RST"):
            groups.append([round(at, 3), number, who, len(data), "" if kind == "data" else kind])
    return groups


def frames(events):
    """[seconds, connection, who, word]: HTTP/2 in the clear, requests and answers by stream."""
    readers, said = {}, []
    for at, who, kind, data, number in events:
        if kind != "data":
            continue
        reader = readers.setdefault((who, number), FrameReader(who == "client"))
        for word, _ in reader.feed(data):
            name = {"HEADERS": "request" if who == "client" else "answer"}.get(word.split()[0])
            word = f"{name} {word.split()[1]}" if name else word
            # DATA and WINDOW_UPDATE belong to what stands beside them.
            if word.split()[0] in ("DATA", "WINDOW_UPDATE") or (
                    word == "SETTINGS" and who == "client"):
                continue
            said.append([round(at, 3), number, who, word])
    return said


def version_of(*command):
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return (ran.stdout + ran.stderr).strip().splitlines()[0]


def record(name):
    listen, settings, protocols, script, connection, length, *proxied = CASES[name]
    files = {f"a{position}": 100 for position in range(6)}
    path = [{"link": {"name": "line", "delay": "25ms"}}]
    with contextlib.ExitStack() as running:
        backend = None
        if proxied:
            path += [{"proxy": proxied[0]["proxy"]}, {"link": {}}]
            backend = running.enter_context(Backend(proxied[0]["late"], proxied[0]["refuses"])).port
        nginx = running.enter_context(Nginx(listen, settings, protocols, files, backend))
        wire = Wire(nginx.port, ONE_WAY)
        scheme = "https" if listen == "ssl" else "http"
        client = subprocess.Popen(["node", os.path.join(HERE, "client.js"),
                                   f"{scheme}://127.0.0.1:{wire.port}", json.dumps({**script, "length": length + 1})])
        wire.run(length + 0.5)
        client.kill()
        client.wait()
    events = without_repetition([event for event in wire.events if event[0] < length])
    return {"format": "stayalive-web-observation", "version": 1,
            "recorded": {"nginx": version_of("nginx", "-v").split("/")[-1],
                         "openssl": version_of("openssl", "version"),
                         "node": version_of("node", "--version"), "kernel": platform.release()},
            "length": length,
            "scenario": {"title": name.replace("-", " "), "duration": "30s",
                         "path": path,
                         "connections": [{"name": "web", **connection}]},
            "written": grouped(events),
            "frames": frames(events) if listen == "http2" else []}


def record_all(names, folder):
    os.makedirs(folder, exist_ok=True)
    for name in names or CASES:
        if name not in CASES:
            raise ValueError(f"there is no case {name}; there are {', '.join(CASES)}")
        with open(os.path.join(folder, f"{name}.json"), "w", encoding="utf-8") as file:
            json.dump(record(name), file, indent=1)
            file.write("\n")
        print(f"recorded {name}")
    return 0
