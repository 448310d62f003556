"""Kinds of value as click sees them; the parsers are those of the run's options."""

from __future__ import annotations

import click

from sentinel_run import kinds, measures
from sentinel_run.errors import BadValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Kind(click.ParamType):  # type: ignore[type-arg]
    """A kind of value: its name in the help, and the parser that the run path uses too."""

    def __init__(self, name: str, parse: Callable[[str], Any]) -> None:
        self.name, self._parse = name, parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return self._parse(value)
        except BadValueError as error:
            self.fail(str(error), param, ctx)


DURATION = Kind("duration", measures.duration)
COUNT = Kind("count", kinds.integer)
SIZE = Kind("size", measures.size)
