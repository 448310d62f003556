"""The naming rule: what a command line is called, in issues, transactions and the history.

The name is the base name of what really runs: launchers are peeled, interpreters give way to their script.
Pure functions over argv; the programs that are known stand in the tables of `programs`.
"""

from __future__ import annotations

import os

from sentinel_run import ci
from sentinel_run.naming.programs import INTERPRETERS, LAUNCHERS, RUNNERS, SHELL_FILES, SHELLS, TOOLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sentinel_run.naming.programs import Program

_UNNAMED = "command"
# Sentry cuts transaction names after this many characters.
_LONGEST_NAME = 200
# Where CI runners keep their scripts; elsewhere a folder of that name is nothing special.
_RUNNER_FOLDERS = ("/_temp/", "/durable-")
_TEMPORARY_FOLDERS = ("/tmp/", "/var/tmp/")  # noqa: S108  # Looked at, not written to.
_SHORTEST_RANDOM = 16
_TEMPORARY_NAMES = (
    r"buildkite-agent-job-script.*|(jenkins|hudson)\d+\.\w+|bashScript\d+\.sh|custom_script\d+(\.\w+)?"
    r"|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}(\.\w+)?|[\da-f]{16,}(\.\w+)?|tmp\.\w{6,}(\.\w+)?"
    r"|tmp(?=[a-z_]*\d)[a-z\d_]{8}(\.\w+)?|.*\d{10,}(\.\w+)?"
)
# Eight letters with no digit among them could be a word; below /tmp they are Python's tempfile.
_MADE_BY_PYTHON = r"tmp[a-z\d_]{8}(\.\w+)?"


class _Label(str):
    """A name that is no path."""

    __slots__ = ()


def command_name(argv: Sequence[str], environ: Mapping[str, str]) -> str:
    """The name of the command that `argv` runs; never empty, and the same on every host and path."""
    path = _what_runs(list(argv))
    if isinstance(path, _Label):
        return _tidy(path)
    return _tidy(_lasting_name(argv, environ) if _is_temporary(path, environ) else _base(path))


def _lasting_name(argv: Sequence[str], environ: Mapping[str, str]) -> str:
    """The name in place of a temporary one: the CI's step or job, or else the program that was asked for."""
    facts = ci.facts(environ)
    step, job = facts.get("step", ""), facts.get("job", "")
    if step.startswith("__run") and job:  # GitHub counts the steps of a job that have no id.
        return f"{job}/{step.strip('_')}"
    return step or job or ("script" if _is_temporary(argv[0], environ) else _base(argv[0]))


def _what_runs(words: list[str]) -> str:
    """The word that names what runs: a path, or a label."""
    while words:
        found = _step(words)
        if isinstance(found, str):
            return found
        if not found:  # A launcher with nothing to launch is what runs.
            return words[0]
        words = found
    return ""


def _step(words: list[str]) -> str | list[str]:
    """What the first of `words` says: the name, or the words of the command that it launches, if any."""
    program, rest = words[0], words[1:]
    kind = _kind(program)
    if kind in LAUNCHERS:
        return _launched(LAUNCHERS[kind], kind, rest)
    if rest and (kind, rest[0]) in RUNNERS:
        return _launched(RUNNERS[kind, rest[0]], kind, rest[1:])
    if kind == "sentinel-run":
        return _watched(rest)
    if kind in SHELLS:
        return _shell(program, rest)
    if kind in TOOLS:
        return _tool(TOOLS[kind], kind, rest)
    return _interpreted(INTERPRETERS[kind], program, rest) if kind in INTERPRETERS else program


def _kind(path: str) -> str:
    """`python3.11` is a python, `lua5.4` a lua; other names are their own."""
    program = os.path.basename(path)
    plain = program.rstrip("0123456789.").rstrip("-")
    return plain if plain in INTERPRETERS or plain in SHELLS else program


def _launched(launcher: Program, kind: str, words: list[str]) -> list[str]:
    from sentinel_run.naming import shell_words  # Most command lines have no launcher and no shell's text.

    given = words
    option, words = _past_options(launcher, words)
    if not option and launcher.operands and not _has(launcher.instead, given[: len(given) - len(words)]):
        for _ in range(launcher.operands):
            option, words = _past_options(launcher, words[1:])
    if option in launcher.text:
        return shell_words.first_command(words[0]) if words else []
    if option in launcher.split:
        return [kind, *shell_words.split(words[0]), *words[1:]] if words else []
    while launcher.assignments and words and shell_words.is_assignment(words[0]):
        words = words[1:]
    if launcher.versions and words:
        return [_without_version(words[0]), *words[1:]]
    return words


def _has(options: Sequence[str], words: Sequence[str]) -> bool:
    return any(word.partition("=")[0] in options for word in words)


def _watched(words: list[str]) -> str | list[str]:
    """The command of a nested sentinel-run, or the name that it was given."""
    from sentinel_run import options
    from sentinel_run.errors import UsageError

    try:
        reading = options.read(words)
    except UsageError:
        return []
    if reading.is_ours:
        return []
    return _Label(reading.given["name"][-1]) if "name" in reading.given else list(reading.command)


def _shell(shell: str, words: list[str]) -> str | list[str]:
    """A shell's script, or the first command of its `-c` text."""
    letters, words = _past_shell_options(words)
    if "c" in letters:
        from sentinel_run.naming import shell_words

        return (shell_words.first_command(words[0]) if words else []) or shell
    return shell if "s" in letters or not words else _script(words[0], shell)


def _past_shell_options(words: list[str]) -> tuple[str, list[str]]:
    """All option letters, and the words after the options. `-o` and `-O` take a value, alone or as in `-euo`."""
    letters = ""
    while words and words[0][:1] in ("-", "+"):
        word, words = words[0], words[1:]
        if word in ("-", "--"):
            break
        cluster = "" if word.startswith("--") else word[1:]
        letters += cluster if word.startswith("-") else ""
        if word in SHELL_FILES or "o" in cluster.lower():
            words = words[1:]
    return letters, words


def _tool(tool: Program, kind: str, words: list[str]) -> str:
    _, words = _past_options(tool, words)
    verb, target = words[:1], []
    if verb and verb[0] in tool.verbs:
        target = _past_options(tool, words[1:])[1][:1]
    for word in (target or verb) if tool.files else ():
        if "/" in word or "." in word:
            return word
    return _Label(" ".join([kind, *verb, *target]))


def _interpreted(interpreter: Program, program: str, words: list[str]) -> str | list[str]:
    """What an interpreter runs: its script, its module, or itself where the code has no name."""
    option, words = _past_options(interpreter, words)
    while not option and words and words[0] in interpreter.verbs:
        option, words = _past_options(interpreter, words[1:])
    if option in interpreter.code or not words:
        return program
    if words[0] == "sentinel_run":
        return ["sentinel-run", *words[1:]]
    return _script(words[0], program)


def _script(path: str, program: str) -> str:
    """`path`, unless it only says where the code comes from: `-`, `/dev/stdin`, `/dev/fd/63`."""
    return program if path == "-" or path.startswith(("/dev/", "/proc/")) else path


def _past_options(program: Program, words: list[str]) -> tuple[str, list[str]]:
    """The option that says what runs, or an empty text, and the words from its value or the first operand on."""
    while words and _is_option(program, words[0]):
        word, words = words[0], words[1:]
        if word == "--":
            break
        option, attached = _cut(program, word)
        if option in program.telling:
            return option, [attached, *words] if attached else words
        if option in program.valued and not attached:
            words = words[1:]
    return "", words


def _is_option(program: Program, word: str) -> bool:
    if word == "-":
        return program.assignments or bool(program.text)
    return word.startswith("-") or (program.at_files and word.startswith("@"))


def _cut(program: Program, word: str) -> tuple[str, str]:
    """An option and the value in the same word, by getopt's rules: `--x=v`, `-xv`, and `-abxv` for a cluster."""
    known = program.valued + program.attached + program.telling
    name, _, value = word.partition("=")
    if word in known or word.startswith("--"):
        return name, value
    for index, letter in enumerate(word[1:] if program.clusters else "", 1):
        if not letter.isalnum():
            break
        if f"-{letter}" in known:
            return f"-{letter}", word[index + 1 :]
    return word, ""


def _without_version(word: str) -> str:
    """`prettier` out of `prettier@3.1`, `cli` out of `@scope/cli@latest`."""
    return os.path.basename(word).partition("@")[0] or word


def _is_temporary(path: str, environ: Mapping[str, str]) -> bool:
    """Whether a path is a CI runner's script, or a name made by mktemp: another one each time."""
    if any(folder in path for folder in _RUNNER_FOLDERS) and ci.is_ci(environ):
        return True
    base = os.path.basename(path)
    is_in_tmp = path.startswith(_TEMPORARY_FOLDERS)
    if len(base) < _SHORTEST_RANDOM and not base.startswith("tmp") and not any(map(str.isdigit, base)):
        return False  # Said without loading the pattern engine, which a plain name is not worth.
    import re

    pattern = rf"{_TEMPORARY_NAMES}|{_MADE_BY_PYTHON}" if is_in_tmp else _TEMPORARY_NAMES
    return re.fullmatch(pattern, base, re.IGNORECASE | re.DOTALL) is not None


def _base(path: str) -> str:
    return os.path.basename(path.rstrip("/")) or path


def _tidy(name: str) -> str:
    return " ".join(name.split())[:_LONGEST_NAME].strip() or _UNNAMED
