"""Whatever a command says is text on its page, and the page needs nothing from anywhere."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from tests.children.hostile import LINES
from tests.cli.page.support import Element, read, rows
from tests.cli.support import said
from tests.process.support import run, wrapped

_LOADS = frozenset(
    {"src", "srcset", "action", "formaction", "data", "poster", "background", "ping", "xlink:href", "style"}
)


def test_every_text_is_text(page: Element) -> None:
    """Each line is there letter for letter, and no element is there that the templates do not have."""
    lines = [line.one(style="text").text for line in page.named("lines").all("li")]

    assert lines[: len(LINES)] == list(LINES)
    assert {element.tag for element in page.all()} <= {
        "html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section", "article", "nav", "p", "h1",
        "h2", "h3", "dl", "dt", "dd", "div", "ul", "ol", "li", "a", "span", "mark", "strong", "code", "details", "summary",
        "table", "thead", "tbody", "tr", "th", "td", "figure", "figcaption", "svg", "rect", "line", "path", "circle", "text",
        "label", "input", "output", "script",
    }  # fmt: skip
    assert len(list(page.all("script"))) == len(list(page.all("style"))) == 1


def test_hostile_words_are_everywhere_and_harmless(page: Element) -> None:
    """In the name, the arguments, the folder, tags, notes, the CI, the exception and the names of processes."""
    run_rows = dict(rows(page.named("run")))

    assert LINES[2] in page.one("h1").text
    assert "<img src=x onerror=" in run_rows["command"]
    assert "<script>" in run_rows["directory"]
    assert ("tag", f"team={LINES[6]}") in rows(page.named("report"))
    assert ("job", LINES[1]) in rows(page.named("ci"))
    assert [row.one(style="result").text for row in page.named("noted").all("tr", "bad")] == [LINES[1]]
    assert page.named("exception").one(style="value").text == LINES[0]
    assert any("<img src=x onerror=" in words["title"] for words in page.all(style="words"))


def test_no_control_character_is_left(hostile: str, page: Element) -> None:
    """Colours and what turns text are gone, what hides is spelled out, broken bytes are shown as such."""
    lines = [line.one(style="text").text for line in page.named("lines").all("li")]

    assert [letter for letter in hostile if not letter.isprintable() and letter != "\n"] == []
    assert "red title link" in lines
    assert "backwards txt.exe and \\u200bnothing inside" in lines
    assert next(line for line in lines if line.startswith("broken")).count("\ufffd") >= 3


def test_it_needs_nothing(page: Element) -> None:
    """No attribute that loads or runs anything; links lead into the page, and to the web where the CI has an address."""
    ids = [element["id"] for element in page.all() if element["id"]]
    links = [element["href"] for element in page.all() if "href" in element.attributes]

    assert len(set(ids)) == len(ids)
    assert {name for element in page.all() for name in element.attributes if name.startswith("on")} == set()
    assert {name for element in page.all() for name in element.attributes} & _LOADS == set()
    assert [link for link in links if link.removeprefix("#") not in ids] == []
    assert ("url", LINES[7]) in rows(page.named("ci"))


def test_only_our_own_style_and_script_may_run(page: Element) -> None:
    """The content security policy names both by their hashes, and forbids everything else."""
    policy = next(meta["content"] for meta in page.all("meta") if meta["http-equiv"] == "Content-Security-Policy")
    style, script = (
        base64.b64encode(hashlib.sha256(page.one(tag).text.encode()).digest()).decode()
        for tag in ("style", "script")
    )

    assert policy == (
        f"default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; base-uri 'none'; form-action 'none'"
    )
    assert re.findall(r"url\(|@import|https?:", page.one("style").text + page.one("script").text) == []


def test_an_address_of_the_web_is_a_link(monkeypatch: pytest.MonkeyPatch) -> None:
    """It tells the other side nothing of this page."""
    monkeypatch.setenv("GITLAB_CI", "true")
    monkeypatch.setenv("CI_JOB_URL", "https://ci.example.com/jobs/7")
    run(wrapped("true"))

    (link,) = (link for link in read(said("show", "--html", "-")).all("a") if not link["href"].startswith("#"))
    assert (link["href"], link["rel"]) == ("https://ci.example.com/jobs/7", "noopener noreferrer")


def test_ten_megabytes_make_a_small_page() -> None:
    """What is kept of them is there, as many lines as a browser bears, with a word on what is not."""
    run(wrapped("sh", "-c", "yes '<b onclick=owned()>' | head -c 10000000; echo 'fatal: at last' >&2; exit 3"))

    page = said("show", "--html", "-")
    lines = list(read(page).named("lines").all("li"))
    assert len(page) < 3_000_000
    assert 9_900 < len(lines) < 10_010
    assert next(line.text for line in lines if line["class"].startswith("gap")).endswith("lines are not shown]")
    assert [mark.text for line in lines for mark in line.all("mark")] == ["fatal: at last"]
    assert " of 500,001 lines" in page


def test_one_endless_line() -> None:
    """It is one line of the page. How much of it is kept hangs on how large its pieces were: they are let go whole."""
    run(wrapped("sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x; exit 1"))

    page = read(said("show", "--html", "-"))
    assert max(len(line.text) for line in page.named("lines").all("li")) > 300_000
