"""`sentinel-run show --html`: what the page tells, and in which order."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.page.support import Element, read, rows
from tests.cli.support import ours, said
from tests.process.support import child, line, rest, run, start, wait_until, wrapped
from tests.servers.ingest import Ingest

_JOB = """
def inner(rate):
    return 100 / rate

try:
    inner(0)
except ZeroDivisionError as error:
    raise ValueError("no rate") from error
"""


def _page(*arguments: str) -> Element:
    return read(said("show", "--html", "-", *arguments))


@pytest.mark.usefixtures("nightly")
def test_why_it_failed_comes_first(reason: str) -> None:
    """Status, sentence, reason, then how it ended, what it took, and the way to the marked line."""
    page = _page()
    header = page.one("header")

    assert page.one("title").text.startswith("failed: nightly.sh (")
    assert [part.text for part in header.content if isinstance(part, Element)][:3] == [
        "failed", "nightly.sh failed with exit status 3", reason,
    ]  # fmt: skip
    assert [label for label, _ in rows(header)] == ["ended", "took", "CPU", "peak memory", "started", "host"]
    assert dict(rows(header))["ended"] == "exit status 3"
    assert next(link["href"] for link in header.all("a")) == "#marked"


@pytest.mark.usefixtures("nightly")
def test_the_reason_is_marked_in_the_output(reason: str) -> None:
    """The line that says why, and no other; each line with its time and stream."""
    lines = list(_page().named("lines").all("li"))

    assert [(line.one(style="stream").text, line.one(style="text").text) for line in lines] == [
        ("out", "dumping the shop"), ("err", reason),
    ]  # fmt: skip
    assert [line.one("mark").text for line in lines if line["id"] == "marked"] == [reason]
    assert float(lines[0].one(style="at").text) >= 0


def test_the_exception_with_its_frames_and_source(work: Path) -> None:
    """What ended the run, then its cause; the innermost frame is open, with the code around the line."""
    (work / "job.py").write_text(_JOB)
    run(wrapped("python3", "-c", "print('before')\nimport job"))

    page = _page()
    section = page.named("exception")
    first, second = section.all("article")
    assert [title.text.strip() for title in section.all("h3")] == ["ValueError", "caused by ZeroDivisionError"]
    assert first.one(style="value").text == "no rate"
    (shown,) = (frame for frame in second.all("details") if "open" in frame.attributes)
    assert shown.one("summary").text == "job.py:3 in inner"
    assert shown.one(style="here").text == "3    return 100 / rate"
    marked = [mark.text for mark in page.named("lines").all("mark")]
    assert marked[0] == "Traceback (most recent call last):"
    assert marked[-1] == "ValueError: no rate"
    assert "before" not in marked


def test_where_a_script_failed(work: Path) -> None:
    """A shell's complaint is no exception: it gives the place, and is not said twice."""
    (work / "x.sh").write_text("set -u\necho start\necho $NOPE\n")
    run(wrapped("bash", "x.sh"))

    section = _page().named("exception")
    assert section.one("h2").text == "Where it failed"
    assert section.one("summary").text == "x.sh:3"
    assert section.one(style="here").text == "3echo $NOPE"
    assert "unbound variable" not in section.text


def test_only_the_failing_part_is_marked() -> None:
    """Of several attempts the last one's traceback, not what was survived before it."""
    script = "print('calm', flush=True); {}['key']"
    run(wrapped("python3", "-c", script, options=["--retries", "1", "--retry-delay", "0s"]))

    lines = list(_page().named("lines").all("li"))
    headings = [at for at, line in enumerate(lines) if "heading" in line["class"]]
    marked = [at for at, line in enumerate(lines) if list(line.all("mark"))]
    assert [lines[at].one(style="text").text for at in headings] == ["[attempt 1 of 2]", "[attempt 2 of 2]"]
    assert marked[0] > headings[1] + 1
    assert lines[marked[-1]].text.endswith("KeyError: 'key'")


def test_where_time_and_memory_went() -> None:
    """A bar for each process on one time scale, and two curves, each told in words too."""
    run(wrapped("sh", "-c", "sleep 0.6; sh -c 'sleep 0.7; exit 5' inner; exit 1", options=["--name", "job"]))

    section = _page().named("time")
    table = section.one("table")
    bars = [float(bar["x"].rstrip("%")) for bar in table.all("rect")]
    assert next(row.one(style="called").text for row in table.one("tbody").all("tr")) == "sleep"
    assert bars[0] < 20
    assert bars[1] > bars[0] + 20
    assert [figure.one("strong").text for figure in section.all("figure")] == ["CPU", "Memory"]
    for plot in section.all("svg", "curve"):
        assert plot["role"] == "img"
        assert "over time: at most" in plot["aria-label"]
        assert plot.one("path")["d"].startswith("M0 100 V")


def test_its_place_among_earlier_runs() -> None:
    """A bar for each run up to this one, the failures marked, also as a table."""
    for status in ("0", "0", "3", "0"):
        run(wrapped("sh", "-c", f"exit {status}", options=["--name", "job"]))
    run(wrapped("true"))

    page = _page("job")
    section = page.named("standing")
    bars, table = list(section.all("rect")), list(section.one("tbody").all("tr"))
    assert "Of the last 4 runs 1 failed; a success takes " in section.text
    assert [("bad" in bar["class"].split(), "this" in bar["class"].split()) for bar in bars] == [
        (False, False), (False, False), (True, False), (False, True),
    ]  # fmt: skip
    assert len(list(section.all("circle"))) == 1
    assert table[0].text.endswith("ok (this run)")
    assert "failed: exit status 3" in table[1].text
    assert page.one("h1").text == "job succeeded"


def test_an_earlier_run_stands_among_those_before_it() -> None:
    """What came later is no part of its page."""
    for _ in range(2):
        run(wrapped("sh", "-c", "exit 3", options=["--name", "job"]))
    ours("history")
    first = said("history", "--json").rpartition('"run_id": "')[2][:32]

    assert "Earlier runs" not in _page(first).text


def test_what_the_server_said(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    """For each envelope, and under which ids."""
    monkeypatch.setenv("SENTRY_DSN", ingest.dsn)
    run(wrapped("sh", "-c", "exit 3"))
    assert ("sent", "nothing yet; to send it now: sentinel-run deliver") in rows(_page().named("report"))

    ours("deliver")

    told = rows(_page().named("report"))
    assert [text for label, text in told if label == "sent"] == [
        "event: the server took it", "transaction: the server took it",
    ]  # fmt: skip
    assert {"event", "transaction", "trace"} <= {label for label, _ in told}


def test_the_machine() -> None:
    """Who ran it where, started by what."""
    run(wrapped("true"))

    told = dict(rows(_page().named("machine")))
    assert told["started by"].partition(", ")[2]
    assert {"host", "user", "process", "processors", "load at the end", "memory at the end"} <= told.keys()


@pytest.mark.parametrize(
    ("options", "command", "sentence", "output"),
    [
        ([], ["true"], "true succeeded", "There was no output."),
        (["--no-capture"], ["true"], "true succeeded", "The output was not captured (--no-capture)."),
        ([], ["no-such-command"], "no-such-command could not be started", "There was no output."),
    ],
)
def test_short_stories(options: list[str], command: list[str], sentence: str, output: str) -> None:
    """A run of which there is little to tell has a page without empty sections."""
    run(wrapped(*command, options=options))

    page = _page()
    assert page.one("h1").text == sentence
    assert page.named("output").one("p").text == output
    assert [section["id"] for section in page.all("section")] == ["output", "run", "report", "machine"]


def test_a_running_one() -> None:
    """It has a page too, and goes on."""
    going = start(wrapped(*child("echo_lines"), options=["--name", "job"]), stdin=subprocess.PIPE)
    assert line(going)
    wait_until(lambda: b"job" in ours("history", "--json").stdout)

    page = _page("job")

    assert page.one("h1").text == "job is running"
    assert dict(rows(page.one("header")))["took"].endswith("so far")
    rest(going)


def test_last_lines() -> None:
    """All that are kept, or as many as asked for."""
    run(wrapped("sh", "-c", "seq 1 50; exit 1"))

    assert len(list(_page().named("lines").all("li"))) == 50
    few = [line.one(style="text").text for line in _page("--lines", "3").named("lines").all("li")]
    assert few[-3:] == ["48", "49", "50"]


def test_templates_cost_only_those_who_want_a_page() -> None:
    """`show` on a terminal does not wait for them."""
    run(wrapped("true"))
    listed = [sys.executable, "-X", "importtime", "-m", "sentinel_run", "show"]

    assert b"jinja2" not in run(listed).stderr
    assert b"jinja2" in run([*listed, "--html", "-"]).stderr


def test_structure_for_all_readers(page: Element) -> None:
    """A language, one main heading and no level left out, names for all plots, headers for all tables."""
    levels = [int(element.tag[1]) for element in page.all() if element.tag in ("h1", "h2", "h3")]

    assert page.one("html")["lang"] == "en"
    assert levels.count(1) == 1
    assert [after for before, after in itertools.pairwise(levels) if after > before + 1] == []
    for svg in page.all("svg"):
        inside = svg.above is not None and svg.above.tag == "svg"
        assert inside or svg["aria-hidden"] == "true" or (svg["role"] == "img" and svg["aria-label"])
    for section in page.all("section"):
        assert page.named(section["aria-labelledby"]).tag == "h2"
    for table in page.all("table"):
        assert all(head["scope"] and head.text.strip() for head in table.all("th"))
