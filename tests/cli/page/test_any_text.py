"""Whatever the texts of a run are, its page is whole and says them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel_run.cli.page.page import page
from sentinel_run.cli.page.texts import harmless
from sentinel_run.cli.story import Story
from sentinel_run.diagnose.diagnosis import FAILED, Diagnosis
from sentinel_run.diagnose.lines import Line
from sentinel_run.diagnose.thrown import Frame, Thrown
from sentinel_run.facts import Ending, Member, Moment, Noted, Step, Tree, Usage
from sentinel_run.store.past import Ran
from tests.cli.page.support import read, rows
from tests.unit.samples import facts

# Bytes that are no UTF-8 come as lone surrogates (PEP 383).
TEXT = st.text(st.characters(exclude_categories=()), max_size=12)
MARKUP = st.sampled_from(
    ["<script>", "</title>", "\"'>", "&lt;", "{{ 1 }}", "]]>", "\x1b[31m", "\u202e", "\udcff"]
)
ANY = st.lists(TEXT | MARKUP, min_size=1, max_size=4).map("".join).filter(bool)


def _story(text: str) -> Story:
    """A run of which every text is this one."""
    made = facts()
    made = made._replace(
        command=made.command._replace(name=text, argv=(text,), cwd=text, executable=text),
        place=made.place._replace(host=text, user=text, ancestors=(text,), ci={"GITLAB_CI": "true", "CI_JOB_NAME": text}),
        reporting=made.reporting._replace(release=text, tags=((text, text),)),
        ending=Ending(3.5, 2.0, 1, interrupted_by=text),
        usage=Usage(tree_cpu_s=1.0, tree_peak_rss_bytes=5, max_rss_bytes=5),
        tree=Tree((Member(1, 42, (text, text), 0.5, 1.0),), timeline=(Moment(0.5, 0.5, 5, 1),)),
        steps=(Step(0.1, text),),
        noted=(Noted("breadcrumb", 0.2, {"message": text, "data": {text: text}}),),
        notes=(text,),
    )  # fmt: skip
    thrown = Thrown(text, text, frames=(Frame(text, 3, text, source=text),))
    diagnosis = Diagnosis(FAILED, text, text, sentence=f"it failed {text}", reason=text, thrown=(thrown,))
    return Story(made, diagnosis, "abc", (Line(0.1, "stdout", text), Line(0.2, text, text)), 2, (), (text,))


@settings(max_examples=25, deadline=None)
@given(ANY)
def test_any_text(text: str) -> None:
    """The page can be written, is closed in order, and has each text where it belongs."""
    written = page(_story(text), [Ran(1.0, 2.0, FAILED, text, text)])
    found = read(written.encode().decode())

    said = harmless(text)
    assert found.one("h1").text == harmless(f"it failed {text}")
    assert [line.one(style="text").text for line in found.named("lines").all("li")] == [said, said]
    assert found.named("exception").one("h3").text == said
    assert dict(rows(found.named("machine")))["host"] == said
    assert dict(rows(found.named("ci")))["job"] == said
    assert all(letter.isprintable() or letter == "\n" for letter in written)


@given(ANY)
def test_what_is_harmless_stays_so(text: str) -> None:
    """Lines stay lines, nothing that is spelled out is spelled out again, and what is printable is as it was."""
    said = harmless(text)

    assert said.count("\n") == text.count("\n")
    assert harmless(said) == said
    assert said == text or not text.isprintable()
