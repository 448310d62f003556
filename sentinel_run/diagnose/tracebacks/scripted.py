"""Places in scripts of tools that are no shells: awk, sed, make, psql, mysql.

As with a shell (see there) these errors have no type: the cause stays the exit status.
"""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.scan import run_of, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("awk: ", "sed: file ", "psql:", " in file: '", ": *** ")
_HEAD = re.compile(
    r"g?awk: (?!cmd\. line)(?P<gawk>[^:]+):(?P<gawk_line>\d{1,9}):(?: \([^)]*\))? (?:fatal|error|\s*\^)"
    r"|mawk: (?P<mawk>[^:]+): line (?P<mawk_line>\d{1,9}): "
    r"|sed: file (?P<sed>\S+) line (?P<sed_line>\d{1,9}): "
    r"|psql:(?P<psql>[^:]+):(?P<psql_line>\d{1,9}): (?:ERROR|FATAL|PANIC|error): "
    r"|ERROR \d+ \(\w+\) at line (?P<mysql_line>\d{1,9}) in file: '(?P<mysql>[^']+)': "
    r"|(?P<make>[^\s:]+):(?P<make_line>\d{1,9}): \*\*\* "
)
_DETAIL = re.compile(
    r"(?:DETAIL|HINT|QUERY|LOCATION|STATEMENT|CONTEXT|LINE \d+): "
    r"|PL/pgSQL function |SQL (?:statement|function) |\s+\^"
)
_FUNCTION = re.compile(r"(?:CONTEXT:  )?(?:PL/pgSQL|SQL) function (\w+)")
_LINE = re.compile(r"LINE \d+: (.*)")


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every error with a place in `lines`."""
    return scan(lines, _HEAD, _one)


def _one(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback:
    tool = next(name for name in ("gawk", "mawk", "sed", "psql", "mysql", "make") if head[name])
    details = run_of(lines, at + 1, _DETAIL) if tool == "psql" else []
    said = [lines[at + 1 + number] for number in range(len(details))]
    functions = [match[1] for match in map(_FUNCTION.match, said) if match]
    source = next((match[1].strip() for match in map(_LINE.match, said) if match), "")
    script = Frame(head[tool], int(head[f"{tool}_line"]), source=source)
    frames = (script, *(Frame(function=name) for name in reversed(functions)))
    thrown = Thrown("", lines[at], frames=frames)
    return Traceback((thrown,), at, at + len(details), tool, is_logged=True)
