"""The records of the command line's grammar: what completions and the man page are made of."""

from __future__ import annotations

from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Flag(Record):
    """One option: its names, the value that it takes (an empty metavar: none), and what it is for.

    `words` are the only values or the likely ones; `files`: values are paths.
    """

    names: tuple[str, ...]
    help: str
    metavar: str = ""
    words: tuple[str, ...] = ()
    files: bool = False
    optional_value: bool = False
    repeatable: bool = False
    group: str = ""

    @property
    def takes_value(self) -> bool:
        """Whether the next word may belong to it."""
        return bool(self.metavar)

    @property
    def valued(self) -> tuple[str, ...]:
        """Its names, if the next word is its value always."""
        return () if self.optional_value or not self.takes_value else self.names

    @property
    def bare(self) -> tuple[str, ...]:
        """Its names, if the next word is its value unless it is an option."""
        return self.names if self.optional_value else ()

    def told(self, name: str) -> str:
        """What one of its names is for."""
        positive = f"--{name.removeprefix('--no-')}"
        return f"The opposite of {positive}." if name != positive and positive in self.names else self.help


class Verb(Record):
    """The program, a subcommand, or a subcommand's own. `path` has its words: `config show`.

    `runs`: its operands are a program and that one's own words.
    """

    path: str
    help: str
    usage: str
    flags: tuple[Flag, ...]
    verbs: tuple[Verb, ...] = ()
    words: tuple[str, ...] = ()
    files: bool = False
    runs: bool = False

    @property
    def name(self) -> str:
        """The last word of its path."""
        return self.path.rpartition(" ")[2]

    def walk(self) -> Iterator[Verb]:
        """Itself and all below it."""
        yield self
        for verb in self.verbs:
            yield from verb.walk()
