"""The kept output: bounded, in order, and with nothing lost when it is small."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sentinel_run.child import tail

STREAM = st.sampled_from(["stdout", "stderr"])
SMALL = st.lists(st.tuples(STREAM, st.binary(min_size=1, max_size=60)), max_size=60)
SIZE = st.one_of(st.integers(1, 300), st.integers(1, 70_000), st.just(tail.TAIL_BYTES * 3))


def fill(pieces: list[tuple[str, bytes]]) -> tail.Tail:
    """A tail that got the pieces one second after another."""
    made = tail.Tail()
    for second, (stream, data) in enumerate(pieces):
        made.add(float(second), stream, data)
    return made


def content(made: tail.Tail, stream: str) -> bytes:
    """All that is kept of a stream."""
    return b"".join(chunk.data for chunk in (*made.head, *made.tail) if chunk.stream == stream)


@given(SMALL)
def test_what_goes_in_comes_out(pieces: list[tuple[str, bytes]]) -> None:
    """Small output is kept whole, and its counts are right."""
    made = fill(pieces)

    for stream in {name for name, _ in pieces}:
        given_bytes = b"".join(data for name, data in pieces if name == stream)
        assert content(made, stream) == given_bytes
        assert (made.bytes[stream], made.lines[stream]) == (len(given_bytes), given_bytes.count(b"\n"))
    assert made.dropped == {}


@given(st.lists(st.tuples(STREAM, SIZE, st.sampled_from([b"x", b"\n", b"ab\n"])), max_size=40), st.integers(1, 40))
def test_memory_is_bounded(pieces: list[tuple[str, int, bytes]], repeats: int) -> None:
    """For any sizes and any number of pieces; what is kept and what was dropped add up."""
    made = fill([(stream, (unit * size)[:size]) for stream, size, unit in pieces] * repeats)

    kept = sum(len(chunk.data) for chunk in (*made.head, *made.tail))
    assert kept <= tail.HEAD_BYTES + tail.TAIL_BYTES + 4096
    for stream, count in made.bytes.items():
        assert len(content(made, stream)) + made.dropped.get(stream, 0) == count


def test_byte_by_byte_is_bounded_too() -> None:
    """Each kept chunk costs memory of its own."""
    made = fill([("stdout" if i % 2 else "stderr", b"x") for i in range(50_000)])

    assert len(made.head) + len(made.tail) < 4000


@given(SMALL)
def test_order_and_times_stay(pieces: list[tuple[str, bytes]]) -> None:
    """Chunks stand in order of arrival with the time of their first byte."""
    made = fill(pieces)

    times = [chunk.at_s for chunk in (*made.head, *made.tail)]
    assert times == sorted(times)


def test_head_and_tail_are_kept() -> None:
    """Of long output the beginning and the end."""
    made = fill([("stdout", b"%07d\n" % number) for number in range(200_000)])

    assert content(made, "stdout").startswith(b"0000000\n0000001\n")
    assert content(made, "stdout").endswith(b"0199998\n0199999\n")
    assert made.dropped["stdout"] > 1_000_000


def test_left_out_bytes_make_one_gap() -> None:
    """What stood behind the head goes too, or two halves of a line would meet; other streams stay."""
    kept = tail.Tail()
    kept.add(0.0, "stdout", b"a" * tail.HEAD_BYTES)
    kept.add(0.1, "stdout", b"left")
    kept.add(0.2, "stderr", b"stays")

    kept.leave_out("stdout", 1000)
    kept.add(0.3, "stdout", b"over")

    assert [(chunk.stream, chunk.data) for chunk in kept.tail] == [("stderr", b"stays"), ("stdout", b"over")]
    assert kept.bytes == {"stdout": tail.HEAD_BYTES + 1008, "stderr": 5}
    assert kept.dropped == {"stdout": 1004}
