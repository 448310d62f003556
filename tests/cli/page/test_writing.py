"""Where the page goes: in one step, for its owner only, and never over a file that is something else."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.support import complaint, ours, said
from tests.process.support import PROGRAM, run

pytestmark = pytest.mark.usefixtures("nightly")


def test_a_file_for_its_owner_only(work: Path) -> None:
    """Whatever the umask; nothing else is left, and nothing is said."""
    done = run(["sh", "-c", 'umask 022; exec "$@"', "sh", *PROGRAM, "show", "--html", "page.html"])

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert (work / "page.html").stat().st_mode & 0o7777 == 0o600
    assert (work / "page.html").read_text().startswith("<!doctype html>")
    assert sorted(entry.name for entry in work.iterdir()) == ["nightly.sh", "page.html"]


def test_a_page_is_replaced(work: Path) -> None:
    """By a newer one, also through a link; an empty file is replaced too."""
    (work / "empty.html").touch()
    (work / "link.html").symlink_to("empty.html")

    for name in ("empty.html", "empty.html", "link.html"):
        said("show", "--html", name)

    assert (work / "link.html").is_symlink()
    assert (work / "empty.html").read_text().endswith("</html>")


def test_another_file_is_left_alone(work: Path) -> None:
    """`show --html nightly.sh` lacks its FILE; the script must not pay for that."""
    before = (work / "nightly.sh").read_bytes()

    assert ", and not one of our pages" in complaint("show", "--html", "nightly.sh", status=125)
    assert (work / "nightly.sh").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--html"], "requires an argument"),
        (["--html", ""], "names no file"),
        (["--html", "new/"], "names no file"),
        (["--html", "."], "Is a directory"),
        (["--html", "nowhere/page.html"], "--html nowhere/page.html: No such file or directory"),
        (["--html", "page.html", "--json"], "exclude each other"),
        (["--html", "page.html", "--envelope"], "exclude each other"),
    ],
)
def test_wrong_usage(work: Path, arguments: list[str], words: str) -> None:
    """One line, exit status 125, and nothing written."""
    assert words in complaint("show", *arguments, status=125)
    assert [entry.name for entry in work.iterdir()] == ["nightly.sh"]


def test_a_full_disk() -> None:
    """Is told, and leaves nothing half written."""
    assert "No space left on device" in complaint("show", "--html", "/dev/full", status=125)


def test_pipes_and_devices(work: Path) -> None:
    """`-`, /dev/stdout, a FIFO and /dev/null are written to, and never replaced."""
    os.mkfifo(work / "fifo")
    reader = subprocess.Popen(["cat", "fifo"], stdout=subprocess.PIPE)
    said("show", "--html", "fifo")
    pages = [said("show", "--html", "-"), said("show", "--html", "/dev/stdout"), reader.communicate()[0].decode()]
    said("show", "--html", "/dev/null")

    assert [page.startswith("<!doctype html>") for page in pages] == [True] * 3
    assert not os.path.isfile("/dev/null")


def test_a_reader_that_goes_away() -> None:
    """Ends it as quietly as any program in a pipe."""
    done = run(["sh", "-c", '"$@" show --html - | true', "sh", *PROGRAM])

    assert (done.returncode, done.stderr) == (0, b"")


def test_a_run_that_is_not_there(work: Path) -> None:
    """Writes nothing."""
    assert ours("show", "nobody", "--html", "page.html").returncode == 1
    assert not (work / "page.html").exists()
