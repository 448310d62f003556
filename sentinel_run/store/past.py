"""What the history says of earlier runs of the same name: numbers only; what they mean is the diagnosis's."""

from __future__ import annotations

from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from sentinel_run.facts import Facts

_SUCCESSES = 30
# A run inside one of the same name is the same work seen twice: only the outer one counts.
_BEFORE = (
    "FROM runs WHERE name = ? AND started_at < ? AND run_id <> ? AND (parent_run_id = '' OR NOT EXISTS"
    " (SELECT 1 FROM runs AS around WHERE around.run_id = runs.parent_run_id AND around.name = runs.name))"
)
# A longer streak is not counted to its end.
_LONGEST_STREAK = 1000


class Past(Record):
    """Runs of a name before a moment.

    Durations and peaks of memory are those of the last successful runs, thirty at most. `successes` and
    `failures` count the runs of one status right before that moment: one of the two is 0. `alike` of the
    failures, the last ones, had the same cause.
    """

    durations_s: tuple[float, ...] = ()
    peaks_bytes: tuple[int, ...] = ()
    successes: int = 0
    failures: int = 0
    alike: int = 0


class Ran(Record):
    """An earlier run in a few words. No duration for a lost one, whose end nobody saw."""

    started_at: float
    duration_s: float | None
    status: str
    cause: str
    reason: str


class Earlier:
    """The table `runs`, looked at from one run. Every method raises sqlite3.Error if the file cannot be used."""

    _db: sqlite3.Connection

    def past(self, facts: Facts, cause: str) -> Past:
        """The past of a run that has this cause. Takes the same time however long the history is."""
        run = (facts.command.name, facts.started_at, facts.identity.parent_run_id)
        rows = self._db.execute(
            f"SELECT duration_s, max_rss_bytes {_BEFORE} AND status = 'ok' ORDER BY started_at DESC LIMIT ?",
            (*run, _SUCCESSES),
        ).fetchall()
        last = self._db.execute(
            f"SELECT status, cause {_BEFORE} ORDER BY started_at DESC LIMIT ?",
            (*run, _LONGEST_STREAK),
        ).fetchall()
        return Past(
            durations_s=tuple(row[0] for row in rows if row[0] is not None),
            peaks_bytes=tuple(row[1] for row in rows if row[1]),
            successes=_streak([status for status, _ in last], "ok"),
            failures=_streak([status for status, _ in last], "failed"),
            alike=_streak([last_cause for _, last_cause in last], cause),
        )

    def before(self, facts: Facts, most: int) -> list[Ran]:
        """The last runs of its name that began before this one, newest first."""
        query = f"SELECT started_at, duration_s, status, cause, reason {_BEFORE} ORDER BY started_at DESC LIMIT ?"
        run = (facts.command.name, facts.started_at, facts.identity.parent_run_id)
        return [Ran(*row) for row in self._db.execute(query, (*run, most))]


def _streak(values: Sequence[str], value: str) -> int:
    """How many of the first values are `value`."""
    return next((index for index, one in enumerate(values) if one != value), len(values))
