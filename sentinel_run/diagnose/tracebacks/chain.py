"""From a tree of exceptions to Sentry's chain: the root cause first, the one that ended the program last."""

from __future__ import annotations

from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from sentinel_run.diagnose.thrown import Thrown

# Nobody reads more; Sentry keeps every one of them.
MOST = 50


class Tree(Record):
    """An exception and those that it came of or consists of; `link` of each of these says which (`__cause__`)."""

    thrown: Thrown
    because: tuple[Tree, ...] = ()


def chain(top: Tree) -> tuple[Thrown, ...]:
    """The exceptions of `top`, itself last; of a very long chain the far end is left out."""
    found: list[Thrown] = []
    waiting = [(top, -1)]
    while waiting and len(found) < MOST:
        tree, parent = waiting.pop()
        waiting.extend((cause, len(found)) for cause in reversed(tree.because))
        found.append(tree.thrown._replace(parent=parent))
    last = len(found) - 1
    return tuple(one._replace(parent=last - one.parent if one.parent >= 0 else -1) for one in reversed(found))


def causes(thrown: Iterable[Thrown], link: str = "cause") -> tuple[Thrown, ...]:
    """The chain where each of `thrown`, the one that ended the program first, was caused by the next one."""
    linked = [one._replace(link=link if index else "") for index, one in enumerate(thrown)][:MOST]
    last = len(linked) - 1
    return tuple(
        one._replace(parent=index + 1 if index < last else -1) for index, one in enumerate(reversed(linked))
    )
