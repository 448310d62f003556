"""Why a run ended as it did: its cause, how grave that is, and the sentence that says it."""

from __future__ import annotations

from sentinel_run.diagnose import crash, memory, native, signal_words
from sentinel_run.diagnose.attempts import of_last
from sentinel_run.diagnose.compared import Compared
from sentinel_run.diagnose.details import details
from sentinel_run.diagnose.lines import lines
from sentinel_run.diagnose.reason import reason
from sentinel_run.diagnose.recent import recent
from sentinel_run.diagnose.thrown import in_words
from sentinel_run.diagnose.tools.statuses import Meaning, meaning
from sentinel_run.diagnose.tracebacks import ended_by, tracebacks
from sentinel_run.facts import TASK
from sentinel_run.records import INTERRUPTIONS, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.diagnose.details import Detail
    from sentinel_run.diagnose.lines import Line
    from sentinel_run.diagnose.memory import Verdict
    from sentinel_run.diagnose.thrown import Thrown
    from sentinel_run.diagnose.tracebacks import Found
    from sentinel_run.facts import Ending, Facts, Output

_latest: list[tuple[Output, tuple[list[Line], list[Found]]]] = []
OK, FAILED, SKIPPED = "ok", "failed", "skipped"


class Diagnosis(Record):
    """The meaning of a run's ending.

    `cause` is the second part of the fingerprint (empty for success), `type` the exception's type in Sentry (an
    event is due where there is one), `sentence` what a person reads first, `transaction_status` one of Sentry's
    span statuses. `thrown` is the chain of the traceback that ended the run, root cause first; `others` are the
    tracebacks that did not end it.

    `exit_status_meaning` is what the tool's page says of its exit status, `sender` who sent the signal, `core`
    what became of the core file, `details` what else is known of the cause and by what it is proven.
    """

    status: str
    cause: str = ""
    type: str = ""
    level: str = "info"
    sentence: str = ""
    reason: str = ""
    transaction_status: str = "ok"
    thrown: tuple[Thrown, ...] = ()
    others: tuple[Found, ...] = ()
    exit_status_meaning: str = ""
    sender: str = ""
    core: str = ""
    details: tuple[Detail, ...] = ()
    compared: Compared = Compared()


def diagnose(facts: Facts) -> Diagnosis:
    """The diagnosis of a run that has ended, or whose wrapper is gone."""
    ending = facts.ending
    if ending is None or ending.lost:
        return _lost(facts)
    if facts.command.kind == TASK:
        from sentinel_run.diagnose import task

        return task.diagnose(facts)
    if ending.skipped:
        return Diagnosis(SKIPPED, sentence=f"{facts.command.name} was skipped: {ending.skipped}")
    if _is_success(facts, ending):
        return Diagnosis(OK)
    said, read = _read(facts.output)
    last = of_last(said, facts.attempts)
    of_memory = memory.verdict(facts, ending, last)
    ended = ended_by(of_last(read, facts.attempts)) if _may_end_by_traceback(ending, of_memory) else None
    means = Meaning() if ending.spawn_error else meaning(facts.command, ending.exit_status or 0, last)
    found = _cause(facts, ending, means, of_memory)
    is_asked = ending.interrupted_by in INTERRUPTIONS and not ending.timed_out
    if is_asked and found.level != "fatal":  # A crash after a reload by HUP is a crash.
        found = found._replace(level="warning", transaction_status="cancelled")
    if ended is not None:
        found = _thrown(found, ended)
    elif ending.core_dumped:
        found = found._replace(thrown=native.crash(facts, ending))
    why = ending.spawn_error or found.reason or (in_words(found.thrown[-1]) if ended else "") or reason(last)
    sentence = found.sentence + (f" in the last of {len(facts.attempts)} attempts" if facts.attempts[1:] else "")
    found = found._replace(
        reason=why,
        sentence=f"{sentence}: {why}" if why and why not in sentence else sentence,
        others=tuple(one for one in read if ended is None or one.traceback.chain != ended.traceback.chain),
        exit_status_meaning=means.of(ending.exit_status),
        sender=crash.sender(facts, ending, of_memory),
        core=crash.core(facts, ending),
        details=details(facts, (why, *map(in_words, found.thrown))),
    )
    return _in_our_words(found)


def _read(output: Output) -> tuple[list[Line], list[Found]]:
    """The lines and their tracebacks. A run is diagnosed twice, without evidence and with it, and read once."""
    if not _latest or _latest[0][0] is not output:
        said = lines(recent(output))
        _latest[:] = [(output, (said, tracebacks(said)))]
    return _latest[0][1]


def _may_end_by_traceback(ending: Ending, of_memory: Verdict | None) -> bool:
    """Not where somebody else ended it; a crash signal is how several languages end after their last word."""
    if ending.timed_out or ending.complaint or ending.interrupted_by in INTERRUPTIONS:
        return False
    if of_memory is not None and of_memory.is_out and ending.exit_status == memory.KILLED_STATUS:
        return False
    return ending.signal is None or ending.signal_name in signal_words.CRASHES


def _thrown(found: Diagnosis, ended: Found) -> Diagnosis:
    """The exception names the cause; a complaint without a type (a shell's) leaves it and gives only the place."""
    top = ended.traceback.chain[-1]
    named = found._replace(cause=top.type, type=top.type) if top.type else found
    return named._replace(thrown=ended.traceback.chain)


def _in_our_words(found: Diagnosis) -> Diagnosis:
    """With a type and a text for a complaint that has none: those of a run without a traceback."""
    if not found.thrown or found.thrown[-1].type:
        return found
    top = found.thrown[-1]._replace(type=found.type, value=found.sentence)
    return found._replace(thrown=(*found.thrown[:-1], top))


def _is_success(facts: Facts, ending: Ending) -> bool:
    if ending.timed_out or ending.spawn_error or ending.complaint or ending.exit_status is None:
        return False
    return ending.exit_status == 0 or ending.exit_status in facts.reporting.ok_exit


def _cause(facts: Facts, ending: Ending, means: Meaning, of_memory: Verdict | None) -> Diagnosis:
    name = facts.command.name
    if ending.spawn_error:
        return _not_started(name, ending)
    if ending.complaint is not None:
        what = f"{name} ended with exit status {ending.exit_status} but {ending.complaint.what}"
        return _failed(ending.complaint.cause, "CommandFailed", what)
    if ending.timed_out:
        limit_s = facts.reporting.timeout_s or ending.duration_s
        return _failed("timeout", "CommandTimedOut", f"{name} timed out after {limit_s:g} s", "deadline_exceeded")
    if of_memory is not None and of_memory.is_out:
        return _out_of_memory(name, ending, of_memory)
    if ending.signal is not None:
        return _killed(name, ending)
    status = f"exit status {ending.exit_status}"
    return _failed(status, "CommandFailed", f"{name} failed with {status}{means.aside(name)}")


def _failed(cause: str, kind: str, sentence: str, transaction_status: str = "internal_error") -> Diagnosis:
    return Diagnosis(FAILED, cause, kind, "error", sentence, transaction_status=transaction_status)


def _not_started(name: str, ending: Ending) -> Diagnosis:
    if ending.exit_status == 127:
        return _failed("not found", "CommandNotFound", f"{name} could not be started", "not_found")
    return _failed("not executable", "CommandNotExecutable", f"{name} could not be started", "permission_denied")


def _killed(name: str, ending: Ending) -> Diagnosis:
    signal = ending.signal_name
    words = signal_words.WORDS.get(signal, "")
    core = ", core dumped" if ending.core_dumped else ""
    sentence = f"{name} was killed by {signal}" + (f" ({words}{core})" if words else core)
    found = _failed(signal, "CommandKilled", sentence)
    if signal in INTERRUPTIONS:
        return found._replace(level="warning", transaction_status="cancelled")
    return found._replace(level="fatal") if signal in signal_words.CRASHES else found


def _out_of_memory(name: str, ending: Ending, of_memory: Verdict) -> Diagnosis:
    who = name if ending.signal is not None else f"a process of {name}"
    found = _failed("out of memory", "OutOfMemory", f"{who} was killed for lack of memory", "resource_exhausted")
    return found._replace(level="fatal", reason=of_memory.proof)


def _lost(facts: Facts) -> Diagnosis:
    who = "its program" if facts.command.kind == TASK else "sentinel-run"
    sentence = f"{facts.command.name} was lost: {who} was killed before it could note the end"
    return _failed("lost", "CommandLost", sentence, "unknown")._replace(reason=f"{who} was killed")
