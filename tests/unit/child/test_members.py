"""The bookkeeping of a tree's processes: pids used again, orphans, bounded room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import SimpleNamespace

import pytest

from sentinel_run.child.members import MOST_KEPT, Members
from sentinel_run.child.poller import Poller
from sentinel_run.child.procfs import Glimpse

ROOT = 1 << 30  # Beyond the kernel's greatest pid, so that no pidfd can be opened.


class World:
    """A machine whose processes are set by hand, and whose clock stands still until it is moved."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.glimpses: list[Glimpse] = []
        self.words: dict[int, tuple[str, ...]] = {}
        source = SimpleNamespace(
            peak_bytes=lambda glimpse: glimpse.rss_bytes,
            now_s=lambda: self.now_s,
            walk=self._walk,
            words=lambda pid: self.words.get(pid, (f"p{pid}",)),
        )
        self.members = Members(
            ROOT,
            Poller(),
            source=source,
            clock=lambda: self.now_s,
            changed=lambda: None,  # type: ignore[arg-type]
        )

    def look(self, at_s: float, *glimpses: Glimpse) -> None:
        self.now_s, self.glimpses = at_s, list(glimpses)
        for glimpse in glimpses:
            self.members.meet(glimpse)
        self.members.miss({glimpse.pid for glimpse in glimpses})

    def _walk(self, known: Mapping[int, float]) -> Iterator[Glimpse]:
        return (glimpse for glimpse in self.glimpses if glimpse.pid in known)


def glimpse(number: int, parent: int = 0, *, start_s: float = 0.0, cpu_s: float = 0.0, waited_cpu_s: float = 0.0, image: bytes = b"") -> Glimpse:  # fmt: skip
    return Glimpse(ROOT + number, ROOT + parent, start_s, cpu_s, waited_cpu_s, 10, 10, image)


@pytest.fixture
def world() -> World:
    return World()


def test_a_pid_used_again_is_another_process(world: World) -> None:
    """The start tells them apart; each has its own time and words."""
    world.words[ROOT + 5] = ("first",)
    world.look(1.0, glimpse(0), glimpse(5, start_s=0.5))
    world.words[ROOT + 5] = ("second",)
    world.look(9.0, glimpse(0), glimpse(5, start_s=8.0))
    world.members.leave()

    told = [(member.argv[0], member.start_s, member.end_s) for member in world.members.kept()]
    assert told == [("first", 0.5, 1.0), ("second", 8.0, 9.0)]
    assert world.members.count == 3


def test_cpu_time_moves_to_the_parent_that_waits(world: World) -> None:
    """It is counted once: with the process while it lives, then with its parent."""
    world.look(1.0, glimpse(0, cpu_s=1.0), glimpse(1, cpu_s=4.0))
    assert world.members.cpu_s() == 5.0

    world.look(2.0, glimpse(0, cpu_s=1.0, waited_cpu_s=4.5))

    assert world.members.cpu_s() == 5.5


def test_cpu_time_of_an_orphan_stays(world: World) -> None:
    """Nobody of the tree waits for it, so its last glimpse counts; after the end it alone is not in wait4(2)."""
    world.look(1.0, glimpse(0), glimpse(1), glimpse(2, 1, cpu_s=2.0))
    world.look(2.0, glimpse(0), glimpse(2, -999, cpu_s=3.0))
    world.look(3.0, glimpse(0, cpu_s=1.0))

    assert world.members.cpu_s() == 4.0
    world.members.leave()
    assert world.members.cpu_s() == 3.0


def test_another_program(world: World) -> None:
    """The words are read again only after execve(2)."""
    world.words[ROOT + 1] = ("shell",)
    world.look(1.0, glimpse(0), glimpse(1, image=b"a"))
    world.words[ROOT + 1] = ("job",)
    world.look(2.0, glimpse(0), glimpse(1, image=b"a"))
    assert world.members._living[ROOT + 1].words == ("shell",)

    world.look(3.0, glimpse(0), glimpse(1, image=b"b"))

    assert world.members._living[ROOT + 1].words == ("job",)


def test_one_that_ends_keeps_its_words(world: World) -> None:
    """A process without memory has no words to read; where its arguments lay is gone too."""
    world.words[ROOT + 1] = ("python", "job.py")
    world.look(1.0, glimpse(0), glimpse(1, image=b"a"))
    world.words[ROOT + 1] = ("python",)
    world.look(2.0, glimpse(0), glimpse(1, image=b"0")._replace(rss_bytes=0))

    assert world.members._living[ROOT + 1].words == ("python", "job.py")


def test_the_longest_lived_are_kept(world: World) -> None:
    """However many there were, room is bounded, and what took long is there."""
    world.look(1.0, glimpse(0), glimpse(1))
    for number in range(2, 2 + MOST_KEPT * 3):
        world.look(float(number), glimpse(0), glimpse(1), glimpse(number, start_s=number - 0.5))
    world.look(2000.0, glimpse(0))
    world.members.leave()
    kept = world.members.kept()

    assert len(kept) == MOST_KEPT
    assert kept[0].pid == ROOT + 1
    assert world.members.count == 2 + MOST_KEPT * 3
    assert len(world.members._ended) == MOST_KEPT


def test_who_is_left_behind(world: World) -> None:
    """At the end of the command: what is there still, and what has ended unseen."""
    world.look(1.0, glimpse(0), glimpse(1), glimpse(2))
    world.now_s, world.glimpses = 4.0, [glimpse(2)]
    world.members.leave()

    told = {member.pid - ROOT: (member.is_left, member.end_s) for member in world.members.kept()}
    assert told == {1: (False, 1.0), 2: (True, 4.0)}
