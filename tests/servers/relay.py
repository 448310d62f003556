"""What Sentry would hold against an event or an envelope, by Relay's own normalizer and the protocol text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from sentry_relay.exceptions import RelayError
from sentry_relay.processing import StoreNormalizer

from tests.servers.envelope import MalformedEnvelope, parse_envelope
from tests.servers.protocol import envelope_rules, item_rules

# Trimming is off by default in the library and on at Sentry; the times are those of Sentry's own Relays.
_NORMALIZER = StoreNormalizer(
    enable_trimming=True, remove_other=True, max_secs_in_past=30 * 86400, max_secs_in_future=60
)
# Relay moves these (a tag, logentry), reads them into its own form, or has no place for them by design.
_MOVED = {"timestamp", "start_timestamp", "server_name", "message", "same_process_as_parent", "_meta"}


class Problem(NamedTuple):
    """`kind` is rejected (all of it), dropped, cut, or changed; `path` is dotted, as in `tags.command`."""

    path: str
    kind: str
    reason: str


class Verdict(NamedTuple):
    """The event as Sentry would store it (None when rejected), and all that was lost on the way."""

    event: dict[str, Any] | None
    problems: list[Problem]


def normalize(event: dict[str, Any]) -> Verdict:
    """Relay's verdict on an event or a transaction; `problems == []` says that nothing of it is lost.

    What the client itself confesses to have cut (its own `_meta`) is no problem.
    """
    sent = {key: value for key, value in event.items() if key != "_meta"}
    try:
        kept = _NORMALIZER.normalize_event(sent)
    except RelayError as error:
        return Verdict(None, [Problem("", "rejected", str(error).splitlines()[0])])
    told = [*_told(kept.get("_meta") or {}, kept)]
    paths = {problem.path for problem in told}
    untold = [problem for problem in _lost(sent, kept) if not _covered(problem.path, paths)]
    return Verdict(kept, told + untold)


def check_envelope(raw: bytes) -> list[str]:
    """Every rule of Sentry that the envelope breaks, normalizer included; empty for a clean one."""
    try:
        envelope = parse_envelope(raw)
    except MalformedEnvelope as error:
        return [f"malformed: {error}"]
    found = [*envelope_rules(envelope, size=len(raw))]
    for item in envelope.items:
        found += [f"{item.type}: {rule}" for rule in item_rules(item)]
        if item.type in ("event", "transaction"):
            problems = normalize(item.json).problems
            found += [f"{item.type}: {path} {kind}: {reason}" for path, kind, reason in problems]
    return found


def _told(meta: dict[str, Any], value: Any, path: tuple[str, ...] = ()) -> Iterator[Problem]:
    """The remarks and errors Relay left in `_meta`, whose tree mirrors the event's."""
    for key, below in meta.items():
        if key:
            yield from _told(below, _child(value, key), (*path, key))
        elif below.get("err"):
            yield Problem(".".join(path), "changed" if value else "dropped", json.dumps(below["err"]))
        else:
            yield Problem(".".join(path), "cut", f"{below.get('rem', 'entries lost')} of {below.get('len')}")


def _lost(sent: Any, kept: Any, path: tuple[str, ...] = ()) -> Iterator[Problem]:
    """What differs although `_meta` is silent: reserved tags, 1.5 become 1, a context too deep."""
    if isinstance(sent, dict) and isinstance(kept, (dict, list)):
        for key in sent.keys() - _MOVED:
            yield from _lost(sent[key], _child(kept, key), (*path, key))
    elif isinstance(sent, list) and isinstance(kept, (dict, list)):
        for index, one in enumerate(sent):
            yield from _lost(one, _child(_values(kept), str(index)), (*path, str(index)))
    elif path == ("tags", "user"):
        return  # Sentry makes this tag itself, out of the user context, in place of the one sent.
    elif not _same(sent, kept):
        kind = "dropped" if kept is None else "changed"
        yield Problem(".".join(path), kind, f"{_short(sent)} became {_short(kept)}")


def _child(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return value.get(key)
    if not isinstance(value, list):
        return None
    # Tags are sent as an object and kept as pairs; a tag may be called `0`.
    found = next((pair[1] for pair in value if isinstance(pair, list) and pair[:1] == [key]), None)
    if found is None and key.isdecimal():
        return value[int(key)] if int(key) < len(value) else None
    return found


def _values(kept: Any) -> Any:
    return kept.get("values", kept) if isinstance(kept, dict) else kept


def _same(sent: Any, kept: Any) -> bool:
    # An absent value and an empty one are the same to Sentry; a tag may become a string of the same text.
    return sent == kept or (_empty(sent) and _empty(kept)) or str(sent) == kept


def _empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _covered(path: str, told: set[str]) -> bool:
    return any(path == one or path.startswith(f"{one}.") for one in told)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
