"""What is going right now: the command's process, its wires, and what is held of its output.

The one thing that changes during a run. Whoever has to rescue the command after a fault of ours finds it here.
"""

from __future__ import annotations

import time

from sentinel_run.child import descriptors, memory_group, wiring
from sentinel_run.child.spawn import spawn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sentinel_run.child.held import Held
    from sentinel_run.child.process import Process
    from sentinel_run.child.wiring import Wire
    from sentinel_run.child.written import Written
    from sentinel_run.records import Plan


class Going:
    """The attempt that goes on. `began_s` is `time.monotonic`, `began_at` the same moment since the epoch.

    `kills` are the kernel's counts of what it killed for lack of memory before the first attempt.
    """

    child: Process
    held: Held | None = None
    files: Sequence[Written] = ()
    wires: Sequence[Wire] = ()
    began_s = began_at = 0.0
    kills: dict[str, str] | None = None

    def __init__(self, plan: Plan, environ: Mapping[str, str]) -> None:
        self._plan, self._environ = plan, environ

    def start(self) -> None:
        """Start the command, the first time or once more. Raises `SpawnError`, or OSError as `spawn` does."""
        value = self._plan.value
        if value("only-on-failure") and self.held is None:
            from sentinel_run.child.held import Held

            self.held = Held()
        for file in self.files:
            file.close()
        self.files = ()
        self.files, self.wires = self._connected() if value("capture") else ((), ())
        if self.kills is None:  # A command that eats all memory at once is counted before we look again: 0.1 ms.
            self.kills = memory_group.now()
        self.began_s, self.began_at = time.monotonic(), time.time()
        self.child = spawn(self._plan.command, self._environ, self.wires)

    def _connected(self) -> tuple[Sequence[Written], Sequence[Wire]]:
        """Regular files that the command keeps and we read, and wires in place of its other streams.

        What is held back, or told apart by stream, must pass through us.
        """
        pty, is_split = self._plan.value("pty"), self._plan.value("fail-on-stderr")
        files: Sequence[Written] = ()
        is_passed_on = self.held is not None or is_split or pty == wiring.ALWAYS
        if not is_passed_on and any(map(descriptors.is_regular, (1, 2))):
            from sentinel_run.child import written

            files = written.find()
        spared = [fd for file in files for fd in file.targets]
        return files, wiring.connect(pty, spared=spared, is_split=is_split)
