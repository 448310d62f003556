"""Which of the user's headers a request carries."""

from __future__ import annotations

from sentinel_run.store import carried

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.deliver.wire import Parcel
    from sentinel_run.headers import Headers


def headed(parcel: Parcel, ours: Headers) -> Parcel | None:
    """The parcel with the headers of its run or else with `ours`, those of the process that delivers.

    Either only where they are for its server. None for one that needs some, while nobody knows them: without them
    it would be refused, and lost.
    """
    for known in (carried.read(parcel.wants_from), ours):
        if known.fields and known.origin == parcel.dsn.origin:
            return parcel._replace(fields=known.fields)
    return None if parcel.wants else parcel


def lacking(parcel: Parcel) -> str:
    """Why a parcel whose headers nobody knows has to wait, and what would help."""
    names = ", ".join(parcel.wants)
    return (
        f"the value of its header {names} is not known any more; give it at the top of a config file, with the DSN"
    )
