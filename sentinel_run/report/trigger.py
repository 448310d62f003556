"""What started the run: cron, a CI, systemd, a container, a person at a terminal."""

from __future__ import annotations

from sentinel_run import ci

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.facts import Place

_CRONS = frozenset(
    {"cron", "crond", "CRON", "anacron", "fcron", "supercronic", "atd", "dcron", "busybox-cron", "ofelia"}
)


def trigger(place: Place) -> str:
    """One of `ci`, `cron`, `systemd`, `terminal`, `container`, `other`, by the surest sign first."""
    if ci.is_ci(place.ci):
        return "ci"
    if _CRONS & set(place.ancestors):
        return "cron"
    if place.systemd:
        return "systemd"
    if place.interactive or "stderr" in place.terminals:
        return "terminal"
    return "container" if place.container else "other"
