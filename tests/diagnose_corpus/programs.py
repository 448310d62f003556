"""What the cases need: who has it, and how it tells its version."""

from __future__ import annotations

import subprocess
from typing import NamedTuple

from tests.diagnose_corpus.cases import Case, is_here, needs


class Program(NamedTuple):
    """A program (or a file of a library): its Debian package, if any, and the command that prints its version.

    `debian` is the package of Debian 12; where that is empty, no single package has it. `version` is for `sh -c`;
    empty for a tool whose version says nothing about a language.
    """

    debian: str = ""
    version: str = ""


PROGRAMS = {
    "bash": Program("bash", "bash --version"),
    "bun": Program("", "bun --version | sed 's/^/Bun /'"),
    "busybox": Program("busybox", "busybox"),
    "crystal": Program("crystal", "crystal --version"),
    "cargo": Program("cargo"),
    "clojure": Program("clojure", "clojure -e '(println \"Clojure\" (clojure-version))'"),
    "dash": Program("dash", "dpkg-query -W dash"),
    "deno": Program("", "deno --version"),
    "elixir": Program("elixir", "elixir --short-version | sed 's/^/Elixir /'"),
    "erl": Program(
        "erlang-base",
        """erl -noshell -eval 'io:format("Erlang/OTP ~s~n", [erlang:system_info(otp_release)]), halt()'""",
    ),
    "erlc": Program("erlang-base"),
    "escript": Program("erlang-base"),
    "g++": Program("g++", "g++ --version"),
    "gawk": Program("gawk", "gawk --version"),
    "gcc": Program("gcc", "gcc --version"),
    "gdb": Program("gdb", "gdb --version"),
    "gdc": Program("gdc", "gdc --version"),
    "gfortran": Program("gfortran", "gfortran --version"),
    "fpc": Program("fpc", "fpc -iV | sed 's/^/Free Pascal /'"),
    "gnatmake": Program("gnat", "gnatmake --version"),
    "guile": Program("guile-3.0", "guile --version"),
    "ghc": Program("ghc", "ghc --version"),
    "go": Program("golang-go", "go version"),
    "groovy": Program("groovy", "groovy --version"),
    "java": Program("default-jdk-headless", "java -version"),
    "javac": Program("default-jdk-headless"),
    "kotlin": Program("kotlin", "dpkg-query -W kotlin"),
    "kotlinc": Program("kotlin"),
    "lua5.4": Program("lua5.4", "lua5.4 -v"),
    "luajit": Program("luajit", "luajit -v"),
    "mvn": Program("maven", "mvn --version"),
    "make": Program("make", "make --version"),
    "mawk": Program("mawk", "mawk -W version"),
    "mcs": Program("mono-mcs"),
    "mix": Program("elixir"),
    "mono": Program("mono-runtime", "mono --version"),
    "nim": Program("nim", "nim --version"),
    "node": Program("nodejs", "node --version | sed 's/^v/Node.js /'"),
    "ocamlopt": Program("ocaml-nox", "ocamlopt -version | sed 's/^/OCaml /'"),
    "octave-cli": Program("octave", "octave-cli --version"),
    "perl": Program("perl", "perl -e 'print \"perl $^V\\n\"'"),
    "php": Program("php-cli", "php --version"),
    "phpunit": Program("phpunit", "phpunit --version"),
    "psql": Program("postgresql-client", "psql --version"),
    "python3": Program("python3", "python3 --version"),
    "python2.7": Program("", "python2.7 --version"),
    "python3.13": Program("", "python3.13 --version"),
    "/usr/bin/python3": Program("python3", "/usr/bin/python3 --version"),
    "rake": Program("rake", "rake --version"),
    "raku": Program("rakudo", "raku --version"),
    "Rscript": Program("r-base-core", "R --version"),
    "rspec": Program("ruby-rspec"),
    "ruby": Program("ruby", "ruby --version"),
    "rustc": Program("rustc", "rustc --version"),
    "/usr/bin/rustc": Program("rustc", "/usr/bin/rustc --version"),
    "sbcl": Program("sbcl", "sbcl --version"),
    "scala": Program("scala", "scala -version"),
    "scalac": Program("scala"),
    "sed": Program("sed", "sed --version"),
    "tclsh": Program("tcl", "echo 'puts \"Tcl [info patchlevel]\"' | tclsh"),
    "zig": Program("", "zig version | sed 's/^/Zig /'"),
    "zsh": Program("zsh", "zsh --version"),
    # Libraries, by a file of the package.
    "/usr/lib/R/site-library/rlang": Program("r-cran-rlang"),
    "/usr/lib/python3/dist-packages/loguru": Program("python3-loguru"),
    "/usr/share/php/Symfony/Component/Console/autoload.php": Program("php-symfony-console"),
    # Tools.
    "ansible-playbook": Program("ansible-core"),
    "apt-get": Program("apt"),
    "aws": Program("awscli"),
    "borg": Program("borgbackup"),
    "cmake": Program("cmake"),
    "cp": Program("coreutils"),
    "crontab": Program("cron"),
    "curl": Program("curl"),
    "diff": Program("diffutils"),
    "docker": Program("docker.io"),
    "dpkg": Program("dpkg"),
    "find": Program("findutils"),
    "git": Program("git"),
    "grep": Program("grep"),
    "gzip": Program("gzip"),
    "jest": Program("jest"),
    "jq": Program("jq"),
    "kubectl": Program("kubernetes-client"),
    "mount": Program("mount"),
    "mysql": Program("default-mysql-client"),
    "mysqldump": Program("default-mysql-client"),
    "nginx": Program("nginx-light"),
    "nice": Program("coreutils"),
    "ninja": Program("ninja-build"),
    "npm": Program("npm"),
    "openssl": Program("openssl"),
    "pg_dump": Program("postgresql-client"),
    "pg_ctlcluster": Program("postgresql"),
    "pip": Program("python3-pip"),
    "redis-cli": Program("redis-tools"),
    "restic": Program("restic"),
    "rsync": Program("rsync"),
    "scp": Program("openssh-client"),
    "sh": Program("dash"),
    "sqlite3": Program("sqlite3"),
    "ssh": Program("openssh-client"),
    "systemctl": Program("systemd"),
    "tar": Program("tar"),
    "terraform": Program(),
    "timeout": Program("coreutils"),
    "tsc": Program("node-typescript"),
    "unzip": Program("unzip"),
    "wget": Program("wget"),
    "xargs": Program("findutils"),
    "xz": Program("xz-utils"),
    "zip": Program("zip"),
}


def version(name: str) -> str:
    """What the program says of itself: the first line that has a number in it."""
    done = subprocess.run(
        ("sh", "-c", PROGRAMS[name].version),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        timeout=60,
    )
    lines = (line.strip() for line in done.stdout.splitlines())
    return next((line for line in lines if any(map(str.isdigit, line)) and "warning" not in line), name)


def missing(case: Case) -> list[str]:
    """The packages that Debian has and this machine has not, where they are all that the case's run lacks."""
    lacking = [need for need in needs(case) if not is_here(need)]
    packages = [PROGRAMS[need].debian if need in PROGRAMS else "" for need in lacking]
    return sorted(set(packages)) if all(packages) else []
