"""What may not leave the process does not leave it, and what is no secret stays readable."""

from __future__ import annotations

import pytest

from sentinel_run import redact
from sentinel_run.redact import secret_patterns
from tests.unit.redact.cases import DAMAGED, INNOCENTS, SECRETS, Case, score


@pytest.mark.parametrize("case", SECRETS, ids=str)
def test_no_secret_survives(case: Case) -> None:
    """The secret is gone, whatever stands around it is not."""
    redacted = redact.text(case.text)

    assert case.secret not in redacted
    assert redacted == case.redacted


@pytest.mark.parametrize("line", [line for line in INNOCENTS if line not in DAMAGED])
def test_innocent_text_is_left_alone(line: str) -> None:
    """Words that only look like secrets stay as they are."""
    assert redact.text(line) == line


def test_score() -> None:
    """At least a hundred of each, none leaked; the damage is known."""
    found = score(redact.text)

    assert found.secrets >= 100
    assert found.innocents >= 100
    assert (found.leaked, found.damaged) == ([], sorted(DAMAGED))


@pytest.mark.parametrize("case", SECRETS, ids=str)
def test_redacting_twice_is_redacting_once(case: Case) -> None:
    """What is redacted already is not redacted again."""
    once = redact.text(case.text)

    assert redact.text(once) == once


def test_every_pattern_has_its_marks() -> None:
    """A text in which a pattern could find something is not passed over, and none is looked at in vain."""
    literals = {literal for pattern in secret_patterns.PATTERNS for literal in pattern.literals}

    assert [literal for literal in literals if not any(mark in literal for mark in redact.MARKS)] == []
    assert [mark for mark in redact.MARKS if mark not in literals] == []
