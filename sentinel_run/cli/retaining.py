"""What the history keeps, by the options `keep-runs`, `keep-for` and `keep-size`."""

from __future__ import annotations

from sentinel_run import options, settings
from sentinel_run.store.retention import Keep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from sentinel_run.records import Setting


def keep(environ: Mapping[str, str]) -> Keep:
    """As the environment and the config files say; the run and `doctor` tell of values that cannot be used."""
    return of(settings.resolve(options.Reading({}, ()), environ).settings)


def of(chosen: Mapping[str, Setting]) -> Keep:
    """The same out of settings that are resolved already."""
    # Nobody means by 0 that nothing is kept: that is `--no-enabled`.
    runs, for_s, size = (chosen[name].value or None for name in ("keep-runs", "keep-for", "keep-size"))
    return Keep(runs, for_s, size)
