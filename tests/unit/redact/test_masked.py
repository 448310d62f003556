"""What a command declares secret in the words of a CI system."""

from __future__ import annotations

import pytest

from sentinel_run import redact
from sentinel_run.child.tail import Tail
from sentinel_run.redact import masked

DECLARED = {
    "::add-mask::swordfish": {"swordfish"},
    "##[add-mask]swordfish": {"swordfish"},
    "2026-01-01T00:00:00Z ::add-mask::  swordfish \r": {"swordfish"},
    "::add-mask::100%25 sure": {"100% sure"},
    "::add-mask::first%0D%0Asecond%0Athird": {"first\r\nsecond\nthird", "first", "second", "third"},
    "##vso[task.setsecret]swordfish": {"swordfish"},
    "##vso[task.setvariable variable=x;isSecret=true]sword;fish]": {"sword;fish]"},
    "##vso[task.setvariable variable=x;issecret=false]plain": set(),
    "##vso[task.setvariable variable=x]plain": set(),
    "::add-mask::": set(),
    "::add-mask::ab": set(),
    "add-mask it": set(),
}


def _said(*pieces: bytes, look: bool = True) -> Tail:
    made = Tail(masked.lines if look else None)
    for at_s, piece in enumerate(pieces):
        made.add(at_s, "stdout", piece)
    return made


@pytest.mark.parametrize("line", DECLARED)
def test_what_a_line_declares(line: str) -> None:
    """Each vendor's command, with its way to write line breaks and percent signs."""
    assert set(masked.values(_said(b"before\n", line.encode() + b"\nafter\n"))) == DECLARED[line]


def test_a_line_in_pieces() -> None:
    """A read may end anywhere."""
    assert masked.values(_said(b"::add-", b"mask::sword", b"fish\n")) == ("swordfish",)


def test_a_line_that_is_not_kept() -> None:
    """A value declared in the middle of very much output is known all the same, where that is asked for."""
    much = [b"x" * 60_000 + b"\n"] * 20
    pieces = (*much, b"::add-mask::swordfish\n", *much)

    assert masked.values(_said(*pieces)) == ("swordfish",)
    assert masked.values(_said(b"y" * 70_000, b"::add-mask::swordfish\n" + b"z" * 900_000)) == ("swordfish",)
    assert masked.values(_said(*pieces, look=False)) == ()
    assert len(_said(*[b"::add-mask::swordfish\n" + b"x" * 4000 + b"\n"] * 2000).declared) == 1000


def test_the_longer_one_first() -> None:
    """A value that is a part of another one leaves nothing of it."""
    secrets = redact.with_values(redact.Secrets(("word",)), ("swordfish", "sword"))

    assert redact.text("a swordfish, a sword, a word", secrets) == "a [Filtered], a [Filtered], a [Filtered]"
