"""How the test server is served: small, and never longer than whoever started it."""

import os
import signal
import sys
import threading
from typing import Any

workers = 1
threads = 8
worker_class = "gthread"
worker_tmp_dir = "."
timeout = 120
graceful_timeout = 1
control_socket_disable = True
accesslog = None
errorlog = "-"


def when_ready(_server: Any) -> None:
    """Tie the server's life to its starter: the pipe on stdin ends when that one does, even by SIGKILL."""
    threading.Thread(target=_end_with_stdin, daemon=True).start()


def _end_with_stdin() -> None:
    while sys.stdin.buffer.raw.read(1024):
        pass
    os.kill(os.getpid(), signal.SIGINT)
