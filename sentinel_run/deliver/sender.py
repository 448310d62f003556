"""Posts envelopes over kept-alive connections; proxies and certificates as sentry-sdk takes them."""

from __future__ import annotations

import os
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import certifi
import urllib3

from sentinel_run import __version__, redact
from sentinel_run.deliver import answers, wire
from sentinel_run.deliver.deadline import within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sentinel_run.deliver.answers import Outcome
    from sentinel_run.deliver.wire import Parcel

TIMEOUT_S = 10.0
_WORTH_READING_BYTES = 64 * 1024
_CLIENT = f"sentinel-run/{__version__}"


class Sender:
    """One connection pool for each way out. No redirect is followed and nothing is retried here."""

    def __init__(self, timeout_s: float = TIMEOUT_S) -> None:
        self._limit_s = timeout_s
        self._timeout = urllib3.Timeout(connect=timeout_s, read=timeout_s, total=timeout_s)
        self._pools: dict[str, urllib3.PoolManager] = {}
        self.server_date = ""  # The server's clock as its last answer told it (RFC 9110, Date), for `doctor`.

    def send(self, parcel: Parcel) -> Outcome:
        """Send one envelope, cut once if it is too large. Never raises for what a network or a server can do."""
        outcome = self._try(parcel)
        return self._send_smaller(parcel, outcome) if outcome.state == answers.TOO_LARGE else outcome

    def _send_smaller(self, parcel: Parcel, refused: Outcome) -> Outcome:
        from sentinel_run.deliver import cutting

        cut = cutting.smaller(parcel)
        outcome = self._try(cut.parcel) if cut.told else refused
        if outcome.state == answers.TOO_LARGE:
            return outcome._replace(state=answers.DROPPED)
        return outcome._replace(note=outcome.note or f"cut to fit: {cut.told}")

    def _try(self, parcel: Parcel) -> Outcome:
        try:
            return within(self._limit_s, lambda: self._post(parcel))
        except TimeoutError:
            self._pools.clear()  # The one in use is held by the thread that was left behind.
            return answers.unreachable(f"no answer from the server within {self._limit_s:g} s")
        except (urllib3.exceptions.HTTPError, OSError, ValueError, ImportError) as error:
            return answers.unreachable(_why(error, parcel))

    def _post(self, parcel: Parcel) -> Outcome:
        url = parcel.dsn.envelope_url
        response = self._pool(url).request(
            "POST",
            url,
            body=wire.packed(parcel),
            headers=_headers(parcel),
            timeout=self._timeout,
            retries=False,
            redirect=False,
            preload_content=False,
        )
        told = _withheld(response.headers.get("X-Sentry-Error", ""), parcel)
        outcome = answers.outcome(response.status, {**response.headers, "X-Sentry-Error": told})
        self.server_date = response.headers.get("Date", "")
        if _length(response.headers) < _WORTH_READING_BYTES:
            response.drain_conn()
            response.release_conn()
        else:  # An answer that we need no word of must not keep us, however long it is.
            response.close()
        return outcome

    def _pool(self, url: str) -> urllib3.PoolManager:
        proxy = proxy_for(url)
        if proxy not in self._pools:
            self._pools[proxy] = _new_pool(proxy)
        return self._pools[proxy]


def _new_pool(proxy: str) -> urllib3.PoolManager:
    options: dict[str, Any] = {"num_pools": 4, "ca_certs": certificates(), "cert_reqs": "CERT_REQUIRED"}
    if proxy.startswith("socks"):
        from urllib3.contrib.socks import SOCKSProxyManager

        return SOCKSProxyManager(proxy, **options)
    if not proxy:
        return urllib3.PoolManager(**options)
    login = urlsplit(proxy).username
    if login:
        secret = f"{unquote(login)}:{unquote(urlsplit(proxy).password or '')}"
        options["proxy_headers"] = urllib3.make_headers(proxy_basic_auth=secret)
    return urllib3.ProxyManager(proxy, **options)


def _length(headers: Mapping[str, str]) -> int:
    """The length that an answer says it has; a huge one where it says nothing."""
    text = headers.get("Content-Length", "")
    return int(text) if text.isascii() and text.isdigit() else _WORTH_READING_BYTES


def _headers(parcel: Parcel) -> dict[str, str]:
    auth = f"Sentry sentry_version=7, sentry_client={_CLIENT}, sentry_key={parcel.dsn.public_key}"
    given = {name.lower() for name, _ in parcel.fields}
    ours = {
        "X-Sentry-Auth": auth,
        "User-Agent": _CLIENT,
        "Content-Type": wire.CONTENT_TYPE,
        "Content-Encoding": "gzip",
    }
    return {**{name: value for name, value in ours.items() if name.lower() not in given}, **dict(parcel.fields)}


def proxy_for(url: str) -> str:
    """The proxy that the environment names for this host, or an empty text."""
    parts = urlsplit(url)
    if proxy_bypass(parts.hostname or ""):
        return ""
    proxy = getproxies().get(parts.scheme, "")
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"


def certificates() -> str:
    """The CA file that the environment names, as requests and the SDK understand it, or certifi's."""
    for variable in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        path = os.environ.get(variable, "")
        if path and os.path.isfile(path):
            return path
    return certifi.where()


def _withheld(text: str, parcel: Parcel) -> str:
    """A server's or a library's words without the values of headers: whoever refuses one may repeat it."""
    return redact.text(text, redact.known({}, headers=parcel.fields)) if parcel.fields and text else text


def _why(error: BaseException, parcel: Parcel) -> str:
    """What went wrong underneath, in the system's words: `Connection refused`, `Name or service not known`."""
    if isinstance(error, ImportError):
        return "no way to the server: a SOCKS proxy needs PySocks; try: pip install PySocks"
    root = error
    while (inner := root.__cause__ or (None if root.__suppress_context__ else root.__context__)) is not None:
        root = inner
    text = getattr(root, "strerror", None) or str(root) or type(root).__name__
    is_proxys = isinstance(error, urllib3.exceptions.ProxyError)
    return f"no answer from the {'proxy' if is_proxys else 'server'}: {_withheld(text, parcel)[:200]}"
