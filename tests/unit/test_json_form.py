"""Facts survive the journal: what is written is what is read, and damage is told as damage."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run import facts as facts_
from sentinel_run import json_form
from sentinel_run.diagnose.cause import diagnose
from sentinel_run.errors import FormatError
from sentinel_run.facts import (
    Attempt,
    Command,
    Complaint,
    Ending,
    Facts,
    Member,
    Moment,
    Monitor,
    Output,
    Passage,
    Reporting,
    Step,
    Tree,
)
from tests.unit.samples import facts

TEXT = st.text(max_size=12)
NUMBER = st.floats(-1e10, 1e10)
COUNT = st.integers(0, 2**40)
TEXTS = st.lists(TEXT, max_size=4).map(tuple)
COUNTS = st.dictionaries(TEXT, COUNT, max_size=3)
PASSAGE = st.builds(Passage, TEXT, TEXT, TEXT, st.lists(st.tuples(COUNT, NUMBER), max_size=4).map(tuple))
ENDING = st.builds(
    Ending,
    NUMBER,
    NUMBER,
    st.none() | COUNT,
    st.none() | COUNT,
    TEXT,
    st.booleans(),
    spawn_error=TEXT,
    skipped=TEXT,
    complaint=st.none() | st.builds(Complaint, TEXT, TEXT),
)
OUTPUT = st.builds(Output, st.lists(PASSAGE, max_size=3).map(tuple), COUNTS, COUNTS, COUNTS)
REPORTING = st.builds(
    Reporting,
    TEXT,
    sample_rate=NUMBER,
    tags=st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple),
    fingerprint=TEXTS,
    timeout_s=st.none() | NUMBER,
    slow_factor=st.none() | NUMBER,
    breadcrumbs=COUNT,
    ok_exit=st.lists(st.integers(0, 255), max_size=3).map(tuple),
)
ATTEMPTS = st.lists(st.builds(Attempt, NUMBER, NUMBER, st.none() | COUNT, TEXT, st.booleans()), max_size=3).map(
    tuple
)
MONITOR = st.builds(
    Monitor,
    TEXT,
    TEXT,
    TEXT,
    TEXT,
    st.none() | COUNT,
    max_runtime_min=COUNT,
    failure_issue_threshold=st.none() | COUNT,
    recovery_threshold=st.none() | COUNT,
    owner=TEXT,
)
PROCESS = st.builds(
    Member, COUNT, COUNT, TEXTS, NUMBER, NUMBER, st.booleans(), NUMBER, COUNT, st.none() | COUNT, TEXT
)
MOMENTS = st.lists(st.builds(Moment, NUMBER, NUMBER, COUNT, COUNT), max_size=3).map(tuple)
TREE = st.builds(Tree, st.lists(PROCESS, max_size=3).map(tuple), COUNT, MOMENTS)
STEPS = st.lists(st.builds(Step, NUMBER, TEXT, TEXT), max_size=4).map(tuple)
FACTS = st.builds(
    lambda command, ending, output, reporting, steps, notes, tree, attempts, monitor: facts()._replace(
        command=command, ending=ending, output=output, reporting=reporting, steps=steps, notes=notes, tree=tree, attempts=attempts,
        monitor=monitor,
    ),
    st.builds(Command, TEXT, TEXTS, TEXT), st.none() | ENDING, OUTPUT, REPORTING, STEPS, TEXTS, TREE, ATTEMPTS, st.none() | MONITOR,
)  # fmt: skip


@given(FACTS)
def test_round_trip(made: Facts) -> None:
    """Every record comes back equal, from one line of ASCII."""
    line = json_form.to_json(made)

    assert json_form.from_json(line) == made
    assert json_form.from_json(line.encode("ascii")) == made
    assert "\n" not in line


def test_unknown_members_are_left_out() -> None:
    """A release that only adds members can be read by an older one."""
    data = json.loads(json_form.to_json(facts()))
    data["more"] = data["place"]["more"] = {"x": 1}

    assert json_form.from_json(json.dumps(data)) == facts()


def test_missing_members_take_their_defaults() -> None:
    """An older release knew less."""
    data = json.loads(json_form.to_json(facts()))
    del data["usage"], data["tree"], data["reporting"]["slow_factor"], data["place"]["container"]

    assert json_form.from_json(json.dumps(data)) == facts()


def test_newer_format_is_refused() -> None:
    """It may mean something else by the same names."""
    newer = facts()._replace(format=facts_.FORMAT + 1)

    with pytest.raises(FormatError, match="newer release"):
        json_form.from_json(json_form.to_json(newer))


@given(st.binary(max_size=60))
def test_any_bytes_are_facts_or_damage(content: bytes) -> None:
    """Nothing but the error that is meant for it."""
    with pytest.raises(FormatError):
        json_form.from_json(content)


JSON = st.recursive(
    st.none() | st.booleans() | COUNT | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=6,
)
MEMBER = st.sampled_from([*Facts._fields, "x"])


@given(st.dictionaries(MEMBER, JSON, max_size=5))
def test_any_json_is_facts_or_damage(members: dict[str, object]) -> None:
    """Members of the wrong shape are never an accident later at the wrong place."""
    data = json.loads(json_form.to_json(facts())) | members

    try:
        read = json_form.from_json(json.dumps(data))
    except FormatError:
        return
    assert diagnose(read).status in ("ok", "failed")


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("started_at", 1e30), ("started_at", "x"), ("started_at", float("nan")), ("started_at", True), ("notes", [1]),
        ("ending", {"at": 1.0, "duration_s": 1e300}), ("ending", {"at": 1.0, "duration_s": 1.0, "exit_status": 2**70}),
        ("output", {"lines": {"stdout": "many"}}), ("steps", [{"at_s": 1, "message": 5}]),
        ("output", {"passages": [{"part": "whole", "stream": "stdout", "text": "", "marks": [["x", 1.0]]}]}),
        ("reporting", {"tags": [["alone"]]}),
    ],
    ids=str,
)  # fmt: skip
def test_values_of_another_type_are_damage(member: str, value: object) -> None:
    """What could not be shown, stored or reckoned with later is told as damage at once."""
    data = json.loads(json_form.to_json(facts())) | {member: value}

    with pytest.raises(FormatError, match="is not valid"):
        json_form.from_json(json.dumps(data))


@pytest.mark.parametrize(
    "content",
    ["null", "[]", "{}", "1", '"x"', '{"format": 1}', '{"format": "1"}', "[" * 100_000, '{"format":NaN}'],
)
def test_other_json_is_damage(content: str) -> None:
    """A file that is JSON is no entry for that."""
    with pytest.raises(FormatError):
        json_form.from_json(content)
