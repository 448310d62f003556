"""A real cron daemon runs the jobs of a crontab that `sentinel-run crontab` has put under monitoring."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.process.support import PATIENCE_S, PROGRAM, wait_until
from tests.servers.ingest import Ingest
from tests.servers.relay import check_envelope

NAMESPACE = Path(__file__).with_name("namespace.sh")
# Cron gives a mail to sendmail; this one puts it where the test can read it.
SENDMAIL = "#!/bin/sh\ncat > {mails}/mail.$$.tmp && mv {mails}/mail.$$.tmp {mails}/mail.$$\n"
# Debian's cron wakes at full minutes.
A_MINUTE_S = 75.0
CRONTAB = """SHELL=/bin/sh
SENTRY_DSN={dsn}
SENTINEL_RUN_STATE_DIR={state}
SENTINEL_RUN_DELIVER=background
MAILTO=root

# All every minute: one says much and succeeds, one fails, one takes longer than a second.
* * * * * echo all is well; echo noise >&2
* * * * * cd /tmp && echo dumping \\%d && echo "pg_dump: error: disk is full" >&2 && exit 3
* * * * * sleep 6
"""


def _can_have_cron() -> bool:
    """Root with a cron and mount namespaces; a container without CAP_SYS_ADMIN has none."""
    if os.geteuid() != 0 or not (shutil.which("cron") and shutil.which("crontab") and shutil.which("unshare")):
        return False
    return subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode == 0


pytestmark = [
    pytest.mark.skipif(not _can_have_cron(), reason="needs root, cron and mount namespaces"),
    pytest.mark.timeout(240),
]


@pytest.fixture
def mails(tmp_path: Path, ingest: Ingest) -> Iterator[Path]:
    """Where mails arrive from a cron daemon whose crontab was wrapped without one edit by hand."""
    mails = tmp_path / "mails"
    (tmp_path / "sbin").mkdir()
    mails.mkdir()
    sendmail = tmp_path / "sbin" / "sendmail"
    sendmail.write_text(SENDMAIL.format(mails=mails))
    sendmail.chmod(0o755)
    (tmp_path / "mine").write_text(CRONTAB.format(dsn=ingest.dsn, state=tmp_path / "state"))
    script = f"crontab {tmp_path}/mine && {PROGRAM[0]} crontab --yes --only-on-failure && crontab -l > {tmp_path}/wrapped && exec /usr/sbin/cron -f"
    with subprocess.Popen(
        ["unshare", "--mount", "sh", str(NAMESPACE), str(tmp_path), "sh", "-c", script], stdin=subprocess.DEVNULL
    ) as cron:
        yield mails
        cron.send_signal(signal.SIGTERM)
        cron.wait(PATIENCE_S)


def test_the_crontab_of_a_user_through_crontab_itself(tmp_path: Path) -> None:
    """Debian's own program takes what we write for a user, and gives the same bytes back after undo."""
    before = b"0 3 * * mon-fri cd /x && ./y >z-$(date +\\%F)%in%put\n@daily echo 'it''s'\n"
    (tmp_path / "theirs").write_bytes(before)
    steps = (f"crontab -u root {tmp_path}/theirs", "{0} crontab -u root --yes", f"crontab -u root -l >{tmp_path}/made",
             "{0} crontab -u root --yes --undo", f"crontab -u root -l >{tmp_path}/undone")  # fmt: skip
    script = " && ".join(steps).format(PROGRAM[0])

    subprocess.run(["unshare", "--mount", "sh", str(NAMESPACE), str(tmp_path), "sh", "-c", script], check=True)

    assert (tmp_path / "made").read_text().count("sentinel-run --monitor") == 2
    assert (tmp_path / "undone").read_bytes() == before


def test_a_wrapped_crontab_under_a_real_cron(mails: Path, ingest: Ingest, tmp_path: Path) -> None:
    """Each job checks in with its own monitor; the failure is an error linked to its check-in, and mailed alone.

    A job of more than a second opens its check-in while it runs, and closes that one.
    """
    ingest.wait_for(lambda server: len(server.check_ins) >= 4 and server.events, timeout_s=A_MINUTE_S)
    opened, closed = [check_in for check_in in ingest.check_ins if check_in["monitor_slug"] == "sleep"][:2]

    by_slug = {check_in["monitor_slug"]: check_in for check_in in ingest.check_ins}
    (event,) = ingest.events[:1]
    assert (by_slug["echo"]["status"], by_slug["echo-2"]["status"]) == ("ok", "error")
    for check_in in by_slug.values():
        assert check_in["monitor_config"]["schedule"] == {"type": "crontab", "value": "* * * * *"}
    assert event["contexts"]["trace"]["trace_id"] == by_slug["echo-2"]["contexts"]["trace"]["trace_id"]
    assert (opened["status"], closed["status"]) == ("in_progress", "ok")
    assert opened["check_in_id"] == closed["check_in_id"]
    assert opened["contexts"] == closed["contexts"]
    assert "duration" not in opened
    assert 6 <= closed["duration"] < 30
    assert event["contexts"]["monitor"]["slug"] == "echo-2"
    assert event["tags"]["trigger"] == "cron"
    assert (
        event["exception"]["values"][0]["value"] == "echo failed with exit status 3: pg_dump: error: disk is full"
    )
    for received in ingest.requests:
        assert check_envelope(received.body) == []

    (mail,) = wait_until(lambda: [path.read_text() for path in mails.glob("mail.*") if path.suffix != ".tmp"])
    body = mail.partition("\n\n")[2]
    assert body.splitlines() == [
        "sentinel-run: echo failed with exit status 3: pg_dump: error: disk is full",
        "dumping %d",
        "pg_dump: error: disk is full",
    ]
    assert (tmp_path / "wrapped").read_text().count("--only-on-failure") == 3
