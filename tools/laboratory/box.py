# SPDX-License-Identifier: Apache-2.0
"""A middlebox of a scenario that a Linux router can play, with every default filled in."""
from .words import CannotPlay, only

KEYS = {"name", "profile", "translate", "netfilter", "timeouts"}
NETFILTER = {"tcp_loose", "tcp_be_liberal", "tcp_ignore_invalid_rst", "tcp_max_retrans", "input",
             "forward"}


class Box:
    """`position` counts the middleboxes of the path from 0."""

    def __init__(self, data, position):
        only(data, KEYS, "middlebox")
        if data.get("profile") not in ("linux-conntrack", "linux-firewall"):
            raise CannotPlay("a box is a Linux router: linux-conntrack or linux-firewall")
        firewall = data["profile"] == "linux-firewall"
        self.name = data.get("name", f"box-{position + 1}")
        self.translate = data.get("translate", not firewall)
        netfilter = dict(data.get("netfilter", {}))
        only(netfilter, NETFILTER, "netfilter")
        netfilter.setdefault("input", "drop" if firewall else "accept")
        netfilter.setdefault("forward", "stateful" if firewall else "accept")
        self.netfilter = netfilter
        self.timeouts = data.get("timeouts", {})
