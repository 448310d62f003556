"""The processes that the command started, as a tree: named by the naming rule, within the run's own time."""

from __future__ import annotations

import os
import shlex

from sentinel_run import naming
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from sentinel_run.facts import Facts, Member

# Python, its options, `-m` and our name.
_OURS, _FIRST_WORDS = "sentinel-run", 5


class Process(Record):
    """One process. `parent` is its place in the list that it stands in, -1 where that is the command itself.

    Times in seconds after the start of the run, never outside it, and never before the parent's start.
    """

    name: str
    description: str
    parent: int
    depth: int
    start_s: float
    end_s: float
    member: Member

    @property
    def duration_s(self) -> float:
        """How long it was there while the command ran."""
        return self.end_s - self.start_s


def processes(facts: Facts) -> list[Process]:
    """All that were kept, each after its parent, and those of one parent in the order of their starts."""
    members = facts.tree.members
    parents = [_parent(members, index) for index in range(len(members))]
    helpers = {index for index, parent in enumerate(parents) if _is_helper(facts, members[index].argv, parent)}
    for index, parent in enumerate(parents):
        parents[index] = parents[parent] if parent in helpers else parent
    made: list[Process] = []
    for index, above, depth in _downwards(parents, helpers):
        made.append(_process(facts, members[index], made, above, depth))
    return made


def _parent(members: Sequence[Member], index: int) -> int:
    """The last one before it that had its parent's pid: pids are used again, and parents start first."""
    wanted = members[index].parent
    return next((place for place in range(index - 1, -1, -1) if members[place].pid == wanted), -1)


def _is_helper(facts: Facts, argv: Sequence[str], parent: int) -> bool:
    """Whether a sentinel-run inside this run has started the process for itself: it is no part of the job."""
    ours = _our_words(argv)
    return ours is not None and (
        ours[:1] == ("deliver",)
        or ours == _our_words(facts.tree.members[parent].argv if parent >= 0 else facts.command.argv)
    )


def _our_words(argv: Sequence[str]) -> tuple[str, ...] | None:
    """The words after our own name, if it is among the first."""
    names = [os.path.basename(word).replace("_", "-") for word in argv[:_FIRST_WORDS]]
    return tuple(argv[names.index(_OURS) + 1 :]) if _OURS in names else None


def _downwards(parents: Sequence[int], without: Container[int]) -> Iterator[tuple[int, int, int]]:
    """(index, place of the parent in the new order, depth) of each, depth first."""
    below: dict[int, list[int]] = {}
    for index, parent in enumerate(parents):
        if index not in without:
            below.setdefault(parent, []).append(index)
    waiting = [(index, -1, 0) for index in reversed(below.get(-1, []))]
    place = 0
    while waiting:
        index, above, depth = waiting.pop()
        yield index, above, depth
        waiting += [(child, place, depth + 1) for child in reversed(below.get(index, []))]
        place += 1


def _process(facts: Facts, member: Member, made: Sequence[Process], above: int, depth: int) -> Process:
    last_s = max(0.0, facts.ending.duration_s if facts.ending else member.end_s)
    first_s = made[above].start_s if above >= 0 else 0.0
    start_s = min(max(member.start_s, first_s), last_s)
    end_s = last_s if member.is_left else min(max(member.end_s, start_s), last_s)
    name = naming.command_name(member.argv, facts.place.ci)
    return Process(name, _description(name, member.argv), above, depth, start_s, end_s, member)


def _description(name: str, argv: Sequence[str]) -> str:
    """The name and the words after it; where it is none of the words, the whole command line in brackets."""
    # A word with a space in it is rather a script than a path.
    bases = ["" if " " in word else os.path.basename(word) for word in argv]
    if name in bases:
        return shlex.join([name, *argv[bases.index(name) + 1 :]])
    return f"{name} ({shlex.join(argv)})"
