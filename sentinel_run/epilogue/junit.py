"""A report in JUnit's format, in which each run is a test: GitLab, Jenkins and others show it beside their tests.

https://docs.gitlab.com, "Unit test reports"; https://github.com/testmoapp/junitxml.
"""

from __future__ import annotations

import fcntl
import os
import re
from xml.etree import ElementTree as ET

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.epilogue.story import Story

# What XML 1.0 cannot hold, not even escaped.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SUITE = "sentinel-run"


def add(path: str, story: Story) -> None:
    """Add the run to the report at `path`, which runs of one job may write to at once.

    Raises OSError, or ValueError for a file that is something else, which stays as it is.
    """
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    with os.fdopen(fd, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        root = _root(path, file.read())
        _add(root, story)
        content = ET.tostring(root, encoding="utf-8", xml_declaration=True)
        file.seek(0)
        file.truncate()
        file.write(content + b"\n")


def _root(path: str, content: bytes) -> ET.Element:
    if not content.strip():
        root = ET.Element("testsuites")
        ET.SubElement(root, "testsuite", name=_SUITE)
        return root
    try:
        root = ET.fromstring(content)  # noqa: S314  # Of the user's own choice; expat bounds entities.
    except ET.ParseError as error:
        raise ValueError(f"{path} is no report that a run could be added to: {error}") from None
    suite = root.find("testsuite")
    if suite is None or suite.get("name") != _SUITE:
        raise ValueError(f"{path} is a report of something else, and stays as it is")
    return root


def _add(root: ET.Element, story: Story) -> None:
    suite = root.find("testsuite")
    assert suite is not None
    place = {"file": story.file, "line": str(story.line)} if story.file else {}
    seconds = f"{story.duration_s:.3f}"
    case = ET.SubElement(
        suite, "testcase", {"name": _text(story.name), "classname": _SUITE, "time": seconds, **place}
    )
    if story.failed:
        failure = ET.SubElement(case, "failure", message=_text(story.sentence))
        failure.text = _text("\n".join((story.sentence, *story.last_lines)))
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    suite.set("failures", str(sum(one.find("failure") is not None for one in cases)))
    suite.set("time", f"{sum(float(one.get('time', 0)) for one in cases):.3f}")


def _text(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
