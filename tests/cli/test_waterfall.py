"""Where the time and the memory of a run went: bars and curves in `show`, and the same as data."""

from __future__ import annotations

import pytest

from tests.cli.support import said, seen, told, uncoloured
from tests.process.support import run, wrapped

_SCRIPT = "sleep 0.7; sh -c 'sleep 0.6; exit 0' inner; exit 1"


@pytest.fixture
def job() -> None:
    """A script of two steps, the second with a process of its own, under a name with a wide letter."""
    run(wrapped("sh", "-c", _SCRIPT, options=["--name", "job"]))


@pytest.mark.usefixtures("job")
def test_a_bar_for_each_process() -> None:
    """One row a process, indented below its parent; a later step's bar begins where the earlier one ends."""
    rows = said("show").splitlines()
    header = next(index for index, row in enumerate(rows) if row.startswith("3 processes"))
    first, second, inner, cpu, memory = rows[header + 1 : header + 6]

    assert rows[header].split() == ["3", "processes", "took", "memory"]
    assert [row.split()[0] for row in (first, second, inner)] == ["sleep", "sleep", "sleep"]
    assert inner.startswith(" sleep")
    assert second.index("█") > first.index("█") + 10
    assert (cpu.split()[0], memory.split()[0]) == ("CPU", "memory")
    assert cpu.rstrip().endswith("%")


@pytest.mark.usefixtures("job")
def test_the_same_as_data() -> None:
    """Times within the run, the tree by depth, and the timeline from its start to its end."""
    found = told("show")
    first, second, inner = found["processes"]

    assert [process["depth"] for process in found["processes"]] == [0, 0, 1]
    assert first["argv"] == ["sleep", "0.7"]
    assert second["pid"] == inner["parent_pid"]
    assert 0 <= first["start_s"] < first["end_s"] <= found["duration_s"]
    assert first["peak_rss_bytes"] > 100_000
    assert found["processes_seen"] == 4
    assert found["timeline"][0]["from_s"] == 0
    assert found["timeline"][-1]["to_s"] == pytest.approx(found["duration_s"], abs=1e-5)
    assert found["tree_peak_rss_bytes"] >= first["peak_rss_bytes"]


@pytest.mark.usefixtures("job")
@pytest.mark.parametrize("columns", [60, 80, 200])
def test_it_fits(columns: int) -> None:
    """On every width the bars have room, and no row is wider than the screen."""
    rows = uncoloured(seen("show", columns=columns)).splitlines()

    assert max(len(row.rstrip()) for row in rows) <= columns
    assert max(row.count("█") for row in rows) >= 5
    assert max(sum(map(row.count, "▁▂▃▄▅▆▇█")) for row in rows if "CPU" in row) >= 20


@pytest.mark.usefixtures("job")
def test_without_unicode() -> None:
    """A locale without block letters gets bars of others."""
    shown = seen("show", columns=80, PYTHONIOENCODING="ascii")

    assert "####" in shown
    assert "\\u2588" not in shown


def test_many_processes_are_one_screenful() -> None:
    """Of fifty processes those that took longest have a row; the title counts all."""
    script = "for i in $(seq 49); do sleep 1.$i & done; wait"
    run(wrapped("sh", "-c", script))

    rows = said("show").splitlines()
    assert sum(row.startswith("sleep") for row in rows) == 12
    assert any(row.startswith("12 of 49 processes") for row in rows)
    assert len(told("show")["processes"]) == 49


def test_a_failed_step_is_marked() -> None:
    """How a process ended stands beside its bar, where the kernel told it."""
    run(wrapped("sh", "-c", "sh -c 'sleep 0.7; exit 5'; sh -c 'sleep 0.7; kill -9 $$'; exit 0"))
    endings = {(process["exit_status"], process["signal"]) for process in told("show")["processes"]}
    shown = said("show")

    assert ((5, None) in endings) == ("exit 5" in shown)
    assert ((None, "SIGKILL") in endings) == ("SIGKILL" in shown)


def test_a_quick_command_has_none() -> None:
    """Nobody looked, so there is nothing to draw."""
    run(wrapped("true"))

    assert "CPU  " not in said("show")
    assert (told("show")["processes"], told("show")["timeline"]) == ([], [])
