# SPDX-License-Identifier: Apache-2.0
"""What the laboratory knows of each strategy that it can play: one row for each, below.

Nothing else in the laboratory asks for the name of a strategy.
"""
from dataclasses import dataclass, field
from typing import Callable, Optional

from .keepalive import Keepalive
from .keys import make_openvpn_keys, make_ssh_keys
from .openssh import CLIENTS, SERVERS, release
from .openvpn_tunnel import OpenvpnTunnel
from .ssh_session import SshSession

ANY_PORT = {"tcp": 5432, "udp": 4500}  # of a server of no protocol in particular


def nothing(*_):
    return {}


def kernel_keepalive(options, role):
    if options.get("side", "both") not in (role, "both"):
        return {}
    return {"keepalive": True, "keepalive_idle": options.get("idle", "2h"),
            "keepalive_interval": options.get("interval", "1m15s"),
            "keepalive_count": options.get("count", 9)}


def openssh_as_recorded(options, seen):
    version = seen["recorded"]["openssh"]
    recorded = {"clock_phase": f"{int(seen['phases']['boottime'] * 1e9)}ns"}
    for key, known in (("client_version", CLIENTS), ("server_version", SERVERS)):
        recorded[key] = options.get(key) or release(version, known)
    return recorded


def openvpn_as_recorded(_, seen):
    return {"clock_phase": f"{int(seen['phases']['realtime'] * 1e9)}ns"}


@dataclass(frozen=True)
class Strategy:
    """One strategy.  Options that are not named cannot be played."""
    options: frozenset = frozenset()
    transport: str = "tcp"  # that it runs over when a scenario names none
    ports: dict = field(default_factory=lambda: ANY_PORT)  # of its server, by transport
    # The real program at both ends, or None: the laboratory's own ends play it.
    session: Optional[type] = None
    # What an own end does to keep the connection alive, beside what its kernel does.
    keepalive: Optional[type] = None
    # (options, role) -> what an own end sets on its socket, as the keys of "socket".
    socket: Callable = nothing
    # Programs that recording needs, each with its Debian package; and a folder or device.
    programs: dict = field(default_factory=dict)
    folder: Optional[str] = None
    device: Optional[str] = None
    make_keys: Optional[Callable] = None
    # Whether the run begins with the last packet of the set-up from the server, or from either.
    server_ends_setup: bool = False
    # By transport: round trips that the set-up takes in the model until the last packet of the
    # real one.  The run begins so much earlier.  Without a number it is played over no distance.
    round_trips: dict = field(default_factory=dict)
    # Seconds from the beginning in which packets belong to the set-up, which the model lacks; its
    # instants are compared as loosely as those of ends.  None: everything is compared.
    setup: Optional[float] = None
    # Whether its timers are late at random, so that only many modelled runs can be compared with.
    late_at_random: bool = False
    # (options, observation) -> options that tell the model what was recorded.
    as_recorded: Callable = nothing


STRATEGIES = {
    "silent": Strategy(),
    "tcp_keepalive": Strategy(frozenset({"idle", "interval", "count", "side"}),
                              socket=kernel_keepalive),
    "keepalive": Strategy(
        frozenset({"from", "interval", "bytes", "answered", "answer_bytes", "retries",
                   "retry_interval", "give_up_after", "reset_by"}), keepalive=Keepalive),
    "ssh": Strategy(
        frozenset({"server_alive_interval", "server_alive_count_max", "client_alive_interval",
                   "client_alive_count_max", "tcp_keepalive"}),
        ports={"tcp": 22}, session=SshSession, make_keys=make_ssh_keys,
        programs={"ssh": "openssh-client", "ssh-keygen": "openssh-client",
                  "sshd": "openssh-server"},
        # sshd does not start without this folder, which a running service would have made.
        folder="/run/sshd",
        # The modelled session begins where TCP is established.
        server_ends_setup=True, round_trips={"tcp": 1}, setup=0.3,
        as_recorded=openssh_as_recorded),
    "openvpn": Strategy(
        frozenset({"keepalive_interval", "keepalive_timeout", "reneg_sec", "client_ping",
                   "client_ping_restart", "client_ping_exit", "server_ping",
                   "server_ping_restart", "explicit_exit_notify"}),
        transport="udp", ports={"tcp": 1194, "udp": 1194}, session=OpenvpnTunnel,
        make_keys=make_openvpn_keys, programs={"openvpn": "openvpn", "openssl": "openssl"},
        # The client acknowledges the end of the handshake.
        device="/dev/net/tun", round_trips={"udp": 4}, late_at_random=True,
        as_recorded=openvpn_as_recorded),
}
