"""Runs a command in the foreground of a new terminal, as a shell with job control does, and shows what is shown there.

The first argument names a file for its wait status and the settings of the terminal afterwards. What is on our stdin
is typed as soon as something is shown, so that the command has its terminal by then.
"""

import fcntl
import json
import os
import select
import signal
import struct
import sys
import termios

ROWS, COLUMNS = 31, 97
END = b"\x1e the end \x1e"


def main(result: str, command: list[str]) -> None:
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    if os.fork() == 0:
        os.close(ours)
        lead(theirs, result, command)
    os.close(theirs)
    show(ours)
    os.close(ours)
    os.wait()


def lead(terminal: int, result: str, command: list[str]) -> None:
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(terminal, os.getpid())
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for fd in (0, 1, 2):
            os.dup2(terminal, fd)
        for ignored in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(ignored, signal.SIG_DFL)
        os.execvp(command[0], command)
    status = os.waitpid(pid, 0)[1]
    with open(result, "w") as file:
        json.dump([status, repr(termios.tcgetattr(terminal))], file)
    os.write(terminal, END)
    signal.pause()  # Our end would hang up on what has not been read yet.


def show(terminal: int) -> None:
    """Until the mark that follows the last word of the command, or all have closed the terminal."""
    shown, sources = b"", [terminal]
    while END not in shown:
        for fd in select.select(sources, [], [])[0]:
            data = os.read(fd, 65536)
            if fd == terminal:
                sources += [] if shown else [0]
                shown += data
            elif data:
                os.write(terminal, data)
            else:
                sources = [terminal]
    os.write(1, shown.partition(END)[0])


main(sys.argv[1], sys.argv[2:])
