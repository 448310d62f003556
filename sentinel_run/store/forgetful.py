"""Stands in for a history that cannot be used, so that reports leave all the same. It remembers while it lives."""

from __future__ import annotations

import time

from sentinel_run.store.past import Past
from sentinel_run.store.servers import Pause

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

    from sentinel_run.diagnose.diagnosis import Diagnosis
    from sentinel_run.facts import Facts
    from sentinel_run.store.retention import Keep


class Forgetful:
    """Has the methods of `History` that `deliver` uses. Keeps no run."""

    keeps = False

    def __init__(self) -> None:
        self._limits: dict[tuple[str, str], float] = {}
        self._pauses: dict[str, Pause] = {}

    def close(self) -> None:
        """Nothing to close."""

    def add(self, facts: Facts, diagnosis: Diagnosis) -> None:
        """Nothing is kept."""

    def inner_failure(self, facts: Facts) -> str:
        """Nothing is known of nested runs."""
        return ""

    def facts(self, run_id: str) -> Facts | None:
        """Nothing is known of other runs."""
        return None

    def failed_tasks(self, facts: Facts) -> list[Facts]:
        """Nothing is known of tasks."""
        return []

    def past(self, facts: Facts, cause: str) -> Past:
        """Nothing is known of earlier runs."""
        return Past()

    def note_delivery(self, run_id: str, kind: str, state: str, note: str = "") -> None:
        """Nothing is kept."""

    def limits(self, dsn: str) -> dict[str, float]:
        """Rate limits heard since the start."""
        return {category: until for (address, category), until in self._limits.items() if address == dsn}

    def limit(self, dsn: str, categories: Sequence[str], until: float) -> None:
        """Remember a rate limit; a shorter one never replaces a longer one."""
        for category in categories:
            self._limits[dsn, category] = max(until, self._limits.get((dsn, category), 0.0))

    def pause(self, dsn: str) -> Pause:
        """How long a server is to be left alone."""
        return self._pauses.get(dsn, Pause())

    def set_pause(self, dsn: str, pause: Pause) -> None:
        """Remember how long a server is to be left alone."""
        self._pauses[dsn] = pause

    def reckoned_now(self) -> float:
        """Now: nothing is known of when runs were."""
        return time.time()

    def prune(self, keep: Keep, spared: Container[str] = (), may_go_on: Callable[[], bool] = lambda: True) -> int:
        """Nothing to forget."""
        return 0
