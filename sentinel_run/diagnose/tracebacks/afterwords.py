"""Lines that tell nothing new: what the tools that started a failed program say after it."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# Enough to know such a line; an endless line must not cost endless time.
_LOOK_AT_CHARS = 300
_AFTERWORDS = re.compile(
    r"[\W_]*+$|make(?:\[\d+\])?: (?:\*\*\*|Leaving directory)|npm (?:ERR!|error)|error Command failed|Aborted"
    r"|Segmentation fault|command terminated|Command exited with non-zero status|error: Process completed with"
    r"|[\w./-]++: line \d+: +\d+ \w|Bus error|Killed|Trace/breakpoint trap|note: run with `RUST_BACKTRACE"
    r"|\s*For full logs, run|-- Configuring incomplete|See also \"|CMake Generate step failed"
    r"|\d+ items? had failures:$|\s+\d+ of\s+\d+ in |\*\*\*Test Failed\*\*\*"
)
# A heading, a statement that a shell traces (`set -x`), a complaint of a tool, a log record with its date, a word
# to a CI (`##[error]`, `::error::`): no message goes on so.
_OTHERS = re.compile(
    r"\[?\d{4}-\d\d-\d\d[T ,]|##\[|::\w+(?: [^:]*)?::|[=_-]{5}|\++ \S"
    r"|[\w./-]++: line \d+: |(?:ba|da|z)?sh: |(?i:error|fatal|warning|usage): "
)
# What a program says when it ends, once it has logged why.
_FAREWELL = re.compile(
    r"(?!.{0,40}\b(?:error|fatal|critical|panic)\b *:)"
    r".*\b(?:exit(?:ing|ed)?|shut(?:ting)? ?down|clean(?:ing|ed)?[ -]?up|good-?bye|bye|abort(?:ing|ed)?"
    r"|giving up|gave up|stopp(?:ing|ed)|terminat(?:ing|ed)|roll(?:ing|ed) ?back|quit(?:ting)?|clos(?:ing|ed)"
    r"|finished|failed|unsuccessful|elapsed|took)\b",
    re.IGNORECASE,
)
# What a script says of a step that has told why: no more than that.
_STEP_FAILED = re.compile(
    r"\W*(?:error|fatal)\W+(?:[\w./'-]+ ){1,5}(?:failed|aborted|died|exited)(?:\W*$| with | at | on | \(|,)",
    re.IGNORECASE,
)
# What unittest and pytest say of tests that all passed.
_COUNTED = re.compile(r"Ran \d+ tests? in [\d.]+s$")
_GOOD_END = re.compile(r"OK(?: \(.*\))?$")
_FENCE = re.compile(r"\s{0,3}(```+|~~~+)[\w+-]*\s*$")
_ALL_PASSED = re.compile(r"=+ (?:\d+ (?:passed|skipped|deselected|xfailed|xpassed|warnings?),? )+in .* =+$")


def tells_nothing_new(text: str) -> bool:
    """Whether the line is empty, decoration, or says only that a program failed."""
    return _AFTERWORDS.match(text[:_LOOK_AT_CHARS]) is not None


def says_farewell(text: str) -> bool:
    """Whether a program says in the line that it ends now, and no other reason than it has told before."""
    said = text[:_LOOK_AT_CHARS]
    return _FAREWELL.match(said) is not None or _STEP_FAILED.match(said) is not None


def is_of_another(text: str) -> bool:
    """Whether the line cannot be part of a program's message of several lines: its tool or its shell says it."""
    return tells_nothing_new(text) or _OTHERS.match(text[:_LOOK_AT_CHARS]) is not None


def passed_at(texts: Sequence[str]) -> int:
    """The number of the last line that says that all tests passed, -1 if none does.

    They expected what was raised before it.
    """
    for number in range(len(texts) - 1, -1, -1):
        text = texts[number][:_LOOK_AT_CHARS]
        if _ALL_PASSED.match(text) or (
            _GOOD_END.match(text) and any(map(_COUNTED.match, texts[max(0, number - 2) : number]))
        ):
            return number
    return -1


def fenced(texts: Sequence[str]) -> list[range]:
    """The numbers of the lines that stand between the fences of Markdown: a text that somebody shows."""
    found, opened = list[range](), ""
    for number, text in enumerate(texts):
        fence = _FENCE.match(text) if text[:8].lstrip()[:3] in ("```", "~~~") else None
        if fence and not opened:
            opened, first = fence[1], number
        elif fence and text.strip() == opened:
            found.append(range(first, number))
            opened = ""
    return found
