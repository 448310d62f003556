"""Says `ready`, then repeats each line of its stdin."""

import sys

print("ready", flush=True)
for text in sys.stdin:
    print(text, end="", flush=True)
