"""The DSN and its server: parsed, looked up, connected to, and TLS spoken; through the proxy if there is one."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import getproxies

from sentinel_run import dsn, redact
from sentinel_run.cli.checks import reach
from sentinel_run.cli.checks.finding import Finding
from sentinel_run.deliver import sender
from sentinel_run.errors import BadValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel_run.cli.checks.reach import Step
    from sentinel_run.dsn import Dsn
    from sentinel_run.records import Setting

_PORTS = {"https": 443, "http": 80, "socks4": 1080, "socks4a": 1080, "socks5": 1080, "socks5h": 1080}
_NO_DSN = "no DSN: runs are kept on this machine only, which is fine; to report them, set SENTRY_DSN"
_NO_USABLE_DSN = "the DSN cannot be read: until it is mended, runs are kept on this machine only"


def server(given: Setting) -> tuple[Dsn | None, Finding]:
    """The DSN in parts, and whether its server answers. Without a DSN all is well."""
    if not given.value:
        return None, Finding({"dsn": None, "proxies": _proxies(), "steps": []}, advice=(_NO_DSN,))
    try:
        parsed = dsn.parse(given.value)
    except BadValueError as error:
        facts = {"dsn": redact.FILTERED, "proxies": _proxies(), "steps": []}
        return None, Finding(facts, tuple(_unread(given, error)), (_NO_USABLE_DSN,))
    return parsed, _tried(parsed)


def _unread(given: Setting, error: BadValueError) -> Iterator[str]:
    """A mistake in a file is told with its line where the files are looked at (`options`)."""
    if not given.source.startswith("dsn in "):
        yield f"{given.source}: {error}"


def _tried(parsed: Dsn) -> Finding:
    proxy = sender.proxy_for(parsed.envelope_url)
    steps = list(_steps(proxy or parsed.envelope_url, is_proxy=bool(proxy)))
    facts = {
        "dsn": parsed.shown,
        "proxy": _without_password(proxy) or None,
        "proxies": _proxies(),
        "steps": [step._asdict() for step in steps],
    }
    failed = [step for step in steps if not step.ok]
    if not failed:
        return Finding(facts)
    problem = f"the server of {parsed.shown} cannot be reached: {failed[0].name}: {failed[0].told}"
    return Finding(facts, (problem,), ("check name, firewall and proxy; reports wait in the outbox until then",))


def _steps(url: str, *, is_proxy: bool) -> list[Step]:
    """What lies behind a proxy only a real report can tell (`--send-test`)."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    port = parts.port or _PORTS.get(parts.scheme, 80)
    certificates = sender.certificates() if parts.scheme == "https" else ""
    steps = reach.steps(parts.hostname or "", port, certificates)
    return [step._replace(name=f"proxy {step.name}") for step in steps] if is_proxy else steps


def _proxies() -> dict[str, str]:
    """What the environment says of proxies, without passwords."""
    return {scheme: _without_password(address) for scheme, address in sorted(getproxies().items())}


def _without_password(address: str) -> str:
    """Proxies are also written without a scheme, where redaction cannot know the password."""
    head, at, tail = address.rpartition("@")
    scheme, mark, _ = head.rpartition("://")
    return f"{scheme}{mark}{redact.FILTERED}@{tail}" if at else redact.text(address)
