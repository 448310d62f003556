"""The output of a command that has a terminal of its own, on its way to the user's."""

from __future__ import annotations

import select

from sentinel_run.child import terminal
from sentinel_run.child.stream import Stream


class Screen(Stream):
    """The command's terminal has made `\\r\\n` of each `\\n`: the report gets it back as it was written."""

    _held = b""

    def close(self) -> None:
        """See `Stream`."""
        if self.is_open and self._held:
            super()._note(self._held)
        super().close()

    def catch_up(self) -> None:
        """See `Stream`."""
        while self.is_open and not self.is_waiting and select.select([self.wire.source], [], [], 0)[0]:
            self._pump(0)

    def _note(self, data: bytes) -> bytes:
        content = self._held + data
        # A pair may be cut in two by our buffer.
        self._held = b"\r" if content.endswith(b"\r") else b""
        plain = content[: len(content) - len(self._held)].replace(b"\r\n", b"\n")
        if plain:
            super()._note(plain)
        # In the background the user's terminal is not raw, and would do it a second time.
        return data.replace(b"\r\n", b"\n") if terminal.translates_newlines(self.sink.fd) else data
