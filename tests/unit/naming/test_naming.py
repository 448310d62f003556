"""The naming rule: what really runs gives the name, whatever stands around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run.naming import command_name

GITHUB = {"GITHUB_ACTIONS": "true", "GITHUB_JOB": "build"}
TEMPORARY = [
    (["bash", "-e", "/home/runner/work/_temp/0d4b-ab12.sh"], GITHUB | {"GITHUB_ACTION": "deploy"}, "deploy"),
    (["bash", "-e", "/home/runner/work/_temp/0d4b-ab12.sh"], GITHUB | {"GITHUB_ACTION": "__run_2"}, "build/run_2"),
    (["pwsh", "-File", "/w/_temp/1.ps1"], GITHUB, "build"),
    (["bash", "/vsts/work/_temp/a.sh"], {"TF_BUILD": "True", "SYSTEM_TASKDISPLAYNAME": "Test it"}, "Test it"),
    (["sh", "/w/j@tmp/durable-12ab/script.sh"], {"JENKINS_URL": "x", "STAGE_NAME": "T", "JOB_NAME": "j"}, "T"),
    (["sh", "-xe", "/tmp/jenkins5812345.sh"], {"JENKINS_URL": "x", "JOB_NAME": "nightly"}, "nightly"),
    (["/tmp/buildkite-agent-job-script-123"], {"BUILDKITE": "true", "BUILDKITE_LABEL": ":go: Go"}, ":go: Go"),
    (["bash", "/tmp/0d4bd1a2-0000-4000-8000-ab1234567890"], {"GITLAB_CI": "1", "CI_JOB_NAME": "unit"}, "unit"),
    (["bash", "/tmp/tmp.aB3dE5gH7i"], {}, "bash"),
    (["python3", "/tmp/tmpab3_x9z1.py"], {}, "python3"),
    (["/tmp/tmp.aB3dE5gH7i"], {}, "script"),
    (["sh", "deadbeefdeadbeefdeadbeef"], {}, "sh"),
    (["sh", "/opt/tmpclean.sh"], {}, "tmpclean.sh"),
    (["sh", "/opt/tmpcleaning.sh"], {}, "tmpcleaning.sh"),
    (["python3", "/tmp/tmpabcdefgh.py"], {}, "python3"),
    (["/opt/app/_temp/real.sh"], {}, "real.sh"),
    (["sh", "/opt/facade.sh"], {}, "facade.sh"),
    (["sh", "/opt/report-20240101.sh"], {}, "report-20240101.sh"),
]  # fmt: skip


@pytest.mark.parametrize(("argv", "environ", "name"), TEMPORARY)
def test_temporary_names_give_way_to_the_ci_step(argv: list[str], environ: dict[str, str], name: str) -> None:
    """A random file name would make a new issue each time."""
    assert command_name(argv, environ) == name


@pytest.mark.parametrize(
    "argv", [[], [""], [" "], ["\n"], ["/"], ["//"], ["", "x"], ["sh", ""], ["sh", "-c", " "]]
)
def test_odd_argv_still_has_a_name(argv: list[str]) -> None:
    """The name is never empty and never has blanks at its ends."""
    name = command_name(argv, {})

    assert name == name.strip() != ""


def test_a_name_is_one_short_line() -> None:
    """Sentry cuts transaction names after 200 characters, and a line break would tear lists apart."""
    name = command_name(["a\nb" + "x" * 1000], {})

    assert name.startswith("a bx")
    assert len(name) == 200


KNOWN_WORDS = """env sudo timeout flock nice sh bash python3 node npm npx uv run -c -m -S -u -- - -ec A=b 5
x.py java -jar su sentinel-run --name exec 'a b' cd&&x <<E (( [[ ` $( $x { } ; | & deno"""
KNOWN = st.sampled_from(KNOWN_WORDS.split())
WORD = st.one_of(KNOWN, st.text(max_size=12), st.lists(KNOWN, max_size=6).map(" ".join))


@given(st.lists(WORD, max_size=9))
def test_every_argv_has_a_name(argv: list[str]) -> None:
    """No command line raises, and none is without a name."""
    assert command_name(argv, {}).strip() != ""


PLAIN = st.text("abcdefgh.-", min_size=1, max_size=8).map(lambda s: "j" + s)
FOLDER = st.lists(st.text("abc .", min_size=1, max_size=5), max_size=3).map(lambda names: "/" + "/".join(names))


@given(
    st.sampled_from(
        [[], ["nice"], ["env", "A=b"], ["python3", "-u"], ["bash", "-e"], ["sudo", "-u", "x"], ["node"]]
    ),
    PLAIN,
    FOLDER,
    st.lists(WORD, max_size=4),
)
def test_name_is_the_same_for_every_path_and_argument(
    before: list[str], program: str, folder: str, arguments: list[str]
) -> None:
    """Neither the directory nor the arguments of what runs can be told from its name."""
    assert command_name([*before, f"{folder}/{program}", *arguments], {}) == command_name([*before, program], {})


@given(st.lists(WORD, min_size=1, max_size=6), FOLDER)
def test_path_of_the_first_word_does_not_matter(argv: list[str], folder: str) -> None:
    """`/usr/bin/env x` and `env x` are the same command."""
    first = argv[0].rpartition("/")[2] or "x"

    assert command_name([f"{folder}/{first}", *argv[1:]], {}) == command_name([first, *argv[1:]], {})
