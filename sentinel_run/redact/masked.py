"""Values that the command itself declares secret, in the words by which a CI system is told so.

GitHub's `::add-mask::VALUE` (Gitea's and Forgejo's too) with its older form `##[add-mask]VALUE`; Azure's
`##vso[task.setsecret]VALUE` and `##vso[task.setvariable variable=NAME;issecret=true]VALUE`.
"""

from __future__ import annotations

from sentinel_run import redact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sentinel_run.child.tail import Tail
    from sentinel_run.facts import Facts
    from sentinel_run.store.last_words import Words

# A quick look for these tells whether there is anything to read.
MARKS = (b"add-mask", b"##vso[task.set")
_COMMANDS = (b"::add-mask::", b"##[add-mask]", b"##vso[task.setsecret]")
_VARIABLE, _IS_SECRET = b"##vso[task.setvariable ", b"issecret=true"
# A shorter one would be found in innocent text all over.
_SHORTEST = 3
# Both vendors write line breaks in a value so; the percent sign comes last, as it may be part of the others.
_ESCAPES = (("%0D", "\r"), ("%0d", "\r"), ("%0A", "\n"), ("%0a", "\n"), ("%AZP25", "%"), ("%25", "%"))


def values(tail: Tail | Words) -> tuple[str, ...]:
    """The values declared in the kept output, and in what is not kept of it as far as it was looked at."""
    found = {value for line in _lines(tail) for value in _declared(line)}
    return tuple(value for value in found if len(value) >= _SHORTEST)


def hide(facts: Facts, values: Iterable[str]) -> Facts:
    """What was known at the start of a run, without values that were declared later."""
    declared = redact.with_values(redact.NONE, values)
    command = facts.command._replace(argv=redact.argv(facts.command.argv, declared))
    tags = redact.everything(facts.reporting.tags, declared)
    return facts._replace(command=command, reporting=facts.reporting._replace(tags=tags))


def lines(content: bytes) -> list[bytes]:
    """The lines that declare something; empty for nearly all output."""
    if not any(mark in content for mark in MARKS):
        return []
    return [line for line in content.split(b"\n") if any(mark in line for mark in MARKS)]


def _lines(tail: Tail | Words) -> Iterator[bytes]:
    """A line may have come in pieces, so what was said without a gap is read as one."""
    yield from tail.declared
    for stream in tail.bytes:
        parts = [[chunk.data for chunk in kept if chunk.stream == stream] for kept in (tail.head, tail.tail)]
        joined = parts if tail.dropped.get(stream) else [[*parts[0], *parts[1]]]
        for part in joined:
            yield from lines(b"".join(part))


def _declared(line: bytes) -> Iterable[str]:
    value = _value(line).decode("utf-8", "replace")
    for escape, character in _ESCAPES:
        value = value.replace(escape, character)
    # Of a value of several lines each one is secret, as it may be printed alone.
    return {value.strip(), *map(str.strip, value.splitlines())}


def _value(line: bytes) -> bytes:
    for command in _COMMANDS:
        if command in line:
            return line.partition(command)[2]
    properties, bracket, value = line.partition(_VARIABLE)[2].partition(b"]")
    return value if bracket and _IS_SECRET in properties.lower() else b""
