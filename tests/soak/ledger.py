"""The books of the soak: which reports were due, which the server has, and how often."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tests.servers.ingest import Ingest
from tests.soak.job import TAG, Done

# So long after it was taken an envelope can still lie in the outbox of a `deliver` that is killed.
_NOT_YET_REMOVED_S = 2.0


@dataclass(frozen=True)
class Ledger:
    """Everything that is printed. `lost` and `doubled` must be empty; they hold job numbers and kinds."""

    runs: int
    faults: Counter[str]
    due: int
    accepted: int
    not_noted: int
    sent_again: int
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        faults = "\n".join(f"  {count:6,}  {name}" for name, count in sorted(self.faults.items()))
        return f"""runs made          {self.runs:6,}
faults injected    {self.faults.total():6,}
{faults}
reports due        {self.due:6,}
accepted           {self.accepted:6,}
lost               {len(self.lost):6,}  {" ".join(self.lost)}
doubled            {len(self.doubled):6,}  {" ".join(self.doubled)}
sent again         {self.sent_again:6,}  by their ids: deliver was killed before it could note the answer
killed in the first moments {self.not_noted:,} runs, before anything of them was noted; nothing is due for those"""


def balance(done: Sequence[Done], server: Ingest, kills_at: Sequence[float], faults: Counter[str]) -> Ledger:
    """Compare what was due with what came. A report that came for no job that is known counts as due too."""
    came = _came(server)
    due = {(str(one.job.number), kind) for one in done for kind in one.kinds_due} | came.keys()
    twice = {key: times for key, times in came.items() if len(times) > 1}
    doubled = {key for key, times in twice.items() if not _are_explained(times, kills_at)}
    return Ledger(
        runs=len(done),
        faults=faults + Counter({"wrapper killed": sum(one.was_killed for one in done)}),
        due=len(due),
        accepted=len(came),
        not_noted=sum(not one.was_noted and (str(one.job.number), "transaction") not in came for one in done),
        sent_again=sum(len(times) - 1 for times in twice.values()),
        lost=_shown(due - came.keys()),
        doubled=_shown(doubled),
    )


def _came(server: Ingest) -> dict[tuple[str, str], list[float]]:
    """When each report was accepted, by job and kind; the same report has the same id each time."""
    came: dict[tuple[str, str], list[float]] = defaultdict(list)
    ids: dict[tuple[str, str], set[str]] = defaultdict(set)
    for seen in server.requests:
        for item in seen.envelope.items if seen.envelope and seen.answer.accepts else ():
            if item.type in ("event", "transaction"):
                key = (item.json["tags"][TAG], item.type)
                came[key].append(seen.time)
                ids[key].add(item.json["event_id"])
    assert all(len(found) == 1 for found in ids.values())
    return came


def _are_explained(times: Sequence[float], kills_at: Sequence[float]) -> bool:
    """Whether each time but the last a `deliver` was killed right afterwards."""
    return all(any(0 <= at - first < _NOT_YET_REMOVED_S for at in kills_at) for first, _ in pairwise(times))


def _shown(keys: Iterable[tuple[str, str]]) -> list[str]:
    return sorted(f"{number}-{kind}" for number, kind in keys)
