"""A list of objects as JSON, printed while it is made: a hundred thousand of them need the memory of one."""

from __future__ import annotations

import json
import sys
from functools import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

_NEXT_LINE, _STEP = "\n  ", "  "


def put(objects: Iterable[Mapping[str, Any]]) -> None:
    """Print what `json.dumps(list(objects), indent=2)` makes; each has plain members, then lists of objects.

    Raises `NoReaderError`.
    """
    before = "["
    for one in objects:
        sys.stdout.write(f"{before}\n  {_object(one, margin=_NEXT_LINE)}")
        before = ","
    sys.stdout.write("[]\n" if before == "[" else "\n]\n")
    sys.stdout.flush()


def _object(members: Mapping[str, Any], margin: str) -> str:
    inside = margin + _STEP
    lists = [(name, value) for name, value in members.items() if isinstance(value, list)]
    plain = {name: value for name, value in members.items() if not isinstance(value, list)} if lists else members
    parts = [_encoder(inside).encode(plain)[1:-1]]
    parts += [f"{json.dumps(name)}: {_list(value, inside)}" for name, value in lists]
    return f"{{{inside}{f',{inside}'.join(parts)}{margin}}}"


def _list(objects: Sequence[Mapping[str, Any]], margin: str) -> str:
    if not objects:
        return "[]"
    inside = margin + _STEP
    return f"[{inside}{f',{inside}'.join(_object(one, inside) for one in objects)}{margin}]"


@cache
def _encoder(margin: str) -> json.JSONEncoder:
    """The margin is a separator: with `indent` Python takes its slower encoder, which is not the one in C."""
    return json.JSONEncoder(separators=(f",{margin}", ": "))
