"""A shell's text is named by what it does first."""

from __future__ import annotations

import pytest

from sentinel_run.naming import command_name

SHELL_TEXTS = [
    ("cd x && ./y.sh", "y.sh"),
    ("cd /srv; /opt/y.sh -v", "y.sh"),
    ("A=b C='d e' ./y.sh", "y.sh"),
    ("x=$(date +%F); y.sh $x", "y.sh"),
    ('x="$(date "+%F %T")" y.sh', "y.sh"),
    ("x=`date` y.sh", "y.sh"),
    ("a=(1 2 3); y.sh", "y.sh"),
    ("exec y.sh", "y.sh"),
    ("exec -a name y.sh", "y.sh"),
    ("exec >/tmp/log 2>&1; y.sh", "y.sh"),
    ("y.sh | tee log", "y.sh"),
    ("set -euo pipefail; y.sh | gzip > x.gz", "y.sh"),
    ("if true; then y.sh; fi", "y.sh"),
    ("if [ -f x ]; then y.sh; else z.sh; fi", "y.sh"),
    ("if ! [[ -f x && -d y ]]; then y.sh; fi", "y.sh"),
    ("[[ $a == b ]] && y.sh", "y.sh"),
    ("test -x y && y.sh", "y.sh"),
    ("for i in a.sh b.sh; do y.sh $i; done", "y.sh"),
    ("for i in 1 2\ndo\n  y.sh\ndone", "y.sh"),
    ("while true; do y.sh; sleep 5; done", "y.sh"),
    ("while read -r l; do y.sh; done < list", "y.sh"),
    ("until y.sh; do sleep 1; done", "y.sh"),
    ("case $1 in start) y.sh;; esac", "y.sh"),
    ("(cd x && y.sh)", "y.sh"),
    ("{ y.sh; } 2>&1", "y.sh"),
    ("! y.sh", "y.sh"),
    ("y.sh &", "y.sh"),
    (">log 2>&1 y.sh", "y.sh"),
    ("2>/dev/null y.sh < in", "y.sh"),
    ("&>log y.sh", "y.sh"),
    ("y.sh <<EOF\nrm -rf\nEOF\nz.sh", "y.sh"),
    ("read x <<'EOF'\nrm -rf\nEOF\ny.sh", "y.sh"),
    ("read x <<< word; y.sh", "y.sh"),
    ("f() { y.sh; }; f", "y.sh"),
    ("function f { y.sh; }\nf", "y.sh"),
    ("function f { cd /srv; y.sh; }; f", "y.sh"),
    ("function f() { y.sh; }; f", "y.sh"),
    ("function f {\n  y.sh\n}\nf", "y.sh"),
    ("function my:f.g { y.sh; }; my:f.g", "y.sh"),
    ("my:f.g() { y.sh; }; my:f.g", "y.sh"),
    ("a=(); y.sh", "y.sh"),
    ("function f { echo hello; }; f", "f"),
    ("function f {}", "sh"),
    ("sentinel-run note breadcrumb begins; y.sh", "y.sh"),
    ("/opt/bin/sentinel-run note tag a=b && exec y.sh", "y.sh"),
    ("sentinel-run note breadcrumb begins", "sentinel-run"),
    ("sentinel-run -- y.sh; z.sh", "y.sh"),
    ("# a comment\ny.sh", "y.sh"),
    ("cd x # go there\ny.sh#1", "y.sh#1"),
    ("((i = i + 1)); y.sh", "y.sh"),
    ("$RUNNER; y.sh", "y.sh"),
    ('"$HOME"/bin/y.sh', "y.sh"),
    ("${DIR:-/opt}/y.sh", "y.sh"),
    ("~/bin/y.sh", "y.sh"),
    ("'/opt/my jobs/y.sh' a", "y.sh"),
    ('"/opt/y.sh"', "y.sh"),
    ("/opt/my\\ jobs/y.sh", "y.sh"),
    ("y\\\n.sh", "y.sh"),
    (". ./env.sh && python3 -u y.py", "y.py"),
    ("source venv/bin/activate; python -m pkg.job", "pkg.job"),
    ("sudo -u x nice y.sh", "y.sh"),
    ("bash -c \"sh -c 'cd /; y.sh'\"", "y.sh"),
    ("trap 'rm -f x' EXIT; y.sh", "y.sh"),
    ("echo starting; y.sh; echo done", "y.sh"),
    ('echo working; echo "disk is full" >&2; exit 3', "echo"),
    ("mkdir -p /srv/x && date && logger begins; y.sh", "y.sh"),
    ("mkdir -p /srv/x", "mkdir"),
    ("sleep 5", "sleep"),
    ("exit 3", "sh"),
    ("$X", "sh"),
    ("", "sh"),
    ("'unbalanced", "unbalanced"),
    (";;&&||", "sh"),
]


@pytest.mark.parametrize(("text", "name"), SHELL_TEXTS)
def test_shell_text_is_named_by_its_first_real_command(text: str, name: str) -> None:
    """Preparation, tests, assignments and redirections are not what a script is about."""
    assert command_name(["sh", "-c", text], {}) == name


@pytest.mark.parametrize(
    "options", [["-c"], ["-ec"], ["-lc"], ["-euo", "pipefail", "-c"], ["-o", "pipefail", "-c"], ["-c", "--"]]
)
def test_shell_options_before_the_text(options: list[str]) -> None:
    """`-c` is found among other options."""
    assert command_name(["/bin/bash", *options, "cd / && ./y.sh", "name", "arg"], {}) == "y.sh"


def test_a_megabyte_of_shell_text_is_named_at_once() -> None:
    """Only the beginning of a long text is read."""
    assert command_name(["sh", "-c", "y.sh; " + "((" * 500_000], {}) == "y.sh"
