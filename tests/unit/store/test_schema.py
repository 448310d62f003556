"""Stores of other releases: an older one is brought up to date without loss, a newer one is left alone."""

from __future__ import annotations

import sqlite3
import zlib
from pathlib import Path

import pytest

from sentinel_run import facts as facts_
from sentinel_run import json_form
from sentinel_run.diagnose.cause import diagnose
from sentinel_run.errors import StoreError
from sentinel_run.facts import Ending
from sentinel_run.store import schema
from sentinel_run.store.history import History
from tests.unit.samples import facts

_COLUMNS = (
    "run_id, parent_run_id, name, started_at, duration_s, status, cause, exit_status, signal, reason, max_rss_bytes,"
    " dsn, compared"
)


def _made_by_version_2(state: Path, runs: list[facts_.Facts]) -> list[tuple]:
    """A store as the release before has left it; its rows."""
    state.mkdir(mode=0o700)
    database = sqlite3.connect(state / "history.db")
    database.executescript("PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL;")
    database.executescript("".join(schema._STEPS[:2]) + "PRAGMA user_version = 2;")
    for made in runs:
        found = diagnose(made)
        assert made.ending is not None
        row = (
            made.identity.run_id, "", made.command.name, made.started_at, made.ending.duration_s, found.status,
            found.cause, made.ending.exit_status, made.ending.signal_name, found.reason, 12, "", "slow",
        )  # fmt: skip
        blob = zlib.compress(json_form.to_json(made).encode())
        database.execute(f"INSERT INTO runs ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", row)
        database.execute("INSERT INTO details VALUES (?,?)", (made.identity.run_id, blob))
        database.execute("INSERT INTO deliveries VALUES (?,'event','accepted','',1.0)", (made.identity.run_id,))
    database.commit()
    rows = database.execute(f"SELECT {_COLUMNS} FROM runs ORDER BY run_id").fetchall()
    database.close()
    return rows


def _ended(run_id: str, ending: Ending, release: str) -> facts_.Facts:
    made = facts(run_id)
    return made._replace(ending=ending, reporting=made.reporting._replace(release=release))


_RUNS = [
    _ended("a" * 32, Ending(3.5, 2.0, 0), "1.0"),
    _ended("b" * 32, Ending(3.5, 2.5, 3), "1.0"),
    _ended("c" * 32, Ending(9.5, 8.0, None, 15, "SIGTERM", interrupted_by="SIGTERM"), "1.1"),
    _ended("d" * 32, Ending(9.5, 7.0, 130, interrupted_by="SIGINT"), ""),
]


def test_an_older_store_is_brought_up_to_date_without_loss(tmp_path: Path) -> None:
    """Every row, all facts and all deliveries are as they were; ends and sizes are known at once."""
    before = _made_by_version_2(tmp_path / "state", _RUNS)

    history = History(str(tmp_path / "state"))

    assert history._db.execute(f"SELECT {_COLUMNS} FROM runs ORDER BY run_id").fetchall() == before
    assert [history.facts(made.identity.run_id) for made in _RUNS] == _RUNS
    assert all(len(history.deliveries(made.identity.run_id)) == 1 for made in _RUNS)
    assert history.last_ended() == "c" * 32
    sizes = "SELECT facts_bytes = (SELECT length(facts) FROM details WHERE details.run_id = runs.run_id) FROM runs"
    assert history._db.execute(sizes).fetchall() == [(1,)] * 4
    history.close()


def test_what_ran_is_read_out_of_the_facts_afterwards(tmp_path: Path) -> None:
    """Revisions, and interruptions that the cause does not tell; a damaged one costs only itself."""
    _made_by_version_2(tmp_path / "state", _RUNS)
    history = History(str(tmp_path / "state"))
    with history._db as database:
        database.execute("UPDATE details SET facts = x'00' WHERE run_id = ?", ("b" * 32,))
    assert history.unread() == 4
    heard: list[int] = []

    history.read_unread(diagnose, heard.append)

    assert (sum(heard), history.unread()) == (4, 0)
    rows = {row.run_id[0]: (row.revision, row.is_interrupted) for row in history.runs()}
    assert rows == {"a": ("1.0", 0), "b": ("", 0), "c": ("1.1", 1), "d": ("", 1)}
    history.close()


def test_an_older_release_may_still_write(tmp_path: Path) -> None:
    """A `deliver` from before the upgrade, still at work, keeps its run in the new tables."""
    history = History(str(tmp_path / "state"))
    columns = _COLUMNS.replace(", dsn, compared", ", compared, dsn")
    with history._db as database:
        database.execute(
            f"INSERT OR REPLACE INTO runs ({columns}) VALUES ('r','','x',5.0,2.0,'ok','',0,'','',1,'','')"
        )

    history.read_unread(diagnose, lambda count: None)

    assert history._db.execute("SELECT ended_at, revision FROM runs").fetchall() == [(7.0, "")]
    history.close()


def test_a_newer_store_is_left_alone(tmp_path: Path) -> None:
    """It says so, and not a byte is changed."""
    History(str(tmp_path / "state")).close()
    path = tmp_path / "state" / "history.db"
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
        database.execute("PRAGMA journal_mode = DELETE")
    database.close()
    before = path.read_bytes()

    with pytest.raises(StoreError, match="made by a newer release"):
        History(str(tmp_path / "state"))

    assert path.read_bytes() == before
