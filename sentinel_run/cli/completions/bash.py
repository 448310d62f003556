"""The tables of bash's completion."""

from __future__ import annotations

from sentinel_run.cli.completions import framed, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel_run.cli.verbs import Verb


def script(program: Verb) -> str:
    """A script to be sourced by bash, or to be loaded by bash-completion."""
    return framed("bash", _at(program)).replace("# @VALUES@\n", "".join(f"{line}\n" for line in _values(program)))


def _at(program: Verb) -> Iterator[str]:
    for verb in program.walk():
        rows = {
            "flags": [name for flag in verb.flags if not flag.takes_value for name in flag.names],
            "valued": [name for flag in verb.flags for name in flag.valued],
            "bare": [name for flag in verb.flags for name in flag.bare],
            "verbs": [inner.name for inner in verb.verbs],
            "words": verb.words,
            "files": ["1"] if verb.files else [],
            "runs": ["1"] if verb.runs else [],
        }
        yield f"    {quoted(verb.path)})"
        yield from (f"        {name}={quoted(' '.join(words))}" for name, words in rows.items() if words)
        yield "        ;;"


def _values(program: Verb) -> Iterator[str]:
    for verb in program.walk():
        for flag in verb.flags:
            choices = "FILES" if flag.files else " ".join(flag.words)
            if choices:
                patterns = " | ".join(quoted(f"{verb.path} {name}") for name in flag.names)
                yield f"    {patterns}) choices={quoted(choices)} ;;"
