"""What a call that waits for its caller weighs."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jambonz_sync
from jambonz_sync import Service, Session
from tests.peer import Peer

CALLS = 40
OURS = tracemalloc.Filter(True, str(Path(jambonz_sync.__file__).parent / "*"), all_frames=True)


def allocated() -> int:
    """Bytes that this package, and what it has called, holds since tracing began."""
    gc.collect()
    traces = tracemalloc.take_snapshot().filter_traces([OURS])
    return sum(trace.size for trace in traces.traces)


def test_an_idle_call_takes_less_than_8_kib(serve: Callable[..., Service], dial: Callable[..., Peer]) -> None:
    service = serve()

    @service.on("session:new")
    def begin(session: Session) -> None:
        @session.on("/heard")
        def heard(event: Any) -> None:
            session.say(text="Go on.").gather(input=["speech"], action_hook="/heard").reply()

        session.say(text="Welcome.").gather(input=["speech"], action_hook="/heard").send()

    def call() -> None:
        peer = dial(service)
        peer.begin()
        peer.ask("/heard", speech={"alternatives": [{"transcript": "hello"}]})

    for _ in range(10):  # what is made once
        call()
    tracemalloc.start(16)
    try:
        before = allocated()
        for _ in range(CALLS):
            call()
        each = (allocated() - before) / CALLS
    finally:
        tracemalloc.stop()
    assert 1000 < each < 8 * 1024
