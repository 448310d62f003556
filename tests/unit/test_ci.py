"""CI systems are told by their mark, and only the variables that are named are kept."""

from __future__ import annotations

import pytest

from sentinel_run import ci


@pytest.mark.parametrize("vendor", ci.TABLE, ids=lambda vendor: vendor.name)
def test_every_vendor_is_known_by_its_mark(vendor: ci.Vendor) -> None:
    """Facts come from the vendor's variables, an empty one is none."""
    environ = {vendor.mark: "1", "CI": "true", **{variable: f"{fact}!" for fact, variable in vendor.facts.items()}}
    environ[next(iter(vendor.facts.values()))] = ""

    facts = ci.facts(environ)

    assert facts.pop("provider") == vendor.name
    expected = {fact: environ[variable] for fact, variable in vendor.facts.items() if environ[variable]}
    assert facts == expected


@pytest.mark.parametrize("vendor", ci.TABLE, ids=lambda vendor: vendor.name)
def test_kept_variables_give_the_same_facts(vendor: ci.Vendor) -> None:
    """`deliver` works out the facts from what the wrapper kept, and no token is in it."""
    environ = {
        vendor.mark: "1",
        "GITHUB_TOKEN": "x",
        "CI_JOB_TOKEN": "x",
        **dict.fromkeys(vendor.facts.values(), "y"),
    }

    kept = ci.kept_variables(environ)

    assert ci.facts(kept) == ci.facts(environ)
    assert not [name for name in kept if "TOKEN" in name]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("true", True), ("1", True), ("", False), ("false", False), ("0", False), ("No", False)],
)
def test_unknown_ci(value: str, expected: bool) -> None:
    """A CI that only says so is one, without facts."""
    assert ci.is_ci({"CI": value}) is expected
    assert ci.facts({"CI": value}) == ({"provider": "unknown"} if expected else {})


def test_no_ci() -> None:
    """Outside a CI there is nothing to keep."""
    assert ci.vendor({}) is None
    assert ci.kept_variables({"GITHUB_SHA": "x"}) == {}
