"""Makes what the wheel installs beside the package: the man page and the completions."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_PLACES = {
    "bash": "share/bash-completion/completions/sentinel-run",
    "zsh": "share/zsh/site-functions/_sentinel-run",
    "fish": "share/fish/vendor_completions.d/sentinel-run.fish",
}


class SharedFiles(BuildHookInterface):  # type: ignore[type-arg]
    """Runs the package's own code, so that the files cannot tell anything else than it does."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the files into a folder that lives as long as the build, and name them to it."""
        self._folder = tempfile.TemporaryDirectory()
        for place, text in _files(self.root, self.metadata.version).items():
            path = Path(self._folder.name, place)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            path.chmod(0o644)
            build_data["shared_data"][str(path)] = place

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Take the folder away."""
        self._folder.cleanup()


def _files(root: str, version: str) -> dict[str, str]:
    """Texts by the place below the prefix that they are installed to."""
    sys.path.insert(0, root)
    from sentinel_run.cli import completion, grammar, manual

    page = manual.page(grammar.program(), version=version, date=_date())
    scripts = {place: completion.script(shell) for shell, place in _PLACES.items()}
    return {"share/man/man1/sentinel-run.1": page, **scripts}


def _date() -> str:
    """The day that a reproducible build says it is (reproducible-builds.org), or today."""
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH", "") or time.time())
    return time.strftime("%Y-%m-%d", time.gmtime(seconds))
