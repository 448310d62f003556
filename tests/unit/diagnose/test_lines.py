"""The lines of the output: clean, in order, and how much of them a diagnosis reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run.diagnose import recent
from sentinel_run.diagnose.lines import Line, clean, lines
from sentinel_run.facts import Output, Passage

_ODD = ["\x1b[31m", "\x1b[0m", "\x1b]0;", "\x07", "\x1b", "\\", "\r", "\b", "::", "error", " x=1", "##[error]", "\t", " ", "a", "\x00", "\x85", "\u202e"]  # fmt: skip
_LINE = st.lists(st.one_of(st.sampled_from(_ODD), st.text(st.characters(exclude_characters="\n"), max_size=3)))


@given(st.lists(_LINE.map("".join), min_size=1, max_size=8))
def test_each_line_is_cleaned_by_itself(texts: list[str]) -> None:
    """Many lines at once give what each of them gives alone."""
    assert clean("\n".join(texts)).split("\n") == list(map(clean, texts))


def test_what_is_shown_at_the_end() -> None:
    """Colours, titles and control characters go; a return and a backspace leave what a screen shows."""
    assert clean("\x1b[1;31mred\x1b[0m \x1b]0;title\x07x\x00") == "red x"
    assert clean("10%\r50%\r\n\r \r\nab\b\bc") == "50%\n\nc"
    assert clean("::error file=x::bad\n::endgroup::\n##[warning]old") == "error: bad\n\nwarning: old"


def test_streams_are_merged_by_time() -> None:
    """Lines that came at the same time stand by stream, each stream in its own order."""
    passages = (
        Passage("whole", "stderr", "a\nb\nc\n", ((0, 1.0), (2, 3.0))),
        Passage("whole", "stdout", "x\ny\n", ((0, 1.0), (1, 2.0))),
    )

    assert [line.text for line in lines(Output(passages))] == ["a", "b", "x", "y", "c"]


def _passage(texts: list[str]) -> Passage:
    return Passage("whole", "stderr", "".join(f"{text}\n" for text in texts), tuple((n, float(n)) for n in range(0, len(texts), 3)))  # fmt: skip


@given(st.lists(st.text("ab", max_size=3), max_size=40), st.integers(1, 60), st.integers(1, 30))
def test_the_end_of_the_output_is_what_is_read(texts: list[str], most_chars: int, most_lines: int) -> None:
    """As many of the last lines as there is room for, with the times that they have in the whole output."""
    output = Output((_passage(texts),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recent, "MOST_CHARS", most_chars)
        patch.setattr(recent, "MOST_LINES", most_lines)
        found = lines(recent.recent(output))

    whole = lines(output)
    fitting = [n for n in range(len(whole) + 1) if sum(len(line.text) + 1 for line in whole[len(whole) - n :]) <= most_chars]  # fmt: skip
    wanted = whole[len(whole) - min(max(fitting), most_lines) :]
    if wanted or not whole:
        assert found == wanted
    else:  # Of a line that is longer than all that is read, the end.
        assert found == [whole[-1]._replace(text=f"{whole[-1].text}\n"[-most_chars:].removesuffix("\n"))]


@pytest.mark.parametrize("end", ["", "\n"])
def test_an_endless_line_is_read_from_its_end(end: str) -> None:
    """A line longer than all that is read leaves its end."""
    text = "a" * recent.MOST_CHARS + "the end" + end

    (line,) = lines(recent.recent(Output((Passage("whole", "stderr", text, ((0, 1.0),)),))))

    assert line == Line(1.0, "stderr", text[-recent.MOST_CHARS :].removesuffix("\n"))
