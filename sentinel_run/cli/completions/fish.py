"""The lines of fish's completion: one `complete` an option, each with the place where it counts."""

from __future__ import annotations

from sentinel_run.cli.completions import brief, framed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel_run.cli.verbs import Flag, Verb


def script(program: Verb) -> str:
    """A script to be found as `sentinel-run.fish` among fish's completions, or to be sourced."""
    return framed("fish", _lines(program))


def _lines(program: Verb) -> Iterator[str]:
    valued = [f"{verb.path} {name}" for verb in program.walk() for flag in verb.flags for name in flag.valued]
    bare = [f"{verb.path} {name}" for verb in program.walk() for flag in verb.flags for name in flag.bare]
    verbs = [verb.path for verb in program.walk() if verb.path]
    runs = [verb.path for verb in program.walk() if verb.runs]
    for name, items in (("valued", valued), ("bare", bare), ("verbs", verbs), ("runs", runs)):
        yield f"set -g __sentinel_run_{name} {' '.join(map(_quoted, items))}"
    for verb in program.walk():
        yield ""
        yield from _of_verb(verb)


def _of_verb(verb: Verb) -> Iterator[str]:
    begin = f"complete -c sentinel-run -n {_quoted(f'__sentinel_run_at {_inner(verb.path)}')}"
    for flag in verb.flags:
        for name in flag.names:
            declared = f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}"
            yield f"{begin} {declared}{_value(flag)} -d {_quoted(flag.told(name))}"
    for inner in verb.verbs:
        yield f"{begin} -x -a {inner.name} -d {_quoted(brief(inner.help))}"
    if verb.words:
        yield f"{begin} -x -a {_quoted(' '.join(verb.words))}"
    if verb.files:
        yield f"{begin} -F"
    if verb.runs:
        yield f"{begin} -x -a '(__sentinel_run_programs)'"


def _value(flag: Flag) -> str:
    if not flag.takes_value or flag.optional_value:
        return ""
    if flag.files:
        return " -r -F"
    return f" -x -a {_quoted(' '.join(flag.words))}" if flag.words else " -x"


def _inner(path: str) -> str:
    return f'"{path}"'


def _quoted(text: str) -> str:
    """One word of fish: in single quotes only a backslash and a quote mean anything."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
