"""A page read as strictly as no browser does: every element closed in order, and all of it as a tree."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

_VOID = frozenset({"meta", "input", "br", "hr"})


class Element:
    """An element, what it is in, and what is in it."""

    def __init__(self, tag: str, attributes: dict[str, str | None], above: Element | None) -> None:
        self.tag, self.attributes, self.above = tag, attributes, above
        self.content: list[Element | str] = []

    def __getitem__(self, name: str) -> str:
        """An attribute; empty if it is not there."""
        return self.attributes.get(name) or ""

    @property
    def text(self) -> str:
        """All text in it."""
        return "".join(part if isinstance(part, str) else part.text for part in self.content)

    def all(self, tag: str = "", style: str = "") -> Iterator[Element]:
        """The elements in it, from the top, of this tag and this class."""
        for part in self.content:
            if isinstance(part, Element):
                if tag in ("", part.tag) and (not style or style in part["class"].split()):
                    yield part
                yield from part.all(tag, style)

    def one(self, tag: str = "", style: str = "") -> Element:
        """The only such element."""
        (found,) = self.all(tag, style)
        return found

    def named(self, name: str) -> Element:
        """The element with this id."""
        (found,) = (element for element in self.all() if element["id"] == name)
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.inside = Element("", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in _VOID:
            self.inside = self.inside.content[-1]  # type: ignore[assignment]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"an attribute of <{tag}> is there twice"
        self.inside.content.append(Element(tag, dict(attrs), self.inside))

    def handle_endtag(self, tag: str) -> None:
        assert self.inside.tag == tag, f"</{tag}> ends <{self.inside.tag}>"
        assert self.inside.above is not None
        self.inside = self.inside.above

    def handle_data(self, data: str) -> None:
        self.inside.content.append(data)


def read(page: str) -> Element:
    """The page as a tree; fails if anything in it is not closed, or closed out of order."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader.inside is reader.root, f"<{reader.inside.tag}> is not closed"
    return reader.root


def rows(section: Element) -> list[tuple[str, str]]:
    """The labelled rows of a section."""
    return [(row.one("dt").text, row.one("dd").text) for row in section.all("div") if list(row.all("dt"))]
