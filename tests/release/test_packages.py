"""What is handed out: a wheel and a source archive, the same for everybody, and one file that is all of it."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from sentinel_run.cli.completion import script
from tests.process.support import run, wait_until

ROOT = Path(__file__).resolve().parents[2]
SHARED = {
    "share/man/man1/sentinel-run.1": ".TH SENTINEL\\-RUN 1",
    "share/bash-completion/completions/sentinel-run": "complete -F _sentinel_run sentinel-run",
    "share/zsh/site-functions/_sentinel-run": "#compdef sentinel-run",
    "share/fish/vendor_completions.d/sentinel-run.fish": "complete -c sentinel-run",
}


def _build(source: Path, target: Path, *what: str) -> list[Path]:
    environ = {**os.environ, "SOURCE_DATE_EPOCH": "1764000000"}
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(target), *what]
    subprocess.run(command, cwd=source, env=environ, check=True, capture_output=True)
    return sorted(target.iterdir())


def _digests(files: list[Path]) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The source archive and the wheel."""
    return _build(ROOT, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def wheel(built: list[Path]) -> Path:
    """The wheel alone."""
    return next(path for path in built if path.suffix == ".whl")


@pytest.fixture(scope="module")
def prefix(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the wheel in it; the libraries it finds where these tests have theirs."""
    home = tmp_path_factory.mktemp("venv") / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    command = ("pip", "--python", home / "bin" / "python", "install", "-q", "--no-deps", "--no-index", wheel)
    subprocess.run([sys.executable, "-m", *command], check=True)
    (site,) = (home / "lib").glob("python*/site-packages")
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    return home


def test_builds_are_reproducible(built: list[Path], tmp_path: Path) -> None:
    """The same source gives the same bytes, also out of the source archive, in another folder under another umask."""
    archive = next(path for path in built if path.name.endswith(".tar.gz"))
    subprocess.run(["tar", "-xzf", archive, "-C", tmp_path], check=True)
    (source,) = tmp_path.iterdir()
    before = os.umask(0o077)
    try:
        again = _build(source, tmp_path / "dist")
    finally:
        os.umask(before)

    assert _digests(again) == _digests(built)


def test_the_wheel_has_everything(wheel: Path) -> None:
    """The typed marker, the schema, the license, the frames of the completions, and nothing of the tests."""
    names = zipfile.ZipFile(wheel).namelist()
    data = f"{wheel.name.split('-py3')[0]}.data/data/"
    info = f"{wheel.name.split('-py3')[0]}.dist-info/"
    wanted = {"sentinel_run/py.typed", "sentinel_run/sentinel-run.schema.json", f"{info}licenses/LICENSE"}

    assert wanted | {f"{data}{place}" for place in SHARED} <= set(names)
    assert {name.split("/")[0] for name in names} == {"sentinel_run", data.split("/")[0], info.rstrip("/")}


def test_a_new_environment(prefix: Path, tmp_path: Path) -> None:
    """Man page and completions are where programs look for them, and the program runs out of its own files."""
    for place, beginning in SHARED.items():
        assert beginning in (prefix / place).read_text()
    code = "import sentinel_run; print(sentinel_run.__file__, sentinel_run.__version__)"
    done = run([str(prefix / "bin" / "python"), "-I", "-c", code])
    assert done.stdout.decode().startswith(f"{prefix}/lib/")
    program = str(prefix / "bin" / "sentinel-run")

    assert run([program, "--", "sh", "-c", "echo out; exit 3"]).stdout == b"out\n"
    assert run([program, "show", "--json"]).returncode == 0
    version = done.stdout.decode().split()[1]
    assert run([program, "--version"]).stdout.decode() == f"sentinel-run, version {version}\n"
    assert f'"sentinel\\-run {version}"' in (prefix / "share/man/man1/sentinel-run.1").read_text()


@pytest.fixture(scope="module")
def single(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The single file."""
    target = tmp_path_factory.mktemp("single") / "sentinel-run"
    subprocess.run([sys.executable, ROOT / "release" / "single_file.py", wheel, target], check=True)
    return target


@pytest.fixture(scope="module")
def program(single: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """How a Python without any library starts the single file."""
    home = tmp_path_factory.mktemp("bare") / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    python = str(home / "bin" / "python")
    assert run([python, "-I", "-c", "import click"]).returncode != 0
    return [python, str(single)]


def _at(home: Path, **more: str) -> dict[str, str]:
    """An environment with this home."""
    return {"HOME": str(home), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **more}


def test_one_file_is_all_of_it(program: list[str], tmp_path: Path) -> None:
    """A run needs nothing but the file; its report is made by the libraries, which it brings along."""
    home = tmp_path / "home"
    home.mkdir()
    environ = _at(home, SENTINEL_RUN_DELIVER="wait", SENTINEL_RUN_DELIVER_TIMEOUT="30s")

    done = run([*program, "--", "sh", "-c", "echo out; ls -A $HOME/.cache; exit 3"], env=environ)

    assert (done.returncode, done.stdout) == (3, b"out\n")
    (row,) = json.loads(run([*program, "history", "--json"], env=environ).stdout)
    assert (row["status"], row["exit_status"]) == ("failed", 3)
    found = json.loads(run([*program, "doctor", "--json"], env=environ).stdout)
    assert found["problems"] == []
    assert all(found["versions"].values())
    assert run([*program, "completion", "fish"], env=environ).stdout.decode() == script("fish")
    (folder,) = (home / ".cache" / "sentinel-run").iterdir()
    assert folder.name.startswith("libraries-")
    wait_until(lambda: not _is_served(home))


def _is_served(home: Path) -> bool:
    """Whether a `deliver` still lingers there."""
    return any(str(home) in _environ(path) for path in Path("/proc").glob("[0-9]*/environ"))


def _environ(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="needs dpkg-deb")
def test_a_debian_package(single: Path, wheel: Path, tmp_path: Path) -> None:
    """It names what it needs, has man page and completions at Debian's places, runs, and is reproducible."""
    folders = [tmp_path / "first", tmp_path / "second"]
    environ = {**os.environ, "SOURCE_DATE_EPOCH": "1764000000"}
    for folder in folders:
        folder.mkdir()
        subprocess.run(
            [sys.executable, ROOT / "release" / "debian.py", wheel, single, folder], env=environ, check=True
        )
    (package,), (again,) = (list(folder.iterdir()) for folder in folders)
    subprocess.run(["dpkg-deb", "-x", package, tmp_path / "root"], check=True)
    program = tmp_path / "root/usr/bin/sentinel-run"

    assert package.read_bytes() == again.read_bytes()
    assert run(["dpkg-deb", "-f", str(package), "Depends"]).stdout == b"python3 (>= 3.11)\n"
    assert b" root/root " in run(["dpkg-deb", "-c", str(package)]).stdout
    names = {str(path.relative_to(tmp_path / "root")) for path in (tmp_path / "root").rglob("*") if path.is_file()}
    assert names == {
        "usr/bin/sentinel-run",
        "usr/share/bash-completion/completions/sentinel-run",
        "usr/share/doc/sentinel-run/copyright",
        "usr/share/fish/vendor_completions.d/sentinel-run.fish",
        "usr/share/man/man1/sentinel-run.1.gz",
        "usr/share/zsh/vendor-completions/_sentinel-run",
    }
    assert program.read_bytes().startswith(b"#!/usr/bin/python3 ")
    assert run([sys.executable, str(program), "--", "echo", "out"], env=_at(tmp_path)).stdout == b"out\n"


def test_one_file_without_a_home(program: list[str], tmp_path: Path) -> None:
    """Where nothing can be kept the libraries are there for one call, and go with it."""
    (tmp_path / "passing").mkdir()
    places = {"TMPDIR": str(tmp_path / "passing"), "SENTINEL_RUN_STATE_DIR": str(tmp_path / "s")}
    environ = _at(Path("/proc/nowhere"), **places)

    done = run([*program, "config", "show", "--json"], env=environ)

    assert (done.returncode, done.stderr) == (0, b"")
    assert list((tmp_path / "passing").iterdir()) == []


def test_one_file_is_reproducible(single: Path, wheel: Path, tmp_path: Path) -> None:
    """The same wheel and libraries give the same bytes."""
    again = tmp_path / "again"
    subprocess.run([sys.executable, ROOT / "release" / "single_file.py", wheel, again], check=True)

    assert _digests([again])["again"] == _digests([single])["sentinel-run"]


def test_one_file_does_not_tell_where_it_was_made(single: Path) -> None:
    """Else two checkouts of one commit would give two files: an installer's RECORD depends on the folder."""
    packed = io.BytesIO(zipfile.ZipFile(single).read("libraries.zip"))
    libraries = zipfile.ZipFile(packed)
    contents = [libraries.read(name) for name in libraries.namelist()]

    assert any(name.endswith(".dist-info/METADATA") for name in libraries.namelist())
    assert not any(
        name.endswith((".dist-info/RECORD", ".dist-info/direct_url.json")) for name in libraries.namelist()
    )
    assert not any(os.fsencode(sys.prefix) in content for content in contents)


def test_one_file_may_be_replaced(single: Path, program: list[str], tmp_path: Path) -> None:
    """An update while a command runs: what it said and how it ended are there all the same."""
    old, new = tmp_path / "sentinel-run", tmp_path / "new"
    old.write_bytes(single.read_bytes())
    new.write_bytes(b"#!/usr/bin/env python3\n# another release\n" + single.read_bytes())
    script = f"sleep 0.3; mv {new} {old}; echo out; exit 3"

    done = run([program[0], str(old), "--only-on-failure", "--", "sh", "-c", script], env=_at(tmp_path))

    assert (done.returncode, done.stdout) == (3, b"out\n")
