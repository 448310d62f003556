"""What a Sentry server keeps: sizes and alphabets, met here so that it never has to cut or drop.

Measured on Relay's own normalizer; the tests hold every event against it. Each cut is told in the text.
"""

from __future__ import annotations

import json
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

MESSAGE_CHARS = 8192
LINE_CHARS = 2000
NAME_CHARS = 200
TYPE_CHARS = 120
PATH_CHARS = 240
# A context has one budget for all its content, JSON's own characters included.
_CONTEXT_CHARS = 8000
_CONTEXT_TEXT_CHARS = 2000
# Of a breadcrumb's data the SDK keeps ten members, and the server two kilobytes.
_DATA_MEMBERS, _DATA_CHARS, _DATA_TEXT_CHARS = 10, 1900, 1000
_MEASUREMENT = re.compile(r"[^a-z0-9._]+")
_UNIT = re.compile(r"[a-z_]{1,15}")
_TAG_KEY = re.compile(r"[^A-Za-z0-9_.:-]+")
# The server keeps these names for itself and removes tags that use them.
_RESERVED_TAGS = frozenset({"environment", "release"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_RELEASE = re.compile(r"[/\\\s\x00-\x1f\x7f-\x9f]+")


def cut(text: str, limit: int = MESSAGE_CHARS) -> str:
    """`text`, or its beginning with a word on how long it was."""
    if len(text) <= limit:
        return text
    told = f"... [{len(text):,} characters]"
    return text[: limit - len(told)] + told


def tag(key: str, value: str) -> tuple[str, str] | None:
    """A tag with a legal key and value, or None where nothing legal is left."""
    key = _TAG_KEY.sub("-", key.strip())[:NAME_CHARS].strip("-")
    value = cut(" ".join(value.split()), NAME_CHARS)
    if key in _RESERVED_TAGS:
        key = f"tag.{key}"
    return (key, value) if key and value else None


def release(text: str) -> str | None:
    """A legal release name, or None for an empty one."""
    name = _bytes(_RELEASE.sub("-", text.strip()), NAME_CHARS)
    return None if name.lower() in ("", ".", "..", "latest") else name


def environment(text: str) -> str:
    """A legal environment name."""
    name = _bytes(_RELEASE.sub("-", text.strip()), 64)
    return name if name.lower() not in ("", "none") else "production"  # The server takes `none` for nothing.


def name(text: str) -> str:
    """A transaction's name: one line without control characters, at most 200 characters."""
    return cut(" ".join(_CONTROL.sub(" ", text).split()), NAME_CHARS)


def _bytes(text: str, limit: int) -> str:
    """The beginning of `text` that is within so many bytes of UTF-8, which is what the server counts here."""
    return text.encode("utf-8", "replace")[:limit].decode("utf-8", "ignore")


def context(content: Mapping[str, Any]) -> dict[str, Any]:
    """A context within its budget: what is unknown is left out, long texts are cut, the last members dropped."""
    return _fitting(content, _CONTEXT_CHARS, _CONTEXT_TEXT_CHARS)


def data(content: Mapping[str, Any]) -> dict[str, Any]:
    """Free data of a breadcrumb or a span: a few members, and what is nested in them as JSON."""
    members = list(content.items())
    more = len(members) - _DATA_MEMBERS + 1
    if more > 1:
        members = [*members[: _DATA_MEMBERS - 1], ("cut", f"{more} more members did not fit")]
    return _fitting({cut(key, NAME_CHARS): _flat(value) for key, value in members}, _DATA_CHARS, _DATA_TEXT_CHARS)


def measurement(name: str) -> str:
    """A legal name of a measurement; empty where nothing legal is left."""
    return _MEASUREMENT.sub("_", name.lower())[:NAME_CHARS].strip("_")


def unit(text: str) -> str:
    """A unit as the server takes it; `none` for one that it would not."""
    return text if _UNIT.fullmatch(text) else "none"


def _fitting(content: Mapping[str, Any], room: int, text_chars: int) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in content.items():
        if value is None or value == "":
            continue
        value = cut(value, text_chars) if isinstance(value, str) else value
        # Escaped, a letter beyond ASCII counts more than the server counts it.
        room -= len(json.dumps({key: value}))
        if room < 0:
            kept["cut"] = f"{cut(key, 80)} and what follows did not fit"
            break
        kept[key] = value
    return kept


def _flat(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
