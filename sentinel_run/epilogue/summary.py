"""A run as Markdown: GitHub's step summary, Buildkite's annotation."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel_run.epilogue.story import Story

_SPECIAL = "\\`*_{}[]<>()#+!|~$"
_MOST_SPANS = 5


def markdown(story: Story, spans: Sequence[tuple[str, float]]) -> str:
    """A line for a success; for a failure also why, where and the last lines. `spans` are (name, seconds)."""
    mark = "\u274c" if story.failed else "\u2705"
    head = f"{mark} **{_text(story.name)}** {story.duration_s:.1f} s\n"
    slowest = sorted(spans, key=lambda span: -span[1])[:_MOST_SPANS]
    table = "".join(f"| {_text(name)} | {seconds:.1f} s |\n" for name, seconds in slowest)
    table = f"\n| slowest steps | |\n| --- | ---: |\n{table}" if table else ""
    return f"{head}{_why(story) if story.failed else ''}{table}\n"


def _why(story: Story) -> str:
    place = f"\n\nat `{story.file}:{story.line}`" if story.file else ""
    return f"\n{_text(story.sentence)}{place}\n{_block(story.last_lines)}"


def _block(lines: Sequence[str]) -> str:
    """A block whose fence is longer than any in it."""
    if not lines:
        return ""
    fence = "```"
    while any(fence in line for line in lines):
        fence += "`"
    return f"\n{fence}text\n" + "".join(f"{line}\n" for line in lines) + f"{fence}\n"


def _text(content: str) -> str:
    """Words of somebody else's: no markup, no HTML."""
    line = " ".join(content.split())
    return "".join(f"\\{letter}" if letter in _SPECIAL else letter for letter in line)
