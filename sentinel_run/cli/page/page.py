"""The page itself: what is known of a run, put into the templates."""

from __future__ import annotations

import base64
import hashlib
import time

import jinja2

import sentinel_run
from sentinel_run.cli.page import output as output_
from sentinel_run.cli.page.chain import chain
from sentinel_run.cli.page.geometry import HEIGHT, WIDTH, number
from sentinel_run.cli.page.plots import curves, waterfall
from sentinel_run.cli.page.rows import brief, local, proofs
from sentinel_run.cli.page.standing import standing
from sentinel_run.cli.page.tables import matters
from sentinel_run.cli.page.texts import harmless, noted
from sentinel_run.diagnose.diagnosis import FAILED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sentinel_run.cli.story import Story
    from sentinel_run.store.past import Ran

_STYLE, _SCRIPT = "style.css", "filter.js"


def page(told: Story, earlier: Sequence[Ran], *, most_lines: int = output_.MOST_LINES) -> str:
    """The whole page of a story that has all its lines. `earlier` are the runs before it, newest first.

    Whatever a command wrote is text in it: escaped, and with control characters spelled out.
    """
    templates = _templates()
    return templates.get_template("page.html").render(
        **_why(told),
        brief=brief(told),
        waterfall=waterfall(told.facts),
        curves=list(curves(told.facts)),
        output=output_.output(told, most_lines),
        standing=standing(told, earlier),
        noted=noted(told.facts),
        matters=matters(told),
        made=f"Made by sentinel-run {sentinel_run.__version__} at {local(time.time())}",
        version=sentinel_run.__version__,
        policy=_policy(templates),
    )


def _templates() -> jinja2.Environment:
    """Every text is escaped, and a name that is missing in a template is an error."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("sentinel_run.cli.page"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["number"] = number
    made.globals.update(box_width=WIDTH, box_height=HEIGHT)
    return made


def _why(told: Story) -> dict[str, Any]:
    """The first words: status, sentence and reason apart, exceptions and proofs."""
    found, name = told.diagnosis, told.facts.command.name
    sentence = found.sentence or f"{name} {'succeeded' if found.status != FAILED else 'failed'}"
    return {
        "name": name,
        "status": found.status,
        "short_id": told.short_id,
        "sentence": sentence.removesuffix(f": {found.reason}") if found.reason else sentence,
        "reason": found.reason,
        "proofs": proofs(told),
        "chain": chain(told),
    }


def _policy(templates: jinja2.Environment) -> str:
    """The content security policy: our own style and script by their hashes, and nothing from anywhere else."""
    style, script = (_hash(templates.get_template(name).render()) for name in (_STYLE, _SCRIPT))
    return f"default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
