"""What a CI step says of itself, by the table of `ci_vendors`.

Stdlib only: the wrapper keeps exactly the variables that the table names (no token is among them), and the report
gives them meaning.
"""

from __future__ import annotations

from sentinel_run.ci_vendors import TABLE, UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sentinel_run.ci_vendors import Vendor

_OFF = frozenset({"", "0", "false", "no", "off"})
_REFERENCES = {"refs/heads/": "branch", "refs/tags/": "tag", "refs/pull/": "pull_request"}


def vendor(environ: Mapping[str, str]) -> Vendor | None:
    """The CI system that `environ` belongs to; one that only says `CI=true` is called `unknown`."""
    return next((known for known in (*TABLE, UNKNOWN) if _bears(environ, known.mark)), None)


def is_ci(environ: Mapping[str, str]) -> bool:
    """Whether `environ` is that of a CI step."""
    return vendor(environ) is not None


def source(environ: Mapping[str, str]) -> str:
    """Where a setting comes from that the CI decided: `CI: github`; of one that only says `CI=true`, `CI`."""
    found = vendor(environ)
    return f"CI: {found.name}" if found and found is not UNKNOWN else "CI"


def facts(environ: Mapping[str, str]) -> dict[str, str]:
    """Facts of the CI step by name (`provider`, `repository`, `commit`, `job`, ...); empty outside a CI."""
    found = vendor(environ)
    if found is None:
        return {}
    known = {fact: value for fact, sources in found.facts.items() if (value := _first(sources, environ))}
    return {"provider": found.name, **_tidy(known)}


def run_key(environ: Mapping[str, str]) -> str:
    """A text that all steps of one attempt of a CI run share and no other run has; empty if there is none."""
    known = facts(environ)
    if not known.get("run"):
        return ""
    return "\n".join(known.get(fact, "") for fact in ("provider", "repository", "run", "attempt"))


def step_key(environ: Mapping[str, str]) -> str:
    """The same for one step of one job of it."""
    known = facts(environ)
    return "\n".join((run_key(environ), known.get("job", ""), known.get("step", "")))


def kept_variables(environ: Mapping[str, str]) -> dict[str, str]:
    """The part of `environ` that `facts` needs later, in another process."""
    found = vendor(environ)
    if found is None:
        return {}
    names = [found.mark.partition("=")[0]]
    for sources in found.facts.values():
        names += [name for source in _each(sources) for name in _variables(source)]
    return {name: environ[name] for name in names if environ.get(name)}


def _bears(environ: Mapping[str, str], mark: str) -> bool:
    name, equals, wanted = mark.partition("=")
    value = environ.get(name, "").lower()
    return value == wanted if equals else value not in _OFF


def _each(sources: str | tuple[str, ...]) -> tuple[str, ...]:
    return (sources,) if isinstance(sources, str) else sources


def _first(sources: str | tuple[str, ...], environ: Mapping[str, str]) -> str:
    return next(filter(None, (_value(source, environ) for source in _each(sources))), "")


def _value(source: str, environ: Mapping[str, str]) -> str:
    """A variable's value, or a text made of several; empty unless all of them are there."""
    values = {name: environ.get(name, "") for name in _variables(source)}
    if not all(values.values()):
        return ""
    return source.format_map(values) if "{" in source else values[source]


def _variables(source: str) -> Iterator[str]:
    if "{" not in source:
        yield source
    for part in source.split("{")[1:]:
        yield part.partition("}")[0]


def _tidy(known: dict[str, str]) -> dict[str, str]:
    """Branch, tag and pull request told apart: some call a tag a branch, or a pull request `false` or a URL."""
    reference = known.pop("ref", "")
    for prefix, fact in _REFERENCES.items():
        if reference.startswith(prefix):
            known[fact] = reference.removeprefix(prefix).removesuffix("/merge")
    number = known.pop("pull_request", "").rpartition("/")[2]
    if number.isdigit():
        known["pull_request"] = number
    if "tag" in known and known.get("branch") == known["tag"]:
        del known["branch"]
    if "url" in known:
        known["url"] = known["url"].replace(" ", "%20")
    return known
