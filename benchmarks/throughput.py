"""Megabytes of text a second, from the command to a pipe, a file and a terminal, beside `cat` and script(1)."""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from collections.abc import Callable
from functools import partial

from benchmarks import contenders
from benchmarks.contenders import DIRECT, Contender
from benchmarks.record import Goal, Row, alternate, rows
from benchmarks.stage import Stage

_FIGURE, _UNIT, _OURS = "throughput to a", "MB/s", "sentinel-run"
_AS_PEER = Goal(0.9, of_ratio=True, at_least=True)
_BUFFER = bytearray(1 << 20)
# A pty moves 4 KiB at a time: a smaller amount takes as long.
_PTY_SHARE = 8

Way = Callable[[tuple[str, ...], dict[str, str], Stage], None]


def measure(stage: Stage, count: int, megabytes: int) -> list[Row]:
    """Rows for pipe, file and pty."""
    cat = contenders.cat()
    script = Contender(contenders.SCRIPT.program, (contenders.found(contenders.SCRIPT), *contenders.SCRIPT.prefix))
    return [
        *_figure(stage, "pipe", _to_pipe, count, megabytes, cat),
        *_figure(stage, "file", _to_file, count, megabytes, cat),
        *_figure(stage, "pty", _to_pty, count, max(megabytes // _PTY_SHARE, 1), script),
        *contenders.missing(f"{_FIGURE} pty", _UNIT, contenders.SCRIPT),
    ]


def _figure(stage: Stage, name: str, way: Way, count: int, megabytes: int, peer: Contender) -> list[Row]:
    ours = contenders.ours("later")._replace(name=_OURS)
    present = [one for one in (contenders.direct(), peer, ours) if "" not in one.prefix]
    samples = alternate(count, {one.name: partial(_rate, stage, one, way, megabytes) for one in present})
    baseline = peer.name if peer.name in samples else DIRECT
    return rows(f"{_FIGURE} {name}", _UNIT, samples, baseline=baseline, goals={_OURS: _AS_PEER})


def _rate(stage: Stage, runner: Contender, way: Way, megabytes: int) -> float:
    flood = stage.python("flood", str(megabytes))
    if runner.name == contenders.SCRIPT.program:
        flood = (shlex.join(flood), os.devnull)
    began = time.monotonic()
    way(runner.command(flood), stage.environ(), stage)
    return megabytes / (time.monotonic() - began)


def _to_pipe(command: tuple[str, ...], environ: dict[str, str], _: Stage) -> None:
    read_end, write_end = os.pipe()
    _drain(command, environ, read_end, write_end)


def _to_pty(command: tuple[str, ...], environ: dict[str, str], _: Stage) -> None:
    ours, theirs = os.openpty()
    _drain(command, environ, ours, theirs)


def _to_file(command: tuple[str, ...], environ: dict[str, str], stage: Stage) -> None:
    with open(stage.path("output"), "wb") as file:
        subprocess.run(command, env=environ, stdin=subprocess.DEVNULL, stdout=file, check=True)


def _drain(command: tuple[str, ...], environ: dict[str, str], source: int, target: int) -> None:
    with subprocess.Popen(command, env=environ, stdin=subprocess.DEVNULL, stdout=target):
        os.close(target)
        while _read(source):
            continue
    os.close(source)


def _read(source: int) -> int:
    try:
        return os.readv(source, [_BUFFER])
    except OSError:  # EIO: the last writer of a pty has gone.
        return 0
