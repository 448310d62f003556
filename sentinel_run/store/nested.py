"""Which run inside a run has failed with it: one failure is reported once."""

from __future__ import annotations

import zlib

from sentinel_run.errors import FormatError
from sentinel_run.facts import TASK
from sentinel_run.store.runs import Runs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.facts import Ending, Facts

_MOST_INNER = 100
_AT_ONCE_S, _WAITING_S = 0.5, 1.5


class Nested(Runs):
    """Runs by the run that they are inside of. Every method raises sqlite3.Error if the file cannot be used."""

    def inner_failure(self, facts: Facts) -> str:
        """The id of a nested run that has reported this failure already, or an empty text.

        It had the same ending, and it was the last thing that happened: an earlier failure that the command went
        on after is another one. What one signal from outside did to both is one failure, however each ended.
        """
        ending = facts.ending
        if facts.command.kind == TASK:  # It knows itself which exception has a report of its own.
            return ""
        if ending is None or ending.spawn_error or ending.timed_out or ending.lost:
            return ""
        for run_id, is_same_ending in self._failed_last(facts, ending):
            if is_same_ending or self._heard_the_same(run_id, ending):
                return run_id
        return ""

    def _failed_last(self, facts: Facts, ending: Ending) -> list[tuple[str, bool]]:
        """Runs inside that failed just before it ended, and whether they had the same ending.

        Where the inner run waits for its delivery, its end is that of the delivery.
        """
        place, status = facts.place, ending.exit_status
        waits = bool(place.ci or place.container or place.systemd)
        since = ending.at - (_WAITING_S if waits else _AT_ONCE_S)
        rows = self._db.execute(
            "SELECT run_id, (exit_status IS ? AND signal = ?) OR (cause = 'timeout' AND ? = 124) FROM runs"
            " WHERE parent_run_id = ? AND status = 'failed' AND dsn = ?"
            " AND max(started_at + coalesce(duration_s, 0),"
            " ? * coalesce((SELECT max(at) FROM deliveries WHERE run_id = runs.run_id), 0)) > ? LIMIT ?",
            (
                status,
                ending.signal_name,
                status,
                facts.identity.run_id,
                facts.reporting.dsn,
                waits,
                since,
                _MOST_INNER,
            ),
        )
        return [(str(run_id), bool(is_same)) for run_id, is_same in rows.fetchall()]

    def _heard_the_same(self, run_id: str, ending: Ending) -> bool:
        """The outer run does not hear of a key that is typed at the inner one's own terminal."""
        inner = self._readable(run_id)
        by = inner.ending.interrupted_by if inner and inner.ending else ""
        return bool(by) and ending.interrupted_by in ("", by)

    def failed_tasks(self, facts: Facts) -> list[Facts]:
        """Failed tasks of Python programs that were inside a run and are told to the same server, the last first.

        A task has neither status nor signal; what each means for the run is for the diagnosis to say.
        """
        rows = self._db.execute(
            "SELECT run_id FROM runs WHERE parent_run_id = ? AND status = 'failed' AND dsn = ? AND cause != 'lost'"
            " AND exit_status IS NULL AND signal = '' ORDER BY started_at DESC LIMIT ?",
            (facts.identity.run_id, facts.reporting.dsn, _MOST_INNER),
        )
        found = map(self._readable, [str(row[0]) for row in rows.fetchall()])
        return [task for task in found if task is not None and task.failure is not None]

    def _readable(self, run_id: str) -> Facts | None:
        try:
            return self.facts(run_id)
        except (FormatError, zlib.error):  # Damaged; two issues are better than none.
            return None
