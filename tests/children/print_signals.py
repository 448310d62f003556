"""Says `ready`, then the name of each signal as it comes, until its stdin ends; a second one is a second line."""

import os
import select
import signal
import sys

read_end, write_end = os.pipe()
os.set_blocking(write_end, False)
signal.set_wakeup_fd(write_end)
for caught in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD}:
    signal.signal(caught, lambda *_: None)
if sys.argv[1:] == ["--stop"]:
    signal.signal(signal.SIGTSTP, signal.SIG_DFL)
print(f"ready {os.getpid()}", flush=True)
while True:
    ready = select.select([read_end, 0], [], [])[0]
    if read_end in ready:
        for number in os.read(read_end, 64):
            name = signal.Signals(number).name if number < signal.SIGRTMIN else f"RT{number - signal.SIGRTMIN}"
            print(name, flush=True)
    elif not os.read(0, 100):
        break
print("end", flush=True)
