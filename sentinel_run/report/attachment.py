"""The attachment `output.txt`: head and tail of the redacted output."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel_run.diagnose.lines import Line

NAME = "output.txt"
MAX_BYTES = 512 * 1024


def output_text(lines: Sequence[Line]) -> bytes:
    """The lines as UTF-8, at most 512 KiB; the middle is left out where they are longer, and that is told."""
    content = "".join(f"{line.text}\n" for line in lines).encode("utf-8", "replace")
    if len(content) <= MAX_BYTES:
        return content
    told = f"\n[{len(content) - MAX_BYTES:,} bytes are left out here]\n".encode()
    head = MAX_BYTES // 4
    return content[:head] + told + content[len(content) - (MAX_BYTES - head - len(told)) :]
