"""Records out of what was read from a file, if their members have the types that the records say."""

from __future__ import annotations

from sentinel_run.facts import PARTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

_SCALARS: Mapping[str, tuple[type, ...]] = {
    "str": (str,), "int": (int,), "float": (int, float), "bool": (bool,), "None": (type(None),),
}  # fmt: skip
# Times and durations in seconds beyond the calendar, and numbers that no database column holds, are damage.
_LARGEST_FLOAT, _LARGEST_INT = 1e11, 2**62


def record(kind: Any, data: dict[str, Any]) -> Any:
    """A record of `kind`; members it does not know are left out, missing ones take their defaults.

    Raises ValueError for one that is not valid, TypeError for one that is missing.
    """
    if wrong := fault(kind, data):
        raise ValueError(wrong)
    known = {key: _value(key, value) for key, value in data.items() if key in kind._fields}
    return kind(**known)


def _value(key: str, value: Any) -> Any:
    if key in PARTS and isinstance(value, dict):
        return record(PARTS[key], value)
    if isinstance(value, list):
        return tuple(record(PARTS[key], item) if key in PARTS else _value("", item) for item in value)
    return value


def fault(kind: Any, data: Mapping[str, Any]) -> str:
    """What is wrong with `data` as members of the record `kind`, or an empty text. Unknown members are none."""
    known = ((name, value) for name, value in data.items() if name in kind._fields)
    wrong = (name for name, value in known if not _fits(str(kind.__annotations__[name]), value))
    return next((f"{kind.__name__}.{name} is not valid" for name in wrong), "")


def _fits(annotation: str, value: Any) -> bool:
    """Whether `value` fits an annotation such as `int | None`, `tuple[str, ...]` or `Mapping[str, int]`.

    Other names are those of records: objects, which are checked when they are read themselves.
    """
    if annotation == "Any":
        return True
    head, _, inner = annotation.partition("[")
    if head == "tuple":
        return isinstance(value, tuple | list) and _fit(inner[:-1], value)
    if head == "Mapping":
        return isinstance(value, dict) and all(
            _fits(inner[:-1].partition(", ")[2], item) for item in value.values()
        )
    names = [name.strip() for name in annotation.split("|")]
    return any(
        _is_scalar(_SCALARS[name], value) if name in _SCALARS else isinstance(value, dict) for name in names
    )


def _fit(inner: str, values: Sequence[Any]) -> bool:
    """Whether all of `values` are of one kind (`str, ...`), or each of its own (`int, float`)."""
    if inner.endswith(", ..."):
        return all(_fits(inner.removesuffix(", ..."), value) for value in values)
    kinds = inner.split(", ")
    return len(kinds) == len(values) and all(map(_fits, kinds, values))


def _is_scalar(types: tuple[type, ...], value: Any) -> bool:
    if type(value) not in types:
        return False
    if isinstance(value, int | float):
        return bool(abs(value) < (_LARGEST_FLOAT if float in types else _LARGEST_INT))  # Never true for NaN.
    return True
