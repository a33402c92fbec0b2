# SPDX-License-Identifier: Apache-2.0
"""Spans of time as scenarios write them."""
import re

UNITS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}


def seconds(span):
    """Seconds of a span such as "2h4m" or "1.5s"."""
    return sum(float(n) * UNITS[u]
               for n, u in re.findall(r"([\d.]+)(ms|us|ns|d|h|m|s)", span))
