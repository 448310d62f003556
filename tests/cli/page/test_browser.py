"""The page in a real browser: nothing of it runs but our own script, and it fits every screen."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

from tests.children.hostile import LINES
from tests.cli.page.browser import browse
from tests.cli.page.support import read

# Widths of a telephone, a tablet and a desk.
WIDTHS = (320, 768, 1400)
_PROBE = """<script>addEventListener("load", () => {
  const root = document.documentElement, filter = document.querySelector("#filter input");
  const shown = () => document.querySelectorAll("#lines > li:not([hidden])").length;
  const all = shown();
  filter.value = "EXPECTED"; filter.dispatchEvent(new Event("input"));
  const wide = [...document.querySelectorAll("body *")].filter(
    (one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest("svg") && !one.closest(".scroll"));
  parent.postMessage({width: innerWidth, needed: root.scrollWidth, all, found: shown(),
    wide: wide.map((one) => one.outerHTML.slice(0, 80)), bar: getComputedStyle(document.querySelector(".lane rect")).fill,
    title: document.title}, "*");
});</script>"""
_FRAMES = """<!doctype html><title>0</title><pre></pre><script>
const heard = [];
addEventListener("message", (event) => { heard.push(event.data); document.querySelector("pre").textContent = JSON.stringify(heard); });
</script>"""


def _dumped(page: str, path: Path) -> str:
    path.write_text(page)
    return browse(path, "--dump-dom")


def test_no_word_of_a_command_is_run(hostile: str, tmp_path: Path) -> None:
    """The title is ours and the elements are those that were written, but for what our own script does."""
    before, after = read(hostile), _dumped(hostile, tmp_path / "page.html")

    assert f"<title>{html.escape(before.one('title').text, quote=False)}</title>" in after
    assert "<title>owned" not in after
    for tag in ("script", "style", "img", "li", "section"):
        assert len(
            re.findall(f"<{tag}[ >]", re.sub(r"<script>.*?</script>", "<script>", after, flags=re.S))
        ) == len(list(before.all(tag)))
    assert re.search(r'<p id="filter">', after), "our own script did not run"


def test_it_fits_and_can_be_searched(hostile: str, tmp_path: Path) -> None:
    """No screen scrolls sideways, our style is in force, and the filter leaves the lines with a word."""
    probe = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", hostile)
    probe = probe.replace("</body>", _PROBE.replace("EXPECTED", "ONMOUSEOVER") + "</body>")
    (tmp_path / "probe.html").write_text(probe)
    frames = "".join(f'<iframe src="probe.html" width="{width}" height="900"></iframe>' for width in WIDTHS)

    dumped = _dumped(_FRAMES + frames, tmp_path / "frames.html")
    found: list[dict[str, Any]] = json.loads(html.unescape(dumped.partition("<pre>")[2].partition("</pre>")[0]))
    assert sorted(one["width"] for one in found) == list(WIDTHS)
    for one in found:
        assert one["needed"] <= one["width"], one["wide"]
        assert one["bar"].startswith("rgb(")
        assert one["bar"] != "rgb(0, 0, 0)"
        assert (one["found"], one["all"] > len(LINES)) == (1, True)
