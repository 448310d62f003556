"""Full-screen programs in tmux: what a person sees with us is what he sees without."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.process.support import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.process.conftest import Launch

pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="needs tmux")


class Screen:
    """A tmux window with a shell in it."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", "90", "-y", "25", "env PS1='$ ' bash --norc -i")

    def type(self, *keys: str) -> None:
        self._tmux("send-keys", *keys)

    def resize(self, columns: int, rows: int) -> None:
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def shows(self) -> str:
        return self._tmux("capture-pane", "-p")

    def wait_for(self, words: str) -> str:
        return wait_until(lambda: shown if words in (shown := self.shows()) else "")

    def end(self) -> None:
        self._tmux("kill-server")

    def _tmux(self, *words: str) -> str:
        environ = {**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            ["tmux", "-S", str(self._socket), *words], env=environ, capture_output=True, text=True, check=False
        )
        return done.stdout


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    window = Screen(tmp_path / "tmux")
    window.wait_for("$")
    yield window
    window.end()


def _start(screen: Screen, command: list[str | bytes]) -> None:
    Path("start").write_text(" ".join("'" + os.fsdecode(word) + "'" for word in command) + "; echo status $?\n")
    screen.type("clear; . ./start", "Enter")


def test_less(screen: Screen, launch: Launch) -> None:
    """less pages, is stopped and continued, follows the window's size, and leaves the screen as it was."""
    Path("text").write_text("".join(f"line {n}\n" for n in range(1, 200)))
    _start(screen, launch("less", "text"))
    screen.wait_for("line 24")

    screen.type("Space")
    screen.wait_for("line 48")
    screen.type("C-z")
    screen.wait_for("Stopped")
    screen.type("fg", "Enter")
    screen.wait_for("line 48")
    screen.resize(60, 40)
    screen.type("g")
    screen.wait_for("line 39")
    screen.type("q")

    assert "line 39" not in screen.wait_for("$ ").splitlines()[-1]


def test_vim(screen: Screen, launch: Launch) -> None:
    """vim edits and writes a file, with a Ctrl-Z in between."""
    _start(screen, launch("vim", "-u", "NONE", "-n", "file"))
    screen.wait_for("file")

    screen.type("i", "some words", "Escape", "C-z")
    screen.wait_for("Stopped")
    screen.type("fg", "Enter")
    screen.wait_for("~")
    screen.type("o", "more", "Escape", ":wq", "Enter")

    screen.wait_for("$ ")
    wait_until(Path("file").exists)
    assert Path("file").read_text() == "some words\nmore\n"


def test_top(screen: Screen, launch: Launch) -> None:
    """top draws, follows the window's size, and ends with a key."""
    _start(screen, launch("top", "-d", "1"))
    screen.wait_for("PID")

    screen.resize(100, 30)
    screen.type("q")

    screen.wait_for("status 0")


def test_curses(screen: Screen, launch: Launch) -> None:
    """A curses program gets each key at once, special keys as such, and the new size with KEY_RESIZE."""
    script = (
        "import curses\ndef main(w):\n    w.addstr('ready '); w.refresh()\n"
        "    while (k := w.getkey()) != chr(113): w.addstr(k + str(w.getmaxyx())); w.refresh()\n"
        "curses.wrapper(main)\n"
    )
    Path("program.py").write_text(script)
    _start(screen, launch("python3", "program.py"))
    screen.wait_for("ready")

    screen.type("k", "Up")
    screen.wait_for("k(25, 90)KEY_UP(25, 90)")
    screen.resize(80, 20)
    screen.wait_for("KEY_RESIZE(20, 80)")
    screen.type("q")

    screen.wait_for("status 0")
