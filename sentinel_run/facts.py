"""The facts of a run as the journal keeps them: records only, nothing interpreted, everything redacted."""

from __future__ import annotations

from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

FORMAT = 1
TIMED_OUT, SIGNALLED = 124, 128


class Step(Record):
    """Something that happened to the run, `at_s` seconds after its start."""

    at_s: float
    message: str
    level: str = "info"


class Passage(Record):
    """A kept piece of one stream. `marks` are (line number in `text`, seconds after the start), ascending."""

    part: str
    stream: str
    text: str
    marks: tuple[tuple[int, float], ...]


class Output(Record):
    """The kept output, and the full counts by stream. `dropped` counts bytes between head and tail."""

    passages: tuple[Passage, ...] = ()
    bytes: Mapping[str, int] = {}
    lines: Mapping[str, int] = {}
    dropped: Mapping[str, int] = {}


class Complaint(Record):
    """Why a run counts as failed although its command says otherwise: a cause, and what the command did.

    `line` is that of the output which proves it, where one does.
    """

    cause: str
    what: str
    line: str = ""


class Attempt(Record):
    """One of several attempts, `at_s` seconds after the start of the run."""

    at_s: float
    duration_s: float
    exit_status: int | None = None
    signal_name: str = ""
    timed_out: bool = False
    is_failure: bool = False


class Ending(Record):
    """How the command ended. Neither status nor signal: it never started (`spawn_error`, `skipped`) or is lost.

    `told_by` is the id of a run around this one that tells of it, as the failure is its own: `deliver` finds out.
    `successor` is that of a newer run of the same name, which has stopped this one (--overlap stop-older).
    """

    at: float
    duration_s: float
    exit_status: int | None = None
    signal: int | None = None
    signal_name: str = ""
    core_dumped: bool = False
    timed_out: bool = False
    spawn_error: str = ""
    lost: bool = False
    interrupted_by: str = ""
    skipped: str = ""
    told_by: str = ""
    complaint: Complaint | None = None
    successor: str = ""

    @property
    def told_status(self) -> int | None:
        """The exit status that a shell sees of us: 124 after our timeout, 128 and its number after a signal.

        None where nobody has seen one: a run that is lost, or was skipped.
        """
        if self.timed_out:
            return TIMED_OUT
        return self.exit_status if self.signal is None else SIGNALLED + self.signal


class Identity(Record):
    """Ids that are fixed when the run starts, so that a second sending is the same event to the server."""

    run_id: str
    event_id: str
    transaction_id: str
    trace_id: str
    span_id: str
    parent_span_id: str
    sampled: bool
    baggage: str = ""
    parent_run_id: str = ""


PROCESS, TASK = "process", "task"


class Command(Record):
    """What was asked for, redacted. `program` is the name of what really runs, whatever `--name` calls it.

    `kind` is `process`, or `task` for a part of a Python program.
    """

    name: str
    argv: tuple[str, ...]
    cwd: str
    executable: str = ""
    program: str = ""
    kind: str = PROCESS


class Place(Record):
    """Where it ran: the host, the processes around it, the streams it was given, the CI's variables.

    `wrapper_started` is in clock ticks since boot (proc(5), stat), `pid_space` names the pid namespace,
    `last_words` the file that the output outlives the wrapper in.
    """

    host: str
    user: str
    uid: int
    pid: int
    ancestors: tuple[str, ...] = ()
    wrapper_pid: int = 0
    parent_pid: int = 0
    wrapper_started: int = 0
    boot_id: str = ""
    pid_space: str = ""
    last_words: str = ""
    interactive: bool = False
    terminals: tuple[str, ...] = ()
    captured: bool = True
    container: bool = False
    systemd: bool = False
    ci: Mapping[str, str] = {}


class Reporting(Record):
    """What the report is to say, from the settings.

    The user's own patterns of secrets may be secrets themselves, so only whether there are any is kept. Of the
    headers that requests need only the names are kept; the values lie in memory, in the file `headers_at`
    (store/carried).
    """

    dsn: str = ""
    environment: str = "production"
    release: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    fingerprint: tuple[str, ...] = ()
    user: str = ""
    sample_rate: float = 1.0
    breadcrumbs: int = 100
    attach_output: bool = True
    ok_exit: tuple[int, ...] = ()
    timeout_s: float | None = None
    spotlight: str = ""
    has_own_redaction: bool = False
    core_backtrace: bool = False
    slow_factor: float | None = None
    logs: bool = False
    metrics: bool = False
    headers: tuple[str, ...] = ()
    headers_at: str = ""


class Noted(Record):
    """A note that the command made: its kind, when (seconds after the start), and its members (`jotted.KINDS`)."""

    kind: str
    at_s: float
    content: Mapping[str, Any]


class Failure(Record):
    """Why a task failed: an exception's class, text and traceback (Python's own text of it), or a reason alone.

    `is_handled` tells one that the program caught itself, `is_reported` one that has a report of its own.
    """

    cause: str
    message: str
    traceback: str = ""
    is_cancelled: bool = False
    is_handled: bool = False
    is_reported: bool = False


class Monitor(Record):
    """The Sentry monitor that the run checks in with. `schedule` is text for `schedule.read`."""

    slug: str
    check_in_id: str
    schedule: str = ""
    timezone: str = ""
    check_in_margin_min: int | None = None
    max_runtime_min: int | None = None
    failure_issue_threshold: int | None = None
    recovery_threshold: int | None = None
    owner: str = ""


class Usage(Record):
    """What the command used (getrusage(2)), and the machine's own counters before and after.

    The kernel's files are kept as text (`/proc/stat`, `/proc/loadavg`, `/proc/meminfo`, the control group's
    counts of memory, and after a failure the limits, see `child/usage`): reading them is quick, making sense of
    them is the report's work.
    """

    user_s: float = 0.0
    system_s: float = 0.0
    max_rss_bytes: int = 0
    minor_faults: int = 0
    major_faults: int = 0
    blocks_in: int = 0
    blocks_out: int = 0
    voluntary_switches: int = 0
    involuntary_switches: int = 0
    processes_seen: int = 0
    tree_peak_rss_bytes: int = 0
    tree_cpu_s: float = 0.0
    before: Mapping[str, str] = {}
    after: Mapping[str, str] = {}


class Moment(Record):
    """The command's process tree at one look, or at several: CPU time so far, peaks of memory and processes.

    The resident memory of each process counts, so what they share counts more than once.
    """

    at_s: float
    cpu_s: float
    rss_bytes: int
    processes: int


class Member(Record):
    """A process of the command's tree. Times in seconds after the start of the run.

    It ended at `end_s`, or was seen last then; `is_left` tells one that was still there when the command ended.
    CPU time and memory are its own, as its last glimpse said. The ending is known of some only.
    """

    pid: int
    parent: int
    argv: tuple[str, ...]
    start_s: float
    end_s: float
    is_left: bool = False
    cpu_s: float = 0.0
    peak_rss_bytes: int = 0
    exit_status: int | None = None
    signal_name: str = ""


class Tree(Record):
    """The processes that the command started, the first started first, and its CPU and memory over time.

    `not_kept` counts processes that were seen beyond those that are kept.
    """

    members: tuple[Member, ...] = ()
    not_kept: int = 0
    timeline: tuple[Moment, ...] = ()


class Facts(Record):
    """Everything that is known of one run. Without an ending it is still going, or its wrapper was killed.

    `evidence` is what `deliver` found on this machine after a failure, as short texts by name (report/evidence).
    """

    started_at: float
    identity: Identity
    command: Command
    place: Place
    reporting: Reporting
    ending: Ending | None = None
    output: Output = Output()
    usage: Usage = Usage()
    tree: Tree = Tree()
    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()
    monitor: Monitor | None = None
    attempts: tuple[Attempt, ...] = ()
    evidence: Mapping[str, str] = {}
    noted: tuple[Noted, ...] = ()
    failure: Failure | None = None
    format: int = FORMAT


# The records that stand in members of these names, alone or many of them.
PARTS: Mapping[str, type] = {
    "identity": Identity, "command": Command, "place": Place, "reporting": Reporting, "ending": Ending,
    "output": Output, "usage": Usage, "steps": Step, "passages": Passage, "noted": Noted, "failure": Failure,
    "monitor": Monitor, "complaint": Complaint, "attempts": Attempt,
    "tree": Tree, "members": Member, "timeline": Moment,
}  # fmt: skip
