"""What may not leave the process does not leave it, and what is no secret stays readable."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run import redact

# The secret stands between the marks; it may not survive, the text around it must.
SECRETS = """
password=<<hunter2>>
Password: <<hunter2>>
password = "<<correct horse>>"
PASSWORD='<<a b\\'c>>'
"password": "<<hun\\"ter2>>", "user": "bob"
{'db_password': '<<hunter2>>'}
{\\"token\\":\\"<<abc123>>\\"}
DB_PASSWORD=<<p(a)s,s;w&d>> next
connect(host="x", password=<<abc>>)
dbPassword => <<hunter2>>
export MYSQL_PWD=<<hunter2>>
Server=db;User Id=sa;Password=<<abc>>;Database=x
--password <<hunter2>> --verbose
--password=<<hunter2>>
--db-pass <<hunter2>>
-Dapp.secret=<<s3cr3t>>
api_key: <<abcdef>>
x-api-key: <<abcdef>>
apiKey=<<abcdef>>&page=2
aws_secret_access_key = <<wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY>>
client_secret=<<abc>>&grant_type=x
AccountKey=<<abc/def+==>>;EndpointSuffix=core
//registry.npmjs.org/:_authToken=<<abc-def>>
PHPSESSID=<<abcdef>>
session_id: <<abcdef>>
pwd=<<hunter2>>;
requirepass=<<foobared>>
passphrase: <<correct horse battery staple>>
<password><<hunter2>></password>
ALTER USER bob WITH PASSWORD '<<hunter2>>';
CREATE USER bob IDENTIFIED BY '<<hunter 2>>';
machine example.com login bob password <<hunter2>>
postgres://<<bob:hunter2>>@db.example.com/app
postgres://<<bob:hun@ter2>>@db.example.com/app
https://<<0123456789abcdef0123456789abcdef>>@o1.ingest.sentry.io/42
redis://<<:hunter2>>@localhost:6379/0
clone https://<<x-token:abcdef>>@github.com/a/b.git
bob:<<hunter2>>@db.example.com
Authorization: Bearer <<abc.def-ghi>>
"Authorization": "Basic <<Ym9iOmh1bnRlcjI=>>"
authorization: token <<abcdef>>
sent Basic <<Ym9iOmh1bnRlcjI=>> to
using bearer <<abcdefgh1234>>
Cookie: <<sid=abc; theme=dark>>
Set-Cookie: <<sid=abc; HttpOnly>>
https://a.blob.core.windows.net/c?sv=1&sig=<<abc%2Bdef>>&se=2
https://b.s3.amazonaws.com/k?X-Amz-Signature=<<abcdef012345>>
curl -u bob:<<hunter2>> https://example.com
curl --user=bob:<<hunter2>> https://example.com
+ mysql -u root -p<<hunter2>> app
sshpass -p <<hunter2>> ssh host
redis-cli -h x -a <<hunter2>> ping
docker login -u bob -p <<hunter2>> registry
openssl rsa -passin pass:<<hunter2>> -in k
id <<AKIAIOSFODNN7EXAMPLE>> used
<<ghp_abcdefghijklmnopqrstuvwxyz0123456789>>
<<github_pat_11ABCDEFG0abcdefghijklmnopqrstuvwxyz>>
<<glpat-abcdefghij0123456789>>
<<xoxb-1234567890-abcdefghij>>
https://hooks.slack.com/services/<<T000/B000/XXXX>>
https://discord.com/api/webhooks/1234/<<abcdefghijklmnopqrstuvwxyz>>
<<sk_live_abcdefghijklmnop>>
<<whsec_abcdefghijklmnop>>
<<sk-proj-abcdefghij0123456789>>
<<AIzaSyA-abcdefghijklmnopqrstuvwxyz12345>>
<<ya29.abcdefghijklmnopqrstuvwxyz>>
<<npm_abcdefghijklmnopqrstuvwxyz0123456789>>
<<hf_abcdefghijklmnopqrst0123456789>>
<<pypi-AgEIcHlwaS5vcmcabcdefghijklmnopqrstuvwxyz0123456789abcdef>>
<<SG.abcdefghijklmnopqrstuv.abcdefghijklmnopqrstuvwxyz>>
<<sntrys_eyJpYXQiOjE2ODczMzY1NDMuNjk4NTksInVybCI6bnVsbH0>>
<<hvs.CAESIJabcdefghijklmnopqrst>>
<<eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w>>
<<110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawq>>
<<AGE-SECRET-KEY-1QQPQZRFR7ZZ2WCV>>
\x1b[31m<<ghp_abcdefghijklmnopqrstuvwxyz0123456789>>\x1b[0m
\x1b[1;31mpassword: <<hunter2>>
"""

INNOCENT = """
secretary: bob
the secretary=anne
author: bob
authority = example.com
token ring: 16 Mbit
--tokenize=yes
--tokenizer bert-base
tokenizer: bert
max_tokens=4096
total_tokens: 512
prompt_tokens: 12, completion_tokens: 7
unexpected token: }
SyntaxError: Unexpected token: foo
Unexpected token '}' in JSON at position 4
KeyError: 'password'
password:
Password: \t
Enter password for bob:
using password: YES
password: str, token: None
token=${TOKEN}
export PASSWORD="$PASSWORD"
f(password=password)
--password-file /run/secrets/db
--password-stdin
--no-password mydb
DB_PASSWORD_FILE=/run/secrets/db
token_type: Bearer
token_expires_in=3600
PWD=/home/bob
OLDPWD=/srv
primary key: id
public_key: abc
monkey: banana
KEY=value
keyboard=us
PASS: test_one
pass: 12, fail: 3
bypass=1
compass: north
commit 1a410efbd13591db07496601ebc7a059dd55cfe9
550e8400-e29b-41d4-a716-446655440000
sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
image app:1.2@sha256:9f86d081884c7d659a2feaa0
/opt/secrets/app/run.sh
https://example.com/a?b=c&page=2
http://localhost:8080/path@2x.png
ssh://git@github.com/a/b.git
git@github.com:a/b.git
mailto:bob@example.com
bob@example.com wrote: hi
npm:lodash@4.17.21
basic authentication failed
Basic functionality test passed
bearer authentication required
12:30:45 INFO done
cookie jar is empty
login: bob
task-management-system-of-the-year-2024
find /var/lib/mysql -print
curl -u name
docker run -p 8080:80 image
Segmentation fault (core dumped)
File "/opt/x.py", line 3, in <module>
"""


def cases(table: str) -> list[str]:
    """The lines of a table."""
    return table.strip("\n").split("\n")


@pytest.mark.parametrize("line", cases(SECRETS))
def test_no_secret_survives(line: str) -> None:
    """The secret is gone, whatever stands before it is not."""
    before, _, rest = line.partition("<<")
    secret, _, after = rest.rpartition(">>")

    redacted = redact.text(before + secret + after)

    assert secret not in redacted
    assert redacted == f"{before}[Filtered]{after}"


@pytest.mark.parametrize("line", cases(INNOCENT))
def test_innocent_text_is_left_alone(line: str) -> None:
    """Words that only look like secrets stay as they are."""
    assert redact.text(line) == line


@pytest.mark.parametrize("line", cases(SECRETS))
def test_redacting_twice_is_redacting_once(line: str) -> None:
    """What is redacted already is not redacted again."""
    once = redact.text(line.replace("<<", "").replace(">>", ""))

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
    ("grep -p pattern file", "grep -p pattern file"),
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
    assert redact.is_secret_name(name)


@pytest.mark.parametrize("name", PLAIN_NAMES)
def test_names_of_other_things(name: str) -> None:
    """A name that only contains such a word does not."""
    assert not redact.is_secret_name(name)


def test_secret_values_come_from_names_and_urls() -> None:
    """Values of secret variables and passwords in URLs are known, long ones first; short ones are not."""
    environ = {
        "A_TOKEN": "abcdef",
        "PWD": "/home/bob",
        "PIN_TOKEN": "123",
        "DATABASE_URL": "pg://u:longpassword@h/d",
    }

    assert redact.secret_values(environ) == ("longpassword", "abcdef")


def test_lines_of_a_secret_of_many_lines_are_known() -> None:
    """A key in a variable is found also where only a part of it is printed."""
    values = redact.secret_values({"DEPLOY_KEY": "-----BEGIN x-----\nMIIEowIBAAKCAQEA1\nend"})

    assert "MIIEowIBAAKCAQEA1" not in redact.text("got MIIEowIBAAKCAQEA1 here", redact.Secrets(values))


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
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_time_is_linear(unit: str) -> None:
    """Half a megabyte, all that is ever kept, is redacted in moments, whatever is in it."""
    content = "private key-----token " + unit * (500_000 // len(unit))
    started = time.process_time()

    redact.text(content)

    assert time.process_time() - started < 2.5
