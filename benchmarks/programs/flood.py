"""flood.py MEGABYTES: writes that much text to stdout, in lines of 100 bytes, as fast as it is taken."""

import os
import sys

BLOCK = (b"2024-05-01 12:00:00 worker-17 INFO copied /srv/data/archive/part " + 34 * b"x" + b"\n") * 10_486


def main(megabytes: int) -> None:
    left = megabytes << 20
    while left > 0:
        left -= os.write(1, BLOCK[:left])


if __name__ == "__main__":
    main(int(sys.argv[1]))
