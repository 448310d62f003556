"""Slugs are what Sentry takes, and a monitor knows the zone that its times are in."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run import monitors

SLUGS = {
    "nightly-backup": "nightly-backup",
    "backup.sh": "backup-sh",
    "Back Up!": "back-up",
    "db_dump": "db_dump",
    "npm run build": "npm-run-build",
    "straße": "strasse",
    "Ménage à 3.sh": "menage-a-3-sh",
    "日本": "job-c7b7cdcc",
    "バックアップ.sh": "sh-bb40b32a",
    "→ naïve!": "naive",
    "": "job",
    "---": "job",
    "42": "job-42",
    "x" * 60: "x" * 50,
    "y" * 49 + "-z": "y" * 49,
}


@pytest.mark.parametrize(("name", "slug"), SLUGS.items())
def test_slugs(name: str, slug: str) -> None:
    """What Sentry would refuse or cut is made legal."""
    assert monitors.slug(name) == slug


@given(st.text(max_size=80))
def test_any_name_gives_a_legal_slug(name: str) -> None:
    """Sentry's own pattern, and a legal slug stays as it is."""
    slug = monitors.slug(name)

    assert re.fullmatch(r"(?![0-9]+$)[a-z0-9_\-]{1,50}", slug)
    assert monitors.slug(slug) == slug


def test_the_zone_of_this_machine() -> None:
    """TZ comes first, as for every program; what is no zone's name is passed over."""
    assert monitors.local_zone({"TZ": "Asia/Tokyo"}) == "Asia/Tokyo"
    assert monitors.local_zone({"TZ": ":America/Lima"}) == "America/Lima"
    assert monitors.local_zone({"TZ": "CET-1CEST"}) == monitors.local_zone({})


@pytest.mark.parametrize(
    ("splay_s", "margin_min"), [(None, None), (0.0, None), (0.5, 2), (60, 2), (61, 3), (600, 11), (1e9, 40320)]
)
def test_the_margin_of_a_spread_start(splay_s: float | None, margin_min: int | None) -> None:
    """In whole minutes, never less than the splay, and as long as Sentry takes."""
    assert monitors._margin_min(splay_s) == margin_min
