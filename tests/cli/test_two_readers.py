"""The run path's reader of argv and click's are made from one table; they must never disagree."""

from __future__ import annotations

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel_run import options
from sentinel_run.cli.main import root
from sentinel_run.errors import BadValueError, UsageError

VALUES: dict[str, list[str]] = {
    "tag": ["a=b", "team=infra", "=x", "novalue", "k=v=w"],
    "timeout": ["5", "1h30m", "500ms", "5x", ""],
    "kill-after": ["10s", "-1"],
    "deliver-timeout": ["5s"],
    "traces-sample-rate": ["0", "0.5", "1", "2", "nan", "x"],
    "slow-factor": ["3", "1.5", "1", "0", "inf", "nan", "x"],
    "breadcrumbs": ["0", "100", "-3", "x"],
    "monitor": ["backup", "", "-", "auto"],
    "schedule": ["* * * * *", "@daily", "every 5 minutes", "x", ""],
    "timezone": ["UTC", "Mars/Base"],
    "check-in-margin": ["5", "0"],
    "ok-exit": ["3", "3,24", "256", ""],
    "header": ["A: b", "A:b:c", "novalue", "A:", "Host: x", "a b: c"],
    "deliver": ["auto", "wait", "never"],
}
WORDS = [
    "",
    "-",
    "--",
    "x",
    "true",
    "-x",
    "--nope",
    "--help-me",
    "-vq",
    "-qe",
    "-eprod",
    "-e",
    "--quiet=1",
    "--no-quiet",
]


def _words() -> st.SearchStrategy[list[str]]:
    pieces: list[st.SearchStrategy[list[str]]] = [st.sampled_from(WORDS).map(lambda word: [word])]
    for option in options.TABLE:
        flag = f"--{option.name}"
        if option.flag:
            pieces.append(st.just([flag]))
            pieces.append(st.just([f"--no-{option.name}"]))
        else:
            if option.bare:
                pieces.append(st.just([flag]))
            values = st.sampled_from(VALUES.get(option.name, ["x", "a b", "-z", "--", ""]))
            pieces.append(values.map(lambda value, flag=flag: [flag, value]))
            pieces.append(values.map(lambda value, flag=flag: [f"{flag}={value}"]))
    return st.lists(st.one_of(pieces), max_size=6).map(lambda groups: [word for group in groups for word in group])


def _ours(argv: list[str]) -> object:
    """Values by option and the command's words, or `error`."""
    try:
        reading = options.read(argv)
        values = {name: _converted(options.BY_NAME[name], texts) for name, texts in reading.given.items()}
    except (UsageError, BadValueError):
        return "error"
    return values, list(reading.command)


def _converted(option: options.Option, texts: list[str]) -> object:
    return [option.parse(text) for text in texts] if option.repeatable else option.parse(texts[-1])


def _clicks(argv: list[str]) -> object:
    group = root()
    context = click.Context(group, info_name="sentinel-run", resilient_parsing=False)
    context.allow_interspersed_args = False
    try:
        given, rest, _ = group.make_parser(context).parse_args(list(argv))
        values = {}
        for param in group.params:
            if param.name in given:
                value, _ = param.consume_value(context, given)
                values[param.name.replace("_", "-")] = _plain(param.process_value(context, value))
    except click.UsageError:
        return "error"
    return values, rest


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize(
    "argv", [["--", "ls"], ["-e", "prod", "ls", "-e"], ["--tag", "a=b", "--tag", "c=d", "x"], ["-qv", "x"]]
)
def test_examples_are_read_alike(argv: list[str]) -> None:
    """Options end at the first word that is none; what follows is the command's."""
    assert _ours(argv) == _clicks(argv)


@settings(deadline=None, max_examples=400)
@given(_words())
def test_any_argv_is_read_alike(argv: list[str]) -> None:
    """Same values, same command, and an error for one is an error for the other."""
    assert _ours(argv) == _clicks(argv)
