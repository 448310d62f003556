"""How each block of the documentation is run or held against the program: by its word, or by a row of this table."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

import pytest

from tests.documented.pages import Block, blocks

# Words whose every block is run in the same way, unless a row below says otherwise.
BY_WORD = {
    word: word for word in ("bash", "console", "crontab", "dockerfile", "fish", "python", "sh", "toml", "zsh")
}


class Row(NamedTuple):
    """Blocks of `page` that have `part` in them, and their way; a `reason` where they are not run."""

    page: str
    part: str
    way: str
    reason: str = ""


ROWS = (
    Row("README.md", "pip install", "install"),
    Row("tutorial.md", "pip install", "install"),
    Row("completion.md", "man -M", "install"),
    Row("install.md", "podman", "image"),
    Row("install.md", "COPY --from", "image"),
    Row("README.md", "make try", "targets"),
    Row("CONTRIBUTING.md", "make try", "targets"),
    Row("reference.md", "note context execution", "inside"),
    Row("notes.md", "note context execution", "inside"),
    Row("notes.md", "$SENTINEL_RUN_NOTES", "inside"),
    Row("reference.md", "[OPTIONS]", "usage"),
    Row("ci.md", "your-org/sentinel-run", "github"),
    Row("page.md", "if: failure()", "github"),
    Row("ci.md", "entrypoint:", "gitlab"),
    Row("ci.md", "junit:", "gitlab"),
    Row("ci.md", "sh '''", "jenkins"),
    Row("ci.md", "-eo pipefail -c", "circleci"),
    Row("ci.md", ".SHELLFLAGS", "makefile"),
    Row("cron.md", "jobTemplate:", "kubernetes"),
    Row("cron.md", "job-exec", "ofelia"),
    Row("cron.md", "[program:worker]", "supervisord"),
    Row("cron.md", "BashOperator", "airflow"),
    Row("cron.md", "--systemd backup.service |", "systemd"),
    Row("fleet.md", "ansible.builtin", "ansible"),
    Row("terminal.md", "│", "screen"),
    Row("terminal.md", "peak 210 MB", "screen"),
    Row("ARCHITECTURE.md", "planning.make", "names"),
    Row("ARCHITECTURE.md", "entry.py", "names"),
    Row("ARCHITECTURE.md", "argv -> Plan", "", "a drawing"),
    Row("how-it-works.md", "argv -> Plan", "", "a drawing"),
    Row("diagnosis.md", "tests.diagnose_corpus", "", "takes a minute and a half; tests/diagnose_corpus/test_corpus.py goes through the same cases"),
)  # fmt: skip


def row(block: Block) -> Row | None:
    """The row of a block, if it has one."""
    return next((one for one in ROWS if one.page == block.page and one.part in block.text), None)


def way(block: Block) -> str | None:
    """How the block is run; empty for one that is not, None for one that nobody has thought of."""
    found = row(block)
    return found.way if found else BY_WORD.get(block.word)


def of(*names: str) -> pytest.MarkDecorator:
    """Parametrises a test by all blocks that go one of these ways."""
    return pytest.mark.parametrize("block", _going(*names), ids=str)


def of_pages(*names: str) -> pytest.MarkDecorator:
    """The same by page, for blocks of which one goes on from where the last one ended."""
    pages = [list(found) for _, found in groupby(_going(*names), lambda block: block.page)]
    return pytest.mark.parametrize("page", pages, ids=lambda page: page[0].page)


def _going(*names: str) -> list[Block]:
    return [block for block in blocks() if way(block) in names]
