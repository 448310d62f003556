"""The tables of the naming rule: programs that run other programs, and how to read the words after their names.

A new launcher or interpreter is one row. Which options take a value is from each program's manual page.
"""

from __future__ import annotations

from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Program(Record):
    """How to read the words after a program's name.

    `valued` options take a value, `attached` ones only in the same word, as in `-Ku`. The value of `script`
    options is what runs (a file, a module); after `code` options nothing else has a name; the value of `text`
    options is a shell script, that of `split` options a command line. `operands` counts the program's own words
    before the command; an option of `instead` takes their place. `at_files` tells that words like `@options`
    stand for more options.
    """

    valued: tuple[str, ...] = ()
    attached: tuple[str, ...] = ()
    script: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    split: tuple[str, ...] = ()
    operands: int = 0
    instead: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    assignments: bool = False
    versions: bool = False
    files: bool = False
    clusters: bool = True
    at_files: bool = False

    @property
    def telling(self) -> tuple[str, ...]:
        """The options that say what runs."""
        return self.script + self.code + self.text + self.split


if TYPE_CHECKING:
    _row, _Table = Program, dict
else:

    def _row(*values, **named):
        return values, named

    class _Table:
        """Makes a `Program` of a row when it is asked for: to make all takes as long as to load two modules."""

        def __init__(self, rows):
            self._rows = rows

        def __contains__(self, key):
            return key in self._rows

        def __getitem__(self, key):
            values, named = self._rows[key]
            return Program(*values, **named)


_CONDA = _row(("-n", "--name", "-p", "--prefix", "--cwd"))
_DLX = _row(("-p", "--package"), text=("-c", "--call", "--shell-mode"), versions=True)
_SUDO = _row(
    ("-u", "-g", "-h", "-p", "-C", "-D", "-R", "-r", "-t", "-T", "-U", "--user", "--group", "--host", "--prompt",
     "--close-from", "--chdir", "--chroot", "--role", "--type", "--command-timeout", "--other-user"),
    assignments=True,
)  # fmt: skip

LAUNCHERS: Mapping[str, Program] = _Table(
    {
        "env": _row(("-u", "--unset", "-C", "--chdir"), split=("-S", "--split-string"), assignments=True),
        "nice": _row(("-n", "--adjustment")),
        "ionice": _row(("-c", "--class", "-n", "--classdata")),
        "nohup": _row(),
        "time": _row(("-f", "--format", "-o", "--output")),
        "timeout": _row(("-k", "--kill-after", "-s", "--signal"), operands=1),
        "sudo": _SUDO,
        "doas": _row(("-u", "-C")),
        "su": _row(
            ("-s", "--shell", "-g", "--group", "-G", "--supp-group", "-w"), text=("-c", "--command"), operands=1
        ),
        "su-exec": _row(operands=1),
        "gosu": _row(operands=1),
        "s6-setuidgid": _row(operands=1),
        "runuser": _row(
            ("-u", "--user", "-g", "--group", "-G", "--supp-group", "-s", "--shell", "-w"),
            text=("-c", "--command"),
            operands=1,
            instead=("-u", "--user"),
        ),
        "setsid": _row(),
        "stdbuf": _row(("-i", "-o", "-e", "--input", "--output", "--error")),
        "flock": _row(
            ("-w", "--wait", "--timeout", "-E", "--conflict-exit-code"), text=("-c", "--command"), operands=1
        ),
        "setlock": _row(operands=1),
        "chrt": _row(("-T", "-P", "-D", "--sched-runtime", "--sched-period", "--sched-deadline"), operands=1),
        "taskset": _row(operands=1),
        "numactl": _row(("-m", "--membind", "-N", "--cpunodebind", "-C", "--physcpubind", "-i", "--interleave")),
        "prlimit": _row(),
        "choom": _row(("-n", "--adjust")),
        "setpriv": _row(("--reuid", "--regid", "--groups", "--inh-caps", "--bounding-set")),
        "chroot": _row(operands=1),
        "unshare": _row(("-S", "--setuid", "-G", "--setgid", "-R", "--root", "-w", "--wd")),
        "chpst": _row(("-u", "-U", "-e", "-/", "-n", "-l", "-L", "-m", "-d", "-o", "-p", "-f", "-c", "-t", "-r")),
        "envdir": _row(operands=1),
        "strace": _row(("-e", "-o", "-p", "-s", "-u", "-P", "-E", "-O", "-S", "-I", "-a", "-b", "-X")),
        "script": _row(("-T", "-I", "-O", "-B", "-E", "-m", "-o"), text=("-c", "--command")),
        "eatmydata": _row(),
        "fakeroot": _row(("-i", "-s", "-l", "-b")),
        "chronic": _row(),
        "cronic": _row(),
        "run-one": _row(),
        "unbuffer": _row(),
        "xvfb-run": _row(("-n", "--server-num", "-s", "--server-args", "-e", "--error-file", "-f", "--auth-file")),
        "dbus-run-session": _row(("--config-file", "--dbus-daemon")),
        "dumb-init": _row(("-r", "--rewrite")),
        "catatonit": _row(),
        "tini": _row(("-p", "-e")),
        "catchsegv": _row(),
        "caffeinate": _row(("-t", "-w")),
        "systemd-cat": _row(("-t", "--identifier", "-p", "--priority")),
        "systemd-run": _row(
            ("-u", "--unit", "-p", "--property", "-M", "-E", "--setenv", "--slice", "--uid", "--gid")
        ),
        "systemd-inhibit": _row(),
        "exec": _row(("-a",)),
        "command": _row(),
        "busybox": _row(),
        "cross-env": _row(assignments=True),
        "npx": _DLX,
        "pnpx": _DLX,
        "bunx": _DLX,
        "uvx": _row(("--from", "--with", "-p", "--python", "--index"), versions=True),
    }
)

# Launchers of two words: `uv run x`, `bundle exec x`.
RUNNERS: Mapping[tuple[str, str], Program] = _Table(
    {
        ("uv", "run"): _row(
            (
                "--with",
                "--python",
                "-p",
                "--directory",
                "--project",
                "--extra",
                "--group",
                "--env-file",
                "--package",
            ),
            script=("-m", "--module"),
        ),
        ("poetry", "run"): _row(),
        ("pipenv", "run"): _row(),
        ("pdm", "run"): _row(),
        ("hatch", "run"): _row(),
        ("rye", "run"): _row(),
        ("pixi", "run"): _row(("-e", "--environment")),
        ("bundle", "exec"): _row(),
        # `sentry-cli monitors run [OPTIONS] SLUG -- x` (sentry-cli 3.8), in front of which we may come.
        ("sentry-cli", "monitors"): _row(
            (
                "-e",
                "--environment",
                "--header",
                "-s",
                "--schedule",
                "--check-in-margin",
                "--log-level",
                "--max-runtime",
                "--timezone",
                "--failure-issue-threshold",
                "--recovery-threshold",
            ),
            operands=2,
        ),
        ("cronitor", "exec"): _row(operands=1),
        ("conda", "run"): _CONDA,
        ("mamba", "run"): _CONDA,
        ("micromamba", "run"): _CONDA,
        ("npm", "exec"): _DLX,
        ("npm", "x"): _DLX,
        ("pnpm", "exec"): _DLX,
        ("pnpm", "dlx"): _DLX,
        ("yarn", "exec"): _DLX,
        ("yarn", "dlx"): _DLX,
        ("bun", "x"): _DLX,
        ("pipx", "run"): _row(("--spec", "--python"), versions=True),
    }
)

_PYTHON = _row(("-W", "-X", "--check-hash-based-pycs"), script=("-m",), code=("-c",))
_NODE = _row(
    ("-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions", "--env-file"),
    code=("-e", "--eval", "-p", "--print"),
)
_LUA = _row(("-l", "-e"))
_TCL = _row(("-encoding",), clusters=False)
_RUBY = _row(("-I", "-r", "-C", "-E"), attached=("-K", "-F", "-i", "-x"), code=("-e",))

INTERPRETERS: Mapping[str, Program] = _Table({
    "python": _PYTHON,
    "pypy": _PYTHON,
    "ipython": _row(script=("-m",), code=("-c",)),
    "node": _NODE,
    "nodejs": _NODE,
    "tsx": _row(("--tsconfig",), code=("-e", "--eval", "-p", "--print"), verbs=("watch",)),
    "ts-node": _row(("-P", "--project", "-r", "--require", "-O"), code=("-e", "--eval", "-p", "--print")),
    "ruby": _RUBY,
    "jruby": _RUBY,
    "perl": _row(("-I", "-M", "-m"), attached=("-C", "-D", "-F", "-i", "-x"), code=("-e", "-E")),
    "php": _row(("-d", "-c", "-z", "-S", "-t"), script=("-f", "--file"), code=("-r", "--run")),
    "java": _row(
        ("-cp", "-classpath", "--class-path", "-p", "--module-path", "--add-modules", "--add-opens"),
        script=("-m", "--module"), clusters=False, at_files=True,
    ),
    "lua": _LUA,
    "luajit": _LUA,
    "tclsh": _TCL,
    "wish": _TCL,
    "expect": _row(("-c", "-D"), script=("-f",)),
    "mono": _row(("--config",), clusters=False),
    "elixir": _row(
        ("-r", "-pa", "-pz", "--name", "--sname", "--cookie", "--erl"), script=("-S",), code=("-e", "--eval"),
        clusters=False,
    ),
    "escript": _row(),
    "Rscript": _row(code=("-e",)),
    "R": _row(script=("-f", "--file"), code=("-e",), verbs=("CMD", "BATCH")),
    "julia": _row(("-t", "-p", "-J", "-L", "-C", "-H"), code=("-e", "-E")),
    "pwsh": _row(
        ("-ExecutionPolicy", "-WorkingDirectory"), script=("-File", "-f"), code=("-Command", "-c"), clusters=False
    ),
    "groovy": _row(("-cp", "-classpath"), code=("-e",), clusters=False),
    "scala": _row(("-cp", "-classpath"), code=("-e",), clusters=False),
    "ocaml": _row(("-I",), code=("-e",), clusters=False),
    "guile": _row(("-L", "-C", "-l"), script=("-s",), code=("-c",)),
    "sbcl": _row(
        ("--core", "--dynamic-space-size", "--control-stack-size", "--sysinit", "--userinit"),
        script=("--script", "--load"), code=("--eval",), clusters=False,
    ),
    "racket": _row(("-l", "-t", "-r"), code=("-e",)),
    "swipl": _row(("-g", "-t"), script=("-s",)),
    "octave": _row(("-p", "--path"), code=("--eval",)),
    "raku": _row(("-I",), code=("-e",)),
    "osascript": _row(("-l",), code=("-e",)),
})  # fmt: skip

# Their own words are the name, `npm run build`: the package file says what that runs. With `files`, a script
# that they are given by its file's name is the name.
TOOLS: Mapping[str, Program] = _Table(
    {
        "npm": _row(("--prefix", "-w", "--workspace", "-C"), verbs=("run", "run-script")),
        "pnpm": _row(("-C", "--dir", "-F", "--filter"), verbs=("run", "run-script")),
        "yarn": _row(("--cwd",), verbs=("run",)),
        "composer": _row(("-d", "--working-dir"), verbs=("run", "run-script")),
        "bun": _row(("--cwd", "--env-file", "-c", "--config"), verbs=("run",), files=True),
        "deno": _row(("-c", "--config", "--import-map", "--env-file"), verbs=("run", "task"), files=True),
        "dotnet": _row(verbs=("exec",), files=True),
    }
)

SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "ash", "mksh", "fish", "yash", "csh", "tcsh", "rbash"})
SHELL_FILES = frozenset({"--rcfile", "--init-file"})
