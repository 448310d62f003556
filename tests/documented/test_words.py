"""What is written in the pages but cannot be run is held against what has it: help, code, and the Makefile."""

from __future__ import annotations

import re
import subprocess

from sentinel_run.cli import grammar, manual
from tests.documented.pages import ROOT, Block
from tests.documented.ways import of
from tests.process.support import PROGRAM, run


@of("usage")
def test_usage(block: Block) -> None:
    """It is the line that `--help` begins with; what is more is in the synopsis of the man page."""
    first, *more = block.text.splitlines()
    words = re.findall(r"(?<= )[a-z]+\b", first.partition("[")[0])

    shown = " ".join(run([*PROGRAM, *words, "--help"]).stdout.decode().split())

    assert shown.startswith(f"Usage: {first}")
    synopsis = (
        manual.page(grammar.program(), version="1", date="2026-01-01")
        .partition(".SH DESCRIPTION")[0]
        .replace("\\", "")
    )
    assert all(line.removeprefix("sentinel-run ") in synopsis for line in more)


@of("names")
def test_names_of_the_architecture(block: Block) -> None:
    """Every file and every call that it names is there."""
    package = ROOT / "sentinel_run"
    sources = {path.name for path in package.glob("**/*.py")}
    straight = "".join((package / name).read_text() for name in ("run.py", "recorder/__init__.py", "planning.py"))
    files = re.findall(r"\b[a-z_]+\.py\b", block.text)
    calls = re.findall(r"\b(\w+)\.(\w+)\(", block.text)

    assert files or calls
    assert [name for name in files if name not in sources] == []
    assert [call for _, call in calls if call not in straight] == []


def test_what_make_try_shows() -> None:
    """The failing job, its exit status, and the run that was recorded with the reason."""
    done = run([str(ROOT / "examples" / "try.sh"), PROGRAM[0]])
    said = done.stdout.decode()

    assert done.returncode == 0, done.stderr
    assert "$ echo $?\n1\n" in said
    assert "failed: nightly-backup.sh failed with exit status 1: UploadError: cannot store backup.tar.gz" in said
    assert "Now with a command of yours: " in said


@of("targets")
def test_targets(block: Block) -> None:
    """make has a rule for each, and a plan; what each does is run by the tests of what it makes."""
    targets = [
        word for line in block.text.splitlines() for word in line.partition("#")[0].split() if word != "make"
    ]

    done = subprocess.run(["make", "-n", *targets], cwd=ROOT, capture_output=True, text=True, check=False)

    assert targets
    assert done.returncode == 0, done.stderr
