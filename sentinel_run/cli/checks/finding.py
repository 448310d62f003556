"""What a check has found."""

from __future__ import annotations

from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class Finding(Record):
    """Facts for `--json`, what is wrong (not healthy), and what may be done (healthy all the same)."""

    facts: Mapping[str, Any]
    problems: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
