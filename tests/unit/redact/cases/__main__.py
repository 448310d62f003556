"""Print the score of our own redaction, and of detect-secrets beside it where that is installed."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib import import_module, util
from tempfile import NamedTemporaryFile

from sentinel_run import redact
from tests.unit.redact.cases import INNOCENTS, SECRETS, score


def main() -> int:
    _tell("sentinel-run", redact.text)
    if util.find_spec("detect_secrets"):
        _tell("detect-secrets", _by_detect_secrets())
    else:
        print("detect-secrets  is not installed")
    return 0


def _tell(name: str, scrub: Callable[[str], str]) -> None:
    text = "\n".join([*INNOCENTS, *(case.text for case in SECRETS)] * 20)
    found = score(scrub)
    began = time.process_time()
    scrub(text)
    megabytes_a_second = len(text) / (time.process_time() - began) / 1e6
    print(f"{name:15} {found}, {megabytes_a_second:.2f} MB/s")


def _by_detect_secrets() -> Callable[[str], str]:
    """Its own scan of a file, with the settings it comes with."""
    collection = import_module("detect_secrets.core.secrets_collection")
    settings = import_module("detect_secrets.settings")

    def scrub(text: str) -> str:
        with NamedTemporaryFile("w", suffix=".txt") as file, settings.default_settings():
            file.write(text)
            file.flush()
            found = collection.SecretsCollection()
            found.scan_file(file.name)
        for _, secret in found:
            text = text.replace(secret.secret_value, redact.FILTERED)
        return text

    return scrub


if __name__ == "__main__":
    raise SystemExit(main())
