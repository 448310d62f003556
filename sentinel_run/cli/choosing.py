"""Which run is meant: by an id's beginning, a command name, or `last` and `last-failed`."""

from __future__ import annotations

from sentinel_run.cli import looking
from sentinel_run.diagnose.cause import FAILED
from sentinel_run.errors import SentinelError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.cli.looking import Store
    from sentinel_run.facts import Facts

LAST, LAST_FAILED = "last", "last-failed"
_SHORTEST_ID = 4
_FULL_ID = 32
_HEXADECIMAL = frozenset("0123456789abcdef")


class UnknownRunError(SentinelError):
    """No run is called so, or more than one."""

    exit_status = 1


def chosen(store: Store, wanted: str) -> Facts:
    """The facts of the run that `wanted` names. Raises `UnknownRunError`."""
    history = store.history
    if wanted == LAST:
        run_id = history.last_ended()
    elif wanted == LAST_FAILED:
        run_id = history.last_ended(status=FAILED)
    else:
        run_id = history.last_ended(name=wanted) or _by_id(store, wanted)
    if run_id:
        return looking.facts(store, run_id)
    going = _going(store, wanted)
    if going is None:
        raise UnknownRunError(_unknown(store, wanted))
    return going


def _by_id(store: Store, wanted: str) -> str:
    """The one run of the history whose id begins so, or an empty text."""
    if not _is_id(wanted):
        return ""
    found = store.history.runs(prefix=wanted.lower(), limit=4)
    if len(found) > 1:
        ids = ", ".join(row.run_id[:16] for row in found[:3])
        raise UnknownRunError(f"more than one run begins with {wanted}: {ids}; give more characters")
    return found[0].run_id if found else ""


def _is_id(wanted: str) -> bool:
    return _SHORTEST_ID <= len(wanted) <= _FULL_ID and set(wanted.lower()) <= _HEXADECIMAL


def _going(store: Store, wanted: str) -> Facts | None:
    """A run that goes on now and that `wanted` names."""
    for facts in looking.running(store.state):
        is_meant = _is_id(wanted) and facts.identity.run_id.startswith(wanted.lower())
        if is_meant or facts.command.name == wanted:
            return facts
    return None


def _unknown(store: Store, wanted: str) -> str:
    if not store.history.last_ended():
        return "no run has ended yet; try: sentinel-run -- COMMAND"
    if wanted == LAST_FAILED:
        return "no run has failed yet; see all with: sentinel-run history"
    return f"no run is called {wanted!r}; see all with: sentinel-run history"
