"""rich's boxes of tracebacks: places that are too long for a row."""

from __future__ import annotations

import pytest

from sentinel_run.diagnose.tracebacks import python_rich

WIDTH = 40
PLACE = "/srv/a-long-folder/and-another-one/below-it/and-so-on-for-more-than-two-rows/main.py"


def _folded(text: str) -> list[str]:
    """As rich folds: words go to the next row whole, and one that is longer than a row is broken where it ends."""
    rows = [""]
    for word in text.split(" "):
        room = WIDTH - len(rows[-1]) - 1
        if rows[-1] and len(word) <= room:
            rows[-1] += f" {word}"
        else:
            rows += [word[start : start + WIDTH] for start in range(0, len(word), WIDTH)]
    return [row for row in rows if row]


@pytest.mark.parametrize("start", range(len(PLACE) - len("/main.py")))
def test_a_place_of_several_rows(start: int) -> None:
    """Wherever the row ends: in the path, in the number's word, before `in`, or before the function."""
    path = "/" + PLACE[start + 1 :]
    rows = [f"│ {row:{WIDTH}} │" for row in [*_folded(f"{path}:7 in work"), "", "❱ 7     raise bad()"]]
    head = f"╭{' Traceback (most recent call last) ':─^{WIDTH + 2}}╮"

    (found,) = python_rich.read([head, *rows, f"╰{'─' * (WIDTH + 2)}╯", "ValueError: bad table"])

    (call,) = found.chain[-1].frames
    assert (call.file, call.line, call.function, call.source) == (path, 7, "work", "raise bad()")
