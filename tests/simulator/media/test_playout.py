"""The audio of the app on its way to the caller."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.simulator.media.playout import SamplePlayout


@given(st.lists(st.binary(max_size=2000) | st.sampled_from(["mark", "kill", "tick"]), max_size=30))
def test_nothing_is_lost_or_played_twice_however_it_is_cut(steps: list[bytes | str]) -> None:
    playout, sent, played = SamplePlayout(8000), b"", b""
    marks = 0
    for step in steps:
        if isinstance(step, bytes):
            sent += step
            assert playout.feed(step)
        elif step == "mark":
            marks += playout.mark("m")
        elif step == "tick":
            played += playout.next_frame()
        else:
            sent, played = b"", b""
            playout.kill()
    # what is stuck comes with the next lot
    playout.feed(bytes(4001 if len(sent) % 2 else 4000))
    for _ in range(1000):
        played += playout.next_frame()
    assert played[: len(sent)] == sent
    assert set(played[len(sent) :]) <= {0}
    assert len(playout.events) == marks
