"""What signals mean, in plain words (signal(7))."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "SIGABRT": "aborted by itself",
    "SIGALRM": "alarm clock",
    "SIGBUS": "bus error, such as reading a mapped file past its end",
    "SIGFPE": "arithmetic error, such as dividing by zero",
    "SIGHUP": "hang-up of its terminal",
    "SIGILL": "illegal instruction",
    "SIGINT": "interrupted, as by Ctrl-C",
    "SIGKILL": "killed",
    "SIGPIPE": "the reader of its output went away",
    "SIGQUIT": "quit, as by Ctrl-\\",
    "SIGSEGV": "segmentation fault",
    "SIGSYS": "bad system call",
    "SIGTERM": "asked to stop",
    "SIGTRAP": "trace trap",
    "SIGXCPU": "its limit of CPU time is used up (ulimit -t)",
    "SIGXFSZ": "its limit of file size is reached (ulimit -f)",
}
CRASHES = frozenset({"SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSEGV", "SIGSYS", "SIGTRAP"})
# Signals whose default is to dump core (signal(7)).
CORES = CRASHES | {"SIGQUIT", "SIGXCPU", "SIGXFSZ"}
# Numbers of POSIX that are the same everywhere, for exit statuses of 128 + n as shells report them.
NUMBERS: Mapping[int, str] = {
    1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 8: "SIGFPE", 9: "SIGKILL",
    11: "SIGSEGV", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM",
}  # fmt: skip
