"""Which lines are notes: each kind as it is documented, and nothing else; any bytes at all do no harm."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run.json_form import to_json
from sentinel_run.notebook import Page, jotted

GOOD = [
    {"type": "breadcrumb", "message": "calling"},
    {"type": "breadcrumb", "message": "x", "level": "warning", "category": "job", "data": {"a": [1, {"b": None}]}, "time": 1.5},
    {"type": "tag", "key": "region", "value": "US"},
    {"type": "tag", "key": "n", "value": 5},
    {"type": "context", "name": "execution", "data": {}},
    {"type": "measure", "name": "tokens", "value": 512, "unit": "token"},
    {"type": "span", "state": "start", "name": "load", "op": "db", "id": "a", "parent": "b", "data": {"rows": 1}},
    {"type": "user", "id": 42},
    {"type": "tag", "key": "k", "value": "v", "later": "members of later releases are no fault"},
]  # fmt: skip
BAD = [
    ([], "it is no JSON object"),
    ({}, "its type is none of breadcrumb, tag, context, measure, span, user"),
    ({"type": ["tag"]}, "its type is none of breadcrumb, tag, context, measure, span, user"),
    ({"type": "tag", "key": "a"}, "a tag needs 'value'"),
    ({"type": "tag", "key": "", "value": "x"}, "its 'key' is not valid"),
    ({"type": "tag", "key": "a", "value": {}}, "its 'value' is not valid"),
    ({"type": "breadcrumb", "message": "x", "level": "loud"}, "its 'level' is not valid"),
    ({"type": "breadcrumb", "message": "x", "level": []}, "its 'level' is not valid"),
    ({"type": "measure", "name": "n", "value": True}, "its 'value' is not valid"),
    ({"type": "measure", "name": "n", "value": float("nan")}, "its 'value' is not valid"),
    ({"type": "span", "name": "n", "state": "middle"}, "its 'state' is not valid"),
    ({"type": "user", "id": "a", "time": "now"}, "its 'time' is not valid"),
]  # fmt: skip


@pytest.mark.parametrize("note", GOOD, ids=lambda note: note["type"])
def test_notes(note: dict[str, object]) -> None:
    """What is documented is read as it was written."""
    assert jotted.read(Page((json.dumps(note).encode(),), 0)) == ([note], [])


@pytest.mark.parametrize(("note", "why"), BAD, ids=[why for _, why in BAD])
def test_faults(note: object, why: str) -> None:
    """What is wrong with a note is said, and the note is skipped."""
    assert jotted.read(Page((json.dumps(note).encode(),), 0)) == ([], [f"note 1 was skipped: {why}"])


def test_faults_are_few() -> None:
    """A program that writes nonsense does not fill the report with complaints."""
    read = jotted.read(Page((b"nonsense",) * 10, 0))

    assert read.faults[:1] == ["note 1 was skipped: it is no JSON"]
    assert read.faults[3:] == ["and 7 more"]


def test_very_many_notes() -> None:
    """Of a flood the first and the last are kept, and how many are not is told."""
    lines = tuple(json.dumps({"type": "user", "id": number}).encode() for number in range(100_000))

    read = jotted.read(Page(lines, 7))

    assert [note["id"] for note in read.notes] == [*range(500), *range(98_500, 100_000)]
    assert read.faults == [
        "98,000 notes between the first 500 and the last 1,500 are not kept",
        "7 bytes of notes were too many and not read",
    ]


@given(st.lists(st.binary(), max_size=5))
def test_any_bytes(lines: list[bytes]) -> None:
    """No line breaks the reader."""
    assert len(jotted.read(Page(tuple(lines), 0)).notes) <= len(lines)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=8), JSON, max_size=4))
def test_what_is_a_note_can_be_stored(data: dict[str, object]) -> None:
    """What passes comes back from the journal as it was, and a server takes each number in it."""
    note = {"type": "context", "name": "x", "data": data}

    for read in jotted.read(Page((json.dumps(note).encode(),), 0)).notes:
        assert json.loads(to_json(read)) == note


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e999", "[[[[[[[[1]]]]]]]]", "9" * 30, "9" * 5000])
def test_what_nobody_can_store(text: str) -> None:
    """No value, no end, no room: such a line is skipped, and no other one with it."""
    line = f'{{"type":"breadcrumb","message":"x","data":{{"a":{text}}}}}'

    read = jotted.read(Page((line.encode(), b'{"type":"user","id":1}'), 0))

    assert [note["type"] for note in read.notes] == ["user"]
    assert len(read.faults) == 1
