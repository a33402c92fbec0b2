# SPDX-License-Identifier: Apache-2.0
"""Refusing what cannot be played, and reading what may be written in two ways."""


class CannotPlay(Exception):
    """The laboratory has no real thing for something that a scenario asks for."""


def named(strategy):
    """(name, options) of the value of "strategy"."""
    return (strategy, {}) if isinstance(strategy, str) else next(iter(strategy.items()))


def only(data, known, where):
    """Any other key is refused, because ignoring it would compare two different things."""
    unknown = sorted(set(data) - known)
    if unknown:
        raise CannotPlay(f"{where}: the laboratory cannot play {', '.join(unknown)}")
