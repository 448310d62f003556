"""Fills stdout until nobody takes more, says so on stderr, and goes on once there is room again."""

import os
import select

os.write(2, b"flooding\n")
left = 2_000_000
while left:
    # What is on its way moves on within moments; a second without room means that nobody reads.
    if not select.select([], [1], [], 1)[1]:
        os.write(2, b"stuck\n")
        select.select([], [1], [])
        break
    left -= os.write(1, b"x" * min(4096, left))
while left:
    left -= os.write(1, b"x" * left)
os.write(2, b"done\n")
