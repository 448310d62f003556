"""Small files of the kernel's, as text: what cannot be read says nothing."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_ENOUGH_BYTES = 4096


def text(path: str, most_bytes: int = _ENOUGH_BYTES) -> str:
    """The beginning of the file; an empty text where it is not there, or not ours to read."""
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read(most_bytes).decode("utf-8", "replace")
    except OSError:
        return ""


def of_process(pid: int | str) -> tuple[str, list[str]]:
    """The name of a process's program and the fields behind it, from the state on (proc_pid_stat(5)).

    Empty for a process that is not there. The name may hold anything, blanks and parentheses too.
    """
    head, _, rest = text(f"/proc/{pid}/stat").rpartition(")")
    return head.partition("(")[2], rest.split()


def upwards(pid: int) -> Iterator[tuple[int, str]]:
    """The process `pid` and those above it, nearest first: pid and name, as far as they are ours to see."""
    while pid > 0:
        name, fields = of_process(pid)
        if not fields:
            return
        yield pid, name
        pid = int(fields[1])
