"""The immutable records that the rooms hand to each other, and the base they are made from."""

from __future__ import annotations

__all__ = ["INTERRUPTIONS", "RUN_ID", "SERVER", "SHORT_ID", "Chunk", "Plan", "Record", "Setting", "Trace"]

TYPE_CHECKING = False

# Whoever sends one of these wants the run to end. It is a warning then, and no failure of the command's own.
INTERRUPTIONS = frozenset(("SIGINT", "SIGTERM", "SIGHUP"))
# Tells the command, and what it starts, the id of the run that they belong to.
RUN_ID = "SENTINEL_RUN_ID"
# Marks our `deliver`, which a run inside another may have started and waits for. It serves other runs too.
SERVER = "SENTINEL_RUN_SERVES"
# So many characters of a run's id are shown, and name it unless the history has another one like it.
SHORT_ID = 8

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any
    from typing import NamedTuple as Record
else:
    from _collections import _tuplegetter  # What `collections.namedtuple` makes its members of.

    _NOT_GIVEN = object()
    # They have no names, so all records share them.
    _GETTERS = tuple([_tuplegetter(index, None) for index in range(32)])

    class _RecordType(type):
        """Makes a named tuple out of a class body, with the methods of `typing.NamedTuple` that we use.

        Importing `typing` takes as long as starting Python, `collections` a seventh of that, and the command
        would wait for it. Type checkers see the real one.
        """

        def __new__(mcs, name, bases, body):
            fields = tuple(body.get("__annotations__", ()))
            unset = tuple([body.pop(field, _NOT_GIVEN) for field in fields])
            body.update(zip(fields, _GETTERS[: len(fields)], strict=True))
            body.update(__slots__=(), _fields=fields, _unset=unset)
            return type.__new__(mcs, name, bases or (tuple,), body)

    class Record(metaclass=_RecordType):
        """Base of every record: an immutable tuple with names."""

        def __new__(cls, *values, **named):
            count = len(values)
            if named or count != len(cls._fields):  # In C as far as it goes: records are made by the ten thousand.
                given = (*values, *map(named.pop, cls._fields[count:], cls._unset[count:]))
                if named or len(given) != len(cls._fields) or _NOT_GIVEN in given:
                    got = ", ".join((f"{count} values", *named))
                    raise TypeError(f"{cls.__name__} takes {', '.join(cls._fields)}; got {got}")
                values = given
            return tuple.__new__(cls, values)

        # Out of an iterable that has a value for each member.
        _make = classmethod(tuple.__new__)

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def _replace(self, **changes):
            replaced = tuple.__new__(type(self), map(changes.pop, self._fields, self))
            if changes:
                raise TypeError(f"{type(self).__name__} has no {', '.join(changes)}")
            return replaced

        def __repr__(self):
            return (
                f"{type(self).__name__}({', '.join(f'{key}={value!r}' for key, value in self._asdict().items())})"
            )


class Setting(Record):
    """One option's value and the place it came from (`--name`, `SENTRY_DSN`, a file's path, `default`)."""

    value: Any
    source: str


class Chunk(Record):
    """Bytes of one stream as they arrived, and when (`time.monotonic`)."""

    at_s: float
    stream: str
    data: bytes


class Trace(Record):
    """Where a run stands in a distributed trace: hexadecimal ids, and the baggage that travels along."""

    trace_id: str
    span_id: str
    parent_span_id: str
    sampled: bool
    sample_rand: float
    baggage: str


class Plan(Record):
    """All that is decided before the command starts. Nothing here changes afterwards.

    `page` is the file that the command's own notes go to, if there is one. `withheld` are headers that are
    secrets, whether this run sends them or not.
    """

    command: tuple[str, ...]
    settings: Mapping[str, Setting]
    environ: Mapping[str, str]
    run_id: str
    trace: Trace
    notes: tuple[str, ...] = ()
    page: str = ""
    withheld: tuple[tuple[str, str], ...] = ()

    def value(self, option: str) -> Any:
        """The finished value of `option`, of the type its kind in `options.TABLE` gives."""
        return self.settings[option].value
