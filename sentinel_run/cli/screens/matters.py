"""What `doctor` has found, matter by matter, as labels and words."""

from __future__ import annotations

from sentinel_run import measures, options
from sentinel_run.cli.screens import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    Facts = Mapping[str, Any]
    Rows = Iterator[tuple[str, str]]


_ASIDE = ("system", "interpreter")


def value(option: str, content: object) -> str:
    """An option's value as it would be written."""
    if content in (None, "", []):
        return words.NONE
    if isinstance(content, bool):
        return "yes" if content else "no"
    if isinstance(content, list):
        return ", ".join(str(item) for item in content)
    if isinstance(content, float | int):
        return measures.in_words(options.BY_NAME[option].parse, content)
    return str(content)


def _versions(facts: Facts) -> Rows:
    yield "programs", ", ".join(f"{name} {facts[name] or 'missing'}" for name in facts if name not in _ASIDE)
    yield from ((name, facts[name]) for name in _ASIDE)


def _options(facts: Facts) -> Rows:
    yield "config files", ", ".join(facts["config_files"]) or "none"


def _machine(facts: Facts) -> Rows:
    kept = {True: "synchronized", False: "not synchronized by NTP", None: "not known whether it is synchronized"}
    yield "clock", f"{facts['time']}, {kept[facts['clock_kept_right']]}"
    yield "time zone", facts["timezone"] or "not known"
    yield "core files", _core_files(facts["core_pattern"], facts["core_limit_bytes"])
    yield "memory", f"the control group's counters can{'' if facts['memory_counters'] else 'not'} be read"


def _core_files(pattern: str | None, limit: int | None) -> str:
    # A program that the kernel hands them to gets them whatever the limit is, but for a limit of 1 (core(5)).
    if limit == 0 and not (pattern or "").startswith("|"):
        return "none is written (ulimit -c 0)"
    size = "" if limit in (None, 0) else f", cut at {words.size(limit or 0)}"
    return f"{pattern or 'nothing tells where'}{size}"


def _state(facts: Facts) -> Rows:
    yield "directory", facts["path"] or words.NONE
    if not facts["usable"]:
        yield "usable", "no"
        return
    yield "history", _history(facts["runs"], facts["history_bytes"])
    for shelf in ("journal", "outbox", "bad"):
        yield shelf, _shelf(facts, shelf)
    yield "disk", f"{words.size(facts['free_bytes'])} free"


def _history(runs: int | None, size: int) -> str:
    return "cannot be read" if runs is None else f"{runs:,} {'run' if runs == 1 else 'runs'}, {_size(size)}"


def _shelf(facts: Facts, shelf: str) -> str:
    count = facts[f"{shelf}_files"]
    return f"{count:,} {'file' if count == 1 else 'files'}, {_size(facts[f'{shelf}_bytes'])}" if count else "empty"


def _size(count: int) -> str:
    return words.size(count) if count else "0 B"


def _waiting(facts: Facts) -> Rows:
    yield "envelopes", f"{facts['envelopes']:,}"
    newer = f", {facts['of_newer_release']:,} of a newer release" if facts["of_newer_release"] else ""
    yield "runs", f"{facts['runs_in_journal']:,} ended and not taken in yet{newer}"
    for reason in facts.get("reasons", ()):
        yield "why", f"{reason['envelopes']:,}: {reason['note'] or 'not tried yet'}"
    for reason in facts.get("dropped", ()):
        yield "dropped", f"{reason['envelopes']:,}: {reason['note']}"
    for pause in facts.get("pauses", ()):
        yield "pause", f"{pause['dsn']} until {pause['until']}, {pause['failures']} failures: {pause['note']}"
    for limit in facts.get("limits", ()):
        yield "rate limit", f"{limit['dsn']}, {limit['category']}, until {limit['until']}"


def _server(facts: Facts) -> Rows:
    yield "DSN", facts["dsn"] or "none"
    for scheme, proxy in facts["proxies"].items():
        yield f"{scheme}_proxy", proxy
    for step in facts["steps"]:
        yield step["name"], f"{'ok' if step['ok'] else 'failed'}, {words.took(step['took_s'])}: {step['told']}"


def _test(facts: Facts) -> Rows:
    yield "event", facts["event_id"] or words.NONE
    yield "answer", ": ".join(part for part in (facts["state"], facts["note"]) if part)
    if facts["clock_off_s"] is not None:
        yield "clock", f"{facts['clock_off_s']:+g} s against the server's"


ROWS: Mapping[str, Callable[[Facts], Rows]] = {
    "versions": _versions,
    "options": _options,
    "machine": _machine,
    "state": _state,
    "waiting": _waiting,
    "server": _server,
    "test": _test,
}
