"""What Sentry and `show` tell of the notes that a command made."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.delivery.conftest import Report
from tests.process.support import PROGRAM, run
from tests.servers.ingest import Ingest

NOTE = " ".join(f"'{word}'" for word in [*PROGRAM, "note"])


def _writes(*notes: dict[str, Any], status: int = 1) -> tuple[str, ...]:
    """A program that writes these notes and ends."""
    code = "import os, sys\nopen(os.environ['SENTINEL_RUN_NOTES'], 'a').write(sys.argv[1])\nsys.exit(int(sys.argv[2]))"
    return (sys.executable, "-c", code, "".join(f"{json.dumps(note)}\n" for note in notes), str(status))


def _crumbs(event: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(crumb["category"], crumb["level"], crumb["message"]) for crumb in event["breadcrumbs"]["values"]]


def _spans(transaction: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {span["description"]: span for span in transaction["spans"] if span["op"] != "process"}


def _s(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def test_every_kind_arrives(report: Report, server: Ingest) -> None:
    """Breadcrumbs with level and data among the lines of output, tags, contexts, measures and the user."""
    script = f"""
        echo begin
        {NOTE} breadcrumb 'calling executor' --level warning --category job --data region=US
        {NOTE} tag region=US team=mine
        {NOTE} context execution job_id=42
        {NOTE} context execution model=large
        {NOTE} context run mine=1
        {NOTE} measure tokens 256 --unit token
        {NOTE} measure tokens 512 --unit token
        {NOTE} user 42
        echo finish >&2; exit 1
    """

    report("sh", "-c", script, options=["--tag", "team=configured", "--user", "ops"])

    (event,), (transaction,) = server.events, server.transactions
    crumbs = _crumbs(event)
    # A note has its own time, output that of its arrival, which on a busy machine may be later.
    assert sorted(crumb for crumb in crumbs if crumb[0] != "run") == [
        ("job", "warning", "calling executor"), ("stderr", "info", "finish"), ("stdout", "info", "begin"),
    ]  # fmt: skip
    times = [crumb["timestamp"] for crumb in event["breadcrumbs"]["values"]]
    assert times == sorted(times)
    assert next(crumb["data"] for crumb in event["breadcrumbs"]["values"] if "data" in crumb) == {"region": "US"}
    for made in (event, transaction):
        assert (made["tags"]["region"], made["tags"]["team"]) == ("US", "mine")
        assert made["contexts"]["execution"] == {"job_id": "42", "model": "large"}
        assert made["contexts"]["note.run"] == {"mine": "1"}
        assert made["contexts"]["measures"] == {"tokens": "512 token"}
        assert made["user"] == {"id": "42", "username": "ops"}
    assert transaction["measurements"] == {"tokens": {"value": 512, "unit": "token"}}
    assert transaction["contexts"]["trace"]["data"]["tokens"] == 512


def test_spans_by_name(report: Report, server: Ingest) -> None:
    """A pair is a span with its own time; a second one inside it is its child; the status of a shell counts."""
    report("sh", "-c", f"""
        {NOTE} span start load --op db --data table=jobs
        {NOTE} span start parse
        sleep 0.2
        {NOTE} span end parse --status 1 --data rows=3
        {NOTE} span end load --status ok
        {NOTE} span start 'never ended'
    """)  # fmt: skip

    (transaction,) = server.transactions
    spans = _spans(transaction)
    load, parse, never = spans["load"], spans["parse"], spans["never ended"]
    assert parse["parent_span_id"] == load["span_id"]
    assert load["parent_span_id"] == never["parent_span_id"] == transaction["contexts"]["trace"]["span_id"]
    assert (load["op"], load["status"], load["data"]["table"]) == ("db", "ok", "jobs")
    assert (parse["status"], parse["data"]["rows"]) == ("internal_error", "3")
    assert (
        0.2
        <= _s(parse["timestamp"]) - _s(parse["start_timestamp"])
        <= _s(load["timestamp"]) - _s(load["start_timestamp"])
    )
    assert never["data"]["never_ended"] is True
    assert never["timestamp"] == transaction["timestamp"]


def test_spans_by_id(report: Report, server: Ingest) -> None:
    """Spans of threads overlap: ids pair them, `parent` nests them, null says that there is none."""

    def span(state: str, name: str, **more: object) -> dict[str, Any]:
        return {"type": "span", "state": state, "name": name, **more}

    report(*_writes(
        span("start", "work", id="a"), span("start", "work", id="b", parent=None), span("start", "inner", id="c", parent="a"),
        span("end", "work", id="a", status="not_found"), span("end", "inner", id="c"), span("end", "work", id="b", status="ok"),
        span("end", "stray"),
    ))  # fmt: skip

    (transaction,), (event,) = server.transactions, server.events
    first, second, inner = (span for span in transaction["spans"] if span["op"] == "note")
    root = transaction["contexts"]["trace"]["span_id"]
    assert (first["parent_span_id"], second["parent_span_id"]) == (root, root)
    assert inner["parent_span_id"] == first["span_id"]
    assert (first["status"], second["status"]) == ("not_found", "ok")
    assert ("run", "warning", "a span 'stray' was ended that had not been started") in _crumbs(event)


HOSTILE: dict[str, list[dict[str, Any]]] = {
    "long texts": [
        {"type": kind, **content} for kind, content in {
            "breadcrumb": {"message": "m" * 9000, "category": "c" * 500, "data": {"k" * 400: "v" * 3000}},
            "tag": {"key": "k" * 400, "value": "v" * 3000}, "context": {"name": "n" * 400, "data": {"k" * 400: "v" * 9000}},
            "measure": {"name": "n" * 400, "value": 1, "unit": "u" * 400}, "user": {"id": "i" * 400},
            "span": {"state": "start", "name": "n" * 4000, "op": "o" * 400, "status": "s" * 400, "data": {"k" * 400: "v" * 3000}},
        }.items()
    ],
    "other alphabets": [
        {"type": "tag", "key": "größe/€", "value": "日本\n語"}, {"type": "tag", "key": "release", "value": 1.5},
        {"type": "context", "name": "日本 / context", "data": {"ключ": "значение", "type": "os", "version": 5}},
        {"type": "measure", "name": "Größe in µs", "value": 2.5, "unit": "µs"}, {"type": "user", "id": True},
        {"type": "breadcrumb", "message": "\ud800 \u0007", "data": {"a": None, "b": "", "c": {"d": {"e": {"f": [{"g": 1}]}}}}},
        {"type": "span", "state": "start", "name": "\n", "status": "nonsense", "data": {"a": [1, {"b": None}]}},
    ],
    "names of Sentry's own": [
        *({"type": "context", "name": name, "data": {"name": 5, "app_name": [], "version": {}}} for name in ("os", "app", "gpu", "trace", "run", "measures")),
        {"type": "measure", "name": "user_s", "value": -1}, {"type": "measure", "name": "tokens", "value": 2**53},
    ],
    "any time": [
        {"type": "breadcrumb", "message": "long ago", "time": -1e17}, {"type": "breadcrumb", "message": "far ahead", "time": 1e17},
        {"type": "span", "state": "start", "name": "a", "time": 1e17}, {"type": "span", "state": "end", "name": "a", "time": -5},
    ],
    "very many": [
        *({"type": "tag", "key": f"k{n}", "value": n} for n in range(120)),
        *({"type": "context", "name": f"c{n}", "data": {f"m{i}": "x" * 300 for i in range(40)}} for n in range(40)),
        *({"type": "measure", "name": f"m{n}", "value": n} for n in range(150)),
        *({"type": "breadcrumb", "message": "€" * 1500, "data": {f"m{i}": "€" * 100 for i in range(30)}} for n in range(400)),
        *({"type": "span", "state": "start", "name": f"s{n}", "data": {f"m{i}": "€" * 90 for i in range(30)}} for n in range(700)),
    ],
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_no_note_costs_the_report(case: str, report: Report, server: Ingest) -> None:
    """Whatever is noted, the server takes the report, drops nothing of it, and it is not too large."""
    code = "import os, sys\nopen(os.environ['SENTINEL_RUN_NOTES'], 'a').write(sys.stdin.read())\nsys.exit(1)"
    page = "".join(f"{json.dumps(note)}\n" for note in HOSTILE[case])
    Path("page").write_text(page)

    report("sh", "-c", f'"$0" -c "{code}" <page', sys.executable)

    assert (len(server.events), len(server.transactions)) == (1, 1)


def test_what_is_left_out_is_told(report: Report, server: Ingest) -> None:
    """A report holds so much; that there was more is said in it."""
    report(*_writes(
        *({"type": "tag", "key": f"k{n}", "value": n} for n in range(60)),
        *({"type": "breadcrumb", "message": f"b{n}"} for n in range(400)),
        *({"type": "span", "state": "start", "name": f"s{n}"} for n in range(510)),
    ))  # fmt: skip

    (event,), (transaction,) = server.events, server.transactions
    assert event["contexts"]["run"]["notes"] == ["only 50 of 60 noted tags are reported"]
    assert ("run", "info", "100 earlier breadcrumbs are not shown") in _crumbs(event)
    assert transaction["contexts"]["trace"]["data"]["spans_not_shown"] == 10


def test_show_tells_the_notes(report: Report) -> None:
    """For people as lines with their time, for programs as they were written."""
    report(
        *_writes(
            {"type": "breadcrumb", "message": "calling", "data": {"n": 1}},
            {"type": "measure", "name": "tokens", "value": 5, "unit": "token"},
        )
    )

    shown = run([*PROGRAM, "show"]).stdout.decode()
    noted = json.loads(run([*PROGRAM, "show", "--json"]).stdout)["noted"]

    assert "notes, 2" in shown
    assert "calling n=1" in shown
    assert "tokens 5 token" in shown
    assert [(note["type"], note.get("message"), note.get("value")) for note in noted] == [
        ("breadcrumb", "calling", None),
        ("measure", None, 5),
    ]
