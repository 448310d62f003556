"""sentinel-run: any command under Sentry monitoring."""

from __future__ import annotations

__all__ = ["__version__"]


def __getattr__(name: str) -> str:
    """The version is looked up only when somebody asks: importlib.metadata is slower than starting a command."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import version

    return version("sentinel-run")
