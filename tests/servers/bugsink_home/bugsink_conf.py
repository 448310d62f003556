"""Settings of the test server: strict, eager, silent towards the vendor. Copied into each server's home."""

import json
import logging
import os
from pathlib import Path

from bugsink.settings.default import *  # type: ignore[import-not-found]  # noqa: F403
from bugsink.settings.default import LOGGING

HOME = Path.cwd()
SECRET_KEY = "only for tests on this machine, never reachable from another one"
TIME_ZONE = "UTC"
SNAPPEA = {"TASK_ALWAYS_EAGER": True}  # Digested inside the request: stored when the sender has its 200.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

_NO_LIMIT = 10_000_000
BUGSINK = {
    "BASE_URL": f"http://127.0.0.1:{os.environ.get('PORT', '8000')}",
    "SINGLE_USER": True,
    "SINGLE_TEAM": True,
    "PHONEHOME": False,
    "VALIDATE_ON_DIGEST": "strict",
    "KEEP_ENVELOPES": 10_000,
    "INGEST_STORE_BASE_DIR": str(HOME / "ingestion"),
    "MAX_EVENTS_PER_PROJECT_PER_5_MINUTES": _NO_LIMIT,
    "MAX_EVENTS_PER_PROJECT_PER_HOUR": _NO_LIMIT,
    "MAX_EVENTS_PER_PROJECT_PER_MONTH": _NO_LIMIT,
    "MAX_EVENTS_PER_5_MINUTES": _NO_LIMIT,
    "MAX_EVENTS_PER_HOUR": _NO_LIMIT,
    "MAX_EVENTS_PER_MONTH": _NO_LIMIT,
}


class Refusal(logging.Formatter):
    """One JSON line for an event that digest() refused after the sender got its 200."""

    def format(self, record: logging.LogRecord) -> str:
        _, error, trace = record.exc_info or (None, None, None)
        # The outermost frame is digest() itself, the only place that knows project and event.
        facts = trace.tb_frame.f_locals.get("event_metadata", {}) if trace else {}
        return json.dumps(
            {
                "project": facts.get("project_id"),
                "event_id": facts.get("event_id"),
                "code": getattr(error, "code", None),
                "reason": "; ".join(getattr(error, "messages", [record.getMessage()])),
            }
        )


LOGGING["formatters"]["refusal"] = {"()": Refusal}
LOGGING["handlers"]["refusals"] = {
    "class": "logging.FileHandler",
    "filename": str(HOME / "refusals.jsonl"),
    "level": "WARNING",
    "formatter": "refusal",
    "delay": True,
}
LOGGING["loggers"]["bugsink.ingest"] = {"level": "WARNING", "handlers": ["refusals"], "propagate": True}
