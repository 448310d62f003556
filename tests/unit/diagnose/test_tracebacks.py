"""The readers of tracebacks: any text, linear time, prefixes, and which traceback ended the run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, SupportsIndex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run.diagnose.lines import Line, clean
from sentinel_run.diagnose.tracebacks import READERS, ended_by, tracebacks
from tests.diagnose_corpus.cases import cases

_IDS = [reader.__name__.rpartition(".")[2] for reader in READERS]  # type: ignore[attr-defined]
_SAID = [text for case in cases() for text in (case.given.get("stdout", ""), case.given.get("stderr", "")) if text]
# Cases that are run for real have no text to repeat; these are two of theirs.
_SAID += [
    "  File \"/srv/x.py\", line 3\n    x = (\n        ^\nSyntaxError: '(' was never closed",
    'Fatal Python error: Segmentation fault\n\nCurrent thread 0x1 (most recent call first):\n  File "x.py", line 2 in f',
]
# Lines that a reader knows, in orders that no program makes.
_KNOWN = sorted({line for text in _SAID for line in text.split("\n") if len(line) < 200})
_PYTHON = [
    "Traceback (most recent call last):",
    '  File "/srv/x.py", line 3, in run',
    "    go()",
    "ValueError: bad",
]


class _Counted(list[str]):
    """Lines that count how often they are looked at."""

    looks = 0

    def __getitem__(self, index: SupportsIndex | slice) -> Any:
        self.looks += len(range(*index.indices(len(self)))) if isinstance(index, slice) else 1
        return super().__getitem__(index)


def _is_asked(reader: Any, text: str) -> bool:
    """No reader is asked about an output without one of its hints."""
    return any(hint in text for hint in reader.HINTS)


def _lines(texts: list[str], stream: str = "stderr") -> list[Line]:
    return [Line(float(number), stream, clean(text)) for number, text in enumerate(texts)]


@given(st.binary(max_size=2000))
def test_any_bytes(content: bytes) -> None:
    """No output makes a reader raise."""
    texts = content.decode("utf-8", "replace").split("\n")

    for reader in READERS:
        list(reader.read(texts))
    tracebacks(_lines(texts))


@given(st.lists(st.one_of(st.sampled_from(_KNOWN), st.text(max_size=30)), max_size=60))
def test_known_lines_in_any_order(texts: list[str]) -> None:
    """What is found lies within the output, has an exception, and hangs together."""
    for reader in READERS:
        for found in reader.read(texts):
            assert 0 <= found.first <= found.last < len(texts)
            # Only a complaint that is no exception (a shell's) has no type, and it came of nothing.
            assert all(thrown.type for thrown in found.chain) or len(found.chain) == 1
            assert [thrown.parent == -1 for thrown in found.chain].count(True) == 1
            assert all(at < thrown.parent or thrown.parent == -1 for at, thrown in enumerate(found.chain))


@pytest.mark.parametrize("reader", READERS, ids=_IDS)
def test_an_output_that_ends_after_any_line(reader: Any) -> None:
    """Whatever line is the last, what is found lies within the output."""
    for line in _KNOWN:
        for texts in ([line], [line, line], ["", line, "x"]):
            for found in reader.read(texts):
                assert 0 <= found.first <= found.last < len(texts), texts


def _repeated() -> Iterator[list[str]]:
    for text in _SAID:
        lines = text.split("\n")[:40]
        yield from ([line] for line in lines[:12])
        yield lines


@pytest.mark.parametrize("reader", READERS, ids=_IDS)
def test_lines_are_looked_at_a_fixed_number_of_times(reader: Any) -> None:
    """Twice the output costs twice the looks, whatever is repeated of what the reader is asked to read."""
    asked = [lines for lines in _repeated() if _is_asked(reader, "\n".join(lines))]
    assert asked
    for lines in asked:
        looks = []
        for times in (200, 400):
            counted = _Counted(lines * (times // len(lines) + 1))
            list(reader.read(counted))
            looks.append(counted.looks / len(counted))
        assert looks[1] <= looks[0] * 1.2 + 2, lines


class _Text(str):
    """A line that counts how often it is looked into."""

    looks = 0

    def __getitem__(self, index: SupportsIndex | slice) -> str:
        _Text.looks += 1
        return super().__getitem__(index)


def test_the_last_word_is_looked_for_once() -> None:
    """Many tracebacks before many lines that tell nothing new cost a fixed number of looks for each line."""
    looks = []
    for times in (50, 100):
        texts = [*_PYTHON * times, *["-----"] * 4 * times]
        before = _Text.looks
        tracebacks([Line(0.0, "stderr", _Text(text)) for text in texts])
        looks.append((_Text.looks - before) / len(texts))

    assert looks[0] > 0
    assert looks[1] <= looks[0] * 1.1


@pytest.mark.parametrize("reader", READERS, ids=_IDS)
@pytest.mark.parametrize(
    "piece", ["a", "a.", "/a:1:1", "(", " ", "_ ", "': ", ": Assertion `", "at a/b.", "#0 a (", '"', "', "]
)
def test_an_endless_line_ends(reader: Any, piece: str) -> None:
    """A line of ten megabytes is read: no expression matches the same text in two ways."""
    for start in (
        "",
        "    at ",
        "\tat ",
        "Error: ",
        "thread 'a' panicked at '",
        "    #0 ",
        "#0 ",
        "panic: ",
        '  File "',
    ):
        line = start + piece * (10_000_000 // len(piece) // 9)
        if _is_asked(reader, line):
            list(reader.read([line, line, ""]))


def test_ten_megabytes_of_tracebacks_are_read_from_their_end() -> None:
    """Hundreds of them, and the one that ended the run, are enough: nobody waits for what nobody will look at."""
    times = 10_000_000 // len("\n".join(_PYTHON))
    lines = _lines(_PYTHON * times)

    found = tracebacks(lines)

    assert found[-1].last == len(lines) - 1
    assert 300 <= len(found) < 2000


def test_one_that_ended_the_run_is_found_before_many_that_did_not() -> None:
    """However many that a program printed itself or caught come after it."""
    at = "2026-05-04 10:00:00,123"
    logged = [f"{at} ERROR failed", *_PYTHON, f"{at} INFO going on"]

    found = tracebacks(_lines([*_PYTHON[:-1], "KeyError: 1", *logged * 1500]))

    assert len(found) > 1000
    ended = ended_by(found)
    assert ended is not None
    assert ended.traceback.chain[-1].type == "KeyError"


def test_prefixes_are_taken_away() -> None:
    """Times, levels, services and units before each line hide no traceback."""
    for prefix in (
        "2026-05-04T10:00:00.123Z ", "[2026-05-04 10:00:00] ", "2026-05-04 10:00:00,123 ERROR ", "web_1  | ",
        "May 04 10:00:00 host1 job[4711]: ", "[pid 4711] ", "[pod/web-7d/app] ", "10:00:00.123 ",
        "2026-05-04T10:00:00.123456789Z stderr F ", "web-1  | 2026-05-04T10:00:00Z ", "May 04 10:00:00 ",
        "2026-05-04T10:00:00+0200 host1 job[4711]: ", "May 04 10:00:00.123456 host1 job[4711]: ",
    ):  # fmt: skip
        (found,) = tracebacks(_lines([f"{prefix}{text}" for text in _PYTHON]))
        assert found.traceback.chain[-1].value == "bad", prefix
        assert len(found.traceback.chain[-1].frames) == 1, prefix


_MARGINS = [
    "    ", "\t", "> ", "stderr: ", "web-7d5c-x2 app ", "[   12.345678] ", "host1: ", "host1\t", "web:build: ", "[0] ",
    "2026-05-04 10:00:00,123 [main] ERROR c.a.B - ", "2026-05-04 10:00:00.123 ERROR 1 --- [           main] c.a.B : ",
    "[2026-05-04, 10:00:00 UTC] {logging_mixin.py:104} INFO - ", "2026-05-04T10:00:00.123456+00:00 app[worker.1]: ",
    "│ ", "#12 3.456 ", "1746352800.123 ", "05/04/2026 10:00:00 ", "==> default: ",
]  # fmt: skip
_JAVA = [
    'Exception in thread "main" java.lang.IllegalStateException: bad',
    "\tat com.a.B.main(B.java:9)",
    "Caused by: java.io.IOException: disk",
    "\tat com.a.Q.e(Q.java:1)",
    "\t... 1 more",
]


@pytest.mark.parametrize("margin", _MARGINS)
@pytest.mark.parametrize("said", [_PYTHON, _JAVA], ids=["python", "java"])
def test_a_margin_that_no_table_knows(said: list[str], margin: str) -> None:
    """What stands before a traceback, digits aside, stands before its lines: it is taken away."""
    texts = ["starting", *(margin.replace("3", str(number)) + text for number, text in enumerate(said)), ""]

    (found,) = tracebacks(_lines(texts))

    assert ended_by([found]) is found
    assert found.traceback.chain[-1].value == "bad"
    assert len(found.traceback.chain) == (2 if said is _JAVA else 1)
    assert len(found.traceback.chain[-1].frames) == 1


def test_a_quotation_did_not_end_the_run() -> None:
    """What `grep` found, and a traceback behind a margin after which more was said."""
    quoted = [f"src/x.py:{number}:{text}" for number, text in enumerate(_PYTHON)]

    assert tracebacks(_lines(quoted)) == []
    assert tracebacks(_lines([*(f"    {text}" for text in _PYTHON), "and so on", "done"])) == []


@pytest.mark.parametrize(
    "said",
    [
        ["2026-05-04 10:00:00,000 INFO worker: alive"],
        ["worker: alive", "[worker] still alive"],
        ["INFO:root:alive"],
    ],
)
@pytest.mark.parametrize("after", [2, 3])
def test_somebody_else_speaks_between_the_frames(said: list[str], after: int) -> None:
    """A log line in the middle of a traceback neither ends it nor gives the exception its name."""
    frames = [*_PYTHON[:3], '  File "/srv/y.py", line 9, in go', "    raise ValueError"]

    found = tracebacks(_lines([*frames[:after], *said, *frames[after:], _PYTHON[-1]]))

    assert [(one.traceback.chain[-1].type, len(one.traceback.chain[-1].frames)) for one in found] == [
        ("ValueError", 2)
    ]


@pytest.mark.parametrize("before", [" 20%|##   | 1/5 [00:01<00:04]", "\rwork 10%\rwork 20%", "Loading... "])
def test_a_progress_bar_left_the_cursor_behind_it(before: str) -> None:
    """The traceback that begins there is found."""
    (found,) = tracebacks(_lines([before + _PYTHON[0], *_PYTHON[1:]]))

    assert found.traceback.chain[-1].value == "bad"


def test_a_traced_exit_is_not_why() -> None:
    """Under `set -x` what failed is the statement before the `exit`, and the traceback that it printed."""
    traced = ["+ cd /srv", "+ python3 x.py", *_PYTHON, "+ exit 1"]
    silent = ["+ cd /srv", "+ ./check", "+ exit 1"]

    assert (thrown := ended_by(tracebacks(_lines(traced)))) is not None
    assert thrown.traceback.chain[-1].type == "ValueError"
    assert (place := ended_by(tracebacks(_lines(silent)))) is not None
    assert place.traceback.chain[-1].frames[0].source == "./check"


def test_services_that_speak_in_turn() -> None:
    """Each service of a log is read by itself, and a line of the output is told by its own number."""
    texts = [line for text in _PYTHON for line in (f"web_1 | {text}", f"db_1 | {text}")]

    found = tracebacks(_lines(texts))

    assert [one.last for one in found] == [6, 7]


def test_the_last_uncaught_one_ended_the_run() -> None:
    """Of two that nobody caught the last; a logged one only if nothing was said after it."""
    logged = ["2026-05-04 10:00:00,000 ERROR x: failed", *_PYTHON]
    two = tracebacks(_lines([*_PYTHON, *(text.replace("bad", "worse") for text in _PYTHON)]))
    survived = tracebacks(_lines([*logged, "2026-05-04 10:00:01,000 INFO x: going on"]))
    last = tracebacks(_lines([*logged, "make: *** [all] Error 1", ""]))

    assert (ended := ended_by(two)) is not None
    assert ended.traceback.chain[-1].value == "worse"
    assert ended_by(survived) is None
    assert ended_by(last) is last[0]
