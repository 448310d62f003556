"""Groups that a command marks in its output for a CI system: parts of the run with a name, a start and an end."""

from __future__ import annotations

import re

from sentinel_run.facts import Noted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel_run.facts import Output, Passage

_HINTS = ("::group::", "##[group]", "section_start:", "##teamcity[blockOpened")
# GitHub's `::group::NAME` and Azure's `##[group]NAME`, which do not nest; GitLab's sections; TeamCity's blocks.
_START = re.compile(
    r"^(?:::group::|##\[group\])(?P<flat>.*)"
    r"|section_start:\d{1,12}:(?P<section>[\w.-]+)"
    r"|##teamcity\[blockOpened[^\]]*?name='(?P<block>(?:\|.|[^'|])*)'"
)
_END = re.compile(
    r"^(?P<flat>::endgroup::|##\[endgroup\])|section_end:\d{1,12}:(?P<section>[\w.-]+)"
    r"|##teamcity\[blockClosed[^\]]*?name='(?P<block>(?:\|.|[^'|])*)'"
)
_LOOK_AT_CHARS, _MOST = 500, 200


def notes(output: Output) -> list[Noted]:
    """The groups as notes of spans, so that they pair and nest like those that a command notes itself."""
    found: list[Noted] = []
    for passage in output.passages:
        if any(hint in passage.text for hint in _HINTS):
            found += _of_passage(passage, len(found))
    return sorted(found, key=lambda note: note.at_s)[: 2 * _MOST]


def _of_passage(passage: Passage, number: int) -> Iterator[Noted]:
    open_: list[tuple[str, str]] = []
    for at_s, text in _timed(passage):
        text = text[:_LOOK_AT_CHARS]
        if found := _END.search(text):
            known = [group for group in open_ if found["flat"] or group[1] == _name(found)]
            if known:
                open_.remove(known[-1])
                yield _note("end", *known[-1], at_s)
        if found := _START.search(text):
            if found["flat"] is not None and open_:  # The next one ends the one before.
                yield _note("end", *open_.pop(), at_s)
            number += 1
            open_.append((f"group {passage.stream} {number}", _name(found)))
            yield _note("start", *open_[-1], at_s)


def _name(found: re.Match[str]) -> str:
    if found["block"]:
        return re.sub(r"\|(.)", r"\1", found["block"])
    return found["section"] or (found["flat"] or "").strip() or "group"


def _note(state: str, id_: str, name: str, at_s: float) -> Noted:
    return Noted("span", at_s, {"state": state, "name": name, "id": id_, "op": "ci.group"})


def _timed(passage: Passage) -> Iterator[tuple[float, str]]:
    """Each line with the time of the read that it came with."""
    marks = list(passage.marks) or [(0, 0.0)]
    at_s = marks[0][1]
    for number, text in enumerate(passage.text.split("\n")):
        while marks and marks[0][0] <= number:
            at_s = marks.pop(0)[1]
        yield at_s, text
