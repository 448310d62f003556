"""CSV for spreadsheets and for `cut`: one line a row, whatever the texts in it are."""

from __future__ import annotations

import csv
import io
import sys

from sentinel_run.cli.screens import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

# A spreadsheet takes what begins so for a formula (OWASP, CSV injection), some of them the full-width letters too.
_FORMULAS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_MARK = "'"


def put(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Print a header and the rows, in UTF-8. Raises `NoReaderError`."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row[column]) for column in columns])
    sys.stdout.flush()


def _cell(value: Any) -> str:
    """Nothing for None; a text without control characters, and without the power to calculate."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    text = words.printable(value)
    return _MARK + text if text.lstrip().startswith(_FORMULAS) else text
