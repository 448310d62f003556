"""The table on the terminal, and the same as JSON."""

from __future__ import annotations

import json
import os
import platform
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.record import Row

_VERDICTS = {True: "held", False: "MISSED", None: ""}


def show(rows: Sequence[Row]) -> None:
    """Print `rows`, grouped by figure."""
    for (figure, unit), group in groupby(rows, key=lambda row: (row.figure, row.unit)):
        print(f"\n{figure} [{unit}]")
        for row in group:
            print(_line(row))


def write_json(path: str, rows: Sequence[Row]) -> None:
    """The rows and the machine they were measured on."""
    machine = {"system": platform.platform(), "python": platform.python_version(), "processors": os.cpu_count()}
    content = {
        "machine": machine,
        "rows": [{**row._asdict(), "goal": str(row.goal or ""), "holds": row.holds} for row in rows],
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)


def _line(row: Row) -> str:
    value = "-" if row.value is None else f"{row.value:.2f}"
    ratio = "" if row.ratio is None else f"{row.ratio:.2f} x"
    goal = f"{row.goal} {_VERDICTS[row.holds]}" if row.goal else ""
    return f"  {row.subject:<40} {value:>10} {ratio:>9}  {goal:<16} {row.remark}".rstrip()
