"""The processes that the command started, as the looks at its tree have met them; kept in bounded room."""

from __future__ import annotations

from sentinel_run.child import followed
from sentinel_run.child.known import Known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from sentinel_run.child.poller import Poller
    from sentinel_run.child.procfs import Glimpse
    from sentinel_run.facts import Member

# Of more, those that lived longest.
MOST_KEPT = 200


class Members:
    """The command itself (`root`) and its descendants, also those that lost their parent after they were met.

    `source` is `procfs` or its like, `clock` tells the seconds since the start of the run, and `changed` is called
    when one of them has ended. `count` is of all that were met, the command among them.
    """

    def __init__(
        self,
        root: int,
        poll: Poller,
        *,
        source: ModuleType,
        clock: Callable[[], float],
        changed: Callable[[], None],
    ) -> None:
        self._root, self._source, self._clock, self._changed = root, source, clock, changed
        self._followed = followed.Followed(poll)
        self._living: dict[int, Known] = {}
        self._ended: list[Known] = []
        self._orphans_cpu_s = 0.0
        self.count = 1

    def living(self) -> dict[int, float]:
        """Pid and start of all that live, the command first."""
        return {self._root: 0.0, **{pid: known.glimpse.start_s for pid, known in self._living.items()}}

    def meet(self, glimpse: Glimpse) -> None:
        """Note what a look has seen of one process."""
        known = self._living.get(glimpse.pid)
        if known is not None and not known.is_same(glimpse):
            self._end(known)
            known = None
        if known is None:
            known = self._welcome(glimpse)
        # One that is just ending has given its memory back, and its words with it.
        elif known.glimpse.image != glimpse.image and glimpse.rss_bytes:
            known.words = self._source.words(glimpse.pid)
        if known.has_grown(glimpse):
            known.peak_bytes = max(known.peak_bytes, self._source.peak_bytes(glimpse))
        known.glimpse, known.end_s = glimpse, self._clock()

    def miss(self, met: set[int]) -> None:
        """After a look that met only these: the others have ended, but for those whose end we would be told."""
        for pid in self._living.keys() - met:
            if self._living[pid].pidfd < 0:
                self._end(self._living[pid])

    def cpu_s(self) -> float:
        """CPU time of the whole tree so far. After `leave`, of those only that the command did not wait for."""
        return self._orphans_cpu_s + sum(known.cpu_s for known in self._living.values())

    def leave(self) -> None:
        """The command has ended; what it left behind goes on without us."""
        self._followed.leave()
        self._living.pop(self._root, None)
        unsure = {pid: known.glimpse.start_s for pid, known in self._living.items() if known.pidfd < 0}
        if unsure:
            self.miss({glimpse.pid for glimpse in self._source.walk(unsure)})
        for known in self._living.values():
            known.end_s = self._clock()

    def kept(self) -> tuple[Member, ...]:
        """After `leave`: records of those that are kept, the first started first."""
        longest = sorted([*self._ended, *self._living.values()], key=_lived_s)[-MOST_KEPT:]
        return tuple(known.member() for known in sorted(longest, key=_by_start))

    def _welcome(self, glimpse: Glimpse) -> Known:
        age_s = max(0.0, self._source.now_s() - glimpse.start_s)
        known = self._living[glimpse.pid] = Known(glimpse, max(0.0, self._clock() - age_s))
        if glimpse.pid != self._root:
            self.count += 1
            known.words = self._source.words(glimpse.pid)
            known.pidfd = self._followed.follow(glimpse.pid, lambda pidfd: self._hear_of_end(known, pidfd))
        return known

    def _hear_of_end(self, known: Known, pidfd: int) -> None:
        known.end_s = self._clock()
        known.status = followed.wait_status(pidfd)
        if known.status is None:
            known.status = self._source.zombie_status(known.glimpse.pid, known.glimpse.start_s)
        if known.status is None:  # Its parent has waited for it between the two.
            known.status = followed.wait_status(pidfd)
        if known.is_there:
            self._end(known)
        self._changed()

    def _end(self, known: Known) -> None:
        del self._living[known.glimpse.pid]
        known.is_there = False
        if known.is_orphan and known.glimpse.parent not in self._living:
            self._orphans_cpu_s += known.cpu_s
        if known.glimpse.pid == self._root:
            return
        self._ended.append(known)
        if len(self._ended) > MOST_KEPT:
            self._ended.remove(min(self._ended, key=_lived_s))


def _by_start(known: Known) -> tuple[float, int]:
    """By the kernel's own clock, on which a parent never starts after its child."""
    return known.glimpse.start_s, known.glimpse.pid


def _lived_s(known: Known) -> float:
    return known.end_s - known.start_s
