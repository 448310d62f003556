"""`picture.py FILE`: runs a failing job at a terminal of its own and writes what is seen there as SVG."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

_COLUMNS, _LINES = 92, 50
_PROMPT = "[bold cyan]$[/] "
# A job of four programs; the last one fails as such jobs do.
_JOB = """\
#!/bin/sh
set -e
python3 dump.py shop 0.5
python3 dump.py users 0.3
sleep 0.2
python3 sync.py
"""
_DUMP = """\
import sys, time
table, seconds = sys.argv[1:]
rows = [str(number) * 6 for number in range(900_000 if table == "shop" else 300_000)]
time.sleep(float(seconds))
print("dumped", table)
"""
_SYNC = """\
import sqlite3

def load(name):
    return sqlite3.connect(":memory:").execute(f"SELECT * FROM {name}")

load("orders")
"""


def main(path: str) -> int:
    """Write the picture."""
    with tempfile.TemporaryDirectory(prefix="jobs-") as folder:
        environ = _job(Path(folder))
        console = Console(
            record=True, width=_COLUMNS, file=open(os.devnull, "w"), force_terminal=True, highlight=False
        )
        console.print(f"{_PROMPT}sentinel-run -- ./nightly.sh")
        console.print(Text.from_ansi(_seen(["--", "./nightly.sh"], folder, environ)))
        console.print(f"{_PROMPT}sentinel-run show")
        console.print(Text.from_ansi("\n".join(_where_time_went(_seen(["show"], folder, environ)))))
    Path(path).write_text(_svg(console))
    return 0


def _job(folder: Path) -> dict[str, str]:
    for name, text in (("nightly.sh", _JOB), ("dump.py", _DUMP), ("sync.py", _SYNC)):
        (folder / name).write_text(text)
    (folder / "nightly.sh").chmod(0o700)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SENT", "CI", "NO_COLOR"))}
    return {**kept, "SENTINEL_RUN_STATE_DIR": str(folder / "state"), "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}


def _seen(words: list[str], folder: str, environ: dict[str, str]) -> str:
    """What a terminal is sent by `sentinel-run WORDS`."""
    ours, theirs = pty.openpty()
    size = {"COLUMNS": str(_COLUMNS), "LINES": str(_LINES)}
    subprocess.run(["stty", "cols", str(_COLUMNS), "rows", str(_LINES)], stdin=theirs, check=True)
    program = [str(Path(sys.executable).with_name("sentinel-run")), *words]
    process = subprocess.Popen(
        program,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env={**environ, **size},
        start_new_session=True,
    )
    os.close(theirs)
    said = b"".join(_read(ours))
    process.wait()
    return said.decode().replace("\r\n", "\n").rstrip("\n")


def _read(terminal: int) -> Iterator[bytes]:
    """All of it; the kernel says EIO where nobody has the other end any more."""
    while True:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        if not data:
            break
        yield data
    os.close(terminal)


def _where_time_went(story: str) -> list[str]:
    """The part of `show` that says what the panel does not: a picture is no page. What is left out is marked."""
    lines = story.splitlines()
    first, end = (next(at for at, line in enumerate(lines) if word in line) for word in (" processes", "output, "))
    return ["...", *lines[first:end], "..."]


def _svg(console: Console) -> str:
    """rich's own picture, without the fonts that it would fetch from elsewhere."""
    from rich._export_format import CONSOLE_SVG_FORMAT

    plain = re.sub(r"@font-face \{\{.*?\}\}\n", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    return console.export_svg(title="sentinel-run", code_format=plain.replace("Fira Code, monospace", "monospace"))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
