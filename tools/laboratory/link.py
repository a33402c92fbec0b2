# SPDX-License-Identifier: Apache-2.0
"""A link of a scenario's path, with every default of the format filled in."""
import re
from dataclasses import dataclass
from typing import Optional

from .spans import seconds

RATES = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9}
KEYS = {"name", "delay", "jitter", "loss", "rate", "reorder"}


@dataclass(frozen=True)
class Link:
    """Seconds and bits per second; a rate of 0 is without limit."""
    name: Optional[str] = None
    delay: float = 0.0
    jitter: float = 0.0
    loss: float = 0.0
    rate: float = 0.0
    reorder: bool = False

    def plain(self):
        """Whether a pair of virtual devices alone does all that it does."""
        return not (self.delay or self.jitter or self.loss or self.rate)

    def random(self):
        """Whether no two runs over it are alike."""
        return bool(self.loss or self.jitter)


def read_link(data):
    return Link(data.get("name"), seconds(data.get("delay", "0s")),
                seconds(data.get("jitter", "0s")), ratio(data.get("loss", "0/1")),
                rate(data.get("rate", "0bps")), data.get("reorder", False))


def ratio(text):
    if text.endswith("%"):
        return float(text[:-1]) / 100
    part, whole = text.split("/")
    return float(part) / float(whole)


def rate(text):
    number, unit = re.fullmatch(r"([\d.]+)\s*([kMG]?)bps", text).groups()
    return float(number) * RATES[unit]
