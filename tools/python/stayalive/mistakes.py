# SPDX-License-Identifier: Apache-2.0
"""What is raised where the input is wrong."""

from dataclasses import dataclass
from typing import List, Sequence, Tuple


@dataclass(frozen=True)
class Mistake:
    """One mistake in a scenario or in an argument.  What is unknown is empty or 0."""

    file: str
    line: int  # from 1
    column: int  # from 1
    pointer: str  # JSON pointer (RFC 6901) into the scenario
    message: str  # what was found, and what is wrong with it
    allowed: str  # what may stand there
    suggestion: str  # the word that was perhaps meant
    text: str  # all of it in a line

    def __str__(self) -> str:
        return self.text


class WrongInput(ValueError):
    """The input is wrong.  `mistakes` has every mistake; their lines are the message of the exception."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(mistake.text for mistake in mistakes))
        self.mistakes: List[Mistake] = list(mistakes)


_Row = Tuple[str, int, int, str, str, str, str, str]


def raise_if_any(rows: Sequence[_Row]) -> None:
    """Raises WrongInput where there are rows."""
    if rows:
        raise WrongInput([Mistake(*row) for row in rows])
