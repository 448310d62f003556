"""The page in a real browser: nothing of it runs but our own script, it fits every screen, and all can read it."""

from __future__ import annotations

import html
import importlib.resources
import json
import re
from pathlib import Path
from typing import Any

from tests.children.hostile import LINES
from tests.cli.page.browser import browse
from tests.cli.page.support import read
from tests.cli.support import said
from tests.process.support import run, wrapped

# Widths of a telephone, a tablet and a desk, in the theme that each has here.
SCREENS = ((320, "light"), (768, "dark"), (1400, "light"))
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
_PROBE = """addEventListener("load", async () => {
  const filter = document.querySelector("#filter input");
  const shown = () => document.querySelectorAll("#lines > li:not([hidden])").length;
  const told = {
    width: innerWidth, needed: document.documentElement.scrollWidth, all: shown(),
    theme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
    ground: getComputedStyle(document.body).backgroundColor,
    wide: [...document.querySelectorAll("body *")]
      .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest("svg"))
      .map((one) => one.outerHTML.slice(0, 80)),
  };
  filter.value = "ONMOUSEOVER";
  filter.dispatchEvent(new Event("input"));
  told.found = shown();
  filter.value = "";
  filter.dispatchEvent(new Event("input"));
  document.querySelectorAll("details").forEach((one) => { one.open = true; });
  const judged = await axe.run(document, { resultTypes: ["violations"] });
  told.violations = judged.violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 120)}`);
  told.passed = judged.passes.length;
  parent.postMessage(told, "*");
});"""
_LISTENER = """const heard = [];
addEventListener("message", (event) => {
  heard.push(event.data);
  document.querySelector("pre").textContent = JSON.stringify(heard);
});"""


def _dumped(page: str, path: Path) -> str:
    """What the browser has made of a page in the end."""
    path.write_text(page)
    return browse(path, "--dump-dom")


def _probe(page: str) -> str:
    """The page with a script of the test's in it, and axe; the policy of the page would let neither run."""
    axe = importlib.resources.files("axe_core_python").joinpath("axe.min.js").read_text()
    assert "</script" not in axe
    return _POLICY.sub("", page).replace("</body>", f"<script>{axe}</script><script>{_PROBE}</script></body>")


def _count(tag: str, page: str) -> int:
    """How many such elements there are, not counting what stands in a script."""
    return len(re.findall(f"<{tag}[ >]", re.sub(r"<script>.*?</script>", "<script>", page, flags=re.DOTALL)))


def test_no_word_of_a_command_is_run(hostile: str, tmp_path: Path) -> None:
    """The title is ours and the elements are those that were written, but for what our own script does."""
    before, after = read(hostile), _dumped(hostile, tmp_path / "page.html")

    assert f"<title>{html.escape(before.one('title').text, quote=False)}</title>" in after
    assert "<title>owned" not in after
    assert {tag: _count(tag, after) for tag in ("script", "style", "img", "li", "section")} == {
        tag: len(list(before.all(tag))) for tag in ("script", "style", "img", "li", "section")
    }
    assert '<p id="filter">' in after, "our own script did not run"


def test_the_policy_holds_where_escaping_would_not(hostile: str, tmp_path: Path) -> None:
    """The second wall: with the words of a command put into the page as they are, none of them is obeyed."""
    dumped = _dumped(hostile.replace("</main>", f"{LINES[0]}{LINES[1]}</main>"), tmp_path / "page.html")

    assert LINES[0] in dumped
    assert "<title>owned" not in dumped


def test_it_fits_can_be_searched_and_read(hostile: str, tmp_path: Path) -> None:
    """No screen scrolls sideways, both themes are in force, the filter works, and axe has nothing to say."""
    (tmp_path / "probe.html").write_text(_probe(hostile))
    frames = "".join(
        f'<iframe src="probe.html" width="{width}" height="900" style="color-scheme: {theme}"></iframe>'
        for width, theme in SCREENS
    )

    dumped = _dumped(f"<!doctype html><pre></pre><script>{_LISTENER}</script>{frames}", tmp_path / "frames.html")
    found: list[dict[str, Any]] = json.loads(html.unescape(dumped.partition("<pre>")[2].partition("</pre>")[0]))
    assert sorted((one["width"], one["theme"]) for one in found) == list(SCREENS)
    assert len({one["ground"] for one in found}) == 2
    for one in found:
        assert one["needed"] <= one["width"], one["wide"]
        assert (one["found"], one["all"] > len(LINES)) == (1, True)
        assert one["violations"] == []
        assert one["passed"] > 20


def test_paper_is_not_for_the_source_of_libraries(work: Path) -> None:
    """Frames of your own are printed with their source, those of others without, unless the reader opened them."""
    fetch = "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9/')\n"
    (work / "job.py").write_text(fetch)
    run(wrapped("python3", "job.py"))
    page = said("show", "--html", "-")

    assert page.count('<li class="foreign">') > 10
    everything = _sheets(page.replace('<li class="foreign">', '<li class="own">'), work / "everything.html")
    assert _sheets(page, work / "page.html") <= everything - 3


def _sheets(page: str, path: Path) -> int:
    """How many sheets of paper a page fills; each is an object of the PDF (ISO 32000-1, 7.7.3.3)."""
    path.write_text(page)
    paper = path.with_suffix(".pdf")
    browse(path, f"--print-to-pdf={paper}", "--no-pdf-header-footer")
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", paper.read_bytes()))
