"""All checks in one: what `doctor` prints."""

from __future__ import annotations

from sentinel_run.cli.checks import machine, options, server, state, trial, versions, waiting
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from sentinel_run.cli.checks.finding import Finding
    from sentinel_run.settings import Resolved

_ALL_IS_WELL = "all is well; to see it work: sentinel-run -- COMMAND"
_MEND = "mend what is named above, then look again: sentinel-run doctor"


class Checkup(Record):
    """The findings by matter, in the order in which they are shown."""

    findings: Mapping[str, Finding]

    @property
    def problems(self) -> list[str]:
        """What is wrong; nothing for a healthy set-up."""
        return [problem for finding in self.findings.values() for problem in finding.problems]

    @property
    def advice(self) -> list[str]:
        """What to do next, never empty."""
        found = [advice for finding in self.findings.values() for advice in finding.advice]
        return [*found, _MEND if self.problems else _ALL_IS_WELL]

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        facts = {matter: dict(finding.facts) for matter, finding in self.findings.items()}
        return {"healthy": not self.problems, **facts, "problems": self.problems, "next": self.advice}


def checkup(environ: Mapping[str, str], *, send_test: bool) -> Checkup:
    """Look at everything."""
    found = options.resolved(environ)
    findings = {"versions": versions.versions(), "options": options.option_values(found, environ)}
    findings["machine"] = machine.machine(environ)
    findings |= dict(_store(environ))
    findings |= dict(_reporting(found, send_test=send_test))
    return Checkup(findings)


def _store(environ: Mapping[str, str]) -> Iterator[tuple[str, Finding]]:
    path, unusable = state.state_directory(environ)
    if unusable:
        yield "state", unusable
        return
    history, described = state.open_history(path)
    try:
        yield "state", described
        yield "waiting", waiting.waiting(path, history)
    finally:
        if history:
            history.close()


def _reporting(found: Resolved, *, send_test: bool) -> Iterator[tuple[str, Finding]]:
    given = found.settings["dsn"]
    parsed, tried = server.server(given)
    yield "server", tried
    if send_test:
        environment, fields = (found.settings[name].value for name in ("environment", "header"))
        yield "test", trial.trial(given, parsed, environment, fields)
