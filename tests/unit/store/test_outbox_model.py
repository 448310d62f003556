"""The outbox against a simple model: a dictionary sorted by the start of the run and the kind."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sentinel_run.store import outbox, paths

# Few of each, so that entries meet; two runs may have begun in the same millisecond.
RUNS = st.sampled_from([(12.5, "a" * 32), (12.5, "b" * 32), (3.0, "c" * 32), (1e9 + 0.001, "d" * 32)])
KINDS = st.sampled_from(outbox.KINDS)
CONTENT = st.binary(min_size=1, max_size=20)


class OutboxModel(RuleBasedStateMachine):
    """What `deliver` and the wrapper do to the outbox, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.state = str(Path(self._folder.name, "state"))
        paths.prepare(self.state)
        self.model: dict[tuple[float, str, int], bytes] = {}
        self.bad = set[str]()

    def teardown(self) -> None:
        self._folder.cleanup()

    @rule(run=RUNS, kind=KINDS, content=CONTENT)
    def put(self, run: tuple[float, str], kind: str, content: bytes) -> None:
        outbox.put(self.state, outbox.name(*run, kind), content)
        self.model[(*run, outbox.KINDS.index(kind))] = content

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def accepted(self, data: st.DataObject) -> None:
        at = data.draw(st.integers(0, len(self.model) - 1))
        outbox.remove(outbox.waiting(self.state)[at])
        del self.model[sorted(self.model)[at]]

    @precondition(lambda self: self.model)
    @rule()
    def first_is_damaged(self) -> None:
        (first, *_) = outbox.waiting(self.state)
        outbox.set_aside(self.state, first)
        del self.model[min(self.model)]
        self.bad.add(Path(first.path).name)

    @rule(run=RUNS)
    def run_is_forgotten(self, run: tuple[float, str]) -> None:
        outbox.remove_all(self.state, *run)
        self.model = {key: value for key, value in self.model.items() if key[:2] != run}

    @rule(name=st.sampled_from(["README", ".x.tmp", "12-a-event", "x.envelope", "a-b-event.envelope"]))
    def somebody_leaves_a_file(self, name: str) -> None:
        Path(self.state, "outbox", name).write_bytes(b"?")

    @rule(run=RUNS)
    def asked_for(self, run: tuple[float, str]) -> None:
        assert outbox.is_waiting(self.state, *run) == any(key[:2] == run for key in self.model)

    @invariant()
    def all_of_it_waits_in_order(self) -> None:
        letters = outbox.waiting(self.state)
        assert [(Path(letter.path).read_bytes(), letter.run_id) for letter in letters] == [
            (self.model[key], key[1]) for key in sorted(self.model)
        ]
        assert {path.name for path in Path(self.state, "bad").glob("*")} == self.bad


TestOutboxModel = OutboxModel.TestCase
TestOutboxModel.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
