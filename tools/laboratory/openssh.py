# SPDX-License-Identifier: Apache-2.0
"""Releases of OpenSSH as the model names them."""
import re

OPENSSH = re.compile(r"OpenSSH_(\d+)\.(\d+)")

# Releases after which OpenSSH keeps its intervals in another way, as `strategies` names them.
CLIENTS = ((7, 5), (8, 4), (9, 2), (9, 8))
SERVERS = ((7, 5), (7, 6), (8, 0), (8, 2), (9, 2), (9, 5))


def release(text, known):
    """The name that the model has for a version such as "OpenSSH_9.2p1 Debian-2"."""
    match = OPENSSH.match(text or "")
    if not match:
        raise RuntimeError(f"no version of OpenSSH: {text}")
    own = (int(match[1]), int(match[2]))
    usable = [k for k in known if k <= own]
    if not usable:
        raise RuntimeError(f"the model does not know {text}")
    return "openssh-%d.%d" % usable[-1]
