"""A runner of small scheduled tasks: every one is recorded, success or failure, with the steps that it took.

    SENTRY_DSN=... python examples/task_runner.py ping_test battery_health_report

It only needs a line a task; logging goes into the breadcrumbs by itself.
"""

from __future__ import annotations

import logging
import socket
import sys
from pathlib import Path

import sentinel_run

log = logging.getLogger("tasks")


def ping_test() -> None:
    """Is the name server of this machine there? An exception says that it is not."""
    log.info("resolving localhost")
    address = socket.gethostbyname("localhost")
    sentinel_run.measure("addresses", 1)
    log.info("localhost is %s", address)


def battery_health_report() -> None:
    """How much of its capacity has the battery left? A machine without one is a failure without an exception."""
    batteries = sorted(Path("/sys/class/power_supply").glob("BAT*/capacity"))
    if not batteries:
        sentinel_run.capture_failure(reason="no battery found", data={"looked_in": "/sys/class/power_supply"})
        return
    for battery in batteries:
        sentinel_run.measure("battery_capacity", int(battery.read_text()), "percent")


def disk_report() -> None:
    """A task that goes wrong: the traceback and the steps before it are in the report."""
    log.info("reading the disk table")
    log.warning("the disk table is empty")
    raise RuntimeError("no disk answered")


TASKS = {task.__name__: task for task in (ping_test, battery_health_report, disk_report)}


def run(name: str) -> bool:
    """Run one task; whether no exception left it. The others are run all the same."""
    try:
        with sentinel_run.task(name, data={"runner": "task_runner", "host": socket.gethostname()}):
            TASKS[name]()
    except Exception as error:
        print(f"{name}: {error}", file=sys.stderr)
        return False
    return True


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, handlers=[sentinel_run.LoggingHandler()])
    results = [run(name) for name in sys.argv[1:] or TASKS]
    raise SystemExit(not all(results))
