"""What the documentation lists is complete, and what it counts is right."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from sentinel_run import options
from sentinel_run.options import SUBCOMMANDS
from tests.diagnose_corpus.cases import SPECIAL, cases, needs
from tests.diagnose_corpus.programs import PROGRAMS
from tests.documented.pages import PAGES, ROOT
from tests.process.support import PROGRAM, run


@pytest.mark.parametrize("option", options.TABLE, ids=lambda option: option.name)
def test_every_option_is_documented(option: options.Option) -> None:
    """docs/configuration.md lists the flag, its own variable and Sentry's."""
    page = (ROOT / "docs" / "configuration.md").read_text()
    flag = f"--no-{option.name}" if option.negatable else f"--{option.name}"

    assert all(name in page for name in (f"`{flag}", f"`{option.variable}`", *option.variables))


def test_the_picture_is_of_a_real_run(tmp_path: Path) -> None:
    """`make picture` shows a failure with its reason, the bars and the plots, and fetches nothing from elsewhere."""
    done = run([sys.executable, str(ROOT / "docs" / "scripts" / "picture.py"), str(tmp_path / "picture.svg")])

    assert (done.returncode, done.stderr) == (0, b"")
    for file in (tmp_path / "picture.svg", ROOT / "docs" / "picture.svg"):
        picture = ET.parse(file)
        words = " ".join("".join(picture.getroot().itertext()).replace("\xa0", " ").split())
        assert "nightly.sh failed with exit status 1: OperationalError: no such table: orders" in words
        assert all(word in words for word in ("sync.py:4 in load", " processes took memory", "█", "CPU", "memory"))
        assert "url(http" not in file.read_text()


def test_the_reference_is_what_the_program_says() -> None:
    """docs/reference.md is up to date; `make reference` writes it."""
    done = run([sys.executable, str(ROOT / "docs" / "scripts" / "reference.py")])

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == (ROOT / "docs" / "reference.md").read_text()


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_every_subcommand_has_help_and_is_documented(name: str) -> None:
    """`NAME --help` teaches, and a page mentions the subcommand."""
    done = run([*PROGRAM, name, "--help"])

    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 5
    assert any(f"sentinel-run {name}" in page.read_text() for page in PAGES)


def test_help_fits_eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal of 80 columns no line wraps, and each option of the table is there."""
    monkeypatch.setenv("COLUMNS", "80")
    shown = run([*PROGRAM, "--help"]).stdout.decode()

    assert all(f"--{option.name}" in shown for option in options.TABLE)
    assert [line for line in shown.splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """A link to a file of the repository finds it."""
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())

    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_changelog_says_each_thing_once() -> None:
    """And no option or subcommand that is not there. It is for users: each line is a sentence of theirs."""
    page = (ROOT / "CHANGELOG.md").read_text()
    entries = [" ".join(entry.split()) for entry in re.findall(r"^- (.*(?:\n  .*)*)", page, re.MULTILINE)]
    flags = {f"--{option.name}" for option in options.TABLE} | {f"--no-{option.name}" for option in options.TABLE}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", page))

    assert len(entries) > 20
    assert [entry for entry in entries if entries.count(entry) > 1] == []
    assert {flag for flag in named - flags if not _is_of_a_subcommand(flag)} == set()
    assert set(re.findall(r"`sentinel-run ([a-z]+)`", " ".join(entries))) <= set(SUBCOMMANDS)


def _is_of_a_subcommand(flag: str) -> bool:
    return any(flag in run([*PROGRAM, name, "--help"]).stdout.decode() for name in SUBCOMMANDS)


def test_the_architecture_names_what_is_there() -> None:
    """Each file of the package's top level has its line in ARCHITECTURE.md."""
    page = (ROOT / "ARCHITECTURE.md").read_text()
    modules = [path.name for path in (ROOT / "sentinel_run").glob("*.py") if not path.name.startswith("__")]

    assert [name for name in modules if name not in page] == []


def test_the_readme_counts_the_cases_of_the_corpus() -> None:
    """Its score is that of all cases there are: each language with its number, and the sum."""
    found = Counter(case.language for case in cases())
    words = (
        (ROOT / "README.md")
        .read_text()
        .split("diagnose_corpus`", 1)[1]
        .split("* **", 1)[0]
        .split("Type, message")[0]
    )
    told = [int(number) for number in re.findall(r"\b\d+\b", words)]

    assert told[0] == sum(found.values())
    assert sorted(told[1:]) == sorted(found.values())


def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    """Every page has its place, and no link leads nowhere; mkdocs.yml makes errors of warnings."""
    done = run(
        [
            sys.executable,
            "-m",
            "mkdocs",
            "build",
            "--config-file",
            str(ROOT / "mkdocs.yml"),
            "--site-dir",
            str(tmp_path),
        ]
    )

    assert done.returncode == 0, done.stderr.decode()
    assert {page.stem for page in tmp_path.glob("*.html")} >= {page.stem for page in (ROOT / "docs").glob("*.md")}


def test_every_page_of_the_site_has_its_place() -> None:
    """A page that is in no menu is found by nobody."""
    menu = (ROOT / "mkdocs.yml").read_text()

    assert [page.name for page in (ROOT / "docs").glob("*.md") if f" {page.name}\n" not in menu] == []


def test_the_readme_says_how_the_output_of_the_corpus_was_had() -> None:
    """Run for real, captured where that is not possible, or made by no program: each is counted as what it is."""
    run = [case for case in cases() if "run" in case.given]
    packaged = [case for case in run if all(map(_is_of_debian, needs(case)))]
    origins = Counter(case.given["captured"][:13] for case in cases() if "run" not in case.given)
    written, own = origins["written after"], origins["written for t"]

    words = " ".join((ROOT / "README.md").read_text().split())

    assert f"{len(run)} are run for real where their language is installed, {len(packaged)} of these with" in words
    assert f"{origins.total() - written - own} were captured elsewhere" in words
    assert f"{written} of them were never run, but written after documentation" in words
    assert f"{own} are texts of our own" in words


def _is_of_debian(need: str) -> bool:
    return need.startswith(SPECIAL) or PROGRAMS[need].debian != ""
