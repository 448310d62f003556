"""Records as one line of JSON, and the facts of a run out of such a line."""

from __future__ import annotations

from _json import encode_basestring_ascii

from sentinel_run.errors import FormatError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentinel_run.facts import Facts


def to_json(content: Any) -> str:
    """One line of JSON, ASCII only: of the facts, or of any record, mapping, sequence, text, number or None.

    Written by hand over the C function that json itself uses: importing json and what it needs takes longer than
    everything else at the end of a short run. Reading is done by json.
    """
    if isinstance(content, str):
        return encode_basestring_ascii(content)
    if content is None or isinstance(content, bool):
        return {None: "null", True: "true", False: "false"}[content]
    if isinstance(content, int | float):
        return repr(content)
    if hasattr(content, "_fields"):  # Names in Python need no escapes.
        members = zip(content._fields, content, strict=True)
        return "{" + ",".join(f'"{key}":{to_json(value)}' for key, value in members) + "}"
    if isinstance(content, dict):
        return "{" + ",".join(f"{to_json(str(key))}:{to_json(value)}" for key, value in content.items()) + "}"
    return "[" + ",".join(map(to_json, content)) + "]"


def from_json(text: str | bytes) -> Facts:
    """The facts in `text`, of this format or an older one. Raises `FormatError`."""
    import json

    from sentinel_run import typed
    from sentinel_run.facts import FORMAT, Facts

    try:
        data = json.loads(text)
        if data["format"] > FORMAT:
            raise FormatError(f"written by a newer release (format {data['format']})", newer=True)
        made = typed.record(Facts, data)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise FormatError(f"not a journal entry: {error}") from None
    assert isinstance(made, Facts)
    return made
