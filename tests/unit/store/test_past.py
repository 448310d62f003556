"""What the history tells of earlier runs of a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel_run.diagnose.cause import diagnose
from sentinel_run.facts import Ending, Facts, Usage
from sentinel_run.store.history import History
from sentinel_run.store.past import Past
from tests.unit.samples import facts


def _run(name: str, started_at: float, *, run_id: str = "r", inside: str = "") -> Facts:
    made = facts(run_id)
    return made._replace(
        started_at=started_at,
        command=made.command._replace(name=name),
        identity=made.identity._replace(parent_run_id=inside),
    )


def _keep(history: History, *statuses: int | None, name: str = "job", first: int = 0) -> None:
    """A run a second, each with its exit status; it took as long as its number says. None is a lost run."""
    for number, status in enumerate(statuses, first):
        ending = (
            Ending(number + 0.5, float(number), status) if status is not None else Ending(9.0, 99.0, lost=True)
        )
        made = _run(name, float(number), run_id=f"{name}{number}")
        made = made._replace(ending=ending, usage=Usage(max_rss_bytes=1000 + number))
        history.add(made, diagnose(made))


def test_the_last_thirty_successes(history: History) -> None:
    """Newest first, failures and lost runs left out, other names too, and nothing that came later."""
    _keep(history, *([0] * 40), 3, None, 0)
    _keep(history, 0, 0, name="other", first=10)

    past = history.past(_run("job", 42.0), "")

    assert past.durations_s == tuple(float(number) for number in range(39, 9, -1))
    assert past.peaks_bytes == tuple(1000 + number for number in range(39, 9, -1))
    assert history.past(_run("job", 43.0), "").durations_s[:2] == (42.0, 39.0)


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([], (0, 0, 0)),
        ([0, 0, 0], (3, 0, 0)),
        ([3, 0, 0], (2, 0, 0)),
        ([0, 3, 3], (0, 2, 2)),
        ([3, 0, 4, 3, 3], (0, 3, 2)),
        ([3, 4], (0, 2, 0)),
        ([3, None], (0, 2, 0)),
    ],
)
def test_streaks(history: History, statuses: list[int | None], expected: tuple[int, int, int]) -> None:
    """How many of one kind came right before, and how many of the last had the same cause."""
    _keep(history, *statuses)

    past = history.past(_run("job", 1000.0), "exit status 3")

    assert (past.successes, past.failures, past.alike) == expected


def test_a_run_inside_one_of_the_same_name_counts_once(history: History) -> None:
    """Neither does a later run count both, nor the inner one its outer as a run before it."""
    for run_id, started_at, inside in (("outer", 1.0, ""), ("inner", 1.1, "outer"), ("other", 2.0, "elsewhere")):
        made = _run("job", started_at, run_id=run_id, inside=inside)._replace(ending=Ending(9.0, 3.0, 3))
        history.add(made, diagnose(made))

    assert history.past(_run("job", 3.0), "exit status 3").failures == 2
    assert history.past(_run("job", 1.1, run_id="inner", inside="outer"), "exit status 3") == Past()


def test_the_runs_before_one(history: History) -> None:
    """Of the same name, newest first, as many as asked for; what began later is not among them."""
    _keep(history, 0, 3, None, 0)
    _keep(history, 0, name="other", first=2)

    found = history.before(_run("job", 3.0), 2)

    assert [(run.started_at, run.duration_s, run.cause) for run in found] == [
        (2.0, None, "lost"), (1.0, 1.0, "exit status 3"),
    ]  # fmt: skip
    assert history.before(_run("job", 1.0), 9) == [(0.0, 0.0, "ok", "", "")]


def test_nothing_is_known(history: History) -> None:
    """A name that is new has no past."""
    _keep(history, 0, 0)

    assert history.past(_run("new", 1000.0), "") == Past()


def test_it_is_looked_up_by_indexes(history: History) -> None:
    """However long the history, no whole table is read."""
    _keep(history, 0)
    seen: list[str] = []
    history._db.set_trace_callback(seen.append)
    history.past(_run("job", 1.0), "")
    history.before(_run("job", 1.0), 60)
    history._db.set_trace_callback(None)

    plans = [history._db.execute(f"EXPLAIN QUERY PLAN {query}").fetchall() for query in seen]
    assert len(plans) == 3
    assert all(step[3].startswith(("SEARCH", "CORRELATED")) for plan in plans for step in plan)


def test_a_history_of_the_first_release_is_brought_up_to_date(tmp_path: Path) -> None:
    """Its runs stay, without a comparison."""
    import sqlite3

    from sentinel_run.store import schema

    state = tmp_path / "old"
    state.mkdir(0o700)
    database = sqlite3.connect(state / "history.db")
    database.executescript(f"{schema._STEPS[0]} PRAGMA user_version = 1;")
    database.execute("INSERT INTO runs VALUES ('r', '', 'job', 1.0, 2.0, 'ok', '', 0, '', '', 10, '')")
    database.commit()
    database.close()

    history = History(str(state))
    (row,) = history.runs()
    history.close()

    assert (row.run_id, row.duration_s, row.compared) == ("r", 2.0, "")
