"""What may not leave the process does not leave it, and what is no secret stays readable."""

from __future__ import annotations

import base64
import json
import shlex
import time
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run import redact, secret_names, secret_values
from tests.unit.redaction import DAMAGED, INNOCENTS, SECRETS, Case, score


@pytest.mark.parametrize("case", SECRETS, ids=str)
def test_no_secret_survives(case: Case) -> None:
    """The secret is gone, whatever stands around it is not."""
    redacted = redact.text(case.text)

    assert case.secret not in redacted
    assert redacted == case.redacted


@pytest.mark.parametrize("line", [line for line in INNOCENTS if line not in DAMAGED])
def test_innocent_text_is_left_alone(line: str) -> None:
    """Words that only look like secrets stay as they are."""
    assert redact.text(line) == line


def test_score() -> None:
    """At least a hundred of each, none leaked; the damage is known."""
    found = score(redact.text)

    assert found.secrets >= 100
    assert found.innocents >= 100
    assert (found.leaked, found.damaged) == ([], sorted(DAMAGED))


@pytest.mark.parametrize("case", SECRETS, ids=str)
def test_redacting_twice_is_redacting_once(case: Case) -> None:
    """What is redacted already is not redacted again."""
    once = redact.text(case.text)

    assert redact.text(once) == once


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


NAMES = [
    "DB_PASSWORD",
    "--token",
    "apiKey",
    "AWS_SECRET_ACCESS_KEY",
    "pgpassword",
    "PASSWORD2",
    "client-secret",
    "_auth",
]
PLAIN_NAMES = [
    "secretary",
    "tokenize",
    "PWD",
    "TOKENIZERS_PARALLELISM",
    "GIT_ASKPASS",
    "SSH_AUTH_SOCK",
    "key",
    "",
    "max_tokens",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_secrets(name: str) -> None:
    """A name says that its value is secret."""
    assert secret_names.is_secret(name)


@pytest.mark.parametrize("name", PLAIN_NAMES)
def test_names_of_other_things(name: str) -> None:
    """A name that only contains such a word does not."""
    assert not secret_names.is_secret(name)


def test_secret_values_come_from_names_and_urls() -> None:
    """Values of secret variables and passwords in URLs are known, long ones first; short ones are not."""
    environ = {
        "A_TOKEN": "abcdef",
        "PWD": "/home/bob",
        "PIN_TOKEN": "123",
        "DATABASE_URL": "pg://u:longpassword@h/d",
    }

    found = secret_values.of(environ)

    assert [value for value in found if value in str(environ)] == ["longpassword", "abcdef"]
    assert [len(value) for value in found] == sorted(map(len, found), reverse=True)


def test_values_of_headers_are_secret() -> None:
    """Of those that are given and of those of the variable, whatever their names: whole, and behind a scheme."""
    basic, bearer = "Basic Ym9iOmh1bnRlcjI0Nw==", "Bearer abc.defghi"  # bob:hunter247

    known = redact.known(
        {"SENTINEL_RUN_HEADER": f"Authorization: {basic}, X-Id: tenant-4711"}, (), (), [("A", bearer)]
    )

    for secret in ("Ym9iOmh1bnRlcjI0Nw==", "hunter247", "tenant-4711", "abc.defghi"):
        assert redact.text(f"seen: <{secret}>", known) == "seen: <[Filtered]>"


@pytest.mark.parametrize("before", ["", "a", "bob:", "user:"])
@pytest.mark.parametrize("after", ["", "x", "xyz"])
def test_the_value_of_a_secret_variable_in_base64(before: str, after: str) -> None:
    """Of the base64 of a text that holds it (a basic auth header) at most the ends of the value are left."""
    encoded = base64.b64encode(f"{before}hunter2-and-more{after}".encode()).decode()

    redacted = redact.text(f"sent {encoded}.", redact.known({"DB_PASSWORD": "hunter2-and-more"}))

    rest = redacted.removeprefix("sent ").removesuffix(".").replace(redact.FILTERED, "")
    assert redact.FILTERED in redacted
    assert len(rest) <= len(encoded) - 16


@pytest.mark.parametrize("value", ["p@ss/w ord", 'back\\slash"quote', "two\nlines long", "it's me"])
def test_the_value_of_a_secret_variable_in_other_notations(value: str) -> None:
    """In a URL, in JSON and in a shell's trace it is the same secret."""
    forms = [quote(value), quote(value, safe=""), quote_plus(value), json.dumps(value)[1:-1], shlex.quote(value)]

    secrets = redact.known({"DB_PASSWORD": value})

    assert [form for form in forms if form.strip("'") in redact.text(f"got {form} here", secrets)] == []


MANY_LINES = [
    "a:\n  password: |\n    §\n\n    §\n  b: x",
    "- api_key: >-\n    §\n- b: x",
    '"password":\n  "§",\n"b": "c"',
    '"tokens": [\n  "§",\n  "§"\n], "b": ["c"]',
    "- name: DB_PASSWORD\n  value: §\n- name: B\n  value: c",
    "<password>\n  §\n</password>",
    "machine m\n  login bob\n  password §\n",
    "- name: DB_PASSWORD\n  value: § and §\n- name: B",
    "run --password \\\n  § -v",
    "note: |\n  token ring\npath: x",
]


@pytest.mark.parametrize("content", MANY_LINES)
def test_secrets_whose_name_is_on_another_line(content: str) -> None:
    """Blocks of YAML, lists of JSON, members and elements: the value goes, the rest and the lines stay."""
    redacted = redact.text(content.replace("§", "hunter2"))

    assert redacted == content.replace("§ and §", "§").replace("§", redact.FILTERED)
    assert redact.text(redacted) == redacted


BODY = "MIIEowIBAAKCAQEA1234\nabcdefghijklmnopqrst\nxyz=="
KEY = f"-----BEGIN RSA PRIVATE KEY-----\n{BODY}\n-----END RSA PRIVATE KEY-----"
PEMS = [
    f"a\n{KEY}\nb",
    KEY.replace("\n", "\\n"),
    f"a\n{KEY[:60]}",
    f"{KEY[40:]}\nb",
    KEY.replace("\n", "\n| "),
    f"{KEY}\n{KEY}",
]


@pytest.mark.parametrize("content", PEMS, ids=["whole", "one line", "no end", "no begin", "prefixed", "two"])
def test_private_keys(content: str) -> None:
    """A private key is gone, also where its beginning or its end was not kept; the number of lines stays."""
    redacted = redact.text(content)

    assert not any(part in redacted for part in ("MIIEow", "AKCAQ", "efghij", "xyz=="))
    assert redacted.count("\n") == content.count("\n")


def test_text_around_a_key_stays() -> None:
    """What stands before and behind a whole key is still there."""
    assert redact.text(f"a\n{KEY}\nb").split("\n") == ["a", *["[Filtered]"] * 5, "b"]


PIECES = [
    "password",
    "=",
    ": ",
    "token",
    '"',
    "'",
    "\n",
    " ",
    "://",
    "@",
    "[Filtered]",
    "--",
    "ghp_",
    "a" * 40,
    "Basic ",
    "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----",
    "\\",
    ",",
    "(",
    ")",
    "]",
    "&",
    "b=",
    "mysql -p",
    "curl -u x:",
    "Authorization: ",
    "passphrase=",
    "<password>",
    "</",
    "?sig=",
    "\x1b[31m",
]
TEXT = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=20).map("".join)


@given(TEXT)
def test_number_of_lines_stays(content: str) -> None:
    """Times are kept by line, so no line may come or go."""
    assert redact.text(content, redact.Secrets(("secret\nvalue",))).count("\n") == content.count("\n")


@given(TEXT)
def test_redaction_is_idempotent(content: str) -> None:
    """A second redaction, in the report, changes nothing."""
    once = redact.text(content)

    assert redact.text(once) == once


@given(TEXT, st.text(min_size=6, max_size=30).filter(lambda s: s.strip() and s not in redact.FILTERED), TEXT)
def test_value_of_a_secret_variable_never_survives(before: str, value: str, after: str) -> None:
    """A known value is gone wherever it stands."""
    secrets = redact.known({"API_TOKEN": value})

    assert value not in redact.text(before + value + after, secrets).replace(redact.FILTERED, "\0")


@given(st.lists(TEXT, max_size=6))
def test_argv_keeps_its_length(words: list[str]) -> None:
    """Each word stays one word."""
    assert len(redact.argv(words)) == len(words)


HOSTILE = [
    "token_",
    "token",
    "password=",
    "password ",
    'token="',
    "a.",
    "a:",
    "://a",
    "a@",
    "a:b@",
    "basic ",
    "mysql -",
    "--token ",
    "MIIEowIBAAKCAQEA\n",
    "-----BEGIN PRIVATE KEY-----",
    "sk-",
    "eyJ",
    "ghp_",
    "curl -u",
    "redis-cli ",
    "docker login ",
    "login a ",
    "<token>",
    "?sig=",
    "cookie:",
    "authorization: ",
    ",a=",
    "\\",
    "bearer a",
    "(",
    "SG.",
    "sshpass -p",
    "key\t",
    "-----END PRIVATE KEY-----\n",
    '"password": [',
    '"password": ["a",',
    "['--token', ",
    "token |",
    "token  a",
    "<token a",
    'name="token">a',
    "token%3D",
    "%3A%2F%2Fa%3A",
    "token: a = ",
    '"auth":"YWE6',
    "lftp -u a",
    "'--token', ",
    "['a','a'],",
    "name: token value: ",
    "name: token\n",
    "<token>\n",
    "password: |\n  a\n",
    "://a:",
    "user: pass",
    "ENV token ",
    "curl -b ",
    "sqlplus a/",
    "password for a (",
    "login\n",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_time_is_linear(unit: str) -> None:
    """Half a megabyte, all that is ever kept, is redacted in moments, whatever is in it."""
    content = "private key-----token " + unit * (500_000 // len(unit))
    started = time.process_time()

    redact.text(content)

    assert time.process_time() - started < 2.5
