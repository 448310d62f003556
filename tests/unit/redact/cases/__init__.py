"""How good redaction is: tables of secrets and of innocent text, and the score. `python -m tests.unit.redact.cases`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

_HERE = Path(__file__).parent
# What is cut out though it is no secret: a comparison in a program's text, and a user's name where a token may be.
DAMAGED = frozenset({"token.kind == NAME", "http://user@host/path"})


class Case(NamedTuple):
    """A secret and what stands around it; in the table it stands between `<<` and `>>`."""

    before: str
    secret: str
    after: str

    @property
    def text(self) -> str:
        """As a command would print it."""
        return self.before + self.secret + self.after

    @property
    def redacted(self) -> str:
        """As it is to be kept."""
        return f"{self.before}[Filtered]{self.after}"

    def __str__(self) -> str:
        return self.text


class Score(NamedTuple):
    """How many there were, and which of them got through or were damaged."""

    secrets: int
    innocents: int
    leaked: list[str]
    damaged: list[str]

    def __str__(self) -> str:
        return (
            f"leaked {len(self.leaked)} of {self.secrets} secrets, "
            f"damaged {len(self.damaged)} of {self.innocents} innocent texts"
        )


def _lines(name: str) -> list[str]:
    escaped = (_HERE / name).read_text().splitlines()
    return [line.replace("\\x1b", "\x1b").replace("\\t", "\t") for line in escaped]


def _case(line: str) -> Case:
    before, _, rest = line.partition("<<")
    secret, _, after = rest.rpartition(">>")
    return Case(before, secret, after)


SECRETS = [_case(line) for line in _lines("secrets.txt")]
INNOCENTS = _lines("innocents.txt")


def score(redact: Callable[[str], str]) -> Score:
    """What `redact` does to all of them."""
    leaked = [case.text for case in SECRETS if case.secret in redact(case.text)]
    damaged = sorted(line for line in INNOCENTS if redact(line) != line)
    return Score(len(SECRETS), len(INNOCENTS), leaked, damaged)
