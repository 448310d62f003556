"""Prints the score by language, and each expectation that is not met: `python -m tests.diagnose_corpus [WORD]...`.

`--strict` also fails where a case was not run though a Debian package has what it needs; `--missing` prints these
packages, and looks at no case.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.diagnose_corpus.cases import Case, can_be_looked_at, can_run, cases, diagnosis, ended, is_real, needs
from tests.diagnose_corpus.programs import PROGRAMS, missing, version
from tests.diagnose_corpus.scoring import SCORED, Mark, marks

_STRICT, _MISSING = "--strict", "--missing"


def main(words: list[str]) -> int:
    """0 if all is as expected. With words, only cases whose names have one of them."""
    options = {word for word in words if word in (_STRICT, _MISSING)}
    words = [word for word in words if word not in options]
    chosen = [case for case in cases() if not words or any(word in case.name for word in words)]
    packages = {case.name: lacking for case in chosen if (lacking := missing(case))}
    if _MISSING in options:
        print("\n".join(sorted({package for lacking in packages.values() for package in lacking})))
        return 0
    is_right = _judged(chosen)
    _print_versions(chosen)
    if _STRICT not in options or not packages:
        return int(not is_right)
    for name, lacking in packages.items():
        print(f"{name} was not run: {', '.join(lacking)} is not installed")
    return 1


def _judged(chosen: list[Case]) -> bool:
    """Whether all marks are right; prints those that are not, and the table."""
    right: defaultdict[str, Counter[str]] = defaultdict(Counter)
    asked: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for case in chosen:
        for mark in _marks(case):
            right[case.language][mark.asked] += mark.is_right
            asked[case.language][mark.asked] += 1
            if not mark.is_right:
                print(f"{case.name}: {mark.asked}\n    expected {mark.expected!r}\n    found    {mark.found!r}")
    _print_table(chosen, right, asked)
    return right == asked


def _marks(case: Case) -> list[Mark]:
    if not can_be_looked_at(case):
        return []
    with tempfile.TemporaryDirectory() as folder:
        done = ended(case, Path(folder))
        return list(marks(case, done, diagnosis(done)))


def _print_table(chosen: list[Case], right: dict[str, Counter[str]], asked: dict[str, Counter[str]]) -> None:
    """By language: how many were run here, read from a capture, are texts that we wrote, and were not looked at."""
    heads = ("cases", "run", "captured", "written", "skipped", *SCORED)
    print(f"{'':12}" + "".join(f"{head:>10}" for head in heads))
    for language in (*sorted({case.language for case in chosen}), ""):
        of_it = [case for case in chosen if language in ("", case.language)]
        counts = Counter(map(_how, of_it))
        cells = (_share(_sum(right, language, name), _sum(asked, language, name)) for name in SCORED)
        numbers = (len(of_it), *(counts[how] for how in heads[1:5]))
        print(f"{language or 'all':12}" + "".join(f"{cell:>10}" for cell in (*numbers, *cells)))


def _how(case: Case) -> str:
    """How its output was had."""
    if can_run(case):
        return "run"
    if not can_be_looked_at(case):
        return "skipped"
    return "captured" if is_real(case) else "written"


def _sum(counted: dict[str, Counter[str]], language: str, name: str) -> int:
    return sum(one[name] for of, one in counted.items() if language in ("", of))


def _share(right: int, asked: int) -> str:
    return f"{right}/{asked}" if asked else "-"


def _print_versions(chosen: Iterable[Case]) -> None:
    """What ran, and what made the captures that were read instead."""
    said: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for case in chosen:
        if case.language not in ("tools", "negative"):
            said[case.language].update(dict.fromkeys(_versions(case)))
    known = {
        name: version(name)
        for name in sorted({name for names in said.values() for name in names})
        if name in PROGRAMS
    }
    for language in sorted(said):
        print(f"{language:12}" + "; ".join(known.get(name, name) for name in said[language]))


def _versions(case: Case) -> Iterator[str]:
    if can_run(case):
        yield from (name for name in needs(case) if name in PROGRAMS and PROGRAMS[name].version)
    elif "captured" in case.given:
        yield f"({'captured: ' * is_real(case)}{case.given['captured']})"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
