"""A running command adds to its own report, by `note` and from any language, and nothing of it can hurt the run."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sentinel_run import notebook
from tests.process.support import PROGRAM, ended, line, only, run, running, start, wait_until, wrapped

NOTE = [*PROGRAM, "note"]
IN_SHELL = " ".join(f"'{word}'" for word in NOTE)


def _noted(state: Path) -> list[tuple[str, dict[str, object]]]:
    return [(note.kind, dict(note.content)) for note in only(state).noted]


def test_every_kind_of_note(state_directory: Path) -> None:
    """Each form of the command line becomes its note, in order."""
    script = f"""
        {IN_SHELL} breadcrumb 'Calling executor' --level info --data region=US --data n=1
        {IN_SHELL} tag region=US model=large
        {IN_SHELL} context execution job_id=42 region=US
        {IN_SHELL} measure tokens 512 --unit token
        {IN_SHELL} measure ratio=x 2>/dev/null || {IN_SHELL} measure ratio -0.5
        {IN_SHELL} span start load --op db
        {IN_SHELL} span end load --status=ok
        {IN_SHELL} user 42
        {IN_SHELL} breadcrumb -- --not-an-option
        {IN_SHELL} --strict breadcrumb -- --help
    """

    done = run(wrapped("sh", "-c", script))

    assert (done.returncode, done.stderr) == (0, b"")
    assert _noted(state_directory) == [
        ("breadcrumb", {"message": "Calling executor", "level": "info", "data": {"region": "US", "n": "1"}}),
        ("tag", {"key": "region", "value": "US"}),
        ("tag", {"key": "model", "value": "large"}),
        ("context", {"name": "execution", "data": {"job_id": "42", "region": "US"}}),
        ("measure", {"name": "tokens", "value": 512, "unit": "token"}),
        ("measure", {"name": "ratio", "value": -0.5}),
        ("span", {"state": "start", "name": "load", "op": "db"}),
        ("span", {"state": "end", "name": "load", "status": "ok"}),
        ("user", {"id": "42"}),
        ("breadcrumb", {"message": "--not-an-option"}),
        ("breadcrumb", {"message": "--help"}),
    ]


LANGUAGES = {
    "sh": ["sh", "-c", 'for n in 1 2 3; do echo \'{"type":"tag","key":"sh","value":\'$n\'}\' >>"$SENTINEL_RUN_NOTES"; done'],
    "python": [sys.executable, "-c", "import os\nfor n in 1, 2, 3:\n with open(os.environ['SENTINEL_RUN_NOTES'], 'a') as f: f.write('{\"type\":\"tag\",\"key\":\"python\",\"value\":%d}\\n' % n)"],
    "node": ["node", "-e", "for (const n of [1,2,3]) require('fs').appendFileSync(process.env.SENTINEL_RUN_NOTES, JSON.stringify({type:'tag',key:'node',value:n})+'\\n')"],
    "perl": ["perl", "-e", 'for (1..3) { open F, ">>", $ENV{SENTINEL_RUN_NOTES}; print F qq({"type":"tag","key":"perl","value":$_}\\n); close F }'],
}  # fmt: skip


def test_many_languages_at_once(state_directory: Path) -> None:
    """Programs in several languages write at the same time, and no note is torn or lost."""
    here = {name: words for name, words in LANGUAGES.items() if shutil.which(words[0])}
    runner = (
        "import subprocess, sys, json\nfor p in [subprocess.Popen(c) for c in json.loads(sys.argv[1])]: p.wait()"
    )

    run(wrapped(sys.executable, "-c", runner, json.dumps(list(here.values()))))

    noted = [content for _, content in _noted(state_directory)]
    for name in here:
        assert [note["value"] for note in noted if note["key"] == name] == [1, 2, 3]


def test_bad_lines_are_told_and_skipped(state_directory: Path) -> None:
    """What is no note is told in the report; the run is as it was, and good notes stay."""
    script = 'printf \'nonsense\\n{"type":"user","id":1}\\n\\377\\n\' >>"$SENTINEL_RUN_NOTES"; exit 4'

    assert run(wrapped("sh", "-c", script)).returncode == 4

    facts = only(state_directory)
    assert [note.content for note in facts.noted] == [{"id": 1}]
    assert facts.notes == ("note 1 was skipped: it is no JSON", "note 3 was skipped: it is no JSON")


def test_secrets_in_notes(state_directory: Path) -> None:
    """Notes are redacted like output: by pattern, by a member's name, and by the values of secret variables."""
    script = f"""
        {IN_SHELL} breadcrumb 'using password=hunter22' --data api_key=abc123def
        {IN_SHELL} context login 'note=we use tell-nobody-2 here'
        {IN_SHELL} tag token=ghijkl789
    """

    run(wrapped("sh", "-c", script), env={**os.environ, "DB_PASSWORD": "tell-nobody-2"})

    kept = json.dumps(_noted(state_directory))
    assert "[Filtered]" in kept
    assert not [secret for secret in ("hunter22", "abc123def", "tell-nobody-2", "ghijkl789") if secret in kept]


def test_page_is_private_and_goes(state_directory: Path) -> None:
    """The file is 0600 in memory, in a folder for us alone, and gone when the run is over."""
    script = 'echo "$SENTINEL_RUN_NOTES"; stat -c %a "$SENTINEL_RUN_NOTES"; stat -c %a "$(dirname "$SENTINEL_RUN_NOTES")"'

    path, mode, folder = run(wrapped("sh", "-c", script)).stdout.decode().split()

    assert (mode, folder) == ("600", "700")
    assert path.startswith("/dev/shm/")
    assert not Path(path).exists()


@pytest.mark.parametrize("act", ["rm", "mkdir -p /dev/null; rm -f", "chmod 0"])
def test_page_that_the_command_breaks(act: str, state_directory: Path) -> None:
    """A command that removes its page loses its notes and nothing else."""
    done = run(wrapped("sh", "-c", f'{act} "$SENTINEL_RUN_NOTES" 2>/dev/null; exit 3'))

    assert done.returncode == 3
    assert only(state_directory).noted == ()


@pytest.mark.parametrize("act", ["mkfifo", "mkdir", "ln -s /etc/passwd"])
def test_page_that_the_command_replaces(act: str, state_directory: Path) -> None:
    """Whatever lies in its place, neither `note` nor we wait for it, and nothing is read that is no page."""
    script = f'rm "$SENTINEL_RUN_NOTES"; {act} "$SENTINEL_RUN_NOTES"; {IN_SHELL} tag a=b; exit 3'

    done = run(wrapped("sh", "-c", script))

    assert done.returncode == 3
    assert done.stderr.startswith(b"sentinel-run: the run's notes cannot be written to: ")
    assert only(state_directory).noted == ()


@pytest.mark.parametrize("page", [None, "/nowhere/notes"])
@pytest.mark.parametrize(("strict", "status"), [((), 0), (("--strict",), 1)])
def test_outside_a_run(page: str | None, strict: tuple[str, ...], status: int) -> None:
    """Where nobody takes notes that is said, and a script goes on as it would without us."""
    environ = {name: value for name, value in os.environ.items() if name != notebook.VARIABLE}
    if page:
        environ[notebook.VARIABLE] = page

    done = run([*NOTE, "tag", *strict, "a=b"], env=environ)

    assert done.returncode == status
    assert done.stderr.startswith(b"sentinel-run: ")
    assert done.stderr.endswith(b"nothing is noted\n")


@pytest.mark.parametrize(
    "words",
    [[], ["song"], ["tag"], ["tag", "a"], ["tag", "=x"], ["measure", "n", "x"], ["measure", "n"], ["span", "go", "n"],
     ["breadcrumb"], ["breadcrumb", "x", "--level", "loud"], ["breadcrumb", "x", "--unit", "a"], ["user"], ["context"],
     ["breadcrumb", "x", "--level"]],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage(words: list[str]) -> None:
    """A wrong call is one line that says what would be right, and status 125, in a run or not."""
    done = run([*NOTE, *words])

    assert done.returncode == 125
    assert done.stdout == b""
    assert done.stderr.count(b"\n") == 1


def test_nested_runs_have_pages_of_their_own(state_directory: Path) -> None:
    """A note belongs to the innermost run."""
    run(wrapped(*wrapped("sh", "-c", f"{IN_SHELL} tag a=b")))

    inner, outer = sorted(ended(state_directory), key=lambda facts: not facts.identity.parent_run_id)
    assert [note.kind for note in inner.noted] == ["tag"]
    assert outer.noted == ()


def test_endless_notes_fill_no_memory(state_directory: Path) -> None:
    """The page stops growing at its limit, and what was not read is told."""
    script = (
        "import os, sys\n"
        "from sentinel_run import notebook\n"
        'line = \'{"type":"user","id":"\' + \'x\' * 15000 + \'"}\'\n'
        "while not notebook.add(os.environ, line): pass\n"
        "print(os.stat(os.environ['SENTINEL_RUN_NOTES']).st_size)\n"
    )

    done = run(wrapped(sys.executable, "-c", script))

    assert 0 < int(done.stdout) <= notebook.MOST_BYTES
    assert len(only(state_directory).noted) > 200


def test_umask_and_folder(tmp_path: Path, state_directory: Path) -> None:
    """Whatever the umask, others cannot read what a command notes."""
    done = run(
        [
            "sh",
            "-c",
            'umask 0; exec "$@"',
            "sh",
            *map(os.fsdecode, wrapped("sh", "-c", 'stat -c %a "$SENTINEL_RUN_NOTES"')),
        ]
    )

    assert int(done.stdout, 8) == stat.S_IRUSR | stat.S_IWUSR


def test_a_hundred_thousand_notes(state_directory: Path) -> None:
    """A flood costs the run nothing: the first and the last notes are kept, and how many are not is told."""
    script = (
        "import os\n"
        "with open(os.environ['SENTINEL_RUN_NOTES'], 'a', buffering=1) as page:\n"
        '    for n in range(100_000): page.write(f\'{{"type":"user","id":{n}}}\\n\')\n'
    )

    assert run(wrapped(sys.executable, "-c", script)).returncode == 0

    facts = only(state_directory)
    assert [note.content["id"] for note in facts.noted] == [*range(500), *range(98_500, 100_000)]
    assert facts.notes == ("98,000 notes between the first 500 and the last 1,500 are not kept",)


def test_odd_letters(state_directory: Path) -> None:
    """Half a character in JSON's own writing costs that character, and not the note."""
    script = 'echo \'{"type":"breadcrumb","message":"a\\ud800b \\ud83d\\ude00"}\' >>"$SENTINEL_RUN_NOTES"'

    run(wrapped("bash", "-c", script))

    assert _noted(state_directory) == [("breadcrumb", {"message": "a\ufffdb \U0001f600"})]


@pytest.mark.parametrize("options", [(), ("--no-capture",)])
def test_notes_of_a_killed_run_are_told(
    options: tuple[str, ...], state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They come with the lost run, without what is secret in them, and their page goes once they are stored."""
    monkeypatch.setenv("DEPLOY_TOKEN", "swordfish99")
    script = f"""
        {IN_SHELL} tag region=US password=hunter2
        {IN_SHELL} breadcrumb 'with swordfish99'
        {IN_SHELL} breadcrumb 'a haddock'
        echo '::add-mask::haddock'; echo "$SENTINEL_RUN_NOTES"; exec sleep 60
    """
    wrapper = start(wrapped("sh", "-c", script, options=options))
    line(wrapper)
    page = Path(line(wrapper).strip())
    wait_until(lambda: running(state_directory))
    wrapper.kill()
    wrapper.communicate()

    first = json.loads(run([*PROGRAM, "show", "--json"]).stdout)
    is_there_until_stored = page.exists()
    run([*PROGRAM, "deliver"])
    shown = json.loads(run([*PROGRAM, "show", "--json"]).stdout)

    assert is_there_until_stored
    assert not page.exists()
    assert [note.get("message") or (note["key"], note["value"]) for note in shown["noted"]] == [
        ("region", "US"),
        ("password", "[Filtered]"),
        "with [Filtered]",
        "a haddock" if options else "a [Filtered]",  # Without output nobody knows.
    ]
    assert ("haddock" in json.dumps(shown)) == bool(options)
    assert first["noted"] == shown["noted"]
    assert not [note for note in shown["notes"] if "lost" in note]


def test_the_page_of_a_long_run_is_no_leftover(state_directory: Path) -> None:
    """What is swept after a day is what nobody has any more."""
    wrapper = start(wrapped("sh", "-c", 'echo "$SENTINEL_RUN_NOTES"; read x; echo \'{"type":"user","id":1}\' >>"$SENTINEL_RUN_NOTES"'), stdin=subprocess.PIPE)  # fmt: skip
    page = Path(line(wrapper).strip())
    left = page.with_name("left.notes")
    left.touch(0o600)
    for old in (page, left):
        os.utime(old, (1, 1))

    run(wrapped("true"))
    run([*PROGRAM, "deliver"])
    swept = (page.exists(), left.exists())
    wrapper.communicate(b"\n")

    assert swept == (True, False)
    assert [dict(note.content) for facts in ended(state_directory) for note in facts.noted] == [{"id": 1}]
