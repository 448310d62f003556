"""Which run is meant: by an id's beginning, a command name, or `last` and `last-failed`."""

from __future__ import annotations

import time

from sentinel_run import kinds
from sentinel_run.cli import looking
from sentinel_run.cli.listing import RUNNING
from sentinel_run.cli.screens import words
from sentinel_run.errors import SentinelError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel_run.cli.looking import Store
    from sentinel_run.facts import Facts

LAST, LAST_FAILED = "last", "last-failed"
_SHORTEST_ID, _FULL_ID = 4, 32
_HEXADECIMAL = frozenset("0123456789abcdef")
_MOST_RUNS, _MOST_NAMES = 3, 5


class UnknownRunError(SentinelError):
    """No run is called so, or more than one."""

    exit_status = 1


def chosen(store: Store, wanted: str) -> Facts:
    """The facts of the run that `wanted` names, ended or going on. Raises `UnknownRunError`."""
    run_id = _of_history(store, wanted)
    if run_id:
        return looking.facts(store, run_id)
    going = _going(store, wanted)
    kept = store.history.beginning_with(wanted.lower(), limit=_MOST_RUNS + 1) if is_id(wanted) else []
    if len(going) + len(kept) > 1 and is_id(wanted):
        found = [(facts.identity.run_id, facts.command.name, RUNNING, facts.started_at) for facts in going]
        found += [(row.run_id, row.name, row.status, row.started_at) for row in kept]
        raise UnknownRunError(_ambiguous(store, wanted, found))
    if kept:
        return looking.facts(store, kept[0].run_id)
    if not going:
        raise UnknownRunError(unknown(store, wanted))
    return going[0]


def is_id(wanted: str) -> bool:
    """Whether it can be the beginning of a run id; shorter ones are taken for a slip of the fingers."""
    return _SHORTEST_ID <= len(wanted) <= _FULL_ID and set(wanted.lower()) <= _HEXADECIMAL


def unknown(store: Store, wanted: str) -> str:
    """The sentence that no run is called so, with what there is."""
    names = store.history.names()
    if not names:
        return "no run has ended yet; try: sentinel-run -- COMMAND"
    if wanted == LAST_FAILED:
        return "no run has failed yet; see all with: sentinel-run history"
    likely = kinds.nearest(wanted, [*names, LAST, LAST_FAILED])
    hint = f"did you mean {words.printable(likely)}?" if likely else f"there are {_listed(names)};"
    return f"no run is called {wanted!r}; {hint} see all with: sentinel-run history"


def _of_history(store: Store, wanted: str) -> str:
    """The run of one of our words, or the last one of a command name."""
    if wanted == LAST:
        return store.history.last_ended()
    if wanted == LAST_FAILED:
        return store.history.last_ended(status="failed")
    return store.history.last_ended(name=wanted)


def _going(store: Store, wanted: str) -> list[Facts]:
    """Runs that go on now and that `wanted` names, newest first."""
    return [facts for facts in looking.running(store.state) if is_meant(facts, wanted)]


def is_meant(facts: Facts, wanted: str) -> bool:
    """Whether `wanted` is the command name of a run or the beginning of its id."""
    return facts.command.name == wanted or (is_id(wanted) and facts.identity.run_id.startswith(wanted.lower()))


def refuse_unknown(store: Store, wanted: Sequence[str]) -> None:
    """Raise `UnknownRunError` for a word that names neither a run that goes on nor a command that ever ran."""
    for word in wanted:
        if not _going(store, word) and not store.history.last_ended(name=word):
            hint = "to run the program watch: sentinel-run -- watch"
            raise UnknownRunError(
                f"nothing called {word!r} is running, and no command of that name ever ran; {hint}"
            )


def _ambiguous(store: Store, wanted: str, found: Sequence[tuple[str, str, str, float]]) -> str:
    now, ids = time.time(), [run_id for run_id, *_ in found]
    told = [
        f"{store.history.short_id(run_id, ids)} ({words.printable(name)}, {status}, {words.ago(started_at, now)})"
        for run_id, name, status, started_at in found[:_MOST_RUNS]
    ]
    more = ", ..." if len(found) > _MOST_RUNS else ""
    return f"more than one run begins with {wanted}: {', '.join(told)}{more}; give more characters"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(map(words.printable, names[:_MOST_NAMES]))
    return shown + (f" and {len(names) - _MOST_NAMES:,} more" if len(names) > _MOST_NAMES else "")
