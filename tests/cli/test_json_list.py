"""Lists that are printed while they are made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from sentinel_run.cli import json_list

_HOSTILE = 'a "b"\n\x1b[31m\\, {"c": [1, 2]},\n    \udcff é'
_ROW = {
    "name": _HOSTILE,
    "none": None,
    "number": 1.5,
    "yes": True,
    "list": [{"kind": _HOSTILE, "at": None}, {"kind": ""}],
}


@pytest.mark.parametrize("objects", [[], [_ROW], [{"a": 1}, {**_ROW, "list": []}, _ROW]])
def test_as_by_the_standard_library(objects: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]) -> None:
    """The same characters as `json.dumps(objects, indent=2)`."""
    json_list.put(objects)

    assert capsys.readouterr().out == json.dumps(objects, indent=2) + "\n"


def test_one_after_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    """An object is printed before the next one is asked for."""
    printed: list[str] = []

    def objects() -> Iterator[dict[str, Any]]:
        for number in range(3):
            printed.append(capsys.readouterr().out)
            yield {"number": number}

    json_list.put(objects())

    assert [text.count("number") for text in printed] == [0, 1, 1]
