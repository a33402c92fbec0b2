# SPDX-License-Identifier: Apache-2.0
"""How and when a side of a connection ended, in the same words for reality and for the model."""
import re
from dataclasses import dataclass

WORDS = {"close": "closed by its program", "kill": "killed", "killed": "killed",
         "shutdown": "closed by its program", "host": "host down", "peer": "closed by the peer",
         "gave up": "gave up", "request timed out": "gave up"}
# What openvpn says when its program is told to end at once.
STOPPED = "SIGTERM[hard,] received, process exiting"
MODELLED = {"the process was killed": "killed", "its host went down": "host down",
            "Connection closed by the peer": "closed by the peer"}
ENDED = ("detected", "reset", "closed", "refused")


@dataclass
class Fate:
    """`error` is the errno, or what a program said, or one of the words above."""
    ended: bool
    at: float = 0.0
    error: str = ""

    def __str__(self):
        return f"{self.error} @{self.at:.3f}" if self.ended else "open"


def real_fate(side):
    """The fate in one side of an observation."""
    if side["ended_at"] is None:
        return Fate(False)
    if "lines" in side:
        # A program without last words was killed.
        said = plain(side["error"]) if side["error"] else "killed"
        return Fate(True, side["ended_at"], "closed by its program" if said == STOPPED else said)
    if side["ended_by"] == "kernel":
        return Fate(True, side["ended_at"], side["error"])
    return Fate(True, side["ended_at"], WORDS[side["ended_by"]])


def modelled_fate(side):
    """The fate in one side of a result of stayalive."""
    if side["outcome"] not in ENDED:
        return Fate(False)
    at = side["noticed_at"]
    if at is None:
        at = side["timeline"][-1]["at"]
    return Fate(True, at, modelled_error(side))


def modelled_error(side):
    message = side["message"] or ""
    if side["error"] and not spoken(message):
        return side["error"]
    if side["outcome"] == "detected" and not spoken(message):
        return "gave up"
    return MODELLED.get(message, message)


def spoken(message):
    """Whether a program said it, as opposed to a verdict of the model's own."""
    return bool(re.match(r"client_loop:|Read error|Timeout, |Inactivity|SIGTERM|Connection (to|"
                         r"closed by client)|Read from remote host", message))


def plain(line):
    """What a program said without the addresses, ports and dates of one run."""
    line = re.sub(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ", "", line)
    line = re.sub(r"^(\w+/([\w-]+:)?[\d.]+:\d+ )?(\[\w+\] )?", "", line)
    line = re.sub(r"(user \w+ )?198\.51\.100\.1|(user \w+ )?192\.0\.2\.2", "client", line)
    return re.sub(r"client port \d+", "client", line).replace("203.0.113.10", "server")
