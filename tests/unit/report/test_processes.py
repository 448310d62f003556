"""The processes of a run as a tree: any journal entry gives one that Sentry takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run.facts import Ending, Facts, Member, Tree
from sentinel_run.report.processes import Process, processes
from tests.unit.samples import facts

TIME = st.floats(-1, 9)
MEMBERS = st.lists(
    st.builds(
        Member, st.integers(1, 6), st.integers(0, 7), st.lists(st.text(max_size=3), min_size=1, max_size=3).map(tuple),
        TIME, TIME, st.booleans(), TIME, st.integers(0, 9),
    ),
    max_size=12,
)  # fmt: skip


def _of(*members: Member, duration_s: float = 5.0) -> list[Process]:
    return processes(_with(members, duration_s))


def _with(members: tuple[Member, ...], duration_s: float) -> Facts:
    return facts()._replace(tree=Tree(members), ending=Ending(1.5 + duration_s, duration_s, 0))


def _member(pid: int, parent: int = 42, *words: str, start_s: float = 0.0, end_s: float = 1.0) -> Member:
    return Member(pid, parent, words or (f"p{pid}",), start_s, end_s)


@given(MEMBERS, st.floats(0, 5))
def test_any_members_make_a_tree(members: list[Member], duration_s: float) -> None:
    """Each is there once, after its parent; no time is outside the run or before the parent's start."""
    found = processes(_with(tuple(members), duration_s))

    assert sorted(map(repr, members)) == sorted(repr(process.member) for process in found)
    for place, process in enumerate(found):
        above = found[process.parent] if process.parent >= 0 else None
        assert process.parent < place
        assert 0 <= (above.start_s if above else 0) <= process.start_s <= process.end_s <= duration_s
        assert process.depth == (above.depth + 1 if above else 0)
        assert process.name


def test_parents_come_first() -> None:
    """Depth first, in the order of the starts."""
    found = _of(_member(1), _member(2), _member(3, 1), _member(4, 3), _member(5, 1))

    assert [(process.member.pid, process.depth) for process in found] == [(1, 0), (3, 1), (4, 2), (5, 1), (2, 0)]


def test_a_pid_used_again_is_another_parent() -> None:
    """A child belongs to the one that had the pid when it started."""
    found = _of(
        _member(1, start_s=0.0), _member(2, 1, start_s=0.5), _member(1, start_s=2.0), _member(3, 1, start_s=3.0)
    )

    assert [process.parent for process in found] == [-1, 0, -1, 2]


def test_what_is_left_goes_on_to_the_end() -> None:
    """A process that outlives the command has a bar up to the command's end."""
    (found,) = _of(Member(1, 42, ("x",), 1.0, 2.0, is_left=True))

    assert (found.start_s, found.end_s, found.duration_s) == (1.0, 5.0, 4.0)


def test_our_own_helpers_are_no_part_of_the_job() -> None:
    """The canary of a nested run, and the `deliver` that it leaves, are not shown; the nested run and its command are."""
    nested = ("/usr/bin/python3", "/bin/sentinel-run", "--", "x.sh")
    run = _with(
        (
            _member(1, 42, *nested),
            _member(2, 1, *nested),
            _member(3, 1, "sh", "x.sh"),
            _member(4, 1, "python3", "-E", "-P", "-m", "sentinel_run", "deliver", "--background"),
            _member(5, 2, "y"),
        ),
        5.0,
    )

    assert [(process.member.pid, process.parent) for process in processes(run)] == [(1, -1), (3, 0), (5, 0)]


@pytest.mark.parametrize(
    ("words", "description"),
    [
        (("/usr/bin/tar", "-czf", "a b.tgz", "."), "tar -czf 'a b.tgz' ."),
        (("python3", "-u", "/opt/jobs/upload.py", "x", "http://h/"), "upload.py x http://h/"),
        (("sh", "-c", "cd x && ./y.sh"), "y.sh (sh -c 'cd x && ./y.sh')"),
        (("npm", "run", "build"), "npm run build (npm run build)"),
        (("nice", "-n", "5", "sort", "-n"), "sort -n"),
        (("",), "command ('')"),
    ],
)
def test_descriptions(words: tuple[str, ...], description: str) -> None:
    """The name by the naming rule, and what it was given."""
    (found,) = _of(_member(1, 42, *words))

    assert found.description == description
