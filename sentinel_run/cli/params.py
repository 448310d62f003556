"""Kinds of value that subcommands take, as click sees them; the parsers are those of the run's options."""

from __future__ import annotations

import click

from sentinel_run import kinds
from sentinel_run.errors import BadValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Duration(click.ParamType):  # type: ignore[type-arg]
    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return kinds.duration(value)
        except BadValueError as error:
            self.fail(str(error), param, ctx)


DURATION = _Duration()
