"""Go's panics and fatal errors (runtime/panic.go), with the stack of the goroutine they happened in."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.chain import causes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("panic: ", "fatal error: ")
_LOOK_AT_CHARS = 2000
_LONGEST_MESSAGE = 30
# The runtime's own stack is short; where none of a goroutine follows soon, none does.
_LONGEST_RUNTIME_STACK = 200
_TITLES = ("goroutine ", "runtime stack:")
_STACK = re.compile(r"goroutine \d++ (?:gp=\S++ m=\S++ (?:mp=\S++ )?)?\[[^\]]*+\]:$|runtime stack:$")
_PLACE = re.compile(r"(?:\t|    |        )(\S.*?):(\d{1,9})(?: \+0x[0-9a-f]++.*)?$")
_RECOVERED = re.compile(r" \[recovered(?:, repanicked)?\]$")
_RUNTIME = "runtime error: "


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every panic and fatal error in `lines` that shows a stack; what panicked before is its cause."""
    at = clear = 0  # Before line `clear` no stack begins: each line is looked at once for that.
    while at < len(lines):
        if not lines[at].startswith(HINTS):
            at += 1
        elif stack := _stack(lines, at, max(at + 1, clear)):
            first, (frames, after) = at, _frames(lines, stack)
            said = _messages(lines[at:stack])
            thrown = [_thrown(one) for one in said]
            thrown[-1] = thrown[-1]._replace(frames=frames)
            at = _after_other_stacks(lines, after)
            yield Traceback(causes(list(reversed(thrown)), "recovered"), first, at - 1, "go")
        else:
            clear = at + _LONGEST_MESSAGE
            at += 1


def _stack(lines: Sequence[str], at: int, begin: int) -> int:
    """The line from `begin` on where the stack of the goroutine begins, not the runtime's; 0 if none does."""
    ahead = range(begin, min(at + _LONGEST_MESSAGE, len(lines)))
    found = next((n for n in ahead if lines[n].startswith(_TITLES) and _STACK.match(lines[n][:200])), 0)
    if found and lines[found].startswith("runtime stack"):
        soon = range(found, min(found + _LONGEST_RUNTIME_STACK, len(lines)))
        return next((n for n in soon if lines[n].startswith("goroutine ")), found)
    return found


def _messages(lines: Sequence[str]) -> list[list[str]]:
    """The lines of each panic, the last one last. A panic that was recovered and thrown again is one."""
    found: list[list[str]] = []
    for line in lines:
        text = line.strip()
        if line.startswith(HINTS) or line.startswith("\tpanic: "):
            text = _RECOVERED.sub("", text[:_LOOK_AT_CHARS]) if len(text) < _LOOK_AT_CHARS else text
            if found and found[-1][0] == text:
                found.pop()
            found.append([text])
        elif _STACK.match(line[:200]):
            break
        elif not text.startswith(("[signal ", "[recovered", "goroutine ")):
            found[-1].append(text)
    return found


def _thrown(said: list[str]) -> Thrown:
    kind, _, value = said[0].partition(": ")
    value = "\n".join([value, *said[1:]]).strip()
    return Thrown("runtime error", value[len(_RUNTIME) :]) if value.startswith(_RUNTIME) else Thrown(kind, value)


def _frames(lines: Sequence[str], stack: int) -> tuple[tuple[Frame, ...], int]:
    """The frames of the stack whose title is line `stack`, and the line after them."""
    found: list[Frame] = []
    at = stack + 1
    while at < len(lines) and lines[at].strip():
        place = _PLACE.match(lines[at + 1][:_LOOK_AT_CHARS]) if at + 1 < len(lines) else None
        if place and not lines[at].startswith("created by "):
            found.append(_frame(lines[at], place))
        at += 2 if place else 1
    return tuple(reversed(found)), at


def _frame(call: str, place: re.Match[str]) -> Frame:
    """`example.com/app/db.(*Pool).get(0x1)` is the function `(*Pool).get` of the package before it."""
    name = call[:_LOOK_AT_CHARS].rpartition("(")[0] or call
    folder, slash, rest = name.rpartition("/")
    package, _, function = rest.partition(".")
    module = f"{folder}{slash}{package}"
    in_app = function != "" and not _is_foreign(module, place[1])
    return Frame(place[1], int(place[2]), function or package, module if function else "", in_app)


def _is_foreign(module: str, file: str) -> bool:
    if module == "main":
        return False
    is_library = "." not in module.partition("/")[0] and (
        f"/src/{module}/" in file or file.startswith(f"{module}/")
    )
    return is_library or "/src/runtime/" in file or "/pkg/mod/" in file or "/vendor/" in file


def _after_other_stacks(lines: Sequence[str], at: int) -> int:
    """The line after the stacks of the other goroutines."""
    while at + 1 < len(lines) and not lines[at].strip() and _STACK.match(lines[at + 1][:200]):
        at += 2
        while at < len(lines) and lines[at].strip():
            at += 1
    return at
