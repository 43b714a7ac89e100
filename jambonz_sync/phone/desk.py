"""The calls of the page: one at a time, and what every tab is to know of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from .live_call import LiveCall, Progress
from .records import Record
from .settings import Settings

__all__ = ["Desk", "Kept", "News", "Target"]

Kept = Mapping[str, Any]


class News(NamedTuple):
    """What a tab has to know: the call, its state in words, and its records."""

    call: LiveCall | None
    state: tuple[Progress, str]
    app: int
    records: list[Record]


class Target(Protocol):
    """The app that is called."""

    name: str

    @property
    def url(self) -> str:
        """The URL of the app."""
        ...

    def state(self) -> Mapping[str, str]:
        """Return ``state`` (``up``, ``loading`` or ``error``) and ``text``."""
        ...

    def env(self) -> list[dict[str, Any]]:
        """Return the env vars that the app declares."""
        ...

    def for_tests(self) -> Mapping[str, Any]:
        """Return what a test calls."""
        ...


class Desk:
    """The calls of one page, of which one runs at a time, and the settings of the next.

    Args:
        target: The app.
        keep: Called with each call that has ended.
    Threads: any.
    """

    def __init__(self, target: Target, keep: Callable[[Kept], object]) -> None:
        self._target = target
        self._keep = keep
        self._settings = Settings()
        # guards what follows, and tells the tabs of news
        self._changed = threading.Condition()
        self._call: LiveCall | None = None
        self._app_changes = 0
        #: called with samples that the app plays on a stream, and how many of them are a second; one for each tab
        self.sound_listeners: list[Callable[[bytes, int], object]] = []

    def news(self) -> News:
        """Return what there is to know at this moment."""
        with self._changed:
            call = self._call
            if call is None:
                return News(None, ("idle", ""), self._app_changes, [])
            return News(call, (call.state, call.text), self._app_changes, call.records)

    def wait(self, known: News, records: int, timeout: float) -> None:
        """Wait until there is more than a tab knows, or :meth:`wake` is called.

        Args:
            known: What it knows.
            records: How many of the records it has.
            timeout: Seconds.
        Blocks: up to ``timeout``.
        """
        with self._changed:
            news = self.news()
            if news[:3] == known[:3] and len(news.records) == records:
                self._changed.wait(timeout)

    def wake(self) -> None:
        """End all waits."""
        with self._changed:
            self._changed.notify_all()

    def app_changed(self) -> None:
        """Tell the tabs that the app has been loaded, or has failed to."""
        with self._changed:
            self._app_changes += 1
            self._changed.notify_all()

    def app_raised(self, text: str, traceback: str, call_sid: str | None) -> None:
        """Show in the call what the app has raised.

        Args:
            text: The exception in one line.
            traceback: The lines of the app that it came by.
            call_sid: The call that the app was in; None if it is not known.
        """
        call = self._call
        if call is not None and call_sid in (None, call.call_sid):
            call.app_raised(text, traceback)

    def greeting(self, news: News) -> dict[str, Any]:
        """Return what a tab is told first of a call.

        Args:
            news: The news that the tab is at.
        """
        call, (state, text) = news.call, news.state
        return {
            "target": self._target.name,
            "settings": self._settings.to_dict(),
            "state": state,
            "text": text,
            "elapsed": 0.0 if call is None else call.elapsed,
            **self.app(),
        }

    def app(self) -> dict[str, Any]:
        """Return the state of the app, and the env vars that it declares."""
        return {"app": self._target.state(), "env": self._target.env()}

    def act(self, name: str, values: Mapping[str, Any]) -> None:
        """Do what a person has done on the page.

        Args:
            name: ``dial``, ``hang_up``, ``say``, ``press``, ``drop``, ``leg`` or ``settings``.
            values: What belongs to it.
        Raises:
            ValueError: There is no such act, or it cannot be done now.
        """
        if name == "settings":
            self._settings = Settings.read(values.get("values"))
        elif name == "dial":
            self.dial()
        else:
            call = self._call
            if call is None or call.state == "ended":
                raise ValueError("there is no call")
            match name:
                case "say":
                    call.say(str(values["text"]))
                case "press":
                    call.press(str(values["keys"]))
                case "hang_up":
                    call.hang_up()
                case "leg":
                    call.act_on_leg(str(values["leg"]), str(values["act"]), str(values.get("text", "")))
                case "drop":
                    call.drop()
                case _:
                    raise ValueError(f"there is no {name!r}")

    def dial(self) -> None:
        """Place a call with the settings.

        Raises:
            ValueError: One is up already.
        """
        with self._changed:
            if self._call is not None and self._call.state != "ended":
                raise ValueError("there is a call already: hang up first")
            call = LiveCall(self._target.url, self._settings, self._on_change, self._on_sound)
            self._call = call
            call.start()
            self._changed.notify_all()

    def replay(self, kept: Kept) -> None:
        """Place a kept call once more, with the same settings and the same turns of the caller.

        Args:
            kept: The call.
        Raises:
            ValueError: One is up already.
        """
        with self._changed:
            self._settings = Settings.read(kept["settings"])
            self.dial()
            call = self._call
        assert call is not None  # dial() has made it
        for record in kept["records"]:
            if record["kind"] == "speech" and record["who"] == "caller":
                keys = record["text"].removeprefix("(presses ")
                if keys == record["text"]:
                    call.say(keys)
                else:
                    call.press(keys.removesuffix(")"))

    def hear(self, audio: bytes) -> None:
        """Have the caller be heard on audio streams.

        Args:
            audio: A WAV file, or samples of 16 bits of the microphone, 8,000 a second.
        Raises:
            ValueError: It is a WAV file of another kind.
        """
        call = self._call
        if call is not None and call.state != "ended":
            call.speak(audio, 8000)

    def close(self) -> None:
        """Hang up, and wait until the call has ended.

        Blocks: up to 5 s.
        """
        call = self._call
        if call is not None and call.state != "ended":
            call.hang_up()
            call.wait(5.0)

    def _on_sound(self, pcm: bytes, rate: int) -> None:
        for listener in list(self.sound_listeners):
            listener(pcm, rate)

    def _on_change(self) -> None:
        with self._changed:
            self._changed.notify_all()
            call = self._call
        if call is not None and call.state == "ended":
            self._keep(call.content(self._target.name, self._target.for_tests()))
