"""Every exception of ours; each carries its facts and says its own sentence."""

from __future__ import annotations


class SentinelError(Exception):
    """Base of all errors that end in one line for the user."""

    exit_status = 125


class UsageError(SentinelError):
    """The command line is wrong; nothing has run."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(f"{what}; {hint}" if hint else what)


class BadValueError(SentinelError):
    """A text that is no value of its option's kind; the caller adds where it stood."""

    def __init__(self, text: str, wanted: str, likely: str = "") -> None:
        hint = f" (did you mean {likely}?)" if likely else ""
        super().__init__(f"{text!r} is not valid{hint}, expected {wanted}")


class SpawnError(SentinelError):
    """The command could not be started: 126 for found but not executable, 127 for not found."""

    def __init__(self, command: str, why: str, *, exit_status: int) -> None:
        super().__init__(f"{command}: {why}")
        self.why = why
        self.exit_status = exit_status


class SkippedError(SentinelError):
    """The command is not started, because it is not its turn. Status 0: that is no failure.

    `signal` is the one that asked us to end while the run waited, 0 if none did.
    """

    exit_status = 0

    def __init__(self, why: str, *, signal: int = 0) -> None:
        super().__init__(why)
        self.signal = signal


class UnprintedError(SentinelError):
    """Our stdout does not take what a subcommand has to say."""

    def __init__(self, why: str | None) -> None:
        super().__init__(f"the output cannot be written: {why or 'no reason given'}")


class NoReaderError(SentinelError):
    """Whoever read our stdout has gone away, as `head` does: the end that SIGPIPE makes, as a shell sees it.

    Not a BrokenPipeError, of which click makes an exit status 1 of its own.
    """

    exit_status = 141


class StoreError(SentinelError):
    """The state directory cannot be used; the run goes on without it."""


class FormatError(SentinelError):
    """A stored entry cannot be read: damaged, or written by a newer release."""

    def __init__(self, what: str, *, newer: bool = False) -> None:
        super().__init__(what)
        self.newer = newer
