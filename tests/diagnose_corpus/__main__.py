"""Prints the score by language, and each expectation that is not met: `python -m tests.diagnose_corpus [WORD]...`."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

from tests.diagnose_corpus.cases import Case, can_be_looked_at, can_run, cases, diagnosis, ended
from tests.diagnose_corpus.scoring import SCORED, Mark, marks


def main(words: list[str]) -> int:
    """0 if all is as expected. With words, only cases whose names have one of them."""
    right: defaultdict[str, Counter[str]] = defaultdict(Counter)
    asked: defaultdict[str, Counter[str]] = defaultdict(Counter)
    chosen = [case for case in cases() if not words or any(word in case.name for word in words)]
    for case in chosen:
        for mark in _marks(case):
            right[case.language][mark.asked] += mark.is_right
            asked[case.language][mark.asked] += 1
            if not mark.is_right:
                print(f"{case.name}: {mark.asked}\n    expected {mark.expected!r}\n    found    {mark.found!r}")
    _print_table(chosen, right, asked)
    return int(right != asked)


def _marks(case: Case) -> list[Mark]:
    if not can_be_looked_at(case):
        return []
    with tempfile.TemporaryDirectory() as folder:
        done = ended(case, Path(folder))
        return list(marks(case, done, diagnosis(done)))


def _print_table(chosen: list[Case], right: dict[str, Counter[str]], asked: dict[str, Counter[str]]) -> None:
    print(f"{'':12} {'cases':>6} {'run':>5}" + "".join(f"{name:>9}" for name in SCORED))
    for language in sorted({case.language for case in chosen}):
        of_it = [case for case in chosen if case.language == language]
        cells = (_share(right[language][name], asked[language][name]) for name in SCORED)
        print(
            f"{language:12} {len(of_it):6} {sum(map(can_run, of_it)):5}" + "".join(f"{cell:>9}" for cell in cells)
        )
    totals = (
        _share(sum(one[name] for one in right.values()), sum(one[name] for one in asked.values()))
        for name in SCORED
    )
    print(f"{'all':12} {len(chosen):6} {sum(map(can_run, chosen)):5}" + "".join(f"{cell:>9}" for cell in totals))


def _share(right: int, asked: int) -> str:
    return f"{right}/{asked}" if asked else "-"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
