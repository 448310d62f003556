"""Every case of the corpus is diagnosed as its file says, run for real and read from its capture alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.diagnose_corpus.__main__ import main
from tests.diagnose_corpus.cases import (
    SPECIAL,
    Case,
    can_run,
    captured,
    cases,
    diagnosis,
    ended,
    is_captured,
    needs,
)
from tests.diagnose_corpus.programs import PROGRAMS
from tests.diagnose_corpus.scoring import marks

CASES = list(cases())
RUN = [case for case in CASES if "run" in case.given]
CAPTURED = [case for case in CASES if is_captured(case)]


def _name(case: Case) -> str:
    return case.name


@pytest.mark.timeout(600)
@pytest.mark.parametrize("case", RUN, ids=_name)
def test_run(case: Case, tmp_path: Path) -> None:
    """What the program says here: cause, type, value, chain, innermost frame, reason are the expected ones."""
    if not can_run(case):
        pytest.skip(f"needs {needs(case)}")
    done = ended(case, tmp_path)

    found = list(marks(case, done, diagnosis(done)))

    assert [mark for mark in found if not mark.is_right] == []


@pytest.mark.parametrize("case", CAPTURED, ids=_name)
def test_capture(case: Case) -> None:
    """What the program said elsewhere, also where it could be run here: so both stay true."""
    done = captured(case)

    found = list(marks(case, done, diagnosis(done)))

    assert [mark for mark in found if not mark.is_right] == []


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_case_can_be_looked_at(case: Case) -> None:
    """Each is run or captured, a capture says what made it, and what a run needs is known by its package."""
    assert "run" in case.given or is_captured(case)
    assert is_captured(case) == ("captured" in case.given)
    assert [need for need in needs(case) if need not in PROGRAMS and not need.startswith(SPECIAL)] == []


def test_strict_fails_for_a_case_that_was_only_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """... though Debian has what it needs; without `--strict` its capture is as good."""
    monkeypatch.setenv("PATH", "")

    assert main(["lua/nil_value"]) == 0
    assert main(["--strict", "lua/nil_value"]) == 1
    assert "lua/nil_value was not run: lua5.4 is not installed" in capsys.readouterr().out
    assert main(["--strict", "swift/old"]) == 0
