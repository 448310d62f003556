"""A failure as each CI system wants to be told of it: one row a system, each with its own rules of escaping."""

from __future__ import annotations

from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sentinel_run.epilogue.story import Story

_LONGEST = 3500
_RED, _PLAIN, _CLEAR = "\x1b[31;1m", "\x1b[0m", "\x1b[0K"


class Style(Record):
    """How a system is told, and the variable that names the folder which its file names start from."""

    write: Callable[[Story, int], str]
    root: str


def github(story: Story, now: int) -> str:
    """https://docs.github.com, "Workflow commands": an annotation, at the line if the file is in the workspace."""
    place = {"file": story.file, "line": str(story.line)} if story.file else {}
    members = ",".join(f"{key}={_github_property(value)}" for key, value in {**place, "title": story.name}.items())
    return f"::error {members}::{_github_data(_short(story.sentence))}\n"


def azure(story: Story, now: int) -> str:
    """https://learn.microsoft.com, "Logging commands": an error in the timeline and the summary."""
    place = {"sourcepath": story.file, "linenumber": str(story.line)} if story.file else {}
    members = ";".join(f"{key}={_azure_property(value)}" for key, value in {"type": "error", **place}.items())
    return f"##vso[task.logissue {members};]{_azure_data(_short(story.sentence))}\n"


def teamcity(story: Story, now: int) -> str:
    """https://www.jetbrains.com/help/teamcity/service-messages.html: a build problem."""
    place = f" ({story.file}:{story.line})" if story.file else ""
    return f"##teamcity[buildProblem description='{_teamcity(_short(story.sentence + place))}']\n"


def gitlab(story: Story, now: int) -> str:
    """https://docs.gitlab.com, "Expand and collapse job log sections": the reason, and below it the last lines."""
    place = f" ({story.file}:{story.line})" if story.file else ""
    lines = "".join(f"{line}\n" for line in story.last_lines)
    return (
        f"{_RED}{_one_line(_short(story.sentence))}{place}{_PLAIN}\n"
        f"{_CLEAR}section_start:{now}:sentinel_run[collapsed=true]\r{_CLEAR}"
        f"last lines of {_one_line(story.name)}\n"
        f"{lines}{_CLEAR}section_end:{now}:sentinel_run\r{_CLEAR}\n"
    )


STYLES: Mapping[str, Style] = {
    "github": Style(github, "GITHUB_WORKSPACE"),
    "gitea": Style(github, "GITHUB_WORKSPACE"),
    "forgejo": Style(github, "GITHUB_WORKSPACE"),
    "azure": Style(azure, "BUILD_SOURCESDIRECTORY"),
    "teamcity": Style(teamcity, "PWD"),
    "gitlab": Style(gitlab, "CI_PROJECT_DIR"),
}


def _github_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _github_property(text: str) -> str:
    return _github_data(text).replace(":", "%3A").replace(",", "%2C")


def _azure_data(text: str) -> str:
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _azure_property(text: str) -> str:
    return _azure_data(text).replace("]", "%5D").replace(";", "%3B")


def _teamcity(text: str) -> str:
    escaped = {"|": "||", "'": "|'", "\n": "|n", "\r": "|r", "[": "|[", "]": "|]"}
    return "".join(escaped.get(letter) or _teamcity_letter(letter) for letter in text)


def _teamcity_letter(letter: str) -> str:
    """Beyond ASCII as UTF-16 code units."""
    if letter.isascii():
        return letter
    units = letter.encode("utf-16-be")
    return "".join(f"|0x{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... [{len(text):,} characters]"
