"""The lines of .NET's stack traces, as .NET, .NET Framework and Mono write them."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame

_CALL = re.compile(
    r"\s+at (?P<function>[^\s(]+(?: ?\[[^\]]*\])?) ?\((?P<arguments>[^()]*(?:\([^()]*\)[^()]*)*)\)"
    r"(?: \[0x[0-9a-f]+\])?(?: in (?P<file>.+?):(?:line )?(?P<line>\d{1,9}))? *(?:<---)?$"
)
_JVM_PLACE = re.compile(r"[^\s:(]+\.(?:java|kt|scala|groovy|clj)(?::\d+)?$|Native Method$|Unknown Source$")
_FOREIGN = re.compile(
    r"(?:System|Microsoft|Mono|Xunit|NUnit|Newtonsoft|Npgsql|MySql|Polly|Serilog|AutoMapper|MediatR|Grpc|Dapper"
    r"|Azure|Amazon)\."
)
_LONGEST_CALL = 3000


def call(line: str) -> Frame | None:
    """The frame of a line `at Name.Space.Type.Method(arguments) in file:line n`; None for any other line."""
    match = _CALL.match(line) if " at " in line[:40] and len(line) < _LONGEST_CALL else None
    if match is None or _JVM_PLACE.match(match["arguments"]):
        return None
    file = match["file"] or ""
    function = match["function"]
    in_app = not _FOREIGN.match(function)
    return Frame("" if file.startswith("<") else file, int(match["line"] or 0), function, in_app=in_app)
