"""Tells the CI system around us how the run ended, in its own ways. Raises whatever files and programs raise."""

from __future__ import annotations

import os
import shutil
import subprocess
import time

from sentinel_run import ci
from sentinel_run.epilogue import story, styles, summary
from sentinel_run.report import noted_spans, processes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from sentinel_run.facts import Facts

_AGENT_S = 5.0
# GitHub refuses a summary of more than 1 MiB.
_SUMMARY_BYTES = 900_000


def tell(facts: Facts, environ: Mapping[str, str]) -> None:
    """Annotate a failure on stderr, and write the summary of any run where there is a place for it."""
    vendor = ci.vendor(environ)
    if vendor is None:
        return
    style = styles.STYLES.get(vendor.name)
    told = story.of(facts, environ.get(style.root, "") if style else "")
    if told.failed and style:
        _write(2, _line_end(facts) + style.write(told, int(time.time())))
    spans = [(span.name, span.end_s - span.start_s) for span in noted_spans.read(facts).spans]
    spans += [(process.description, process.duration_s) for process in processes.processes(facts)]
    if environ.get("GITHUB_STEP_SUMMARY"):
        _append(environ["GITHUB_STEP_SUMMARY"], summary.markdown(told, spans))
    if told.failed and vendor.name == "buildkite":
        _buildkite(summary.markdown(told, spans), facts, environ)


def add_to_report(facts: Facts, environ: Mapping[str, str], path: str) -> None:
    """Add the run to the JUnit report at `path`; file names start from the workspace, or from where we are."""
    from sentinel_run.epilogue import junit

    vendor = ci.vendor(environ)
    style = styles.STYLES.get(vendor.name) if vendor else None
    junit.add(path, story.of(facts, (environ.get(style.root) if style else "") or os.getcwd()))


def _line_end(facts: Facts) -> str:
    """A line of the log that the command left open is ended: what we say is only heard at the start of one."""
    last = {passage.stream: passage.text for passage in facts.output.passages}
    return "\n" if any(text and not text.endswith("\n") for text in last.values()) else ""


def _append(path: str, text: str) -> None:
    with open(path, "ab") as file:
        if file.tell() < _SUMMARY_BYTES:
            file.write(text.encode("utf-8", "replace"))


def _buildkite(text: str, facts: Facts, environ: Mapping[str, str]) -> None:
    agent = shutil.which("buildkite-agent", path=environ.get("PATH"))
    if agent:
        context = f"sentinel-run-{facts.identity.run_id[:12]}"
        subprocess.run(
            [agent, "annotate", "--style", "error", "--context", context],
            input=text.encode("utf-8", "replace"), env=dict(environ), timeout=_AGENT_S, check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


def _write(fd: int, text: str) -> None:
    content = text.encode("utf-8", "replace")
    while content:
        content = content[os.write(fd, content) :]
