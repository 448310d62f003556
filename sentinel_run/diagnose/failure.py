"""Why a command failed: the cause, the exception that ended it, the reason line, and what proves them."""

from __future__ import annotations

from sentinel_run.diagnose import crash, memory, native, signal_words
from sentinel_run.diagnose.attempts import of_last
from sentinel_run.diagnose.details import details
from sentinel_run.diagnose.diagnosis import FAILED, Diagnosis
from sentinel_run.diagnose.lines import lines
from sentinel_run.diagnose.reason import reason
from sentinel_run.diagnose.recent import recent
from sentinel_run.diagnose.thrown import in_words
from sentinel_run.diagnose.tools.statuses import Meaning, meaning
from sentinel_run.diagnose.tracebacks import ended_by, tracebacks
from sentinel_run.diagnose.tracebacks.aftermath import is_program_alone
from sentinel_run.records import INTERRUPTIONS, SHORT_ID, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel_run.diagnose.lines import Line
    from sentinel_run.diagnose.memory import Verdict
    from sentinel_run.diagnose.tracebacks import Found
    from sentinel_run.facts import Ending, Facts, Output

_latest: list[tuple[Output, tuple[list[Line], list[Found]]]] = []


def diagnose(facts: Facts, ending: Ending) -> Diagnosis:
    """The diagnosis of a command that has ended and did not succeed."""
    return _in_our_words(_failure(facts, ending, _read(facts, ending)))


class _Reading(Record):
    """What the facts of a failure say when they are read: all tracebacks, and of the last attempt the rest.

    `ended` is the traceback that ended it, `means` what its tool says of the exit status.
    """

    tracebacks: Sequence[Found]
    last: Sequence[Line]
    of_memory: Verdict | None
    ended: Found | None
    means: Meaning


def _heard(output: Output) -> tuple[list[Line], list[Found]]:
    """The lines and their tracebacks. A run is diagnosed twice, without evidence and with it, and heard once."""
    if not _latest or _latest[0][0] is not output:
        said = lines(recent(output))
        _latest[:] = [(output, (said, tracebacks(said)))]
    return _latest[0][1]


def _read(facts: Facts, ending: Ending) -> _Reading:
    said, read = _heard(facts.output)
    last = of_last(said, facts.attempts)
    of_memory = memory.verdict(facts, ending, last)
    means = Meaning() if ending.spawn_error else meaning(facts.command, ending.exit_status or 0, last)
    may_end = _may_end_by_traceback(ending, of_memory) and not means.is_of_timeout(ending.exit_status)
    is_alone = is_program_alone(facts.command.argv)
    ended = ended_by(of_last(read, facts.attempts), is_alone=is_alone) if may_end else None
    return _Reading(read, last, of_memory, ended, means)


def _failure(facts: Facts, ending: Ending, read: _Reading) -> Diagnosis:
    found = _asked_for(_cause(facts, ending, read.means, read.of_memory), ending)
    if read.ended is not None:
        found = _thrown(found, read.ended)
    elif ending.core_dumped:
        found = found._replace(thrown=native.crash(facts, ending))
    thrown = in_words(found.thrown[-1]) if read.ended else ""
    why = ending.spawn_error or found.reason or thrown or reason(read.last)
    return found._replace(
        reason=why,
        sentence=_with_reason(found.sentence, why, attempts=len(facts.attempts)),
        others=tuple(one for one in read.tracebacks if not _is_same(one, read.ended)),
        exit_status_meaning=read.means.of(ending.exit_status),
        sender=crash.sender(facts, ending, read.of_memory),
        core=crash.core(facts, ending),
        details=details(facts, (why, *map(in_words, found.thrown))),
    )


def _asked_for(found: Diagnosis, ending: Ending) -> Diagnosis:
    """Somebody wanted the run to end: a warning, but a crash after a reload by HUP is a crash."""
    is_asked = ending.interrupted_by in INTERRUPTIONS and not ending.timed_out
    if not is_asked or found.level == "fatal":
        return found
    why = f"run {ending.successor[:SHORT_ID]} of that name took its place" if ending.successor else found.reason
    return found._replace(level="warning", transaction_status="cancelled", reason=why)


def _with_reason(sentence: str, why: str, *, attempts: int) -> str:
    sentence += f" in the last of {attempts} attempts" if attempts > 1 else ""
    return f"{sentence}: {why}" if why and why not in sentence else sentence


def _is_same(one: Found, ended: Found | None) -> bool:
    return ended is not None and one.traceback.chain == ended.traceback.chain


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


def _cause(facts: Facts, ending: Ending, means: Meaning, of_memory: Verdict | None) -> Diagnosis:
    name = facts.command.name
    if ending.spawn_error:
        return _not_started(name, ending)
    if ending.complaint is not None:
        what = f"{name} ended with exit status {ending.exit_status} but {ending.complaint.what}"
        return _failed(ending.complaint.cause, "CommandFailed", what)._replace(reason=ending.complaint.line)
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
