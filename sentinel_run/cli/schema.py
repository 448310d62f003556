"""A JSON schema of the config file, out of the option table, so that editors complete and check it."""

from __future__ import annotations

from sentinel_run import kinds, measures, options
from sentinel_run.settings import config_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from sentinel_run.options import Option

    Schema = dict[str, Any]

_DURATION = r"^\s*([0-9.]+|([0-9.]+(ms|s|m|h|d))+)\s*$"
_SIZE = r"^\s*[0-9.]+\s*([kKmMgGtT]?[iI]?[bB]?)\s*$"
_STATUS: Mapping[str, Any] = {"type": "integer", "minimum": 0, "maximum": 255}
_TEXT: Mapping[str, Any] = {"type": "string"}
# A value of each kind as TOML has it. Editors are to lead to one good way of writing; a run takes some more.
_KINDS: Mapping[Callable[[str], Any], Mapping[str, Any]] = {
    kinds.text: _TEXT,
    kinds.schedule: _TEXT,
    kinds.timezone: _TEXT,
    kinds.pattern: {"type": "string", "format": "regex"},
    kinds.slug: {"type": ["string", "boolean"]},
    kinds.switch: {"type": "boolean"},
    kinds.integer: {"type": "integer", "minimum": 0},
    kinds.minutes: {"type": "integer", "minimum": 1, "maximum": 40_320},
    kinds.in_a_row: {"type": "integer", "minimum": 1, "maximum": 720},
    kinds.fraction: {"type": "number", "minimum": 0, "maximum": 1},
    kinds.factor: {"type": "number", "exclusiveMinimum": 1},
    measures.duration: {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": _DURATION}]},
    measures.size: {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": _SIZE}]},
    kinds.header: {"type": "string", "pattern": r"^\s*[^:\s]+\s*:\s*\S"},
    kinds.statuses: {"anyOf": [_STATUS, {"type": "string", "pattern": r"^\s*[0-9]+(\s*,\s*[0-9]+)*\s*$"}]},
}
_PAIRS: Mapping[str, Any] = {
    "anyOf": [
        {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}},
        {"type": "string", "pattern": "^[^=]+="},
        {"type": "array", "items": {"type": "string", "pattern": "^[^=]+="}},
    ]
}


def schema() -> Schema:
    """The schema, by JSON Schema draft 7: what editors for TOML understand."""
    settings = dict(pair for option in options.TABLE for pair in _properties(option))
    sections = {name: _section(name, settings.get(name)) for name in config_files.SECTIONS}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Settings of sentinel-run",
        "description": "sentinel-run.toml, the user's config.toml, or [tool.sentinel-run] of a pyproject.toml",
        "type": "object",
        "properties": {**settings, **sections},
        "additionalProperties": False,
        "definitions": {"settings": {"type": "object", "properties": settings, "additionalProperties": False}},
    }


def _properties(option: Option) -> list[tuple[str, Schema]]:
    found = [(option.name, {**_value(option), "description": option.help, **_default(option)})]
    if option.negatable:
        found.append((f"no-{option.name}", {"type": "boolean", "description": f"The opposite of {option.name}."}))
    return found


def _value(option: Option) -> Schema:
    if option.parse is kinds.pair:
        return dict(_PAIRS)
    one = {"enum": list(option.choices)} if option.choices else dict(_KINDS[option.parse])
    return {"anyOf": [one, {"type": "array", "items": one}]} if option.repeatable else one


def _default(option: Option) -> Schema:
    return {} if option.default in (None, ()) else {"default": option.default}


def _section(name: str, plain: Schema | None) -> Schema:
    """`[command."NAME"]`; the name of an environment may also stand alone, as any option may."""
    tables = {"type": "object", "additionalProperties": {"$ref": "#/definitions/settings"}}
    told = {"description": f"Settings for one {name}, in a section [{name}.NAME]."}
    return {"anyOf": [plain, {**tables, **told}]} if plain else {**tables, **told}
