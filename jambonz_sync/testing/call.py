"""A pytest fixture that calls an app: no phone, no server, no port to choose.

    def test_echo(jambonz_call):
        call = jambonz_call(app, path="/")
        assert call.heard("Say something")
        call.says("hello")
        assert call.heard("You said: hello") and call.ended

pytest finds it by itself where this package is installed.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from ..endpoint import Endpoint
    from ..simulator import Transcript, TranscriptEntry, Turn

__all__ = ["PlaceCall", "TestCall", "jambonz_call"]

WSGI = Callable[..., Any]


class TestCall:
    """A call that runs beside the test. Its methods may be called from the thread of the test only."""

    __test__ = False  # no test case, whatever its name

    def __init__(self, url: str, *, timeout: float, **options: Any) -> None:
        from ..simulator import Call, CallLimits, LiveCaller

        # a test runs where there may be no time to spare, and is not about jambonz's own patience
        options.setdefault("limits", CallLimits(handshake=timeout))
        self._caller = LiveCaller()
        self._timeout = timeout
        self._changed = threading.Condition()
        self._over = False
        self._failure: BaseException | None = None
        self._call = Call(
            url, caller=self._caller, on_entry=self._note, on_audio=self._note, timeout=10 * timeout, **options
        )
        #: everything that was said and done, so far
        self.transcript: Transcript = self._call.transcript
        self._thread = threading.Thread(target=self._run, name="jambonz-call", daemon=True)
        self._thread.start()

    # -- what the caller does

    def says(self, text: str, confidence: float = 0.95) -> None:
        """Say ``text`` as soon as the app listens, recognised with ``confidence`` from 0 to 1. On an audio stream it is
        a tone, 0.3 s for a word. Does not block."""
        from ..simulator import Said

        self._do(Said(text, confidence))

    def plays(self, audio: bytes | str | os.PathLike[str], sample_rate: int = 8000) -> None:
        """Be heard as ``audio`` on the audio streams of the call, as soon as the app listens: a WAV file (16 bits) as
        bytes or as a path, or samples (16-bit little-endian, one channel) at ``sample_rate`` a second. Does not block.
        Raises ValueError for a WAV file of another kind."""
        from ..simulator import Played

        self._do(Played(audio if isinstance(audio, bytes) else Path(audio).read_bytes(), sample_rate))

    def presses(self, keys: str) -> None:
        """Press ``keys`` (``0``-``9``, ``*``, ``#``) as soon as the app listens. Does not block."""
        from ..simulator import Pressed

        self._do(Pressed(keys))

    def is_silent(self) -> None:
        """Let what listens time out. Does not block."""
        from ..simulator import Silence

        self._do(Silence())

    def hangs_up(self) -> None:
        """Hang up now, whatever the app does. Does not block."""
        self._call.hang_up()

    # -- what came of it

    def heard(self, what: str | bytes) -> bool:
        """Whether the app has said this, or says it before the call ends: any part of one utterance, in any case; or,
        for bytes, whether it has played these samples on an audio stream.

        Blocks until it has, for as long as the fixture's ``timeout`` at most. Raises what kept the call from
        taking place.
        """
        return self._wait(
            lambda: what in self.transcript.audio if isinstance(what, bytes) else self.transcript.heard(what)
        )

    def heard_audio(self, seconds: float = 0.0) -> bytes:
        """What the app has played on audio streams so far: samples of 16 bits, little-endian, one channel, at the rate
        at which it sent them.

        Blocks until there are ``seconds`` of it that are not silent, or the call ends, for as long as the fixture's
        ``timeout`` at most. Raises what kept the call from taking place.
        """
        self._wait(lambda: self.transcript.sound_seconds >= seconds)
        return self.transcript.audio

    @property
    def ended(self) -> bool:
        """Whether the call is over. Blocks until it is, for as long as the fixture's ``timeout`` at most."""
        return self._wait(lambda: self._over)

    @property
    def end_reason(self) -> str | None:
        """Why the call ended (``completed``, ``rejected (480)`` ...); None while it lasts. Does not block."""
        return self.transcript.end_reason

    @property
    def errors(self) -> list[str]:
        """What the app got wrong, so far. Does not block."""
        return self.transcript.errors

    @property
    def verbs(self) -> Sequence[Mapping[str, object]]:
        """The verbs that have been started, in order, as the app sent them. Does not block."""
        return self.transcript.verbs

    # -- inside

    def _do(self, turn: Turn) -> None:
        self._caller.queue_turn(turn)
        self._call.wake()

    def _note(self, news: TranscriptEntry | bytes) -> None:
        with self._changed:
            self._changed.notify_all()

    def _run(self) -> None:
        try:
            self._call.run()
        except BaseException as error:  # raised in the thread of the test, which is where it is seen
            self._failure = error
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _wait(self, condition: Callable[[], bool]) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._over or condition(), self._timeout)
        if self._failure is not None:
            raise self._failure
        return condition()

    def close(self) -> None:
        """Hang up and wait until the call is over. The fixture does it."""
        self._call.hang_up()
        self._thread.join(self._timeout)


class PlaceCall(Protocol):
    """What the fixture ``jambonz_call`` is."""

    def __call__(
        self,
        app: Endpoint | WSGI,
        path: str = "/",
        *,
        websocket: bool | None = None,
        timeout: float = 10.0,
        **options: Any,
    ) -> TestCall:
        """Serve ``app``, an endpoint or any WSGI application, and call it at ``path``. Does not block.

        ``websocket`` says how; by default an endpoint is called over a WebSocket, anything else by webhook. ``timeout``
        is in seconds, for each wait. ``options`` are those of :class:`jambonz_sync.simulator.Call`.
        """
        ...


@pytest.fixture
def jambonz_call() -> Iterator[PlaceCall]:
    """Places calls to apps: ``jambonz_call(app, path="/")`` gives a :class:`TestCall`."""
    from ..endpoint import Endpoint
    from ..server import Listening

    calls: list[TestCall] = []
    servers: dict[int, Listening] = {}

    def place(
        app: Endpoint | WSGI, path: str = "/", *, websocket: bool | None = None, timeout: float = 10.0, **options: Any
    ) -> TestCall:
        server = servers.get(id(app))
        if server is None:
            wsgi = app.app if isinstance(app, Endpoint) else app
            server = servers[id(app)] = Listening("127.0.0.1", 0, wsgi)
        scheme = "ws" if (isinstance(app, Endpoint) if websocket is None else websocket) else "http"
        call = TestCall(f"{scheme}://127.0.0.1:{server.port}{path}", timeout=timeout, **options)
        calls.append(call)
        return call

    yield place
    for call in calls:
        call.close()
    for server in servers.values():
        server.stop()
