"""Our own words where stderr is no terminal: the table in docs/configuration.md."""

from __future__ import annotations

import pytest

from tests.process.support import PROGRAM, run, wrapped

_CASES = {
    "note": (wrapped("true", options=["--dsn", "garbage"]), 0),
    "not started": (wrapped("nosuch"), 127),
    "held back": (wrapped("false", options=["--only-on-failure"]), 1),
    "wrong usage": (wrapped("true", options=["--timeout", "soon"]), 125),
}
_SPOKEN = {
    "": {"not started", "held back", "wrong usage"},
    "--verbose": set(_CASES),
    "--quiet": {"wrong usage"},
}


@pytest.mark.parametrize("case", _CASES)
@pytest.mark.parametrize("flag", _SPOKEN)
def test_one_line_or_nothing(case: str, flag: str) -> None:
    """The words are one line with our name in front, or there are none; the status is the same."""
    command, status = _CASES[case]
    words = command[len(PROGRAM) :]

    done = run([*PROGRAM, *([flag] if flag else []), *words])

    lines = done.stderr.decode().splitlines()
    assert done.returncode == status
    assert len(lines) == (case in _SPOKEN[flag])
    assert all(line.startswith("sentinel-run: ") for line in lines)
