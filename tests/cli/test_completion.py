"""`sentinel-run completion`: what bash, zsh and fish offer, asked of the shells themselves."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest

from sentinel_run.cli.completion import script
from tests.cli.support import complaint
from tests.process.support import PATIENCE_S, run, wait_until

SHELLS = Path(__file__).parent / "shells"
LOADER = Path("/usr/share/bash-completion/bash_completion")
# Line: what all three offer, in any order.
OFFERED: dict[str, set[str]] = {
    "sentinel-run --tim": {"--timeout", "--timezone"},
    "sentinel-run --no-lo": {"--no-logs"},
    "sentinel-run --pty ": {"auto", "always", "never"},
    "sentinel-run --overlap st": {"stop-older"},
    "sentinel-run --quiet --pty a": {"auto", "always"},
    "sentinel-run -q --pty al": {"always"},
    "sentinel-run --name ": set(),
    "sentinel-run history --st": {"--status"},
    "sentinel-run history --status f": {"failed"},
    "sentinel-run show la": {"last", "last-failed"},
    "sentinel-run config ": {"init", "show", "check", "path", "schema"},
    "sentinel-run config check --js": {"--json"},
    "sentinel-run completion ": {"bash", "zsh", "fish"},
    "sentinel-run note bread": {"breadcrumb"},
    "sentinel-run note breadcrumb hello --level ": {"debug", "info", "warning", "error", "fatal"},
    "sentinel-run note span s": {"start"},
    # Another program's own completion goes on after ours.
    "sentinel-run -- chmod --rec": {"--recursive"},
    "sentinel-run chmod --rec": {"--recursive"},
    "sentinel-run --name x --quiet chmod --rec": {"--recursive"},
    "sentinel-run --name=x chmod --rec": {"--recursive"},
    "sentinel-run -qe prod -- chmod --rec": {"--recursive"},
    "sentinel-run -eprod chmod --rec": {"--recursive"},
    "sentinel-run --monitor -- chmod --rec": {"--recursive"},
    "sentinel-run -- sentinel-run --pt": {"--pty"},
    "sentinel-run config show -- chmod --rec": {"--recursive"},
    "sentinel-run config show chmod --rec": {"--recursive"},
    "sentinel-run config show --js": {"--json"},
}
# Line: some of what is offered, and what is not.
AMONG: dict[str, tuple[set[str], set[str]]] = {
    "sentinel-run ch": ({"chmod", "chown"}, {"--check-in-margin"}),
    "sentinel-run hist": ({"history"}, set()),
    "sentinel-run comp": ({"completion"}, set()),
    "sentinel-run -- comp": (set(), {"completion"}),
    "sentinel-run -- chm": ({"chmod"}, {"config"}),
    "sentinel-run ": ({"history", "config", "chmod"}, {"--name"}),
    "sentinel-run -": ({"--name", "--no-capture", "-e", "--help"}, {"history"}),
}

Offers = Callable[[str], set[str]]


def _needs(shell: str) -> None:
    """CI has all of them; elsewhere the others are asked."""
    if shutil.which(shell) is None or (shell == "bash" and not LOADER.exists()):
        pytest.skip(f"needs {shell}{' and bash-completion' if shell == 'bash' else ''}")


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three scripts as files."""
    folder = tmp_path_factory.mktemp("scripts")
    for shell in ("bash", "zsh", "fish"):
        (folder / f"sentinel-run.{shell}").write_text(script(shell))
    return folder


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which there is no sentinel-run to be started: a TAB does without."""
    home = tmp_path_factory.mktemp("home")
    environ = {"HOME": str(home), "PATH": "/usr/bin:/bin", "TERM": "dumb", "LC_ALL": "C.UTF-8"}
    assert shutil.which("sentinel-run", path=environ["PATH"]) is None
    return environ


def _bash(scripts: Path, environ: dict[str, str], line: str, loader: str = str(LOADER)) -> set[str]:
    command = ["bash", "--norc", str(SHELLS / "complete.bash"), str(scripts / "sentinel-run.bash"), loader, line]
    done = run(command, env=environ)
    assert done.stderr == b""
    return set(done.stdout.decode().split())


def _fish(scripts: Path, environ: dict[str, str], line: str) -> set[str]:
    done = run(["fish", "-c", f"source {scripts}/sentinel-run.fish; complete -C '{line}'"], env=environ)
    assert done.stderr == b""
    return {row.split("\t")[0] for row in done.stdout.decode().splitlines()}


class _Zsh:
    """One interactive zsh that is asked line after line."""

    def __init__(self, scripts: Path, environ: dict[str, str], matches: Path) -> None:
        self._matches = matches
        self._child = pexpect.spawn(
            "zsh", ["-f", "-i"], env={**environ, "MATCHES": str(matches)}, encoding="utf-8", timeout=PATIENCE_S
        )
        self._child.delaybeforesend = None
        self._child.sendline(f"source {SHELLS}/capture.zsh; source {scripts}/sentinel-run.zsh")
        self._child.expect("\nready> |\rready> ")

    def offers(self, line: str) -> set[str]:
        """What a TAB after `line` would offer."""
        self._matches.write_text("")
        self._child.send(f"{line}\x0f")
        *found, _ = wait_until(self._all)
        self._child.send("\x15")
        return set(found)

    def _all(self) -> list[str]:
        found = self._matches.read_text().split()
        return found if found[-1:] == ["DONE"] else []

    def close(self) -> None:
        """End the shell."""
        self._child.close(force=True)


@pytest.fixture(scope="module")
def zsh(scripts: Path, elsewhere: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Zsh]:
    """A zsh with its completion and our script loaded."""
    made = _Zsh(scripts, elsewhere, tmp_path_factory.mktemp("zsh") / "matches")
    yield made
    made.close()


@pytest.fixture(params=["bash", "zsh", "fish"])
def offers(request: pytest.FixtureRequest, scripts: Path, elsewhere: dict[str, str]) -> Offers:
    """What each shell offers for a line."""
    _needs(request.param)
    if request.param == "zsh":
        made: Offers = request.getfixturevalue("zsh").offers
        return made
    ask = {"bash": _bash, "fish": _fish}[request.param]
    return lambda line: ask(scripts, elsewhere, line)


def test_what_is_offered(offers: Offers) -> None:
    """The right words and no others, at every place of the line; no sentinel-run is started for it."""
    found = {line: offers(line) for line in OFFERED}

    assert found == OFFERED


def test_what_is_offered_among_programs(offers: Offers) -> None:
    """Where a program may stand, programs are offered too; after `--` no subcommand is."""
    for line, (some, none) in AMONG.items():
        found = offers(line)

        assert (some - found, none & found) == (set(), set()), line


def test_bash_without_bash_completion(scripts: Path, elsewhere: dict[str, str]) -> None:
    """Ours is complete; of another program its name and files are offered."""
    assert _bash(scripts, elsewhere, "sentinel-run --pty al", "") == {"always"}
    assert "chmod" in _bash(scripts, elsewhere, "sentinel-run -- chm", "")
    assert _bash(scripts, elsewhere, f"sentinel-run cat {scripts}/sentinel-run.z", "") == {
        f"{scripts}/sentinel-run.zsh"
    }


# What is typed, and what stands there after a TAB: at `=` and `:` bash cuts words, which only readline can show.
TYPED = {
    "sentinel-run --timeo": "ut ",
    "sentinel-run --pty=alw": "ays ",
    "sentinel-run --owner user:42 --vers": "ion ",
    "sentinel-run config che": "ck ",
    "sentinel-run -- chmod --rec": "ursive ",
}
STARTS = {
    "bash": (["--norc", "--noprofile", "-i"], "PS1='ready> '; source {loader}; source {script}"),
    "zsh": (
        ["-f", "-i"],
        "mkdir -p $HOME/f; cp {script} $HOME/f/_sentinel-run; fpath+=($HOME/f); autoload -Uz compinit; "
        "compinit -u -D; setopt no_auto_menu; PROMPT='ready> '",
    ),
}


@pytest.mark.parametrize("shell", STARTS)
def test_a_real_tab(shell: str, scripts: Path, elsewhere: dict[str, str]) -> None:
    """At a terminal, loaded as users load it; for zsh from its fpath."""
    _needs(shell)
    arguments, commands = STARTS[shell]
    child = pexpect.spawn(shell, arguments, env=elsewhere, encoding="utf-8", timeout=PATIENCE_S)
    child.delaybeforesend = None
    child.sendline(commands.format(loader=LOADER, script=scripts / f"sentinel-run.{shell}"))
    child.expect("\nready> |\rready> ")

    for typed, added in TYPED.items():
        child.send(f"{typed}\t#")
        child.expect_exact(f"{typed}{added}".rstrip())
        child.expect_exact("#")
        child.send("\x15")
    child.close(force=True)


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="needs shellcheck")
def test_the_bash_script_is_sound(scripts: Path) -> None:
    """shellcheck has nothing to say."""
    done = run(["shellcheck", str(scripts / "sentinel-run.bash")])

    assert (done.returncode, done.stdout.decode()) == (0, "")


def test_a_shell_that_we_do_not_know() -> None:
    """The ones that there are, and the nearest."""
    assert "did you mean fish?" in complaint("completion", "fsh", status=125)
    assert "'bash', 'zsh', 'fish'" in complaint("completion", "tcsh", status=125)
