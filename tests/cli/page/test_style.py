"""The colours of the page can be told apart by weak eyes, in light and in dark (WCAG 2.1, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sentinel_run.cli import page

STYLE = (Path(page.__file__).parent / "templates" / "style.css").read_text()
LIGHT, DARK = (
    dict(re.findall(r"--([\w-]+): (#\w{6})", block)) for block in re.findall(r":root \{(.*?)\}", STYLE, re.S)
)
# Text on what it stands on needs 4.5, a bar on the page 3.
PAIRS = [
    *((text, ground, 4.5) for text in ("text", "aside", "bad", "good", "going") for ground in ("page", "soft")),
    ("text", "mark", 4.5), ("aside", "mark", 4.5), ("bar", "page", 3.0), ("bad-bar", "page", 3.0),
]  # fmt: skip


def _luminance(colour: str) -> float:
    """Relative luminance (https://www.w3.org/TR/WCAG21/#dfn-relative-luminance)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_contrast(theme: dict[str, str], front: str, ground: str, least: float) -> None:
    """Enough of it."""
    lighter, darker = sorted((_luminance(theme[front]), _luminance(theme[ground])), reverse=True)

    assert (lighter + 0.05) / (darker + 0.05) >= least


def test_every_colour_has_a_name_in_both_themes() -> None:
    """No rule has a colour of its own, which one of the themes would not know."""
    assert LIGHT.keys() == DARK.keys()
    assert len(re.findall(r"#[0-9a-f]{6}\b", STYLE)) == len(LIGHT) + len(DARK)
