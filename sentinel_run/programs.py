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


_CONDA = Program(("-n", "--name", "-p", "--prefix", "--cwd"))
_DLX = Program(("-p", "--package"), text=("-c", "--call", "--shell-mode"), versions=True)
_SUDO = Program(
    ("-u", "-g", "-h", "-p", "-C", "-D", "-R", "-r", "-t", "-T", "-U", "--user", "--group", "--host", "--prompt",
     "--close-from", "--chdir", "--chroot", "--role", "--type", "--command-timeout", "--other-user"),
    assignments=True,
)  # fmt: skip

LAUNCHERS: Mapping[str, Program] = {
    "env": Program(("-u", "--unset", "-C", "--chdir"), split=("-S", "--split-string"), assignments=True),
    "nice": Program(("-n", "--adjustment")),
    "ionice": Program(("-c", "--class", "-n", "--classdata")),
    "nohup": Program(),
    "time": Program(("-f", "--format", "-o", "--output")),
    "timeout": Program(("-k", "--kill-after", "-s", "--signal"), operands=1),
    "sudo": _SUDO,
    "doas": Program(("-u", "-C")),
    "su": Program(
        ("-s", "--shell", "-g", "--group", "-G", "--supp-group", "-w"), text=("-c", "--command"), operands=1
    ),
    "su-exec": Program(operands=1),
    "gosu": Program(operands=1),
    "s6-setuidgid": Program(operands=1),
    "runuser": Program(
        ("-u", "--user", "-g", "--group", "-G", "--supp-group", "-s", "--shell", "-w"),
        text=("-c", "--command"),
        operands=1,
        instead=("-u", "--user"),
    ),
    "setsid": Program(),
    "stdbuf": Program(("-i", "-o", "-e", "--input", "--output", "--error")),
    "flock": Program(
        ("-w", "--wait", "--timeout", "-E", "--conflict-exit-code"), text=("-c", "--command"), operands=1
    ),
    "setlock": Program(operands=1),
    "chrt": Program(("-T", "-P", "-D", "--sched-runtime", "--sched-period", "--sched-deadline"), operands=1),
    "taskset": Program(operands=1),
    "numactl": Program(("-m", "--membind", "-N", "--cpunodebind", "-C", "--physcpubind", "-i", "--interleave")),
    "prlimit": Program(),
    "choom": Program(("-n", "--adjust")),
    "setpriv": Program(("--reuid", "--regid", "--groups", "--inh-caps", "--bounding-set")),
    "chroot": Program(operands=1),
    "unshare": Program(("-S", "--setuid", "-G", "--setgid", "-R", "--root", "-w", "--wd")),
    "chpst": Program(("-u", "-U", "-e", "-/", "-n", "-l", "-L", "-m", "-d", "-o", "-p", "-f", "-c", "-t", "-r")),
    "envdir": Program(operands=1),
    "strace": Program(("-e", "-o", "-p", "-s", "-u", "-P", "-E", "-O", "-S", "-I", "-a", "-b", "-X")),
    "script": Program(("-T", "-I", "-O", "-B", "-E", "-m", "-o"), text=("-c", "--command")),
    "eatmydata": Program(),
    "fakeroot": Program(("-i", "-s", "-l", "-b")),
    "chronic": Program(),
    "cronic": Program(),
    "run-one": Program(),
    "unbuffer": Program(),
    "xvfb-run": Program(("-n", "--server-num", "-s", "--server-args", "-e", "--error-file", "-f", "--auth-file")),
    "dbus-run-session": Program(("--config-file", "--dbus-daemon")),
    "dumb-init": Program(("-r", "--rewrite")),
    "catatonit": Program(),
    "tini": Program(("-p", "-e")),
    "catchsegv": Program(),
    "caffeinate": Program(("-t", "-w")),
    "systemd-cat": Program(("-t", "--identifier", "-p", "--priority")),
    "systemd-run": Program(
        ("-u", "--unit", "-p", "--property", "-M", "-E", "--setenv", "--slice", "--uid", "--gid")
    ),
    "systemd-inhibit": Program(),
    "exec": Program(("-a",)),
    "command": Program(),
    "busybox": Program(),
    "cross-env": Program(assignments=True),
    "npx": _DLX,
    "pnpx": _DLX,
    "bunx": _DLX,
    "uvx": Program(("--from", "--with", "-p", "--python", "--index"), versions=True),
}

# Launchers of two words: `uv run x`, `bundle exec x`.
RUNNERS: Mapping[tuple[str, str], Program] = {
    ("uv", "run"): Program(
        ("--with", "--python", "-p", "--directory", "--project", "--extra", "--group", "--env-file", "--package"),
        script=("-m", "--module"),
    ),
    ("poetry", "run"): Program(),
    ("pipenv", "run"): Program(),
    ("pdm", "run"): Program(),
    ("hatch", "run"): Program(),
    ("rye", "run"): Program(),
    ("pixi", "run"): Program(("-e", "--environment")),
    ("bundle", "exec"): Program(),
    # `sentry-cli monitors run [OPTIONS] SLUG -- x` (sentry-cli 3.8), in front of which we may come.
    ("sentry-cli", "monitors"): Program(
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
    ("cronitor", "exec"): Program(operands=1),
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
    ("pipx", "run"): Program(("--spec", "--python"), versions=True),
}

_PYTHON = Program(("-W", "-X", "--check-hash-based-pycs"), script=("-m",), code=("-c",))
_NODE = Program(
    ("-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions", "--env-file"),
    code=("-e", "--eval", "-p", "--print"),
)
_LUA = Program(("-l", "-e"))
_TCL = Program(("-encoding",), clusters=False)
_RUBY = Program(("-I", "-r", "-C", "-E"), attached=("-K", "-F", "-i", "-x"), code=("-e",))

INTERPRETERS: Mapping[str, Program] = {
    "python": _PYTHON,
    "pypy": _PYTHON,
    "ipython": Program(script=("-m",), code=("-c",)),
    "node": _NODE,
    "nodejs": _NODE,
    "tsx": Program(("--tsconfig",), code=("-e", "--eval", "-p", "--print"), verbs=("watch",)),
    "ts-node": Program(("-P", "--project", "-r", "--require", "-O"), code=("-e", "--eval", "-p", "--print")),
    "ruby": _RUBY,
    "jruby": _RUBY,
    "perl": Program(("-I", "-M", "-m"), attached=("-C", "-D", "-F", "-i", "-x"), code=("-e", "-E")),
    "php": Program(("-d", "-c", "-z", "-S", "-t"), script=("-f", "--file"), code=("-r", "--run")),
    "java": Program(
        ("-cp", "-classpath", "--class-path", "-p", "--module-path", "--add-modules", "--add-opens"),
        script=("-m", "--module"), clusters=False, at_files=True,
    ),
    "lua": _LUA,
    "luajit": _LUA,
    "tclsh": _TCL,
    "wish": _TCL,
    "expect": Program(("-c", "-D"), script=("-f",)),
    "mono": Program(("--config",), clusters=False),
    "elixir": Program(
        ("-r", "-pa", "-pz", "--name", "--sname", "--cookie", "--erl"), script=("-S",), code=("-e", "--eval"),
        clusters=False,
    ),
    "escript": Program(),
    "Rscript": Program(code=("-e",)),
    "R": Program(script=("-f", "--file"), code=("-e",), verbs=("CMD", "BATCH")),
    "julia": Program(("-t", "-p", "-J", "-L", "-C", "-H"), code=("-e", "-E")),
    "pwsh": Program(
        ("-ExecutionPolicy", "-WorkingDirectory"), script=("-File", "-f"), code=("-Command", "-c"), clusters=False
    ),
    "groovy": Program(("-cp", "-classpath"), code=("-e",), clusters=False),
    "scala": Program(("-cp", "-classpath"), code=("-e",), clusters=False),
    "ocaml": Program(("-I",), code=("-e",), clusters=False),
    "guile": Program(("-L", "-C", "-l"), script=("-s",), code=("-c",)),
    "sbcl": Program(
        ("--core", "--dynamic-space-size", "--control-stack-size", "--sysinit", "--userinit"),
        script=("--script", "--load"), code=("--eval",), clusters=False,
    ),
    "racket": Program(("-l", "-t", "-r"), code=("-e",)),
    "swipl": Program(("-g", "-t"), script=("-s",)),
    "octave": Program(("-p", "--path"), code=("--eval",)),
    "raku": Program(("-I",), code=("-e",)),
    "osascript": Program(("-l",), code=("-e",)),
}  # fmt: skip

# Their own words are the name, `npm run build`: the package file says what that runs. With `files`, a script
# that they are given by its file's name is the name.
TOOLS: Mapping[str, Program] = {
    "npm": Program(("--prefix", "-w", "--workspace", "-C"), verbs=("run", "run-script")),
    "pnpm": Program(("-C", "--dir", "-F", "--filter"), verbs=("run", "run-script")),
    "yarn": Program(("--cwd",), verbs=("run",)),
    "composer": Program(("-d", "--working-dir"), verbs=("run", "run-script")),
    "bun": Program(("--cwd", "--env-file", "-c", "--config"), verbs=("run",), files=True),
    "deno": Program(("-c", "--config", "--import-map", "--env-file"), verbs=("run", "task"), files=True),
    "dotnet": Program(verbs=("exec",), files=True),
}

SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "ash", "mksh", "fish", "yash", "csh", "tcsh", "rbash"})
SHELL_FILES = frozenset({"--rcfile", "--init-file"})
