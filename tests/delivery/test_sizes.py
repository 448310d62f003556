"""Whatever a command printed or was called, the report is within the server's limits, and what was cut is told."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sentinel_run.diagnose.cause import diagnose
from sentinel_run.facts import Command, Ending, Facts, Output, Passage, Place, Reporting, Step
from sentinel_run.report import host
from sentinel_run.report.envelopes import envelopes
from tests.servers.envelope import parse_envelope
from tests.servers.relay import check_envelope
from tests.unit.samples import facts

EVENT_BYTES = 1 << 20
# What breaks limits: wide and unprintable characters, much of it, separators, words that servers keep for themselves.
SEEDS = st.sampled_from(
    [
        "a",
        "\u4e2d",
        "\U0001f600",
        "\x00",
        "\x1b[31m",
        "\n",
        " ",
        "/",
        "=",
        "\\",
        '"',
        "none",
        "latest",
        ".",
        "\ufffd",
        "\u2028",
    ]
)
TEXT = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=30),
    st.builds(lambda seed, times: seed * times, SEEDS, st.sampled_from([1, 7, 200, 9000, 70_000])),
)
SHORT = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=30),
    st.builds(lambda s, n: s * n, SEEDS, st.sampled_from([1, 201, 3000])),
)
STREAM = st.sampled_from(["stdout", "stderr", "output"])


@st.composite
def hostile(draw: Any) -> Facts:
    """The facts of a failed run in which every text may be anything."""
    texts = [draw(TEXT) for _ in range(draw(st.integers(0, 6)))]
    passages = tuple(Passage("whole", draw(STREAM), text, ((0, 0.1),)) for text in texts)
    names = tuple(draw(st.lists(st.tuples(SHORT, SHORT), max_size=5)))
    place = Place(
        host=draw(SHORT), user=draw(SHORT), uid=0, pid=1, wrapper_pid=2, ancestors=tuple(draw(st.lists(SHORT, max_size=4))),
        ci=dict(draw(st.lists(st.tuples(st.sampled_from(["CI", "GITHUB_ACTIONS", "GITHUB_REF_NAME", "GITHUB_JOB"]), SHORT), max_size=4))),
    )  # fmt: skip
    reporting = Reporting(
        dsn="http://public@127.0.0.1:9/1", environment=draw(SHORT), release=draw(SHORT), tags=names,
        fingerprint=tuple(draw(st.lists(SHORT, max_size=3))), user=draw(SHORT), breadcrumbs=draw(st.sampled_from([0, 3, 100, 1000])),
    )  # fmt: skip
    ending = Ending(
        at=time.time(), duration_s=1.0, exit_status=draw(st.sampled_from([1, 127, None])), spawn_error=draw(SHORT)
    )
    steps = tuple(Step(0.1, draw(SHORT)) for _ in range(draw(st.integers(0, 3))))
    return facts()._replace(
        started_at=time.time() - 1, command=Command(draw(SHORT), tuple(draw(st.lists(TEXT, min_size=1, max_size=4))), draw(SHORT), draw(SHORT)),
        place=place, reporting=reporting, ending=ending, steps=steps, notes=tuple(draw(st.lists(SHORT, max_size=3))),
        output=Output(passages, {"stdout": 10**9}, {"stdout": 10**7}, {"stdout": 10**9}),
    )  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def no_probes() -> Iterator[None]:
    """The machine is not what is tested, and looking at it takes longer than all else."""
    before, host.bounded = host.bounded, lambda probe, limit_s=0.0: {}
    yield
    host.bounded = before


@pytest.mark.timeout(300)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(hostile())
def test_every_report_is_legal(made: Facts) -> None:
    """Relay's normalizer finds nothing to reject, drop or cut, and no event is over 1 MiB."""
    for kind, stored in envelopes(made, diagnose(made), with_event=True):
        sent = b"{" + stored[1:]
        assert check_envelope(sent) == [], kind
        sizes = [len(item.payload) for item in parse_envelope(sent).items if item.type in ("event", "transaction")]
        assert max(sizes) <= EVENT_BYTES
