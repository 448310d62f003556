"""Which of very many lines are on a page."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel_run.cli.page.output import MOST_LINES, output
from sentinel_run.cli.story import Story
from sentinel_run.diagnose.diagnosis import FAILED, Diagnosis
from sentinel_run.diagnose.lines import Line
from tests.unit.samples import facts

COUNT = MOST_LINES + 5_000


def _flood(count: int, reason_at: int) -> Story:
    lines = tuple(Line(float(at), "stdout", "why" if at == reason_at else str(at)) for at in range(count))
    diagnosis = Diagnosis(FAILED, sentence="it failed: why", reason="why")
    return Story(facts(), diagnosis, "abc", lines, count, (), ())


@settings(max_examples=10, deadline=None)
@given(st.integers(0, COUNT - 1))
def test_the_reason_is_always_there(reason_at: int) -> None:
    """Wherever it was said, with its neighbours; what is missing between two lines is counted."""
    found = output(_flood(COUNT, reason_at))
    shown = [line for line in found.lines if "gap" not in line.marks]
    missing = sum(int(line.text[1:].split()[0].replace(",", "")) for line in found.lines if "gap" in line.marks)

    assert found.lines[found.marked].text == "why"
    assert {f"{at:.3f}" for at in range(max(0, reason_at - 5), min(COUNT, reason_at + 6))} <= {
        one.at for one in shown
    }
    assert (shown[0].at, shown[-1].at) == ("0.000", f"{COUNT - 1:.3f}")
    assert len(shown) <= MOST_LINES
    assert len(shown) + missing == COUNT


@given(st.integers(1, 300), st.integers(0, 300))
def test_paper_has_the_reason_and_the_end(count: int, most: int) -> None:
    """The last lines and those around the mark are printed; as many lines are on the page as were asked for."""
    found = output(_flood(count, 0), most)
    printed = [line for line in found.lines if "far" not in line.marks]

    assert sum("gap" not in line.marks for line in found.lines) == min(count, most)
    assert not most or printed[-1].at == f"{count - 1:.3f}"
    assert found.is_long == (len(printed) < len(found.lines))
    assert found.marked < 0 or found.lines[found.marked] in printed
