"""`sentinel-run crontab --systemd` prints the drop-in that wraps a unit's commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sentinel_run.errors import SentinelError
from tests.cli.support import complaint

SERVICE = "[Service]\nType=oneshot\nExecStart=-/opt/backup.sh \\\n  --full\n"


def _drop_in(folder: Path, unit: str = "backup.service", **files: str) -> str:
    """The drop-in for a unit, from files named `backup_timer` for backup.timer."""
    from sentinel_run.crontabs import units

    for name, text in {"backup_service": SERVICE, **files}.items():
        path = folder / re.sub(r"_(?=service|timer)", ".", name).replace("__", ".d/")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return units.drop_in(unit, "/usr/bin/sentinel-run", "UTC", [str(folder)])


def test_a_drop_in_for_systemd(tmp_path: Path) -> None:
    """The service's own command behind us, with the times of its timer and how late it may be."""
    made = _drop_in(tmp_path, backup_timer="[Timer]\nOnCalendar=*-*-* 03:05\nRandomizedDelaySec=1h\n")

    assert made.splitlines() == [
        "# /etc/systemd/system/backup.service.d/sentinel-run.conf",
        "[Service]",
        "ExecStart=",
        "ExecStart=-/usr/bin/sentinel-run --monitor backup --schedule '5 3 * * *' --timezone UTC"
        " --check-in-margin 62 -- /opt/backup.sh  --full",
    ]


def test_a_timer_whose_times_sentry_does_not_know(tmp_path: Path) -> None:
    """The drop-in says why it has no monitor."""
    made = _drop_in(tmp_path, backup_timer="[Timer]\nOnBootSec=5min\n")

    assert "# No monitor, because Sentry knows no such times" in made
    assert "ExecStart=-/usr/bin/sentinel-run -- /opt/backup.sh" in made


def test_what_was_edited_of_a_unit_counts(tmp_path: Path) -> None:
    """`systemctl edit` makes drop-ins; ours, from an earlier time, is none of the service's own."""
    made = _drop_in(
        tmp_path,
        backup_timer="[Timer]\nOnCalendar=daily\n",
        **{
            "backup_timer__override.conf": "[Timer]\nOnCalendar=\nOnCalendar=*-*-* 04:00 Europe/Berlin\n",
            "backup_service__10-args.conf": "[Service]\nExecStart=\nExecStart=/opt/backup.sh --quick",
            "backup_service__sentinel-run.conf": "[Service]\nExecStart=\nExecStart=sentinel-run -- /opt/backup.sh\n",
        },
    )

    assert (
        "--schedule '0 4 * * *' --timezone Europe/Berlin --check-in-margin 2 -- /opt/backup.sh --quick\n" in made
    )


def test_a_service_of_several_commands(tmp_path: Path) -> None:
    """They run one after the other; checking in with one monitor each would be a run too many."""
    made = _drop_in(
        tmp_path,
        backup_service="[Service]\nType=oneshot\nExecStart=+/opt/a\nExecStart=/opt/b\nExecStart=/opt/c\n",
        backup_timer="[Timer]\nOnCalendar=daily\n",
    )

    found = re.findall(r"(?m)^ExecStart=\+?\S+ --monitor (\S+) .* (/opt/\w)$", made)
    assert found == [("backup", "/opt/a"), ("backup-2", "/opt/b"), ("backup-3", "/opt/c")]


@pytest.mark.parametrize(
    ("start", "complaint"),
    [
        ("-", "ExecStart=- has no command"), ("@/opt/x y", "gives its program another name"),
        ('-"/usr/bin/sentinel-run" -- x', "runs under sentinel-run already"), ("", "has no ExecStart"),
    ],
)  # fmt: skip
def test_a_service_that_cannot_be_wrapped(start: str, complaint: str, tmp_path: Path) -> None:
    """One line says why, and nothing is printed that systemd would refuse."""
    with pytest.raises(SentinelError, match=complaint):
        _drop_in(tmp_path, backup_service=f"[Service]\nExecStart={start}\n")


def test_a_program_with_a_name_like_ours(tmp_path: Path) -> None:
    """It is none of ours."""
    made = _drop_in(tmp_path, backup_service="[Service]\nExecStart=/opt/sentinel-run-cleanup.sh\n")

    assert made.endswith("sentinel-run -- /opt/sentinel-run-cleanup.sh\n")


def test_a_timer_that_starts_another_service(tmp_path: Path) -> None:
    """Its `Unit=` says which; a service of the timer's own name is not the one it starts."""
    timer = "[Timer]\nOnCalendar=hourly\nUnit=backup.service\n"

    made = _drop_in(
        tmp_path, "nightly.timer", nightly_timer=timer, nightly_service="[Service]\nExecStart=/opt/n\n"
    )
    other = _drop_in(tmp_path, "nightly.service")

    assert made.startswith("# /etc/systemd/system/backup.service.d/")
    assert "--monitor backup --schedule '@hourly'" in made
    assert "ExecStart=/usr/bin/sentinel-run -- /opt/n\n" in other


def test_an_instance_of_a_template(tmp_path: Path) -> None:
    """Its text is the template's, and the drop-in its own."""
    made = _drop_in(
        tmp_path,
        "dump@shop.timer",
        **{
            "dump@_service": "[Service]\nExecStart=/opt/dump %i\n",
            "dump@_timer": "[Timer]\nOnCalendar=daily\n",
            "dump@shop_timer__x.conf": "[Timer]\nAccuracySec=5min 20s\n",
        },
    )

    assert made.startswith("# /etc/systemd/system/dump@shop.service.d/")
    assert "--monitor dump-shop --schedule '@daily' --timezone UTC --check-in-margin 7 -- /opt/dump %i\n" in made


@pytest.mark.parametrize(
    ("service", "access"),
    [
        ("Type=notify", True), ("Type=notify\nNotifyAccess=main", True), ("Type=notify\nNotifyAccess=all", False),
        ("Type=notify-reload", True), ("Type=oneshot", False),
    ],
)  # fmt: skip
def test_a_service_that_says_when_it_is_ready(service: str, access: bool, tmp_path: Path) -> None:
    """We are its main process, and it is our child: systemd would not listen to it, and give the start up."""
    from sentinel_run.crontabs import units

    (tmp_path / "x.service").write_text(f"[Service]\n{service}\nExecStart=/opt/x\n")

    made = units.drop_in("x.service", "/usr/bin/sentinel-run", "UTC", [str(tmp_path)])

    assert ("\nNotifyAccess=all\n" in made) == access


def test_a_comment_between_the_lines_of_a_command(tmp_path: Path) -> None:
    """systemd takes it out, and goes on with the next line."""
    from sentinel_run.crontabs import units

    text = "[Service]\n# ExecStart=/opt/old\nExecStart=/opt/x \\\n  --a \\\n  # why\n; and\n  --b\n"
    (tmp_path / "x.service").write_text(text)

    made = units.drop_in("x.service", "/usr/bin/sentinel-run", "UTC", [str(tmp_path)])

    assert re.search(r"sentinel-run -- /opt/x +--a +--b\n$", made)


def test_a_unit_that_is_not_there() -> None:
    """One line that says where it was looked for."""
    assert "there is no nothing.service in /etc/systemd/system" in complaint(
        "crontab", "--systemd", "nothing", status=1
    )
