"""Which tool a line of output comes from, and whether the line says why it failed."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from sentinel_run.diagnose.tools.table import TOOLS
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.diagnose.tools.tool import Tool


class Word(Record):
    """What a tool says in one line. `says_why` is False for a line that only repeats that something failed.

    `status` is the exit status that the line itself gives, `target` what the tool was at.
    """

    tool: Tool
    says_why: bool
    status: int | None = None
    target: str = ""
    is_sure: bool = True


# A tool's name and its error stand at the beginning; an endless line must not cost endless time.
LOOK_AT_CHARS = 300


def word(text: str) -> Word | None:
    """The word of the one tool that would write `text`, a line of output; not `is_sure` where several would."""
    return _word(text[:LOOK_AT_CHARS].strip())


@lru_cache(maxsize=512)
def _word(text: str) -> Word | None:
    found = [made for tool in TOOLS if (made := _of(tool, text)) is not None]
    if not found:
        return None
    best = next((made for made in found if not made.says_why), found[0])
    return best._replace(is_sure=len(found) == 1)


def _of(tool: Tool, text: str) -> Word | None:
    says, repeats = _patterns(tool.says, tool.repeats)
    for pattern, says_why in ((says, True), (repeats, False)):
        match = pattern.search(text) if pattern else None
        if match is not None:
            given = match.groupdict()
            return Word(
                tool, says_why, int(given["status"]) if given.get("status") else None, given.get("target") or ""
            )
    return None


@cache
def _patterns(*texts: str) -> list[re.Pattern[str] | None]:
    return [re.compile(text) if text else None for text in texts]
