"""Option values: what is accepted, what it means, and that a refusal says what would be right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run import kinds, measures
from sentinel_run.errors import BadValueError

if TYPE_CHECKING:
    from collections.abc import Callable

DURATIONS = {
    "90": 90,
    "90s": 90,
    "5m": 300,
    "2h": 7200,
    "1d": 86400,
    "1h30m": 5400,
    "500ms": 0.5,
    "1.5s": 1.5,
    ".5": 0.5,
    "5.": 5,
    "0": 0,
    "0s": 0,
    "1m500ms": 60.5,
    "0.5h": 1800,
    " 5m ": 300,
    "5M": 300,
    "1d2h3m4s5ms": 93784.005,
}
BAD_DURATIONS = [
    "",
    " ",
    "5x",
    "-1",
    "1h30",
    "1..5m",
    "1.2.3",
    "nan",
    "inf",
    "1e3",
    "m",
    ".",
    ".m",
    "5 m",
    "+5",
    "0x10",
    "5mm",
    "9" * 400,
    "9" * 5000,
    "9" * 12 + "d",
    "٣",
    "1_000",
    "five",
    "5m\0",
    "ms",
]


@pytest.mark.parametrize(("text", "seconds"), DURATIONS.items())
def test_durations(text: str, seconds: float) -> None:
    """All forms of the contract, and decimals."""
    assert measures.duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", BAD_DURATIONS, ids=lambda text: text[:8])
def test_bad_durations_say_what_would_be_right(text: str) -> None:
    """A bad duration is refused with examples of good ones."""
    with pytest.raises(BadValueError, match="expected a duration such as 90, 90s, 5m, 1h30m or 500ms"):
        measures.duration(text)


@given(st.integers(0, 999), st.integers(0, 59), st.integers(0, 59), st.integers(0, 999))
def test_duration_is_the_sum_of_its_parts(hours: int, minutes: int, seconds: int, milliseconds: int) -> None:
    """Parts add up in every combination."""
    total = hours * 3600 + minutes * 60 + seconds + milliseconds / 1000

    assert measures.duration(f"{hours}h{minutes}m{seconds}s{milliseconds}ms") == pytest.approx(total)


@given(st.integers(0, 10**9), st.sampled_from([measures.duration, measures.size]))
def test_what_is_written_can_be_read(value: int, kind: Callable[[str], Any]) -> None:
    """A value that is shown to a person means the same when it is typed."""
    assert kind(measures.in_words(kind, value)) == value


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (measures.duration, 10.0, "10s"),
        (measures.duration, 90 * 86400.0, "90d"),
        (measures.duration, 0.5, "0.5s"),
        (measures.duration, 5400, "90m"),
        (measures.duration, 0, "0s"),
        (measures.size, 500_000_000, "500MB"),
        (measures.size, 1023, "1023"),
        (measures.size, 0, "0"),
        (kinds.integer, 20_000, "20000"),
    ],
)
def test_values_in_words(kind: Callable[[str], Any], value: float, text: str) -> None:
    """The largest unit that leaves no fraction."""
    assert measures.in_words(kind, value) == text


@pytest.mark.parametrize(
    "parse",
    [
        measures.duration,
        measures.size,
        kinds.integer,
        kinds.fraction,
        kinds.factor,
        kinds.switch,
        kinds.pair,
        kinds.statuses,
    ],
)
@given(text=st.text(max_size=20))
def test_any_text_is_a_value_or_refused(parse: Callable[[str], Any], text: str) -> None:
    """No text raises anything but the error that is meant for it."""
    try:
        parse(text)
    except BadValueError:
        return


GOOD = [
    (kinds.text, " as it is ", " as it is "),
    (kinds.integer, "0", 0),
    (kinds.integer, " 42 ", 42),
    (kinds.fraction, "0", 0.0),
    (kinds.fraction, "0.25", 0.25),
    (kinds.fraction, "1", 1.0),
    (kinds.fraction, "1e-3", 0.001),
    (kinds.factor, "3", 3.0),
    (kinds.factor, " 1.5", 1.5),
    (kinds.switch, "Yes", True),
    (kinds.switch, "1", True),
    (kinds.switch, "on", True),
    (kinds.switch, "off", False),
    (kinds.switch, "", False),
    (kinds.pair, "a=b", ("a", "b")),
    (kinds.pair, "a=b=c", ("a", "b=c")),
    (kinds.pair, " a =", ("a", "")),
    (kinds.pair, "clé=1", ("clé", "1")),
    (kinds.text, " \t", ""),
    (kinds.statuses, "3", (3,)),
    (kinds.statuses, "3, 24,", (3, 24)),
    (measures.size, "1000", 1000),
    (measures.size, "500MB", 500_000_000),
    (measures.size, " 1.5 gb ", 1_500_000_000),
    (measures.size, "64MiB", 64 * 1024**2),
    (measures.size, "2k", 2000),
    (measures.size, "0", 0),
    (kinds.choice("a", "b"), "b", "b"),
]
BAD = [
    (kinds.integer, "-1", "a whole number, 0 or more"),
    (kinds.integer, "1.5", "a whole number"),
    (kinds.integer, "", "a whole"),
    (kinds.integer, "²", "a whole number"),
    (kinds.integer, "9" * 10, "a whole number, 0 or more, of 9 digits at most"),
    (kinds.fraction, "nan", "from 0 to 1"),
    (kinds.fraction, "inf", "from 0 to 1"),
    (kinds.fraction, "1.01", "from 0 to 1"),
    (kinds.fraction, "-0.1", "from 0 to 1"),
    (kinds.fraction, "", "from 0 to 1"),
    (kinds.fraction, "half", "from 0 to 1"),
    (kinds.factor, "1", "above 1"),
    (kinds.factor, "nan", "above 1"),
    (kinds.factor, "inf", "above 1"),
    (kinds.factor, "twice", "above 1"),
    (kinds.switch, "maybe", "true or false"),
    (kinds.pair, "a", "KEY=VALUE"),
    (kinds.pair, "=b", "KEY=VALUE"),
    (kinds.pair, " =b", "KEY=VALUE"),
    (kinds.pair, "é=b", "a key of letters"),
    (kinds.pair, "-=b", "a key of letters"),
    (kinds.pair, "", "KEY="),
    (kinds.statuses, "256", "from 0 to 255"),
    (kinds.statuses, "", "from 0 to 255"),
    (kinds.statuses, "x", "from 0 to 255"),
    (kinds.statuses, "1,-2", "from 0 to 255"),
    (measures.size, "", "a size such as 500MB"),
    (measures.size, "MB", "a size"),
    (measures.size, "-1", "a size"),
    (measures.size, "5 apples", "a size"),
    (measures.size, "9" * 400, "a size"),
    (measures.size, "2000TB", "a size"),
    (kinds.choice("a", "b"), "c", "one of a, b"),
    (kinds.choice("a"), "A", "one of a"),
]


@pytest.mark.parametrize(("parse", "text", "value"), GOOD)
def test_good_values(parse: Callable[[str], Any], text: str, value: object) -> None:
    """A text becomes a value of its kind."""
    assert parse(text) == value


@pytest.mark.parametrize(("parse", "text", "wanted"), BAD)
def test_bad_values_say_what_would_be_right(parse: Callable[[str], Any], text: str, wanted: str) -> None:
    """A refusal names the text and what would have been right."""
    with pytest.raises(BadValueError, match=wanted) as caught:
        parse(text)

    assert repr(text) in str(caught.value)
