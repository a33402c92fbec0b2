# SPDX-License-Identifier: Apache-2.0
"""Results as objects: a typed view of the JSON that docs/result.md describes.

Spans and instants are seconds.  What did not happen is None.  Each object has `to_dict()`, which has all of it.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable, Iterator, List, Optional, Sequence

if TYPE_CHECKING:
    import pandas

Json = Dict[str, Any]


def _frame(rows: Sequence[Json]) -> "pandas.DataFrame":
    try:
        import pandas
    except ImportError as error:
        raise ImportError("to_frame() needs pandas; to_dict() does not") from error
    return pandas.DataFrame(list(rows))


def _table(rows: Sequence[Json], caption: str) -> str:
    """HTML of rows with the same keys, in which text of strangers is harmless."""
    head = "".join(f"<th>{html.escape(str(key))}</th>" for key in (rows[0] if rows else {}))
    body = "".join(
        "<tr>" + "".join(f"<td>{_cell(value)}</td>" for value in row.values()) + "</tr>" for row in rows
    )
    return f"<table><caption>{html.escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:g}"
    return html.escape(str(value))


class Record:
    """A part of a result."""

    def __init__(self, data: Json) -> None:
        self._data = data

    def to_dict(self) -> Json:
        """All that is known, as in the JSON result."""
        return self._data

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._data == other._data  # type: ignore[attr-defined]

    __hash__ = None  # type: ignore[assignment]


class Blame(Record):
    """Who brought a connection down."""

    @property
    def kind(self) -> str:
        """"flow", "link", "host", "proxy" and so on."""
        return self._data["kind"]  # type: ignore[no-any-return]

    @property
    def who(self) -> str:
        """The name of the box, line, host or proxy."""
        return self._data["who"]  # type: ignore[no-any-return]

    @property
    def at(self) -> float:
        """Since when, in seconds."""
        return self._data["at"]  # type: ignore[no-any-return]

    @property
    def timer(self) -> Optional[str]:
        """Which timer ran out; None where none did."""
        return self._data.get("timer")

    @property
    def timeout(self) -> Optional[float]:
        """The span of that timer in seconds."""
        return self._data.get("timeout")

    def __str__(self) -> str:
        span = "" if self.timeout is None else f" {self.timeout:g}s"
        return f"{self.who}: {self.timer}{span}" if self.timer else self.who


class Side(Record):
    """One end of a connection."""

    @property
    def outcome(self) -> Optional[str]:
        """"alive", "remapped", "forgotten", "detected", "reset", "closed" or "refused"; None: it did not begin."""
        return self._data["outcome"]  # type: ignore[no-any-return]

    @property
    def forgotten_at(self) -> Optional[float]:
        """When it was first forgotten."""
        return self._data["forgotten_at"]  # type: ignore[no-any-return]

    @property
    def noticed_at(self) -> Optional[float]:
        """When this side first learned that something was wrong."""
        return self._data["noticed_at"]  # type: ignore[no-any-return]

    @property
    def blackhole(self) -> float:
        """How long it believed in a connection through which nothing could pass."""
        return self._data["blackhole"]  # type: ignore[no-any-return]

    @property
    def message(self) -> Optional[str]:
        """What the program said when it noticed or ended."""
        return self._data["message"]  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"<Side {self.outcome}>"


class Connection(Record):
    """What became of a connection."""

    @property
    def name(self) -> str:
        """Its name in the scenario."""
        return self._data["name"]  # type: ignore[no-any-return]

    @property
    def strategy(self) -> str:
        """What keeps it alive."""
        return self._data["strategy"]  # type: ignore[no-any-return]

    @property
    def transport(self) -> str:
        """"tcp" or "udp"."""
        return self._data["transport"]  # type: ignore[no-any-return]

    @property
    def outcome(self) -> str:
        """The worse outcome of both sides."""
        return self._data["outcome"]  # type: ignore[no-any-return]

    @property
    def client(self) -> Side:
        """The side that opened it."""
        return Side(self._data["client"])

    @property
    def server(self) -> Side:
        """The other side."""
        return Side(self._data["server"])

    @property
    def blame(self) -> Optional[Blame]:
        """Who is to blame; None where nothing went wrong."""
        found = self._data["blame"]
        return None if found is None else Blame(found)

    @property
    def closest_call(self) -> Optional[float]:
        """The least that a packet found left of the life of its flow, in seconds."""
        found = self._data["closest_call"]
        return None if found is None else found["left"]  # type: ignore[no-any-return]

    def _row(self) -> Json:
        blame = self.blame
        return {
            "connection": self.name,
            "strategy": self.strategy,
            "client": self.client.outcome,
            "server": self.server.outcome,
            "forgotten_at": self.client.forgotten_at,
            "client_noticed_at": self.client.noticed_at,
            "server_noticed_at": self.server.noticed_at,
            "closest_call": self.closest_call,
            "blackhole": max(self.client.blackhole or 0.0, self.server.blackhole or 0.0),
            "blame": None if blame is None else str(blame),
        }

    def __repr__(self) -> str:
        return f"<Connection {self.name!r} {self.outcome}>"


class Expectation(Record):
    """What the scenario expects, and what was found."""

    @property
    def expect(self) -> str:
        """The sentence."""
        return self._data["expect"]  # type: ignore[no-any-return]

    @property
    def holds(self) -> Optional[bool]:
        """None when the run ended before that could be said."""
        return self._data["holds"]  # type: ignore[no-any-return]

    @property
    def found(self) -> str:
        """What became of the connection instead."""
        return self._data["found"]  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"<Expectation {'holds' if self.holds else 'fails'}: {self.expect}>"


class Ladder:
    """A drawing of one connection.  A notebook shows it as a picture, print() as lines."""

    def __init__(self, text: str, svg: str) -> None:
        self.text = text
        self.svg = svg

    def __str__(self) -> str:
        return self.text

    def _repr_svg_(self) -> str:
        return self.svg


class Result(Record):
    """The result of a run."""

    def __init__(self, data: Json, draw: Callable[[str], Ladder]) -> None:
        super().__init__(data)
        self._run: Json = data["runs"][0]
        self._draw = draw

    @property
    def title(self) -> str:
        """The scenario's title."""
        return self._run["title"]  # type: ignore[no-any-return]

    @property
    def duration(self) -> float:
        """How long was simulated, in seconds."""
        return self._run["duration"]  # type: ignore[no-any-return]

    @property
    def digest(self) -> str:
        """Equal digests mean equal runs."""
        return self._run["digest"]  # type: ignore[no-any-return]

    @property
    def holds(self) -> Optional[bool]:
        """Whether every expectation holds; None when the run ended early and none has failed."""
        return self._run["holds"]  # type: ignore[no-any-return]

    @property
    def connections(self) -> List[Connection]:
        """In the order of the scenario."""
        return [Connection(each) for each in self._run["connections"]]

    @property
    def expectations(self) -> List[Expectation]:
        """In the order of the scenario."""
        return [Expectation(each) for each in self._run["expectations"]]

    @property
    def warnings(self) -> List[str]:
        """What proves nothing or has no effect."""
        return [each["text"] for each in self._run["warnings"]]

    def __getitem__(self, name: str) -> Connection:
        for connection in self.connections:
            if connection.name == name:
                return connection
        raise KeyError(name)

    def ladder(self, connection: str = "") -> Ladder:
        """Draws a connection; its name may be left out where there is only one."""
        return self._draw(connection)

    def to_frame(self) -> "pandas.DataFrame":
        """A row for each connection.  Needs pandas."""
        return _frame([each._row() for each in self.connections])

    def _repr_html_(self) -> str:
        text = _table([each._row() for each in self.connections], self.title)
        lines = "".join(
            f"<li>{'holds' if each.holds else 'fails'}: {html.escape(each.expect)}</li>" for each in self.expectations
        )
        return text + (f"<ul>{lines}</ul>" if lines else "")

    def __repr__(self) -> str:
        return f"<Result {self.title!r}: {', '.join(f'{each.name} {each.outcome}' for each in self.connections)}>"


class Point(Record):
    """One connection at one combination of values of a sweep."""

    @property
    def values(self) -> Dict[str, Any]:
        """The value on each axis, by its path, as it is written in a scenario."""
        return self._data["values"]  # type: ignore[no-any-return]

    @property
    def connection(self) -> str:
        """Its name in the scenario."""
        return self._data["connection"]["name"]  # type: ignore[no-any-return]

    @property
    def runs(self) -> int:
        """How many; 1 where nothing depends on chance."""
        return self._data["connection"]["runs"]  # type: ignore[no-any-return]

    @property
    def held(self) -> int:
        """In how many of them the connection held."""
        return self._data["connection"]["held"]  # type: ignore[no-any-return]

    @property
    def holds(self) -> bool:
        """Whether it held in more than half of them."""
        return 2 * self.held > self.runs

    @property
    def blame(self) -> Optional[Blame]:
        """Of the first run that did not hold."""
        found = self._data["connection"]["blame"]
        return None if found is None else Blame(found)

    def _row(self) -> Json:
        blame = self.blame
        row = dict(self._data["values"])
        row.update(self._data["numbers"])
        row.update(connection=self.connection, runs=self.runs, held=self.held)
        row.update(keepalives_per_day=self._data["connection"]["per_day"]["keepalives"])
        row.update(blame=None if blame is None else str(blame))
        return row

    def __repr__(self) -> str:
        return f"<Point {self.values} {self.connection!r}: {self.held} of {self.runs} held>"


class Sweep(Record):
    """The result of a sweep."""

    @property
    def axes(self) -> List[str]:
        """The paths of what was varied."""
        return [axis["path"] for axis in self._data["axes"]]

    @property
    def complete(self) -> bool:
        """Whether all points were run."""
        return self._data["complete"]  # type: ignore[no-any-return]

    @property
    def boundaries(self) -> List[str]:
        """Where connections cease to hold, in sentences."""
        return [each["text"] for each in self._data["boundaries"]]

    @property
    def points(self) -> List[Point]:
        """Each connection at each point, the last axis varying fastest."""
        return list(self._points())

    def _points(self) -> Iterator[Point]:
        axes: Iterable[Json] = self._data["axes"]
        for point in self._data["points"]:
            values = {axis["path"]: value for axis, value in zip(axes, point["values"])}
            numbers = {
                f"{axis['path']} ({axis['unit']})": number
                for axis, number in zip(axes, point["numbers"])
                if axis["unit"] is not None
            }
            for connection in point["connections"]:
                yield Point({"values": values, "numbers": numbers, "connection": connection})

    def to_frame(self) -> "pandas.DataFrame":
        """A row for each connection at each point.  Needs pandas."""
        return _frame([each._row() for each in self._points()])

    def _repr_html_(self) -> str:
        lines = "".join(f"<li>{html.escape(each)}</li>" for each in self.boundaries)
        return _table([each._row() for each in self._points()], self._data["title"]) + f"<ul>{lines}</ul>"

    def __repr__(self) -> str:
        return f"<Sweep of {', '.join(self.axes)}: {len(self._data['points'])} points>"


class Profile(Record):
    """A box, a proxy, a server or a pool that is built in."""

    @property
    def name(self) -> str:
        """As scenarios name it."""
        return self._data["name"]  # type: ignore[no-any-return]

    @property
    def title(self) -> str:
        """The product."""
        return self._data["title"]  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"<Profile {self.name!r}: {self.title}>"
