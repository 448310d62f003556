"""Runners of tests."""

from __future__ import annotations

from sentinel_run.diagnose.tools.tool import Tool

TOOLS: tuple[Tool, ...] = (
    Tool(("pytest", "py.test"), "pytest, exit codes", {
        1: "tests failed", 2: "interrupted, or errors while collecting", 3: "internal error", 4: "wrong usage", 5: "no tests were collected"},
        first=True, says=r"^(?:FAILED|ERROR) \S+(?:::| - )", repeats=r"^=+ .{0,300} =+$|^[1-9]\d* (?:failed|error)"),
    Tool(("unittest",), "unittest, command-line interface", {1: "tests failed", 5: "no tests were run"},
         repeats=r"^FAILED \(|^(?:FAIL|ERROR): \w+ \("),
    Tool(("jest", "vitest"), "jest, vitest", {1: "tests failed"}, first=True, says=r"^● (?!Console)|^FAIL +\S+ > ", repeats=r"^FAIL \S+$|^Tests?(?: Suites| Files)?:? +.*failed"),
    Tool(("mocha",), "mocha", {1: "one test failed"}, others="so many tests failed", repeats=r"^\d+ failing$"),
    Tool(("phpunit",), "PHPUnit", {1: "tests failed", 2: "errors occurred"}, says=r"^\d+\) \S+::", first=True, repeats=r"^FAILURES!|^ERRORS!|^Tests: \d+"),
    Tool(("rspec",), "RSpec", {1: "examples failed"}, says=r"^rspec \S+:\d+ # ", first=True, repeats=r"^\d+ examples?, "),
    Tool(("ctest",), "ctest(1)", {8: "tests failed"}, says=r"\*\*\*(?:Failed|Exception|Timeout)", first=True, repeats=r"^Errors while running CTest|^\d+% tests passed"),
    Tool(("prove",), "prove(1)", {1: "tests failed"}, says=r"^not ok \d+|^#\s+Failed test ", first=True, repeats=r"^Result: FAIL"),
    Tool(("bats",), "bats(1)", {1: "tests failed"}, says=r"^(?:not ok \d+|✗) ", first=True),
    Tool(("tox", "nox"), "tox", {1: "an environment failed"}, says=r"^\S+: (?:FAIL|exit \d+) ", repeats=r"^\s*evaluation failed"),
    Tool(("playwright", "cypress"), "Playwright; Cypress", {1: "tests failed"}, others="so many tests failed"),
)  # fmt: skip
