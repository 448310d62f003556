"""What `history prune` says: one sentence, and the names whose runs went."""

from __future__ import annotations

import time

from rich.text import Text

from sentinel_run.cli.screens import canvas, words
from sentinel_run.cli.screens.columns import Column, lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.cli.pruning import Part, Pruned

_COLUMNS = (
    Column("name", lambda part, now: words.printable(part.name), elastic=True),
    Column("runs", lambda part, now: f"{part.runs:,}", right=True),
    Column("room", lambda part, now: words.size(part.bytes), right=True),
    Column("started", lambda part, now: _when(part, now)),
)


def screen(pruned: Pruned, width: int) -> Text:
    """All of it."""
    drawn = Text(_sentence(pruned))
    if pruned.parts:
        for line in lines(_COLUMNS, pruned.parts, width, time.time()):
            drawn.append_tokens([("\n", ""), *line])
    if pruned.unfinished:
        why = "not done with; to finish them: sentinel-run deliver"
        drawn.append(f"\n{pruned.unfinished:,} more {_are(pruned.unfinished)} {why}", canvas.ASIDE)
    return drawn


def _sentence(pruned: Pruned) -> str:
    count, names = pruned.runs, len(pruned.parts)
    stay = f"{pruned.stay:,} {'stays' if pruned.stay == 1 else 'stay'}"
    if not count:
        return f"nothing to forget: {stay}"
    verb = "would go" if pruned.is_dry else "went"
    of = f" of {names:,} names" if names > 1 else ""
    return f"{count:,} {'run' if count == 1 else 'runs'}{of} {verb}, {words.size(pruned.bytes)}; {stay}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _when(part: Part, now: float) -> str:
    """The age of the newest and of the oldest one."""
    newest, oldest = words.ago(part.newest_at, now), words.ago(part.oldest_at, now)
    return newest if newest == oldest else f"{newest} to {oldest}"
