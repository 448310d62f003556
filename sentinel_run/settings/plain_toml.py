"""Reads plain TOML: tables, strings without escapes, numbers, booleans, lists and inline tables of these.

That is what config files are made of. Loading `tomllib` takes longer than starting Python, and the command would
wait for it; whatever is beyond the plain part, or wrong, is left to it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_BLANK, _END_OF_WORD = " \t", " \t\n,]}#"


class _BeyondError(Exception):
    """Something that is not plain, or not TOML."""


def loads(text: str) -> dict[str, Any] | None:
    """What `tomllib.loads` would return, or None if it has to be asked (https://toml.io/en/v1.0.0)."""
    try:
        return _Reader(text.replace("\r\n", "\n")).document()
    except _BeyondError:
        return None


class _Reader:
    def __init__(self, text: str) -> None:
        self._text, self._at = text + "\n", 0
        self._root: dict[str, Any] = {}
        # Tables that a header made, or passed through; no other value may be extended.
        self._open: list[dict[str, Any]] = [self._root]
        self._headers: set[tuple[str, ...]] = set()

    def document(self) -> dict[str, Any]:
        table = self._root
        while self._skip(_BLANK + "\n"):
            if self._peek() == "[":
                table = self._header()
            elif self._peek() != "#":
                self._pair(table)
            self._end_line()
        return self._root

    def _header(self) -> dict[str, Any]:
        self._take("[")
        path = [self._key()]
        while self._peek() == ".":
            self._take(".")
            path.append(self._key())
        self._take("]")
        if tuple(path) in self._headers:
            raise _BeyondError
        self._headers.add(tuple(path))
        return self._table(path)

    def _table(self, path: list[str]) -> dict[str, Any]:
        table = self._root
        for key in path:
            if key not in table:
                table[key] = {}
                self._open.append(table[key])
            table = table[key]
            if not any(table is known for known in self._open):
                raise _BeyondError
        return table

    def _pair(self, table: dict[str, Any]) -> None:
        key = self._key()
        self._take("=")
        self._skip(_BLANK)
        if key in table:
            raise _BeyondError
        table[key] = self._value()

    def _key(self) -> str:
        """A key, and the blanks around it."""
        self._skip(_BLANK)
        key = self._string() if self._peek() in "\"'" else self._bare()
        self._skip(_BLANK)
        return key

    def _bare(self) -> str:
        start = self._at
        while self._text[self._at] in _BARE:
            self._at += 1
        return self._text[start : self._at] or self._give_up()

    def _value(self) -> Any:
        first = self._peek()
        if first in "\"'":
            return self._string()
        if first == "[":
            return self._list()
        return self._inline() if first == "{" else self._word()

    def _string(self) -> str:
        quote = self._peek()
        end = self._text.find(quote, self._at + 1)
        content = self._text[self._at + 1 : end]
        is_long = self._text.startswith(quote * 3, self._at)
        if end < 0 or is_long or not content.isprintable() or (quote == '"' and "\\" in content):
            raise _BeyondError
        self._at = end + 1
        return content

    def _list(self) -> list[Any]:
        self._take("[")
        found: list[Any] = []
        while self._skip_lines() != "]":
            found.append(self._value())
            if self._skip_lines() != "]":
                self._take(",")
        self._take("]")
        return found

    def _inline(self) -> dict[str, Any]:
        self._take("{")
        table: dict[str, Any] = {}
        self._skip(_BLANK)
        while self._peek() != "}":
            self._pair(table)
            self._skip(_BLANK)
            if self._peek() != "}":
                self._take(",")
                self._skip(_BLANK)
                if self._peek() == "}":  # Only lists may end in a comma.
                    raise _BeyondError
        self._take("}")
        return table

    def _word(self) -> bool | int | float:
        start = self._at
        while self._text[self._at] not in _END_OF_WORD:
            self._at += 1
        return _word(self._text[start : self._at])

    def _skip_lines(self) -> str:
        """The next character that is neither blank nor in a comment."""
        while self._skip(_BLANK + "\n") and self._peek() == "#":
            self._comment()
        return self._peek()

    def _end_line(self) -> None:
        self._skip(_BLANK)
        if self._peek() == "#":
            self._comment()
        self._take("\n")

    def _comment(self) -> None:
        end = self._text.index("\n", self._at)
        if not self._text[self._at : end].replace("\t", " ").isprintable():
            raise _BeyondError
        self._at = end

    def _skip(self, characters: str) -> bool:
        """Pass over `characters`; whether anything is left."""
        while self._at < len(self._text) and self._text[self._at] in characters:
            self._at += 1
        return self._at < len(self._text)

    def _peek(self) -> str:
        return self._text[self._at] if self._at < len(self._text) else self._give_up()

    def _take(self, character: str) -> None:
        if self._peek() != character:
            raise _BeyondError
        self._at += 1

    @staticmethod
    def _give_up() -> str:
        raise _BeyondError


def _word(word: str) -> bool | int | float:
    if word in ("true", "false"):
        return word == "true"
    whole, point, fraction = word.removeprefix("-").partition(".")
    is_number = word.isascii() and whole.isdigit() and (whole == "0" or whole[0] != "0")
    if is_number and not point:
        return int(word)
    if is_number and fraction.isdigit():
        return float(word)
    raise _BeyondError
