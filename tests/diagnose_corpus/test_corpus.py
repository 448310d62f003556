"""Every case of the corpus is diagnosed as its file says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.diagnose_corpus.cases import Case, can_be_looked_at, cases, diagnosis, ended
from tests.diagnose_corpus.scoring import marks


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_case(case: Case, tmp_path: Path) -> None:
    """Cause, type, value, chain, innermost frame of the user's code and reason are the expected ones."""
    if not can_be_looked_at(case):
        pytest.skip(f"needs {case.given.get('needs', case.given['run'].split()[0])}")
    done = ended(case, tmp_path)

    found = list(marks(case, done, diagnosis(done)))

    assert [mark for mark in found if not mark.is_right] == []
