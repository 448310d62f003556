"""The house: who may import whom, and which library lives in which room."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "sentinel_run"
EVERYONE = frozenset(
    {
        "records",
        "errors",
        "facts",
        "json_form",
        "kernel_file",
        "kinds",
        "measures",
        "dsn",
        "ci",
        "ci_vendors",
        "own_fd",
        "typed",
        "schedule",
        "headers",
    }
)
# What a room may use beside what everyone may. The cli may use everything, inside a subcommand's function.
MAY_IMPORT: dict[str, frozenset[str]] = {
    "child": frozenset({"child"}),
    "store": frozenset({"store"}),
    "diagnose": frozenset({"diagnose"}),
    "crontabs": frozenset({"crontabs", "monitors", "naming"}),
    "report": frozenset({"report", "diagnose", "naming", "redact"}),
    "epilogue": frozenset({"epilogue", "diagnose", "report", "naming"}),
    "program": frozenset(
        {
            "program",
            "child",
            "store",
            "naming",
            "notebook",
            "notes",
            "options",
            "planning",
            "recorder",
            "trace",
        }
    ),
    "deliver": frozenset(
        {"deliver", "store", "diagnose", "report", "notebook", "output", "redact"} | {"__version__"}
    ),
}
LIBRARIES: dict[str, tuple[str, ...]] = {
    "sentry_sdk": ("report/", "deliver/"),
    "urllib3": ("deliver/",),
    "certifi": ("deliver/",),
    "psutil": ("report/host.py", "report/mounts.py", "child/by_psutil.py"),
    "cronsim": ("upcoming.py",),
    "click": ("cli/",),
    "rich": ("cli/",),
    "jinja2": ("cli/page/",),
}
MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


def _imports(path: Path) -> Iterator[str]:
    """Dotted names that a module imports at run time, wherever in it."""
    tree = ast.parse(path.read_text())
    guarded = {id(node) for block in ast.walk(tree) if _is_for_types(block) for node in ast.walk(block)}
    for node in ast.walk(tree):
        if id(node) in guarded:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


@pytest.mark.parametrize("module", [module for module in MODULES if module.split("/")[0] in MAY_IMPORT])
def test_a_room_uses_only_its_neighbours(module: str) -> None:
    """The arrows of ARCHITECTURE.md are the only ones."""
    allowed = MAY_IMPORT[module.split("/")[0]] | EVERYONE
    ours = [name.split(".")[1] for name in _imports(PACKAGE / module) if name.startswith("sentinel_run.")]

    assert set(ours) <= allowed


@pytest.mark.parametrize("module", MODULES)
def test_a_library_stays_in_its_room(module: str) -> None:
    """A reader of pyproject.toml finds each dependency where its comment says."""
    used = {name.split(".")[0] for name in _imports(PACKAGE / module)} & LIBRARIES.keys()

    assert {library for library in used if not module.startswith(LIBRARIES[library])} == set()


@pytest.mark.parametrize("module", [module for module in MODULES if not module.startswith("cli/")])
def test_nothing_imports_the_cli(module: str) -> None:
    """Only the fork in the road leads there."""
    users = [name for name in _imports(PACKAGE / module) if name.startswith("sentinel_run.cli")]

    assert users == [] or module == "entry.py"


def test_no_files_import_each_other_in_a_circle() -> None:
    """Each can be read, and changed, knowing only those below it; imports inside of functions count too."""
    names = {_dotted(module) for module in MODULES}
    below = {_dotted(module): set(_below(PACKAGE / module, names)) for module in MODULES}

    try:
        TopologicalSorter(below).prepare()
    except CycleError as error:
        pytest.fail(f"in a circle: {' -> '.join(reversed(error.args[1]))}")


def _dotted(module: str) -> str:
    return "sentinel_run." + module.removesuffix(".py").replace("/", ".")


def _below(path: Path, names: set[str]) -> Iterator[str]:
    """The files that one imports: `from a import b` means the file a.b, or something in the file a."""
    for name in _imports(path):
        for file in (name, name.rpartition(".")[0]):
            if file in names:
                yield file
                break
