"""A pulse beats when it is due, again and again, and leaves no zombie."""

from __future__ import annotations

import os
import time
from math import inf
from pathlib import Path

from sentinel_run.child.pulse import Pulse
from tests.process.support import wait_until


def test_it_beats_again_and_again() -> None:
    """First at its moment, then after each interval; never before."""
    beats: list[float] = []
    began_s = time.monotonic()
    pulse = Pulse(lambda: beats.append(time.monotonic()) or 0, first_s=began_s + 0.02, every_s=0.01)

    def three() -> bool:
        pulse.act()
        return len(beats) >= 3

    wait_until(three)

    assert beats[0] >= began_s + 0.02
    assert beats[2] >= began_s + 0.04


def test_once_is_once() -> None:
    """Without an interval there is no second beat, and the loop may sleep for ever."""
    beats: list[int] = []
    pulse = Pulse(lambda: beats.append(1) or 0, first_s=time.monotonic(), every_s=inf)

    pulse.act()
    pulse.act()

    assert beats == [1]
    assert pulse.wait_ms(None) is None
    assert pulse.wait_ms(7) == 7


def test_the_helper_is_buried() -> None:
    """What a beat has started does not stay as a zombie."""
    helpers: list[int] = []

    def start() -> int:
        helpers.append(os.posix_spawn("/bin/true", ["true"], {}))
        return helpers[0]

    pulse = Pulse(start, first_s=time.monotonic(), every_s=inf)
    pulse.act()

    def is_gone() -> bool:
        pulse.bury()
        return not Path(f"/proc/{helpers[0]}").exists()

    wait_until(is_gone)
