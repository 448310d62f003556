"""The report in JUnit's format."""

from __future__ import annotations

import threading
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from sentinel_run.epilogue import junit
from sentinel_run.epilogue.story import Story

FINE = Story("build", failed=False, sentence="build succeeded", duration_s=1.5, file="", line=0, last_lines=("x",))
FAILED = Story("test", True, "test failed: <&>\x00 ü ]]>", 0.25, "src/a.py", 3, ("\x1b[31mlast", "line"))


def test_each_run_is_a_test(tmp_path: Path) -> None:
    """In order, with counts and time of all; what XML cannot hold is replaced."""
    path = tmp_path / "report.xml"
    for story in (FINE, FAILED, FINE):
        junit.add(str(path), story)

    (suite,) = ET.parse(path).getroot()
    fine, failed, _ = suite
    (failure,) = failed
    assert suite.attrib == {"name": "sentinel-run", "tests": "3", "failures": "1", "time": "3.250"}
    assert fine.attrib == {"name": "build", "classname": "sentinel-run", "time": "1.500"}
    assert (failed.get("file"), failed.get("line")) == ("src/a.py", "3")
    assert failure.get("message") == "test failed: <&>\ufffd ü ]]>"
    assert failure.text == "test failed: <&>\ufffd ü ]]>\n\ufffd[31mlast\nline"


@pytest.mark.parametrize("content", ["no report", "<testsuites><testsuite name='pytest'/></testsuites>", "<a/>"])
def test_what_is_something_else_stays(content: str, tmp_path: Path) -> None:
    """A report of pytest's, or any other file, is not written to."""
    path = tmp_path / "report.xml"
    path.write_text(content)

    with pytest.raises(ValueError, match="report"):
        junit.add(str(path), FAILED)

    assert path.read_text() == content


def test_runs_at_once(tmp_path: Path) -> None:
    """None is lost."""
    path = str(tmp_path / "report.xml")
    threads = [threading.Thread(target=junit.add, args=(path, FINE)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(ET.parse(path).getroot()[0]) == 20
