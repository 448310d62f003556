"""Trace headers: made, continued, and ignored where they are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run import trace

if TYPE_CHECKING:
    from sentinel_run.records import Trace

TRACE, SPAN = "0123456789abcdef0123456789abcdef", "0123456789abcdef"


def start(sample_rate: float = 1.0, /, **environ: str) -> Trace:
    """A trace that begins in this environment."""
    return trace.start(environ, sample_rate=sample_rate, members={"release": "1.0 ä", "environment": ""})


CONTINUED = {
    "SENTRY_TRACE": [(f"{TRACE}-{SPAN}-1", True), (f"{TRACE}-{SPAN}-0", False), (f" {TRACE}-{SPAN} ", True)],
    "TRACEPARENT": [
        (f"00-{TRACE}-{SPAN}-01", True),
        (f"00-{TRACE}-{SPAN}-00", False),
        (f"cc-{TRACE}-{SPAN}-03-later", True),
    ],
}
IGNORED = {
    "SENTRY_TRACE": [
        "",
        "x",
        TRACE,
        f"{TRACE}-{SPAN[:-1]}-1",
        f"{TRACE}-{SPAN}-1-2",
        f"{'0' * 32}-{SPAN}-1",
        f"{TRACE[:-1]}g-{SPAN}-1",
    ],
    "TRACEPARENT": [
        "",
        f"00-{TRACE}-{SPAN}",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE}-{SPAN}-1",
        f"00-{TRACE}-{SPAN}-zz",
        f"00-{TRACE}-{SPAN}-01-more",
        f"zz-{TRACE}-{SPAN}-01",
        f"0-{TRACE}-{SPAN}-01",
    ],
}


def pairs(table: dict[str, list[object]]) -> list[tuple[object, ...]]:
    """(variable, what stands in the table) of each row."""
    return [(name, *(row if isinstance(row, tuple) else (row,))) for name, rows in table.items() for row in rows]


@pytest.mark.parametrize(("variable", "header", "sampled"), pairs(CONTINUED))  # type: ignore[arg-type]
def test_incoming_trace_is_continued(variable: str, header: str, sampled: bool) -> None:
    """Its trace id and its decision are kept, its span becomes the parent of ours."""
    made = start(1.0, **{variable: header})

    assert (made.trace_id, made.parent_span_id, made.sampled) == (TRACE, SPAN, sampled)
    assert made.span_id != SPAN


@pytest.mark.parametrize(("variable", "header"), pairs(IGNORED))  # type: ignore[arg-type]
def test_invalid_header_is_ignored(variable: str, header: str) -> None:
    """A new trace begins."""
    made = start(1.0, **{variable: header})

    assert made.trace_id != TRACE
    assert made.parent_span_id == ""


def test_sentry_trace_comes_first() -> None:
    """Where both headers are there, Sentry's own is taken."""
    made = start(SENTRY_TRACE=f"{TRACE}-{SPAN}-1", TRACEPARENT=f"00-{'1' * 32}-{'2' * 16}-01")

    assert made.trace_id == TRACE


def test_headers_round_trip() -> None:
    """What we give to the command continues our trace, by either header."""
    made = start(0.5)

    for variable in ("SENTRY_TRACE", "TRACEPARENT"):
        inner = start(**{variable: trace.headers(made)[variable], "SENTRY_BAGGAGE": made.baggage})
        assert (inner.trace_id, inner.parent_span_id, inner.sampled) == (made.trace_id, made.span_id, made.sampled)
        assert (inner.sample_rand, inner.baggage) == (made.sample_rand, made.baggage)


@given(st.floats(0, 1))
def test_sampled_if_the_random_number_is_below_the_rate(rate: float) -> None:
    """The law by which all parts of a trace decide alike."""
    made = start(rate)

    assert made.sampled == (made.sample_rand < rate)
    assert 0 <= made.sample_rand < 1


@given(st.integers(0, 999_999), st.floats(0, 1))
def test_deferred_decision_uses_the_trace_s_random_number(millionths: int, rate: float) -> None:
    """An incoming trace without a decision is decided by its own number."""
    made = start(rate, SENTRY_TRACE=f"{TRACE}-{SPAN}", SENTRY_BAGGAGE=f"sentry-sample_rand=0.{millionths:06}")

    assert made.sample_rand == millionths / 1_000_000
    assert made.sampled == (millionths / 1_000_000 < rate)


@given(st.text(max_size=30), st.text(max_size=40), st.text("0123456789.²٣-e", max_size=8))
def test_no_header_raises(header: str, baggage: str, rand: str) -> None:
    """Any text may stand in the environment."""
    made = start(
        SENTRY_TRACE=f"{TRACE}-{SPAN}", TRACEPARENT=header, SENTRY_BAGGAGE=f"sentry-sample_rand={rand},{baggage}"
    )

    assert 0 <= made.sample_rand < 1


def test_baggage_of_others_is_kept() -> None:
    """A new trace keeps other vendors' members and replaces stale ones of Sentry's."""
    made = start(SENTRY_BAGGAGE="a=b, sentry-release=old ,,c=d")

    assert made.baggage.startswith("a=b,c=d,sentry-release=1.0%20%C3%A4,")
    assert "old" not in made.baggage
    assert "environment" not in made.baggage


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_quoting_comes_back(text: str) -> None:
    """A member's value is the text that was put in, whatever letters it has."""
    assert trace.unquoted(trace.quoted(text)) == text


@pytest.mark.parametrize("value", ["100%", "%zz", "%4", "a%2"])
def test_what_is_no_escape_stays(value: str) -> None:
    """A lone percent sign of another program's making is a letter."""
    assert trace.unquoted(value) == value


def test_one_trace_for_one_origin() -> None:
    """Processes of one CI run share trace and sampling; a step's runs share a parent; another run is another trace."""
    first, second, other_step, other_run = (
        trace.start({}, sample_rate=0.5, members={}, origin=trace.Origin(run, step))
        for run, step in (("run 1", "a"), ("run 1", "a"), ("run 1", "b"), ("run 2", "a"))
    )

    assert first.trace_id == second.trace_id == other_step.trace_id != other_run.trace_id
    assert first.sampled == other_step.sampled
    assert first.parent_span_id == second.parent_span_id != other_step.parent_span_id
    assert first.span_id != second.span_id


def test_incoming_trace_outweighs_the_origin() -> None:
    """Inside a step everything nests."""
    environ = {"SENTRY_TRACE": f"{TRACE}-{SPAN}-1"}

    inner = trace.start(environ, sample_rate=1.0, members={}, origin=trace.Origin("run 1", "a"))

    assert (inner.trace_id, inner.parent_span_id) == (TRACE, SPAN)
