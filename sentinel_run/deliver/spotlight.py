"""Shows envelopes to a Spotlight (spotlightjs.com): once each, and never for long."""

from __future__ import annotations

import time

from sentinel_run.deliver import wire
from sentinel_run.deliver.deadline import within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_USUAL = "http://localhost:8969/stream"
_LIMIT_S, _REST_S = 1.0, 30.0
_ON = frozenset(("1", "true", "yes", "on", "t", "y"))


class Spotlight:
    """One that does not answer is left alone for half a minute, so that it keeps no report from leaving."""

    def __init__(self) -> None:
        self._not_before_s: dict[str, float] = {}

    def show(self, asked: str, envelopes: Iterable[bytes]) -> None:
        """Send `envelopes` to where `asked`, the value of SENTRY_SPOTLIGHT, says. None is kept for later."""
        url = address(asked)
        for envelope in envelopes if url else ():
            is_resting = time.monotonic() < self._not_before_s.get(url, 0.0)
            if not is_resting and not _is_seen(url, envelope):
                self._not_before_s[url] = time.monotonic() + _REST_S


def address(asked: str) -> str:
    """The address that a value of SENTRY_SPOTLIGHT means; an empty text for none."""
    if asked.startswith(("http://", "https://")):
        return asked
    return _USUAL if asked.lower() in _ON else ""


def _is_seen(url: str, envelope: bytes) -> bool:
    import urllib3

    def post() -> int:
        headers = {"Content-Type": wire.CONTENT_TYPE}
        pool = urllib3.PoolManager()
        return pool.request("POST", url, body=envelope, headers=headers, timeout=_LIMIT_S, retries=False).status

    try:
        return within(_LIMIT_S, post) < 300
    except (urllib3.exceptions.HTTPError, OSError, ValueError):  # TimeoutError is an OSError.
        return False
