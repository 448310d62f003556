"""Who sent the signal that ended a run, and what became of the core file."""

from __future__ import annotations

from sentinel_run.diagnose import limits, signal_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.diagnose.memory import Verdict
    from sentinel_run.facts import Ending, Facts


# The limit is held by the ticks of a clock, and what was used is told by another that does not sample: on a busy
# machine they are further apart.
_CLOCK_S = 0.3
_BY_KERNEL = {
    "SIGSEGV": "by the kernel, at a bad access to memory", "SIGBUS": "by the kernel, at a bad access to memory",
    "SIGFPE": "by the kernel, at an arithmetic error", "SIGILL": "by the kernel, at an illegal instruction",
    "SIGSYS": "by the kernel, at a system call that is not allowed", "SIGTRAP": "by the kernel, at a breakpoint",
    "SIGXCPU": "by the kernel, at its limit of CPU time", "SIGXFSZ": "by the kernel, at its limit of file size",
    "SIGPIPE": "by the kernel, as nobody read its output any more", "SIGABRT": "by itself (abort)",
    "SIGALRM": "by its own alarm clock",
}  # fmt: skip


def sender(facts: Facts, ending: Ending, memory: Verdict | None) -> str:
    """Who sent the signal, to the command or to a child that it tells of; if nobody knows, what is known of it."""
    signal = ending.signal_name
    if ending.timed_out:
        return "by sentinel-run, as its time was over"
    if memory is not None and memory.is_out:
        return f"by the kernel, for lack of memory: {memory.proof}"
    if ending.told_by and not ending.lost:
        return f"by sentinel-run, as the time of the run around it, {ending.told_by}, was over"
    if not signal:
        return _by_somebody(memory) if memory is not None else ""
    if ending.interrupted_by == signal:
        return f"from outside: {_step_of(facts, signal)}"
    if signal in _BY_KERNEL:
        told = _kernels_word(facts)
        return _BY_KERNEL[signal] + (f": {told}" if told else "")
    if signal == "SIGKILL" and _used_up_cpu(facts):
        return f"by the kernel, at its limit of CPU time ({limits.in_words(facts, limits.CPU)})"
    return _by_somebody(memory)


def _step_of(facts: Facts, signal: str) -> str:
    """What the run noted of it: typed at the terminal, sent to the whole group, or to us and passed on."""
    told = (step.message for step in reversed(facts.steps) if step.message.startswith(f"{signal} "))
    return next(told, f"{signal} came to sentinel-run")


def core(facts: Facts, ending: Ending) -> str:
    """What became of the memory of a crashed command: where its core file is, or why there is none."""
    if ending.signal_name not in signal_words.CORES:
        return ""
    if ending.core_dumped:
        return facts.evidence.get("core", "dumped")
    return "not dumped: ulimit -c is 0" if limits.limit(facts, limits.CORE) == 0 else "not dumped"


def _by_somebody(memory: Verdict | None) -> str:
    who = "by another process or a user"
    if memory is None:
        return who
    if memory.is_out is None:
        return f"{who}, or by the kernel for lack of memory: {memory.proof}"
    return f"{who}, not for lack of memory: {memory.proof}"


def _kernels_word(facts: Facts) -> str:
    """The kernel's own line on the crash, such as `segfault at 0 ip ...`, if it names our process."""
    mark = f"[{facts.place.pid}]"
    lines = facts.evidence.get("kernel", "").splitlines()
    return next(
        (line.partition(f"{mark}: ")[2] or line.partition(f"{mark} ")[2] for line in lines if mark in line), ""
    )


def _used_up_cpu(facts: Facts) -> bool:
    """Where the soft limit is the hard one, the kernel sends KILL at once instead of XCPU."""
    limit = limits.limit(facts, limits.CPU)
    return limit is not None and facts.usage.user_s + facts.usage.system_s >= limit - _CLOCK_S
