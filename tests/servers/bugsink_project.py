"""One project of a Bugsink server, read straight from the server's database."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

ISSUES = """
select issue.id, calculated_type, calculated_value, group_concat(grouping_key, char(10)), stored_event_count
from issues_issue as issue join issues_grouping on issue_id = issue.id
where issue.project_id = ? group by issue.id order by digest_order
"""
EVENTS = """
select data from events_event
where project_id = ? and issue_id = ifnull(?, issue_id) order by project_digest_order
"""
ENVELOPES = "select data from ingest_envelope where project_pk = ? order by id"


class Issue(NamedTuple):
    """One issue; an explicit fingerprint gives the `grouping_key` `a ⋄ b`."""

    id: str
    type: str
    value: str
    grouping_key: str
    events: int

    @property
    def title(self) -> str:
        return f"{self.type}: {self.value}" if self.value else self.type


class Refusal(NamedTuple):
    """An event that was answered with 200 and then not stored."""

    event_id: str
    reason: str


class Project(NamedTuple):
    """Digesting is eager: what a sender got a 200 for is to be seen here at once."""

    home: Path
    id: int
    dsn: str

    def issues(self) -> list[Issue]:
        """Oldest first."""
        return [Issue(*row) for row in self._rows(ISSUES, self.id)]

    def events(self, issue: Issue | None = None) -> list[dict[str, Any]]:
        """The events as sent and stored: breadcrumbs, contexts, tags; of one issue or of the project."""
        return [json.loads(data) for (data,) in self._rows(EVENTS, self.id, issue and issue.id)]

    def envelopes(self) -> list[bytes]:
        """Every envelope received, decompressed; also those of which Bugsink stores nothing else."""
        return [bytes(data) for (data,) in self._rows(ENVELOPES, self.id)]

    def problems(self) -> list[Refusal]:
        """Events that strict validation threw away. A second sending of a stored event is none of them."""
        return [Refusal(one["event_id"], one["reason"]) for one in self._refused() if not _is_repeat(one)]

    def repeats(self) -> list[str]:
        """Ids of events that came again after they were stored."""
        return [one["event_id"] for one in self._refused() if _is_repeat(one)]

    def _refused(self) -> list[dict[str, Any]]:
        log = self.home / "refusals.jsonl"
        lines = log.read_text().splitlines() if log.exists() else []
        return [one for one in map(json.loads, lines) if one["project"] == self.id]

    def _rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.home / "db.sqlite3", timeout=30)) as database:
            return database.execute(query, values).fetchall()


def _is_repeat(refusal: dict[str, Any]) -> bool:
    return bool(refusal["code"] == "event_already_exists")
