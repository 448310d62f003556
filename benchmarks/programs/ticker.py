"""ticker.py LINES PAUSE_S: writes the monotonic time in nanoseconds, a line at a time, with pauses between."""

import os
import sys
import time


def main(lines: int, pause_s: float) -> None:
    for _ in range(lines):
        time.sleep(pause_s)
        os.write(1, b"%d\n" % time.monotonic_ns())


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
