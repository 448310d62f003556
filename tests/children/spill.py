"""Writes the given number of bytes to stdout, then waits for the end of its stdin."""

import os
import sys

left = int(sys.argv[1])
block = bytes(range(256)) * 1024
while left:
    left -= os.write(1, block[:left])
sys.stdin.buffer.read()
