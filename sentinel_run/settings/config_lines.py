"""On which line of a TOML file a key stands; Python's own reader of TOML does not tell."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    Keys = tuple[str, ...]

# A value over more lines is read again and again while it grows; the lines after it are not worth that.
_LONGEST_STATEMENT = 200


def of_file(path: str) -> dict[Keys, int]:
    """The same for a file; nothing where it cannot be read."""
    try:
        with open(path, encoding="utf-8") as file:
            return of_text(file.read())
    except (OSError, ValueError):
        return {}


def of_text(text: str) -> dict[Keys, int]:
    """The first line of each key's statement, and of each table's header, by the keys that lead there."""
    found: dict[Keys, int] = {}
    table: Keys = ()
    for line, statement, content in _statements(text):
        paths = list(_paths(content))
        if statement.lstrip().startswith("["):
            table = paths[-1]
            paths = [table[: end + 1] for end in range(len(table))]
        else:
            paths = [(*table, *keys) for keys in paths]
        for keys in paths:
            found.setdefault(keys, line)
    return found


def _statements(text: str) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
    """Line, text and content of each statement: as few whole lines as TOML's reader takes for complete."""
    import tomllib

    begun: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        begun.append(line)
        try:
            content = tomllib.loads("\n".join(begun))
        except (ValueError, RecursionError):
            if len(begun) < _LONGEST_STATEMENT:
                continue
            return
        if content:
            yield number - len(begun) + 1, "\n".join(begun), content
        begun.clear()


def _paths(content: Any) -> Iterator[Keys]:
    """All keys that lead somewhere, outer ones first."""
    if isinstance(content, list):  # A header `[[x]]`; in a value nothing has a line of its own.
        content = content[0] if content and isinstance(content[0], dict) else {}
    for key, inner in content.items() if isinstance(content, dict) else ():
        yield (key,)
        yield from ((key, *rest) for rest in _paths(inner))
