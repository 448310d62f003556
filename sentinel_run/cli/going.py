"""What runs now on this machine, as data: what `watch` draws, and what it prints as JSON."""

from __future__ import annotations

import time
from statistics import median

from sentinel_run import output
from sentinel_run.child import looks
from sentinel_run.cli import listing, looking
from sentinel_run.deliver import lost
from sentinel_run.diagnose.lines import lines
from sentinel_run.errors import StoreError
from sentinel_run.facts import TASK
from sentinel_run.records import Record
from sentinel_run.store import alive, last_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from sentinel_run.child.procfs import Glimpse
    from sentinel_run.cli.looking import Store
    from sentinel_run.diagnose.lines import Line
    from sentinel_run.facts import Facts, Place


class Used(Record):
    """The processes of a run now: CPU time so far, resident memory, how many there are."""

    cpu_s: float
    rss_bytes: int
    processes: int


class Usual(Record):
    """The median duration of so many earlier successes of the same name."""

    duration_s: float
    runs: int


class Going(Record):
    """A run that goes on. `depth` counts the runs around it; `cores` is since the last look, or since its start.

    What cannot be known is None: processes of another machine or container, a name's first run, a silent command.
    """

    facts: Facts
    depth: int
    age_s: float
    used: Used | None
    cores: float | None
    usual: Usual | None
    last_line: Line | None


class Lookout:
    """Looks at all that goes on, now and again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._usual: dict[str, Usual | None] = {}
        self._before: dict[str, tuple[float, float]] = {}

    def look(self) -> list[Going]:
        """All runs, the first started first. Raises sqlite3.Error."""
        found = sorted(looking.running(self._store.state), key=lambda facts: facts.started_at)
        depths: dict[str, int] = {}
        for facts in found:
            depths[facts.identity.run_id] = depths.get(facts.identity.parent_run_id, -1) + 1
        return [self._going(facts, depths[facts.identity.run_id]) for facts in found]

    def _going(self, facts: Facts, depth: int) -> Going:
        run_id = facts.identity.run_id
        age_s = max(0.0, time.time() - facts.started_at)
        used = _used(facts)
        return Going(
            facts=facts,
            depth=depth,
            age_s=age_s,
            used=used,
            cores=self._cores(run_id, age_s, used.cpu_s) if used else None,
            usual=self._usually(facts),
            last_line=_last_line(facts.place.last_words),
        )

    def _cores(self, run_id: str, age_s: float, cpu_s: float) -> float:
        """Time of a process that ended between two looks may be with nobody for a moment."""
        before_s, before_cpu_s = self._before.get(run_id, (0.0, 0.0))
        self._before[run_id] = age_s, cpu_s
        return max(0.0, cpu_s - before_cpu_s) / (age_s - before_s) if age_s > before_s else 0.0

    def _usually(self, facts: Facts) -> Usual | None:
        run_id = facts.identity.run_id
        if run_id not in self._usual:
            durations_s = self._store.history.past(facts, "").durations_s
            self._usual[run_id] = Usual(median(durations_s), len(durations_s)) if durations_s else None
        return self._usual[run_id]


def to_json(going: Going) -> dict[str, Any]:
    """A run for programs: the keys are always there, null where there is nothing to say."""
    facts, used, usual, line = going.facts, going.used, going.usual, going.last_line
    return {
        "run_id": facts.identity.run_id,
        "parent_run_id": facts.identity.parent_run_id or None,
        "name": facts.command.name,
        "argv": list(facts.command.argv),
        "started": listing.moment(facts.started_at),
        "running_s": round(going.age_s, 6),
        "pid": facts.place.pid or None,
        "cpu_s": used.cpu_s if used else None,
        "cores": None if going.cores is None else round(going.cores, 3),
        "rss_bytes": used.rss_bytes if used else None,
        "processes": used.processes if used else None,
        "usual_s": usual.duration_s if usual else None,
        "usual_runs": usual.runs if usual else 0,
        "last_line": line._asdict() if line else None,
    }


def _used(facts: Facts) -> Used | None:
    """None where the processes are not ours to see: a pid alone says nothing."""
    if not alive.is_alive(facts.place):
        return None
    members = list(_members(facts.place, is_task=facts.command.kind == TASK))
    cpu_s = sum(member.cpu_s + member.waited_cpu_s for member in members)
    return Used(round(cpu_s, 3), sum(member.rss_bytes for member in members), len(members))


def _members(place: Place, *, is_task: bool) -> Iterator[Glimpse]:
    """All below the wrapper but its own forks, which have its words; a task is its program itself."""
    source = looks.where_to_look()
    words = source.words(place.wrapper_pid)
    ours = set() if is_task else {place.wrapper_pid}
    for glimpse in source.walk({place.wrapper_pid: 0.0}):
        if glimpse.pid in ours or (glimpse.parent in ours and source.words(glimpse.pid) == words):
            ours.add(glimpse.pid)
        else:
            yield glimpse


def _last_line(path: str) -> Line | None:
    """The last complete line, redacted. Half a line may hold half a secret, which no pattern knows."""
    if not path:
        return None
    try:
        words = last_words.read(path)
        kept = output.kept(_complete(words), 0.0, lost.secrets_of(words))
    except (OSError, StoreError, ValueError, TypeError, AttributeError):  # Nothing yet, or it has just ended.
        return None
    return next((line for line in reversed(lines(kept)) if line.text.strip()), None)


def _complete(words: last_words.Words) -> last_words.Words:
    """The words up to the last line break of each stream; that of a progress bar is a carriage return."""
    open_streams, kept = set(words.bytes), []
    for chunk in reversed(words.tail):
        data = chunk.data
        if chunk.stream in open_streams:
            end = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
            data = data[:end]
            open_streams -= {chunk.stream} if end else set()
        kept.append(chunk._replace(data=data))
    return words._replace(tail=[chunk for chunk in reversed(kept) if chunk.data])
