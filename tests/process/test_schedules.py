"""Whatever bytes a program writes, in whatever pieces and on whichever stream: what goes in comes out."""

from __future__ import annotations

import base64
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.process.support import child, run, wrapped

# The sizes at which pipes, reads and safe writes end.
EDGES = [1, 4095, 4096, 4097, 65535, 65536, 65537]
PIECE = st.one_of(
    st.binary(min_size=1, max_size=300),
    st.builds(bytes.__mul__, st.binary(min_size=1, max_size=1), st.sampled_from(EDGES)),
)
SCHEDULE = st.lists(st.tuples(st.sampled_from([1, 2]), PIECE), max_size=30)


@settings(max_examples=25, deadline=None)
@given(SCHEDULE)
def test_every_schedule_of_writes(schedule: list[tuple[int, bytes]]) -> None:
    """Each stream has its bytes in the order of writing."""
    orders = json.dumps([(fd, base64.b64encode(data).decode()) for fd, data in schedule]).encode()

    done = run(wrapped(*child("write_pieces")), stdin=orders)

    assert done.stdout == b"".join(data for fd, data in schedule if fd == 1)
    assert done.stderr == b"".join(data for fd, data in schedule if fd == 2)
    assert done.returncode == 0


@settings(max_examples=15, deadline=None)
@given(st.lists(PIECE, max_size=20))
def test_every_input(pieces: list[bytes]) -> None:
    """stdin reaches the command byte for byte, and comes back through stdout."""
    done = run(wrapped("cat"), stdin=b"".join(pieces))

    assert (done.stdout, done.stderr, done.returncode) == (b"".join(pieces), b"", 0)
