"""Texts that a reader could stumble over, of any length: dense tracebacks, floods of what they begin with, rubbish."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from itertools import count

_PYTHON = """Traceback (most recent call last):
  File "/srv/app/main.py", line 10, in main
    step()
  File "/srv/app/step.py", line 20, in step
    raise ValueError("bad")
ValueError: bad
"""
_DEEP = (
    "Traceback (most recent call last):\n"
    + 500 * '  File "/srv/a.py", line 3, in f\n    f()\n'
    + "RecursionError: x\n"
)
_DURING = "\nDuring handling of the above exception, another exception occurred:\n\n"
_CAUSE = "Caused by: java.io.IOException: disk\n\tat com.acme.Disk.write(Disk.java:9)\n"
_JAVA = (
    f'Exception in thread "main" a.b.BadException: bad\n\tat com.acme.App.main(App.java:5)\n{_CAUSE}\t... 1 more\n'
)
_NODE = (
    "/srv/x.js:3\n  throw new Error('bad');\n  ^\n\nError: bad\n    at f (/srv/x.js:3:9)\n"
    "    at Object.<anonymous> (/srv/x.js:7:1)\n\nNode.js v18.0.0\n"
)
# Each head leaves a reader looking for what never comes.
_NO_GOROUTINE = "fatal error: x\nruntime stack:\n\n"
_SUPPRESSED = "\tSuppressed: a.B: x\n"
_CALLS = "\tat a.B.c(D.java:1)\n"
_SHARED = "Caused by: a.B: x\n\t... 9999 more\n"
_JSON = '{"level":"error","message":"x","stack":"Error: x\\n    at f (/srv/x.js:3:9)"}\n'
_RUBY = "main.rb:2:in `<main>': bad amount (RuntimeError)\n"


def _again(piece: str) -> Callable[[int], str]:
    return lambda size: (piece * (size // len(piece) + 1))[:size]


def _numbered(form: str, head: str = "") -> Callable[[int], str]:
    def text(size: int) -> str:
        parts, left, numbers = [head], size - len(head), count(1)
        while left > 0:
            parts.append(form.format(next(numbers)))
            left -= len(parts[-1])
        return "".join(parts)[:size]

    return text


def _random(size: int) -> str:
    return random.Random(1).randbytes(size).decode("utf-8", "replace")[:size]


_LINES = (
    "", "}", "a", "\0", "\t", " " * 99, "^^^^^", "-----", "10%\r20%\r", "\x1b[31mred\x1b[0m", "\x1b]0;title", "\ufffd",
    '  File "', '  File "/srv/a.py", line 3, in f', "    at f (/srv/x.js:3:9)", "\tat ", "    at at at", "   at a(b",
    "Caused by: ", "Caused by: a.B: x", "Uncaught Error: x", "panic: x", "goroutine 1 [running]:", "((((((((((((", "#0 0x0 in f",
    "::error file=x::bad", "x.sh: line 3: foo: command not found", "** (throw) :ball", "Unhandled exception:", "careful at main.pl line 4.",
    "2024-05-01T12:00:00Z INFO copied", "May  1 12:00:00 host app[12]: hello", "web-1  | hello",
)  # fmt: skip
_PIECES = (
    "x", "\r", "\0", " ", "\b", "a\b", "\x1b", "\x1b[", "\x1b[31;1", "\x1b]0;title", "\x1b ", '  File "', "(", "[", "((a", "at ", "    at ",
    "Caused by: ", '{"a":', "^", "-", ".", ":", "::", "a:", "a.", "A.", "/", "a/", '"', "'", "`", "> ", "| ", "#0 ", "_ ", "\ufffd", "1", "progress 10%\r",
)  # fmt: skip
TEXTS: Mapping[str, Callable[[int], str]] = {
    "Python": _again(_PYTHON),
    "Python, deep": _again(_DEEP),
    "Python, a chain": _again(_PYTHON + _DURING),
    "Python, shown": _again(f"```\n{_PYTHON}```\n"),
    "Python, printed": _again(_PYTHON + "retrying\nerror: disk full\n"),
    "Python, quoted": _again("".join(f"> {line}" for line in _PYTHON.splitlines(keepends=True))),
    "Java": _again(_JAVA),
    "Java, a chain": lambda size: ('Exception in thread "main" a.B: x\n' + _again(_CAUSE)(size))[:size],
    "Java, many suppressed": lambda size: (_JAVA + _again(_SUPPRESSED)(size))[:size],
    "Java, many frames shared": lambda size: f"a.B: x\n{_again(_CALLS)(size // 2)}\n{_again(_SHARED)(size // 2)}"[
        :size
    ],
    "Node": _again(_NODE),
    "Ruby": _again(_RUBY),
    "Go, many goroutines": _numbered(
        "goroutine {} [running]:\nmain.work(0xc000010000)\n\t/srv/main.go:9 +0x1d\n\n", "panic: boom\n\n"
    ),
    "Go, no goroutine": _again(_NO_GOROUTINE),
    "errors, no two alike": _numbered("Err{0}Error: something {0} failed: no such thing\n"),
    "records in JSON": _again(_JSON),
    "random bytes": _random,
    **{f"lines of {line!r}": _again(f"{line}\n") for line in _LINES},
    **{f"one line of {piece!r}": _again(piece) for piece in _PIECES},
}
