"""Before the command starts, nothing is imported that its start does not need."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.process.support import CHILDREN, run

HEAVY = {
    "typing",
    "re",
    "json",
    "enum",
    "signal",
    "dataclasses",
    "pathlib",
    "contextlib",
    "subprocess",
    "sqlite3",
    "tomllib",
    "logging",
    "socket",
    "tempfile",
    "shlex",
    "shutil",
    "datetime",
    "threading",
    "asyncio",
    "inspect",
    "importlib.metadata",
    "urllib",
    "http",
    "ssl",
    "random",
    "difflib",
    "click",
    "rich",
    "psutil",
    "sentry_sdk",
    "urllib3",
}
LATER = {
    "child.passthrough",
    "recorder",
    "epilogue",
    "farewell",
    "whereabouts",
    "program",
    "facts",
    "redact",
    "store",
    "report",
    "deliver",
    "cli",
    "diagnose",
}


def _imported(*arguments: str) -> set[str]:
    """Modules that were loaded by then, beyond what Python itself loads at its start."""
    root, driver = str(CHILDREN.parents[1]), str(CHILDREN / "at_spawn.py")
    source = f"import sys; sys.path.insert(0, {root!r}); exec(open({driver!r}).read())"
    # Without `site`, whose imports depend on what else is installed there.
    done = run([sys.executable, "-I", "-S", "-c", source, *arguments])
    assert done.returncode == 0, done.stderr.decode()
    return set(done.stdout.decode().split())


@pytest.mark.parametrize(
    "arguments",
    [
        ("--", "true"),
        ("true",),
        ("--no-capture", "true"),
        ("--name", "x", "--timeout", "1h30m", "--tag", "a=b", "--ok-exit", "1,2", "-e", "prod", "--", "true"),
        ("--monitor", "x", "--schedule", "*/5 * * * mon-fri", "--timezone", "Europe/Berlin", "--", "true"),
        ("--dsn", "https://key@o1.ingest.sentry.io/1", "true"),
    ],
    ids=" ".join,
)
def test_imports_at_the_instant_of_spawn(arguments: tuple[str, ...]) -> None:
    """No heavy module of the standard library or of others, and none of our own later rooms."""
    imported = _imported(*arguments)

    assert imported & (HEAVY | {f"sentinel_run.{room}" for room in LATER}) == set()
    assert "sentinel_run.child.spawn" in imported


def test_a_plain_config_file_loads_no_parser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`tomllib` takes longer than all else before the start."""
    (tmp_path / "sentinel-run.toml").write_text('environment = "staging"\n[command."backup.sh"]\ntimeout = "2h"\n')
    monkeypatch.chdir(tmp_path)

    imported = _imported("--", "true")

    assert "sentinel_run.settings.plain_toml" in imported
    assert imported & HEAVY == set()


def test_number_of_modules() -> None:
    """A short list stays short; each module costs the command a part of a millisecond."""
    imported = _imported("--", "true")

    assert len(imported) <= 45, sorted(imported)


INNOCENT = (
    "9513cc80-4bcd-48eb-b00d-acc5b2d4882b",
    "/srv/jobs/nightly-task.sh",
    "--full",
    "-v",
    "disk 3 of 4",
    "cron",
    "a=b",
)


def test_innocent_words_load_no_pattern() -> None:
    """The engine of regular expressions takes longer than all else at the end of a short run."""
    root = str(CHILDREN.parents[1])
    work = f"redact.argv({INNOCENT!r}); [redact.text(word) for word in {INNOCENT!r}]; print('re' in sys.modules)"
    source = f"import sys; sys.path.insert(0, {root!r}); from sentinel_run import redact; {work}"

    done = run([sys.executable, "-I", "-S", "-c", source])

    assert (done.returncode, done.stdout, done.stderr) == (0, b"False\n", b"")


@pytest.mark.parametrize(
    ("said", "is_loaded"), [(b"", False), (b"copied 3 files\n", False), (b"using password=x\n", True)]
)
def test_patterns_are_loaded_for_what_needs_them(tmp_path: Path, said: bytes, is_loaded: bool) -> None:
    """While a command says nothing that could be secret, neither we nor the canary hold their engine in memory."""
    root, environ = str(CHILDREN.parents[1]), {"SENTINEL_RUN_STATE_DIR": str(tmp_path)}
    source = f"""if True:
        import sys
        sys.path.insert(0, {root!r})
        from sentinel_run import options, planning
        from sentinel_run.recorder import Recorder
        recorder = Recorder(planning.make(options.read(["--", "true"]), {environ!r}), 0, started_s=0.0, started_at=0.0)
        recorder.tail.add(0.0, "stdout", {said!r})
        for chore in recorder.chores():
            chore()
        print("sentinel_run.recorder.handover" in sys.modules, "re" in sys.modules)"""

    done = run([sys.executable, "-I", "-S", "-c", source])

    assert (done.stdout.decode().split(), done.stderr) == (["True", str(is_loaded)], b"")
