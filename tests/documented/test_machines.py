"""What the pages put into the files of schedulers and supervisors, read as each reads it, its commands run."""

from __future__ import annotations

import configparser
import json
import shlex
import subprocess
from types import SimpleNamespace
from typing import Any

import jinja2
import yaml

from sentinel_run import schedule
from tests.documented.machine import Machine
from tests.documented.pages import Block
from tests.documented.ways import of
from tests.process.support import wait_until
from tests.servers.ingest import Ingest


def _last(machine: Machine) -> dict[str, Any]:
    return json.loads(machine.run("sentinel-run", "history", "--json").stdout)[0]


@of("kubernetes")
def test_a_kubernetes_cron_job(block: Block, machine: Machine, ingest: Ingest) -> None:
    """The pod's command with its environment: it checks in as the CronJob's own times and zone say."""
    spec = yaml.safe_load(block.text)["spec"]
    (container,) = spec["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    secrets = {("sentry", "dsn"): machine.dsn}
    environ = {one["name"]: secrets[tuple(one["valueFrom"]["secretKeyRef"].values())] for one in container["env"]}
    in_a_pod = {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "SENTINEL_RUN_DELIVER": "auto"}

    done = machine.run(*container["command"], **environ, **in_a_pod)

    config = ingest.check_ins[-1]["monitor_config"]
    assert done.returncode == 0
    assert ingest.check_ins[-1]["monitor_slug"] == container["name"]
    assert (config["schedule"]["value"], config["timezone"]) == (spec["schedule"], spec["timeZone"])


@of("ofelia")
def test_an_ofelia_job(block: Block, machine: Machine) -> None:
    """Its schedule has seconds before the five fields; the command is split into words, with no shell."""
    (job,) = _sections(block)

    done = machine.run(*shlex.split(job["command"]), SENTRY_DSN=machine.dsn)

    assert job["schedule"].split(maxsplit=1)[0] == "0"
    assert job["command"].count(job["schedule"].split(maxsplit=1)[1]) == 1
    assert schedule.read(job["schedule"].split(maxsplit=1)[1])
    assert done.returncode == 0


def _sections(block: Block) -> list[configparser.SectionProxy]:
    reader = configparser.ConfigParser(interpolation=None)
    reader.read_string(block.text)
    return [reader[name] for name in reader.sections()]


@of("supervisord")
def test_a_program_of_supervisord(block: Block, machine: Machine) -> None:
    """A real supervisord runs the program and stops it; the worker gets its TERM from us, once, and is no failure."""
    worker = machine.home / "srv" / "app" / "worker"
    worker.unlink()
    worker.write_text(
        "#!/bin/sh\ntrap 'echo asked >>$HOME/asked; exit 0' TERM\ntouch $HOME/up\nwhile :; do sleep 0.05; done\n"
    )
    worker.chmod(0o755)
    config = machine.home / "supervisord.conf"
    config.write_text(
        f"[supervisord]\nnodaemon=true\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile=pid\n{machine.here(block.text)}"
    )

    with subprocess.Popen(
        ["supervisord", "-c", config], cwd=machine.home, env=machine.environ(), stdout=subprocess.DEVNULL
    ) as daemon:
        wait_until((machine.home / "up").exists)
        daemon.terminate()

    assert (machine.home / "asked").read_text() == "asked\n"
    assert (_last(machine)["name"], _last(machine)["exit_status"]) == ("worker", 0)


@of("airflow")
def test_an_airflow_task(block: Block, machine: Machine) -> None:
    """The operator renders its command as a template of Jinja and gives it to bash, which ends with the command's status."""
    made: list[dict[str, str]] = []
    exec(block.text, {"BashOperator": lambda **arguments: made.append(arguments)})
    (task,) = made
    command = jinja2.Template(task["bash_command"]).render(dag=SimpleNamespace(dag_id="nightly"))

    done = machine.run("bash", "-c", command, SENTRY_DSN=machine.dsn)
    shown = json.loads(machine.run("sentinel-run", "show", "--json").stdout)

    assert done.returncode == 0, done.stderr
    assert task["task_id"] == "backup"
    assert '"nightly"' in json.dumps(shown)


@of("python")
def test_a_program_in_python(block: Block, machine: Machine) -> None:
    """It runs as it stands, and the task is in the history with what it has said."""
    program = "class Answer(str):\n    tokens = 512\n\ndef execute():\n    return Answer('yes')\n\n" + block.text

    done = machine.run("python", "-c", program)
    shown = machine.run("sentinel-run", "show", "--json").stdout

    assert (done.returncode, done.stderr) == (0, "")
    assert (_last(machine)["name"], _last(machine)["status"]) == ("ping_test", "ok")
    assert all(word in shown for word in ('"region"', '"US"', "calling executor", "answer_chars", '"tokens"'))
