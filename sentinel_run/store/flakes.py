"""What has both failed and passed on one revision of what ran: the command or its surroundings are flaky."""

from __future__ import annotations

import sqlite3

from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.store.figures import Period

_BY_REVISION = (
    "SELECT name, revision, sum(status = 'ok') AS ok, sum(status = 'failed' AND NOT interrupted) AS failed"
    " FROM runs INDEXED BY runs_by_revision WHERE revision <> '' AND (? = '' OR name = ?)"
    " AND started_at >= ? AND started_at < ? GROUP BY name, revision"
)


class Flakiness(Record):
    """Of `revisions` of a name `mixed` have both failed and passed; `failures` is how often they failed."""

    revisions: int = 0
    mixed: int = 0
    failures: int = 0


class Mixed(Record):
    """A revision that has both failed and passed."""

    revision: str
    ok: int
    failed: int


class Flakes:
    """The table `runs` by revision. Every method raises sqlite3.Error if the file cannot be used."""

    _db: sqlite3.Connection

    def flakiness(self, period: Period, name: str = "") -> dict[str, Flakiness]:
        """What is known of each name whose runs tell their revision, or of one."""
        query = (
            f"SELECT name, count(*), sum(ok > 0 AND failed > 0), sum(failed * (ok > 0)) FROM ({_BY_REVISION})"  # noqa: S608
            " GROUP BY name"
        )
        rows = self._db.execute(query, (name, name, period.since, period.until))
        return {row[0]: Flakiness(*row[1:]) for row in rows}

    def mixed(self, period: Period, name: str) -> list[Mixed]:
        """The revisions of a name that have both failed and passed, most failures first."""
        query = (
            f"SELECT revision, ok, failed FROM ({_BY_REVISION}) WHERE ok > 0 AND failed > 0"  # noqa: S608
            " ORDER BY failed DESC, revision"
        )
        return [Mixed(*row) for row in self._db.execute(query, (name, name, period.since, period.until))]
