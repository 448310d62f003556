"""The kept output as the journal has it: lines with times, half lines at a gap left out, no secrets."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run import output
from sentinel_run.child import tail
from sentinel_run.facts import Output, Passage
from sentinel_run.redact import Secrets


def kept(*pieces: tuple[float, str, bytes], secrets: tuple[str, ...] = ()) -> Output:
    """What is kept of pieces that arrived at these times, for a run that started at 100."""
    made = tail.Tail()
    for at_s, stream, data in pieces:
        made.add(at_s, stream, data)
    return output.kept(made, 100.0, Secrets(secrets))


MARKS = [
    ([(101, b"a\nb\n"), (102, b"c\n")], ((0, 1.0), (2, 2.0))),
    ([(101, b"a"), (102, b"b\n"), (103, b"c\n")], ((0, 1.0), (1, 3.0))),
    ([(101, b"a\nb"), (102, b"c\nd\n")], ((0, 1.0), (2, 2.0))),
    ([(101, b"\n\n"), (105, b"x")], ((0, 1.0), (2, 5.0))),
]


@pytest.mark.parametrize(("pieces", "marks"), MARKS)
def test_time_of_a_line_is_when_it_began(
    pieces: list[tuple[float, bytes]], marks: tuple[tuple[int, float], ...]
) -> None:
    """Marks name the first line that begins in each chunk."""
    (passage,) = kept(*((at_s, "stdout", data) for at_s, data in pieces)).passages

    assert passage.marks == marks


def test_streams_have_passages_of_their_own() -> None:
    """Each stream's text is together, and its counts are by stream."""
    made = kept((101, "stdout", b"a\n"), (102, "stderr", b"x\n"), (103, "stdout", b"b\n"))

    assert made.passages == (
        Passage("whole", "stderr", "x\n", ((0, 2.0),)),
        Passage("whole", "stdout", "a\nb\n", ((0, 1.0), (1, 3.0))),
    )
    assert (made.bytes, made.lines, made.dropped) == ({"stdout": 4, "stderr": 2}, {"stdout": 2, "stderr": 1}, {})


def long_output(line: bytes, count: int) -> Output:
    """Far more than is kept, in pieces that cut lines."""
    content = line * count
    return kept(*((100 + i, "stdout", content[i : i + 50_001]) for i in range(0, len(content), 50_001)))


def test_gap_has_whole_lines_at_its_edges() -> None:
    """A secret that is cut in two could escape the patterns."""
    head, last = long_output(b"0123456789012345\n", 200_000).passages

    assert (head.part, last.part) == ("head", "tail")
    assert set(head.text.splitlines()) == set(last.text.splitlines()) == {"0123456789012345"}
    assert head.text.endswith("\n")


def test_endless_line_keeps_its_end() -> None:
    """One line without an end has no whole lines; its last part is shown."""
    head, last = long_output(b"x", 3_000_000).passages

    assert head.text == ""
    assert set(last.text) == {"x"}


def test_secrets_and_broken_text() -> None:
    """Known values and patterns are gone, bytes that are no UTF-8 are replaced."""
    (passage,) = kept(
        (101, "stdout", b"\xff token=abc "), (102, "stdout", b"planted\n"), secrets=("planted",)
    ).passages

    assert passage.text == "\ufffd token=[Filtered] [Filtered]\n"


@given(st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=30))
def test_marks_are_ascending_and_name_lines_that_exist(pieces: list[bytes]) -> None:
    """Line numbers never repeat, times never fall."""
    (passage,) = kept(*((100.0 + i, "stdout", data) for i, data in enumerate(pieces))).passages

    lines, times = zip(*passage.marks, strict=True)
    assert list(lines) == sorted(set(lines))
    assert list(times) == sorted(times)
    assert max(lines) <= passage.text.count("\n")


@pytest.mark.parametrize(
    "line",
    [
        "password=hun\x1b[01;31m\x1b[Kter2-is\x1b[m\x1b[K-mine",
        "pass\x1b[1mword\x1b[0m=hunter2-is-mine",
        "got known\x1b[1msecret\x1b[0mvalue",
    ],
)
def test_secrets_that_a_colour_breaks_in_two(line: str) -> None:
    """Readers take colours away, and must not find a whole secret then; lines without one keep their colours."""
    content = f"\x1b[32mfi\x1b[1mne\x1b[0m\n{line}\nlast\n"

    (passage,) = kept((101, "stdout", content.encode()), secrets=("knownsecretvalue",)).passages

    shown = re.sub(r"\x1b\[[0-9;]*[mK]", "", passage.text)
    assert not any(part in shown for part in ("ter2", "mine", "secretvalue"))
    assert passage.text.startswith("\x1b[32mfi\x1b[1mne\x1b[0m\n")
    assert passage.text.endswith("\nlast\n")
