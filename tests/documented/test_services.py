"""A systemd unit with our drop-in, as systemd reads it; and a playbook, played by Ansible on this machine."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml

from tests.documented.machine import Machine
from tests.documented.pages import Block
from tests.documented.ways import of
from tests.servers.ingest import Ingest

_UNITS = {
    "backup.service": "[Unit]\nDescription=backup\n[Service]\nType=oneshot\nExecStart=/opt/jobs/backup.sh --full\n",
    "backup.timer": "[Timer]\nOnCalendar=*-*-* 03:00:00\n[Install]\nWantedBy=timers.target\n",
}
# Units lie where the machine's own do, so they are laid over those, for these programs only.
_OVER = 'cd / && mount --bind "$HOME/etc/systemd/system" etc/systemd/system && cd && exec "$@"'


def _can_mount() -> bool:
    return os.geteuid() == 0 and subprocess.run(["unshare", "--mount", "true"], check=False).returncode == 0


@pytest.mark.skipif(
    not (shutil.which("systemd-analyze") and _can_mount()), reason="needs systemd-analyze, and root"
)
@of("systemd")
def test_a_systemd_unit(block: Block, machine: Machine, ingest: Ingest) -> None:
    """The drop-in is where systemd looks, systemd finds no fault in it, and its command runs and checks in."""
    folder = machine.home / "etc/systemd/system"
    folder.mkdir(parents=True)
    for name, text in _UNITS.items():
        (folder / name).write_text(machine.here(text))
    inside = ("unshare", "--mount", "sh", "-c", _OVER, "sh")

    done = machine.run(*inside, "bash", "-eu", "-o", "pipefail", "-c", block.text)
    verified = machine.run(*inside, "systemd-analyze", "verify", "--man=no", "backup.service", "backup.timer")
    merged = (folder / "backup.service.d/sentinel-run.conf").read_text()
    command = shlex.split(re.findall(r"^ExecStart=(.+)$", merged, re.MULTILINE)[-1])
    machine.run(*command, SENTRY_DSN=machine.dsn, SENTINEL_RUN_DELIVER="wait")

    assert done.returncode == 0, done.stderr
    assert (verified.returncode, verified.stderr) == (0, "")
    assert (machine.home / "systemctl.said").read_text() == "daemon-reload\n"
    assert ingest.check_ins[-1]["monitor_config"]["schedule"]["value"] == "0 3 * * *"


@pytest.fixture
def environment(machine: Machine) -> Path:
    """An environment whose pip has sentinel-run installed already, from the sources that are tested."""
    home = machine.home / "opt/sentinel-run"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    (site,) = (home / "lib").glob("python*/site-packages")
    (site / "all.pth").write_text(sysconfig.get_path("purelib"))
    for name in ("pip", "sentinel-run"):
        script = (Path(sys.executable).parent / name).read_text().split("\n", 1)[1]
        (home / "bin" / name).write_text(f"#!{home}/bin/python\n{script}")
        (home / "bin" / name).chmod(0o755)
    return home


@of("ansible")
def test_a_playbook(block: Block, machine: Machine, environment: Path) -> None:
    """Played twice: the first time the jobs of the crontab are put under monitoring, and the second changes nothing."""
    tasks = yaml.safe_load(machine.here(block.text))
    play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}
    (machine.home / "play.yml").write_text(yaml.safe_dump([play], sort_keys=False))
    (machine.home / "sentinel-run.toml").write_text('environment = "production"\n')
    command = ("ansible-playbook", "-i", "localhost,", "play.yml")
    quiet = {"ANSIBLE_LOCALHOST_WARNING": "0", "ANSIBLE_PYTHON_INTERPRETER": sys.executable, "PIP_NO_INDEX": "1"}

    tables = ("my.crontab", "etc/crontab", "etc/cron.d/backup")
    first = machine.run(*command, **quiet)
    second = machine.run(*command, **quiet)

    assert (first.returncode, second.returncode) == (0, 0), first.stdout + first.stderr
    assert all("sentinel-run --monitor backup" in (machine.home / name).read_text() for name in tables)
    assert (" failed=0 " in first.stdout, " changed=0 " in second.stdout) == (True, True)
