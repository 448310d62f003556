"""Ignores TERM, says `ready` and its pid, and sleeps for as long as it is let."""

import os
import signal
import sys

signal.signal(signal.SIGTERM, signal.SIG_IGN)
if "--setsid" in sys.argv:
    os.setsid()
print(f"ready {os.getpid()}", flush=True)
while True:
    signal.pause()
