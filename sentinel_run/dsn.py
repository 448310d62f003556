"""A Sentry DSN: the address that reports go to, `https://<key>@<host>/<project>`."""

from __future__ import annotations

from sentinel_run.errors import BadValueError
from sentinel_run.records import Record

_PORTS = {"http": 80, "https": 443}
_FORM = "a Sentry DSN such as https://<key>@<host>/<project>"


class Dsn(Record):
    """The parts of a DSN (develop.sentry.dev, "Parsing the DSN"). The path keeps its slashes: `/` or `/a/`."""

    scheme: str
    public_key: str
    host: str
    path: str
    project_id: str

    @property
    def envelope_url(self) -> str:
        """Where envelopes are posted to."""
        return f"{self.scheme}://{self.host}{self.path}api/{self.project_id}/envelope/"

    @property
    def origin(self) -> str:
        """Scheme, host and port (RFC 6454): the one server that is meant, however it is written."""
        host = self.host.lower()
        has_port = ":" in host.rpartition("]")[2]
        return f"{self.scheme}://{host}" if has_port else f"{self.scheme}://{host}:{_PORTS[self.scheme]}"

    @property
    def text(self) -> str:
        """The DSN as it is stored and sent: without the secret that old ones had beside the public key."""
        return f"{self.scheme}://{self.public_key}@{self.host}{self.path}{self.project_id}"

    @property
    def shown(self) -> str:
        """The DSN for human eyes, without its key."""
        return f"{self.scheme}://***@{self.host}{self.path}{self.project_id}"


def parse(text: str) -> Dsn:
    """The DSN in `text`; raises `BadValueError`."""
    scheme, _, rest = text.strip().partition("://")
    scheme = scheme.lower()
    credentials, at, address = rest.partition("@")
    host, slash, tail = address.partition("?")[0].partition("/")
    path, _, project_id = f"/{tail}".rpartition("/")
    key = credentials.partition(":")[0]
    if not (scheme in ("http", "https") and key and at and host and slash and project_id):
        raise BadValueError(_without_key(text), _FORM)
    if not (_is_plain(text.strip()) and project_id.isdigit() and _is_port(host)):
        raise BadValueError(_without_key(text), _FORM)
    return Dsn(scheme, key, host, f"{path}/", project_id)


def origin(text: str) -> str:
    """The origin of a DSN; an empty text of one that cannot be read."""
    try:
        return parse(text).origin
    except BadValueError:
        return ""


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text


def _is_port(host: str) -> bool:
    """Whether what follows the host's last colon, if any, is a port."""
    name, colon, port = host.rpartition(":")
    if not colon or host.endswith("]"):
        return True
    return bool(name) and port.isdigit() and len(port) < 6 and 0 < int(port) < 65536


def _without_key(text: str) -> str:
    """The text without what may be a secret: all before the last `@`, or all of what is no address at all."""
    head, at, tail = text.rpartition("@")
    scheme = head.partition("://")[0] if "://" in head else ""
    return f"{scheme}://***@{tail}" if at else f"{text[:4]}..."
