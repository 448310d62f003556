"""Jobs as CI runners start them: their environment, their shell call, and what their users see of a failure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.process.support import PROGRAM, run, wrapped
from tests.servers.ingest import Ingest
from tests.unit.test_ci import AZURE, GITHUB, GITLAB

THROWS = "def check():\n    raise ValueError('basket is empty: 100%')\n\ncheck()\n"


def _shell(script: Path) -> list[str]:
    """What `defaults.run.shell: sentinel-run -- bash -e {0}` becomes."""
    return [*PROGRAM, "--", "bash", "-e", str(script)]


@pytest.fixture
def workspace(tmp_path: Path, server: Ingest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checked-out repository, and a server that hears of what happens there."""
    folder = tmp_path / "shop"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "basket.py").write_text(THROWS)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    monkeypatch.setenv("SENTINEL_RUN_DELIVER", "auto")
    monkeypatch.setenv("SENTINEL_RUN_DELIVER_TIMEOUT", "30s")
    return folder


def _step(workspace: Path, name: str, script: str, **more: str) -> tuple[subprocess.CompletedProcess[bytes], str]:
    """Run a step like GitHub's runner: a script file of a random name, and a summary file of its own."""
    temp = workspace.parent / "_temp"
    temp.mkdir(exist_ok=True)
    path, summary = temp / f"{os.urandom(16).hex()}.sh", temp / f"step_summary_{name}"
    path.write_text(script)
    summary.touch()
    env = {
        **os.environ,
        **GITHUB,
        **more,
        "GITHUB_ACTION": name,
        "GITHUB_WORKSPACE": str(workspace),
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    return run(_shell(path), env=env), summary.read_text()


def _names(server: Ingest) -> list[str]:
    return [made["transaction"] for made in server.transactions]


def test_a_github_job_of_four_steps(workspace: Path, server: Ingest) -> None:
    """One trace with four transactions, each by its step's name; the failing one has an annotation and a summary."""
    fine = [
        _step(workspace, "lint", "echo linted"),
        _step(workspace, "build", "echo '::group::compile'\nsleep 0.1\necho '::endgroup::'"),
    ]
    failed, summary = _step(workspace, "__run", f"echo testing\n{sys.executable} src/basket.py")
    last, _ = _step(workspace, "report", "true")

    traces = [made["contexts"]["trace"] for made in server.transactions]
    (event,) = server.events
    assert [done.returncode for done, _ in fine] + [last.returncode] == [0, 0, 0]
    assert [done.stderr for done, _ in fine] == [b"", b""]
    assert fine[0][1].startswith("\u2705 **lint**")
    assert _names(server) == ["lint", "build", "test/run", "report"]
    assert len({trace["trace_id"] for trace in traces}) == 1
    assert [trace["status"] for trace in traces] == ["ok", "ok", "internal_error", "ok"]
    assert [span["description"] for span in server.transactions[1]["spans"] if span["op"] == "ci.group"] == [
        "compile"
    ]
    assert failed.returncode == 1
    assert event["fingerprint"] == ["test/run", "ValueError"]
    assert event["tags"]["ci.step"] == "__run"
    annotation = failed.stderr.decode().splitlines()[-1]
    assert (
        annotation
        == "::error file=src/basket.py,line=2,title=test/run::test/run failed with exit status 1: ValueError: basket is empty: 100%25"
    )
    assert summary.startswith("\u274c **test/run**")
    assert "at `src/basket.py:2`" in summary
    assert "ValueError: basket is empty: 100%\n```" in summary


def test_a_second_attempt_is_another_trace(workspace: Path, server: Ingest) -> None:
    """A re-run of a job does not join the trace of the first."""
    _step(workspace, "lint", "true")
    _step(workspace, "lint", "true", GITHUB_RUN_ATTEMPT="2")

    assert len({made["contexts"]["trace"]["trace_id"] for made in server.transactions}) == 2


def test_nested_runs_annotate_once(workspace: Path) -> None:
    """What fails inside a step is told by the step."""
    failed, _ = _step(workspace, "test", f"{' '.join(map(str, PROGRAM))} -- {sys.executable} src/basket.py")

    assert failed.stderr.decode().count("::error ") == 1


@pytest.mark.parametrize(
    ("options", "is_told"), [((), True), (("--annotate", "never"), False), (("--quiet",), False)]
)
def test_annotations_can_be_switched_off(options: tuple[str, ...], is_told: bool, workspace: Path) -> None:
    """Nothing of ours is printed then; what the command prints stays."""
    done = run(
        wrapped("sh", "-c", "echo out; echo err >&2; exit 2", options=options), env={**os.environ, **GITHUB}
    )

    assert done.stdout == b"out\n"
    assert done.stderr.startswith(b"err\n")
    assert (b"::error title=" in done.stderr) == is_told


VENDORS: dict[str, tuple[dict[str, str], str, str]] = {
    "gitlab": (GITLAB, "CI_PROJECT_DIR", "\x1b[31;1mbasket.py failed with exit status 1: ValueError: basket is empty: 100% (src/basket.py:2)\x1b[0m\n"),
    "azure": (AZURE, "BUILD_SOURCESDIRECTORY", "##vso[task.logissue type=error;sourcepath=src/basket.py;linenumber=2;]basket.py failed with exit status 1: ValueError: basket is empty: 100%AZP25\n"),
    "teamcity": ({"TEAMCITY_VERSION": "2024.1"}, "PWD", "##teamcity[buildProblem description='basket.py failed with exit status 1: ValueError: basket is empty: 100% (src/basket.py:2)']\n"),
}  # fmt: skip


@pytest.mark.parametrize("vendor", VENDORS)
def test_other_systems(vendor: str, workspace: Path) -> None:
    """Each is told in its own words, with the file as it is called in the repository."""
    environ, root, expected = VENDORS[vendor]

    done = run(wrapped(sys.executable, "src/basket.py"), env={**os.environ, **environ, root: str(workspace)})

    assert expected in done.stderr.decode()


def test_buildkite(workspace: Path, tmp_path: Path) -> None:
    """Where the agent is there, the build page has the summary as an annotation."""
    agent = tmp_path / "bin" / "buildkite-agent"
    agent.parent.mkdir()
    agent.write_text(f'#!/bin/sh\necho "$@" >{tmp_path}/told; cat >>{tmp_path}/told\n')
    agent.chmod(0o755)

    run(
        wrapped(sys.executable, "src/basket.py"),
        env={**os.environ, "BUILDKITE": "true", "PATH": f"{agent.parent}:{os.environ['PATH']}"},
    )

    told = (tmp_path / "told").read_text()
    assert told.startswith("annotate --style error --context sentinel-run-")
    assert "**basket.py**" in told


def test_masked_values_stay_masked(workspace: Path, server: Ingest) -> None:
    """What a step has declared secret is in no annotation, no summary and no report, whichever way it takes."""
    note = " ".join(map(str, PROGRAM)) + " note"
    failed, summary = _step(workspace, "leak", f"""
        echo '::add-mask::swordfish'
        {note} tag fish=swordfish
        {note} breadcrumb 'a swordfish' --data fish=swordfish
        {note} span start swordfish
        echo '::group::swordfish'
        sh -c 'sleep 0.3; exit 0' swordfish
        {note.removesuffix(" note")} -- sh -c 'echo "error: swordfish inside" >&2; exit 2' || true
        echo 'error: swordfish is wrong' >&2
        exit 1
    """)  # fmt: skip

    assert failed.stderr.decode().splitlines()[-1].endswith("[Filtered] is wrong")
    assert {event["fingerprint"][1] for event in server.events} == {"exit status 1", "exit status 2"}
    everything = summary + "".join(received.body.decode("utf-8", "replace") for received in server.requests)
    assert everything.count("[Filtered]") > 6
    assert "swordfish" not in everything


def test_a_line_that_the_command_left_open(workspace: Path) -> None:
    """A runner looks for an annotation at the start of a line, and both streams are one log to it."""
    glued, _ = _step(workspace, "open", "printf 'no line break'; exit 1")
    whole, _ = _step(workspace, "whole", "echo 'a line break'; exit 1")

    assert glued.stderr.startswith(b"\n::error ")
    assert whole.stderr.startswith(b"::error ")


def test_a_report_of_all_runs_of_a_job(workspace: Path) -> None:
    """Each outermost run is a test, with the reason, and the place in the workspace."""
    env = {**os.environ, **GITLAB, "CI_PROJECT_DIR": str(workspace), "SENTINEL_RUN_JUNIT": "report.xml"}

    run(wrapped("true"), env=env)
    run(wrapped(*wrapped(sys.executable, "src/basket.py")), env=env)
    run(wrapped("no-such-program"), env=env)

    fine, failed, missing = ET.parse(workspace / "report.xml").getroot()[0]
    assert [case.get("name") for case in (fine, failed, missing)] == ["true", "basket.py", "no-such-program"]
    assert len(fine) == 0
    assert (failed.get("file"), failed.get("line")) == ("src/basket.py", "2")
    assert failed[0].get("message") == "basket.py failed with exit status 1: ValueError: basket is empty: 100%"
    assert "not found" in str(missing[0].get("message"))


MAKEFILE = "SHELL = {program}\n.SHELLFLAGS = -- bash -ec\nall:\n\t@echo in make\n\t@exit 3\n"


def test_makefile_shell(workspace: Path, server: Ingest) -> None:
    """Each recipe line of a Makefile is a run, by two lines at its top."""
    (workspace / "Makefile").write_text(MAKEFILE.format(program=PROGRAM[0]))

    done = run(["make"])

    assert done.returncode == 2
    assert done.stdout == b"in make\n"
    assert _statuses(server) == ["ok", "internal_error"]


# How GitLab's runner finds a shell in a container, and how it writes what that shell reads.
GITLAB_SHELL = "if [ -x /usr/bin/bash ]; then exec /usr/bin/bash; elif [ -x /bin/bash ]; then exec /bin/bash; else exec sh; fi"
GITLAB_SCRIPT = b"set -eo pipefail\nset +o noclobber\n: | eval $'echo in job\\nexit 4\\n'\nexit 0\n"


def test_gitlab_entrypoint(workspace: Path, server: Ingest) -> None:
    """With us as the image's entrypoint a whole job is one run, by the job's name."""
    env = {**os.environ, **GITLAB, "SENTINEL_RUN_NAME": GITLAB["CI_JOB_NAME"]}

    done = run([*PROGRAM, "--", "sh", "-c", GITLAB_SHELL], stdin=GITLAB_SCRIPT, env=env)

    assert (done.stdout, done.returncode) == (b"in job\n", 4)
    assert _names(server) == ["test 1/2"]
    assert server.events[0]["fingerprint"] == ["test 1/2", "exit status 4"]


def test_jenkins_shebang(workspace: Path, server: Ingest) -> None:
    """Jenkins starts a step that has a first line of its own by that line; the run is called like the stage."""
    script = workspace / "durable-1f2e3d4c" / "script.sh"
    script.parent.mkdir()
    script.write_text(f"#!/usr/bin/env -S {PROGRAM[0]} -- bash -e\necho in stage\nfalse\n")
    script.chmod(0o755)

    done = run(
        [str(script)],
        env={**os.environ, "JENKINS_URL": "https://jenkins/", "STAGE_NAME": "Test", "BUILD_TAG": "jenkins-shop-7"},
    )

    assert (done.stdout, done.returncode) == (b"in stage\n", 1)
    assert _names(server) == ["Test"]


@pytest.mark.parametrize("shell", ["/bin/sh -c", "/bin/bash -eo pipefail -c"], ids=["Dockerfile", "CircleCI"])
def test_shells_that_get_a_text(shell: str, workspace: Path, server: Ingest) -> None:
    """A Dockerfile's `SHELL` and CircleCI's `shell:` end in -c, and the text comes as one word; its first command names it."""
    done = run([*PROGRAM, "--deliver", "wait", "--", *shell.split(), "cd / && ls no-such-file"])

    assert done.returncode == 2
    assert _names(server) == ["ls"]


def _statuses(server: Ingest) -> list[Any]:
    server.wait_for(lambda ingest: len(ingest.transactions) == 2, timeout_s=30)
    return [made["contexts"]["trace"]["status"] for made in server.transactions]
