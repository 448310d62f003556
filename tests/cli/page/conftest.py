"""A page of a run whose every text is hostile."""

from __future__ import annotations

import os
import sys

import pytest

from tests.children.hostile import LINES
from tests.cli.page.support import Element, read
from tests.process.support import CHILDREN, PROGRAM, run

_SCRIPT = """
"$1" note tag "key=$3"
"$1" note breadcrumb "$3" --level error
sh -c 'sleep 0.4; exit 7' "$3"
exec "$4" "$2"
"""
_CI = {"GITLAB_CI": "true", "CI_JOB_URL": LINES[7], "CI_JOB_NAME": LINES[1]}
_OPTIONS = ["--name", LINES[2], "--tag", f"team={LINES[6]}", "--release", LINES[3]]


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of a failed run with hostile words in its name, arguments, folder, tags, notes, CI and output."""
    base = tmp_path_factory.mktemp("hostile")
    folder = base / LINES[0].replace("/", "_")
    folder.mkdir()
    ours = {"SENTINEL_RUN_STATE_DIR": str(base / "state"), "SENTINEL_RUN_DELIVER": "later", **_CI}
    environ = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **ours}
    words = [PROGRAM[0], str(CHILDREN / "hostile.py"), LINES[1], sys.executable]
    run(["env", "-C", str(folder), *PROGRAM, *_OPTIONS, "--", "sh", "-c", _SCRIPT, "sh", *words], env=environ)
    return run([*PROGRAM, "show", "--html", "-"], env=environ).stdout.decode()


@pytest.fixture
def page(hostile: str) -> Element:
    """The same as a tree."""
    return read(hostile)
