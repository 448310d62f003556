"""The record of one tool, as the tables of this room hold them."""

from __future__ import annotations

from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Tool(Record):
    """What is known of a tool: `names` are the programs it comes as, `source` the page that says so.

    `statuses` are its documented exit statuses but for 0; `others` says what every other one means, for a tool that
    passes on the status of what it started. A tool that `launches` explains its statuses also where it stands in
    front of the command that the run is named after. One that `runs_code` ends with whatever that code says
    (`bash -c 'exit 2'`), so its statuses are its own only where a line of its own says why.

    `says` matches a line in which the tool tells why it failed, `repeats` one that only repeats that something
    failed before. A group `status` in either is the exit status as the line itself gives it, a group `target` what
    the tool was at. `first` is for tools whose later errors follow from the first one, as a compiler's do.
    """

    names: tuple[str, ...]
    source: str
    statuses: Mapping[int, str] = {}
    says: str = ""
    repeats: str = ""
    others: str = ""
    first: bool = False
    launches: bool = False
    runs_code: bool = False
