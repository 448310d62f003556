"""Command lines: words tell of each other, and programs have options of their own."""

from __future__ import annotations

import pytest

from sentinel_run import redact

ARGV = [
    ("x --password hunter2 -v", "x --password [Filtered] -v"),
    ("x --token -abc123 -v", "x --token [Filtered] -v"),
    ("x --password --verbose", "x --password --verbose"),
    ("x --password -v", "x --password -v"),
    ("x --api-key abc", "x --api-key [Filtered]"),
    ("x --tokenize yes", "x --tokenize yes"),
    ("x --token-file f", "x --token-file f"),
    ("psql --no-password app", "psql --no-password app"),
    ("env DB_PASSWORD=hunter2 x", "env DB_PASSWORD=[Filtered] x"),
    ("mysql -uroot -phunter2 app", "mysql -uroot -p[Filtered] app"),
    ("/usr/bin/mysqldump -p app", "/usr/bin/mysqldump -p app"),
    ("sshpass -p hunter2 ssh h", "sshpass -p [Filtered] ssh h"),
    ("sshpass -phunter2 ssh h", "sshpass -p[Filtered] ssh h"),
    ("redis-cli -a hunter2 ping", "redis-cli -a [Filtered] ping"),
    ("curl -u bob:hunter2 u", "curl -u bob:[Filtered] u"),
    ("curl -ubob:hunter2 u", "curl -ubob:[Filtered] u"),
    ("curl --user bob u", "curl --user bob u"),
    ("docker login -u b -p hunter2", "docker login -u b -p [Filtered]"),
    ("docker run -p 80:80 x", "docker run -p 80:80 x"),
    ("ldapsearch -D cn=x -w hunter2", "ldapsearch -D cn=x -w [Filtered]"),
    ("pg_dump postgres://b:p@h/d", "pg_dump postgres://[Filtered]@h/d"),
    ("curl -sSu bob:hunter2 u", "curl -sSu bob:[Filtered] u"),
    ("curl -b sid=hunter2 u", "curl -b sid=[Filtered] u"),
    ("7z x -phunter2 a.7z", "7z x -p[Filtered] a.7z"),
    ("smbclient //h/s -U bob%hunter2", "smbclient //h/s -U bob%[Filtered]"),
    ("sqlplus scott/tiger@orcl @x.sql", "sqlplus scott/[Filtered]@orcl @x.sql"),
    ("unzip -P hunter2 a.zip", "unzip -P [Filtered] a.zip"),
    ("grep -p pattern file", "grep -p pattern file"),
    ("sentinel-run --header X-Id:hunter2 -- x", "sentinel-run --header X-Id:[Filtered] -- x"),
    ("sentry-cli --header=X-Id:hunter2 x", "sentry-cli --header=[Filtered] x"),
]


@pytest.mark.parametrize(("line", "redacted"), ARGV)
def test_command_lines(line: str, redacted: str) -> None:
    """Options that take a password lose it; all other words stay."""
    assert " ".join(redact.argv(line.split())) == redacted


def test_header_argument_is_redacted() -> None:
    """A header is one word with blanks."""
    assert redact.argv(["curl", "-H", "Authorization: Bearer abc.def"])[2] == "Authorization: Bearer [Filtered]"
