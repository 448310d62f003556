"""`sentinel-run doctor`: is everything set up well?"""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.support import ours
from tests.process.support import run, wrapped
from tests.servers.ingest import HANG, Answer, Ingest, refused_dsn
from tests.servers.relay import normalize

_KEYS = ["healthy", "versions", "options", "machine", "state", "waiting", "server", "problems", "next"]


def checked(*arguments: str, status: int) -> dict[str, Any]:
    """The JSON of `doctor`, which must end with `status`."""
    done = ours("doctor", "--json", *arguments)
    assert (done.returncode, done.stderr) == (status, b"")
    found = json.loads(done.stdout)
    assert found["healthy"] == (status == 0)
    assert isinstance(found, dict)
    return found


def test_a_new_machine_is_healthy(state_directory: Path) -> None:
    """No DSN, no config file, no run: that is the embedded default."""
    found = checked(status=0)

    assert list(found) == _KEYS
    assert found["problems"] == []
    assert found["state"]["path"] == str(state_directory)
    assert found["server"] == {"dsn": None, "proxies": {}, "steps": []}
    assert found["next"][-1].startswith("all is well")


@pytest.mark.usefixtures("work")
def test_what_nobody_gave_is_nothing() -> None:
    """Outside CI and git there is no release: null for programs, as in `config show`."""
    of_doctor = {row["option"]: row for row in checked(status=0)["options"]["settings"]}
    of_config = {row["option"]: row for row in json.loads(ours("config", "show", "--json").stdout)}

    assert (
        of_doctor["release"] == of_config["release"] == {"option": "release", "value": None, "source": "default"}
    )


def test_every_option_has_a_source(monkeypatch: pytest.MonkeyPatch, work: Path) -> None:
    """Value and source of each; a tag's secret is not shown."""
    (work / "sentinel-run.toml").write_text('timeout = "5m"\n[tag]\nteam = "infra"\napi_token = "tok-123456"\n')
    monkeypatch.setenv("SENTINEL_RUN_BREADCRUMBS", "7")
    done = ours("doctor", "--json")
    settings = {row["option"]: row for row in json.loads(done.stdout)["options"]["settings"]}

    assert settings["timeout"]["value"] == 300.0
    assert settings["timeout"]["source"].endswith("sentinel-run.toml")
    assert settings["breadcrumbs"] == {"option": "breadcrumbs", "value": 7, "source": "SENTINEL_RUN_BREADCRUMBS"}
    assert settings["tag"]["value"] == ["team=infra", "api_token=[Filtered]"]
    assert b"tok-123456" not in done.stdout


@pytest.mark.parametrize(
    ("environ", "release", "environment"),
    [
        ({}, "git", "default"),
        ({"CI": "true"}, "git", "CI"),
        ({"GITHUB_ACTIONS": "true", "GITHUB_SHA": "a" * 40}, "CI: github", "CI: github"),
        ({"SENTRY_RELEASE": "1.2", "SENTRY_ENVIRONMENT": "x"}, "SENTRY_RELEASE", "SENTRY_ENVIRONMENT"),
    ],
)
def test_what_nobody_gave_has_a_source_too(
    environ: dict[str, str], release: str, environment: str, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The CI or git; the same in `doctor` and --dry-run."""
    subprocess.run(["git", "init", "-q"], check=True)
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    subprocess.run(["git", *identity, "commit", "-q", "--allow-empty", "-m", "one"], check=True)
    for name in ("CI", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    settings = {row["option"]: row for row in checked(status=0)["options"]["settings"]}
    planned = run(wrapped("true", options=["--dry-run"])).stdout.decode().splitlines()

    assert (settings["release"]["source"], settings["environment"]["source"]) == (release, environment)
    for name in ("release", "environment"):
        assert f"{name}: {settings[name]['value']} ({settings[name]['source']})" in planned
    assert "name: true (what really runs)" in planned


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("SENTINEL_RUN_TIMEOUT", "soon", "SENTINEL_RUN_TIMEOUT: 'soon' is not valid"),
        ("SENTINEL_RUN_TIMOUT", "5m", "did you mean SENTINEL_RUN_TIMEOUT?"),
        ("SENTRY_DSN", "https://nonsense", "SENTRY_DSN: 'http...' is not valid"),
    ],
)
def test_mistakes_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, words: str
) -> None:
    """Whatever a run would ignore is a problem here."""
    monkeypatch.setenv(variable, value)

    found = checked(status=1)

    (problem,) = found["problems"]
    assert words in problem
    assert found["next"][-1].startswith("mend what is named above")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("timout = 5", "did you mean 'timeout'?"),
        ("= broken", "cannot be read"),
        ("dsn = 'nonsense'", ":1: dsn: 'nons...' is not valid"),
    ],
)
def test_mistakes_in_a_config_file(work: Path, content: str, words: str) -> None:
    """The file and the key are named."""
    (work / "sentinel-run.toml").write_text(content)

    (problem,) = checked(status=1)["problems"]

    assert words in problem
    assert "sentinel-run.toml" in problem


@pytest.mark.parametrize(("mode", "is_told"), [(0o600, False), (0o640, True), (0o604, True)])
def test_headers_that_others_can_read(mode: int, is_told: bool, work: Path) -> None:
    """They are secrets: one line says how to hide them, and shows none."""
    file = work / "sentinel-run.toml"
    file.write_text("[command.x]\nheader = ['A: hush-hush']\n")
    file.chmod(mode)

    found = checked(status=0)

    assert any(f"chmod 600 {file}" in advice for advice in found["next"]) is is_told
    assert "hush-hush" not in str(found)


def test_a_server_that_answers(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The DSN is shown without its key, and looked up and connected to; nothing is sent."""
    monkeypatch.setenv("SENTRY_DSN", ingest.dsn)
    done = ours("doctor", "--json")
    server = json.loads(done.stdout)["server"]

    assert done.returncode == 0
    assert "***@" in server["dsn"]
    assert ingest.dsn.encode() not in done.stdout
    assert [(step["name"], step["ok"]) for step in server["steps"]] == [("look-up", True), ("connect", True)]
    assert ingest.requests == []


def test_a_server_that_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The step that fails is named."""
    monkeypatch.setenv("SENTRY_DSN", refused_dsn())

    (problem,) = checked(status=1)["problems"]

    assert "cannot be reached: connect: Connection refused" in problem


def test_no_tls(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    """An https DSN for a server that speaks plain HTTP fails at TLS."""
    monkeypatch.setenv("SENTRY_DSN", ingest.dsn.replace("http://", "https://"))

    assert "cannot be reached: TLS" in checked(status=1)["problems"][0]


def test_a_proxy_is_tried_instead(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a proxy only the proxy is connected to; its password is not shown."""
    monkeypatch.setenv("SENTRY_DSN", "http://key@sentry.invalid/1")
    monkeypatch.setenv("http_proxy", ingest.dsn.replace("http://", "http://me:hush-hush").rpartition("/")[0])
    done = ours("doctor", "--json")
    names = [step["name"] for step in json.loads(done.stdout)["server"]["steps"]]

    assert (done.returncode, names) == (0, ["proxy look-up", "proxy connect"])
    assert b"hush-hush" not in done.stdout


def test_a_test_event_is_accepted(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    """--send-test sends one event of level info, of which Sentry loses nothing, and gives its id."""
    monkeypatch.setenv("SENTRY_DSN", ingest.dsn)

    found = checked("--send-test", status=0)

    (event,) = ingest.events
    off_s = found["test"].pop("clock_off_s")
    assert found["test"] == {"state": "accepted", "event_id": event["event_id"], "note": None}
    assert abs(off_s) < 30
    assert event["level"] == "info"
    assert normalize(event).problems == []
    assert event["message"].startswith("sentinel-run doctor")


def test_a_test_event_is_refused(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the server answered is a problem."""
    ingest.answers = Answer(status=403)
    monkeypatch.setenv("SENTRY_DSN", ingest.dsn)

    (problem,) = checked("--send-test", status=1)["problems"]

    assert "status 403" in problem


def test_a_clock_that_is_wrong(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's answer tells the time, and how far ours is off."""
    ingest.answers = Answer(status=200, headers={"Date": "Thu, 01 Jan 2015 00:00:00 GMT"})
    monkeypatch.setenv("SENTRY_DSN", ingest.dsn)

    found = checked("--send-test", status=1)

    assert found["test"]["state"] == "accepted"
    assert found["test"]["clock_off_s"] > 1e8
    assert "ahead of the server's" in found["problems"][0]


def test_the_machine() -> None:
    """Clock, time zone, core files, the control group's counters: as the system itself tells them."""
    machine = checked(status=0)["machine"]
    core_limit = run(["sh", "-c", "ulimit -c"]).stdout.decode().strip()

    assert machine["time"][:11] == time.strftime("%Y-%m-%dT", time.gmtime())
    assert machine["core_pattern"] == Path("/proc/sys/kernel/core_pattern").read_text().strip()
    assert (machine["core_limit_bytes"] is None) == (core_limit == "unlimited")
    assert machine["clock_kept_right"] in (True, False, None)
    assert machine["memory_counters"] in (True, False)


def test_a_test_without_a_dsn() -> None:
    """There is nowhere to send it to."""
    assert "--send-test needs a DSN" in checked("--send-test", status=1)["problems"][0]


def test_what_waits_and_why(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting envelopes, the reason, and the rate limit in force."""
    ingest.answers = Answer(status=429, headers={"X-Sentry-Rate-Limits": "120:error;transaction:key"})
    monkeypatch.setenv("SENTRY_DSN", ingest.dsn)
    run(wrapped("false"))
    ours("deliver")

    waiting = checked(status=0)["waiting"]

    assert waiting["envelopes"] == 2
    assert waiting["reasons"][0]["note"] == "the server limits the rate"
    assert {limit["category"] for limit in waiting["limits"]} == {"error", "transaction"}


def test_runs_of_a_newer_release(state_directory: Path) -> None:
    """`deliver` leaves them alone, so it is no advice; what they need is that release."""
    run(wrapped("false"))
    (entry,) = (state_directory / "journal").glob("*.ended")
    entry.write_text(json.dumps({**json.loads(entry.read_text()), "format": 999}))
    alone = checked(status=0)
    run(wrapped("true"))

    found = checked(status=0)

    told = "ended runs that a newer release has written: 1; they wait for it, so install that one"
    assert (alone["next"][0], any("deliver" in advice for advice in alone["next"])) == (told, False)
    assert (found["waiting"]["runs_in_journal"], found["waiting"]["of_newer_release"]) == (2, 1)
    assert "taken in" in found["next"][0]
    assert found["next"][1] == told
    assert "2 ended and not taken in yet, 1 of a newer release\n" in ours("doctor").stdout.decode()


def test_a_hanging_server_costs_seconds_only(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that never answers still connects; nothing here waits for its answer."""
    ingest.answers = HANG
    monkeypatch.setenv("SENTRY_DSN", ingest.dsn)

    checked(status=0)


def test_one_is_no_plural() -> None:
    """The history of a first run."""
    run(wrapped("true"))
    ours("history")

    assert "history    1 run, " in ours("doctor").stdout.decode()


def test_the_screen_ends_with_what_to_do() -> None:
    """For people: one paragraph a matter, and the next step last."""
    done = ours("doctor")
    lines = done.stdout.decode().splitlines()

    assert done.returncode == 0
    assert [line for line in lines if line and not line.startswith(" ")] == [
        "versions", "options", "machine", "state", "waiting", "server", "what to do next",
    ]  # fmt: skip
    assert "all is well" in lines[-1]
