# SPDX-License-Identifier: Apache-2.0
"""NAT and firewall idle timeouts, simulated: which keepalive holds a connection, and what happens without it.

>>> import stayalive
>>> result = stayalive.run({
...     "title": "a database pool", "duration": "1h",
...     "path": [{"link": {"delay": "20ms"}}, {"middlebox": {"profile": "azure-lb"}}],
...     "connections": [{"name": "pool", "strategy": "tcp_keepalive"}]})
>>> result["pool"].outcome
'forgotten'

Scenarios are described in docs/scenario.md, results in docs/result.md.  A simulation depends on nothing but its
arguments: the same ones give the same result.  Functions may be called by several threads at once; they do not hold
the interpreter's lock while they simulate, and Ctrl-C stops them.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from . import _core
from .mistakes import Mistake, WrongInput, raise_if_any
from .records import Blame, Connection, Expectation, Ladder, Point, Profile, Result, Side, Sweep

__version__ = _core.version
__all__ = [
    "Blame",
    "Connection",
    "Expectation",
    "Ladder",
    "Mistake",
    "Point",
    "Profile",
    "Result",
    "Side",
    "Sweep",
    "WrongInput",
    "profile",
    "profiles",
    "run",
    "scenario_schema",
    "sweep",
]

Scenario = Union[Mapping[str, Any], str, "os.PathLike[str]"]


def _text_of(scenario: Scenario) -> Tuple[str, str]:
    """The JSON text of a scenario, and the name of its file."""
    if isinstance(scenario, Mapping):
        return json.dumps(scenario), ""
    return Path(scenario).read_text(encoding="utf-8"), os.fspath(scenario)


def _options(
    file: str,
    seed: Optional[int],
    values: Optional[Mapping[str, Any]],
    profile_files: Sequence[Union[str, "os.PathLike[str]"]],
) -> Dict[str, Any]:
    replaced = [f"{path}={json.dumps(value)}" for path, value in (values or {}).items()]
    return {"file": file, "seed": seed, "set": replaced, "profiles": [os.fspath(each) for each in profile_files]}


def run(
    scenario: Scenario,
    *,
    seed: Optional[int] = None,
    values: Optional[Mapping[str, Any]] = None,
    profile_files: Sequence[Union[str, "os.PathLike[str]"]] = (),
) -> Result:
    """Runs a scenario and says what became of every connection.

    scenario: a dict, or the name of a file.  seed: of the random numbers, instead of the scenario's own.  values: what
    takes the place of the scenario's values, by path: {"path.router.timeouts.tcp.established": "10m"}.  profile_files:
    files or folders of profiles, which win over the built-in ones.

    Raises WrongInput, with every mistake, where the scenario or an argument is wrong.
    """
    text, file = _text_of(scenario)
    options = _options(file, seed, values, profile_files)
    answer, mistakes = _core.run(text, **options)
    raise_if_any(mistakes)

    def draw(connection: str) -> Ladder:
        lines, picture, wrong = _core.ladder(text, connection, 100, **options)
        raise_if_any(wrong)
        return Ladder(lines, picture)

    return Result(json.loads(answer), draw)


def sweep(
    scenario: Scenario,
    axes: Optional[Mapping[str, Union[str, Sequence[Any]]]] = None,
    *,
    seeds: int = 20,
    seed: Optional[int] = None,
    values: Optional[Mapping[str, Any]] = None,
    profile_files: Sequence[Union[str, "os.PathLike[str]"]] = (),
    jobs: int = 0,
) -> Sweep:
    """Runs a scenario with many values and says where its connections cease to hold.

    axes: for each path its values, as a list or as a range: {"connections.pool.strategy.tcp_keepalive.idle":
    "1m..10m/1m"}; None: those of the scenario.  seeds: runs of each point that depends on chance.  jobs: runs at once;
    0: as many as there are processors.  The rest is as of run().
    """
    text, file = _text_of(scenario)
    written = [
        f"{path}={value if isinstance(value, str) else json.dumps(list(value))}" for path, value in (axes or {}).items()
    ]
    options = _options(file, seed, values, profile_files)
    answer, mistakes = _core.sweep(text, axes=written, seeds=seeds, jobs=jobs, **options)
    raise_if_any(mistakes)
    return Sweep(json.loads(answer))


def _entries(listed: Dict[str, Any]) -> List[Dict[str, Any]]:
    """Those of every section."""
    return [entry for section in listed.values() if isinstance(section, list) for entry in section]


def profiles() -> List[Profile]:
    """The boxes, proxies, servers and pools that are built in."""
    answer, mistakes = _core.profiles()
    raise_if_any(mistakes)
    return [Profile(entry) for entry in _entries(json.loads(answer))]


def profile(name: str) -> Profile:
    """One of them; its to_dict() has every value with its source.  Raises WrongInput where there is none."""
    answer, mistakes = _core.profile(name)
    raise_if_any(mistakes)
    (entry,) = _entries(json.loads(answer))
    return Profile(entry)


def scenario_schema() -> Dict[str, Any]:
    """The JSON Schema of scenarios."""
    found: Dict[str, Any] = json.loads(_core.scenario_schema())
    return found
