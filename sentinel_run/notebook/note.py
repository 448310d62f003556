"""`sentinel-run note`: a running command adds to its own report.

Read by hand like the run's own options, because a script may call it a thousand times; click shows its help only.
"""

from __future__ import annotations

import os
import time

from sentinel_run import kinds, notebook, notes
from sentinel_run.errors import UsageError
from sentinel_run.json_form import to_json
from sentinel_run.notebook import jotted
from sentinel_run.program import switch
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

_HELP = "try: sentinel-run note --help"


class Given(Record):
    """The words of a call; `strict` makes a failure of a note that cannot be kept."""

    operands: list[str]
    options: dict[str, list[str]]
    strict: bool


class Shape(Record):
    """How one kind is called: its operands as the help shows them, its options, and how it becomes notes."""

    usage: str
    options: tuple[str, ...]
    make: Callable[[Given], list[dict[str, Any]]]


def run(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Add the note that `argv` gives; returns the exit status. Raises `UsageError`.

    Outside a run, or where the note cannot be kept, that is said, and the status is 0 unless `--strict` is given:
    a script runs the same without us.
    """
    shape, given = _read(argv)
    if switch.is_off():
        return 0
    made = shape.make(given)
    for note in made:
        if fault := jotted.fault(note):
            raise UsageError(f"{_kind(argv)}: {fault}", _HELP)
    failed = [why for note in made if (why := notebook.add(environ, to_json({**note, "time": time.time()})))]
    if failed:
        notes.say(f"{failed[0]}; nothing is noted")
    return 1 if failed and given.strict else 0


def _read(argv: Sequence[str]) -> tuple[Shape, Given]:
    kind = _kind(argv)
    if kind not in SHAPES:
        if not kind:
            raise UsageError(f"note needs one of {', '.join(SHAPES)}", _HELP)
        likely = kinds.nearest(kind, list(SHAPES))
        raise UsageError(
            f"note needs one of {', '.join(SHAPES)}, not {kind!r}", f"did you mean {likely}?" if likely else _HELP
        )
    given = Given([], {}, strict="--strict" in _options_part(argv))
    words = list(argv[argv.index(kind) + 1 :])
    while words:
        _take(words.pop(0), words, SHAPES[kind], given)
    return SHAPES[kind], given


def _kind(argv: Sequence[str]) -> str:
    return next((word for word in argv if word != "--strict"), "")


def _options_part(argv: Sequence[str]) -> Sequence[str]:
    return argv[: argv.index("--")] if "--" in argv else argv


def _take(word: str, words: list[str], shape: Shape, given: Given) -> None:
    if word == "--":
        given.operands.extend(words)
        words.clear()
    elif not word.startswith("--"):
        given.operands.append(word)
    elif word != "--strict":
        name, equals, value = word[2:].partition("=")
        if name not in shape.options:
            likely = kinds.nearest(name, (*shape.options, "strict"))
            raise UsageError(f"no such option: --{name}", f"did you mean --{likely}?" if likely else _HELP)
        if not equals and not words:
            raise UsageError(f"option {word} needs a value", _HELP)
        given.options.setdefault(name, []).append(value if equals else words.pop(0))


def _breadcrumb(given: Given) -> list[dict[str, Any]]:
    (message,) = _exactly(given, "MESSAGE")
    return [{"type": "breadcrumb", "message": message, **_chosen(given)}]


def _tag(given: Given) -> list[dict[str, Any]]:
    return [{"type": "tag", "key": key, "value": value} for key, value in _pairs(given.operands).items()]


def _context(given: Given) -> list[dict[str, Any]]:
    name, *rest = _at_least_one(given, "NAME")
    return [{"type": "context", "name": name, "data": _pairs(rest)}]


def _measure(given: Given) -> list[dict[str, Any]]:
    name, text = _exactly(given, "NAME VALUE")
    try:
        value = float(text) if not text.lstrip("+-").isdigit() else int(text)
    except ValueError:
        raise UsageError(f"the value of {name} is {text!r}, expected a number", _HELP) from None
    return [{"type": "measure", "name": name, "value": value, **_chosen(given)}]


def _span(given: Given) -> list[dict[str, Any]]:
    state, name = _exactly(given, "start|end NAME")
    return [{"type": "span", "state": state, "name": name, **_chosen(given)}]


def _user(given: Given) -> list[dict[str, Any]]:
    (who,) = _exactly(given, "ID")
    return [{"type": "user", "id": who}]


SHAPES: Mapping[str, Shape] = {
    "breadcrumb": Shape("MESSAGE", ("level", "category", "data"), _breadcrumb),
    "tag": Shape("KEY=VALUE...", (), _tag),
    "context": Shape("NAME KEY=VALUE...", (), _context),
    "measure": Shape("NAME VALUE", ("unit",), _measure),
    "span": Shape("start|end NAME", ("op", "status", "data", "id", "parent"), _span),
    "user": Shape("ID", (), _user),
}


def _chosen(given: Given) -> dict[str, Any]:
    """The options as members of the note."""
    chosen: dict[str, Any] = {name: texts[-1] for name, texts in given.options.items() if name != "data"}
    if "data" in given.options:
        chosen["data"] = _pairs(given.options["data"])
    return chosen


def _pairs(words: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for word in words or ("",):
        key, equals, value = word.partition("=")
        if not (key and equals):
            raise UsageError(f"{word!r} is not valid, expected KEY=VALUE such as region=US", _HELP)
        pairs[key] = value
    return pairs


def _exactly(given: Given, names: str) -> list[str]:
    if len(given.operands) != len(names.split()):
        raise UsageError(f"expected {names}, got {' '.join(given.operands) or 'nothing'}", _HELP)
    return given.operands


def _at_least_one(given: Given, name: str) -> list[str]:
    if not given.operands:
        raise UsageError(f"expected {name}", _HELP)
    return given.operands


def main(argv: Sequence[str]) -> int:
    """The same for the command line."""
    return run(argv, os.environ)
