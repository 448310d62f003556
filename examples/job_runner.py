"""A job runner as it would stand in a service: each execution a transaction, each step a breadcrumb.

    SENTRY_DSN=... python examples/job_runner.py ok fails db-down

What used to be fifty lines of `hub.Scope().SetTag(...)` in each place is said where it happens.
"""

from __future__ import annotations

import sqlite3
import sys
from dataclasses import dataclass

import sentinel_run


@dataclass
class Job:
    """What shall be executed, where, and by which model."""

    id: str
    region: str = "US"
    model: str = "gpt-4o"
    provider: str = "openai"


class ExecutorError(Exception):
    """The executor gave no usable answer."""


def execute(job: Job) -> str:
    """Ask the executor; this one fails if the job's name says so."""
    if job.id == "fails":
        raise ExecutorError("executor returned 503")
    return f"answer to {job.id}"


def insert(job: Job, answer: str) -> None:
    """Keep the answer in the database, which is missing its table for one kind of job."""
    with sqlite3.connect(":memory:") as database:
        if job.id != "db-down":
            database.execute("CREATE TABLE executions (job TEXT, answer TEXT)")
        database.execute("INSERT INTO executions VALUES (?, ?)", (job.id, answer))


def run(job: Job) -> bool:
    """Execute one job; whether its answer is kept. Every way in which that can end is reported as what it is."""
    with sentinel_run.task("execution", data={"job": job.id, "region": job.region}):
        sentinel_run.tag("job", job.id)
        for key in ("region", "model", "provider"):
            sentinel_run.tag(key, getattr(job, key))
        sentinel_run.breadcrumb("Starting execution", category="job", region=job.region)
        try:
            with sentinel_run.span("execute", op="executor.call", model=job.model) as call:
                sentinel_run.breadcrumb("Calling executor", category="job", provider=job.provider)
                answer = execute(job)
                call.tag("answer_chars", len(answer))
            sentinel_run.breadcrumb("Executor returned", category="job")
        except ExecutorError as error:
            sentinel_run.capture_exception(error, data={"phase": "execution", "model": job.model})
            return False
        return keep(job, answer)


def keep(job: Job, answer: str) -> bool:
    """Write the answer down. A database that refuses is an issue of its own: the execution was fine."""
    try:
        with sentinel_run.span("insert", op="db.insert"):
            insert(job, answer)
    except sqlite3.Error as error:
        sentinel_run.capture_exception(error, task="execution_insert", data={"table": "executions", "job": job.id})
        return False
    sentinel_run.breadcrumb("Execution completed", category="job", job=job.id)
    return True


if __name__ == "__main__":
    for name in sys.argv[1:] or ["ok"]:
        print(f"{name}: {'done' if run(Job(name)) else 'failed'}")
