"""The calls of the page: one for each caller, who may meet in the app, and what every tab is to know of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol

from ..server.development import Origin
from ..simulator.world import World
from .live_call import LiveCall, Progress
from .records import Record
from .settings import Settings

__all__ = ["MOST_CALLERS", "Desk", "Kept", "News", "Target"]

Kept = Mapping[str, Any]

#: callers that a page has at most
MOST_CALLERS = 9


class News(NamedTuple):
    """What a tab has to know: the call, its state in words, and its records."""

    call: LiveCall | None
    state: tuple[Progress, str]
    app: int
    records: list[Record]


class Target(Protocol):
    """The app that is called."""

    name: str
    #: True if it tells which of its lines send something
    knows_lines: bool

    def url_of(self, path: str) -> str:
        """Return the URL of the app at a path; "" is the path that it is called at."""
        ...

    def state(self) -> Mapping[str, str]:
        """Return ``state`` (``up``, ``loading`` or ``error``) and ``text``."""
        ...

    def env(self) -> list[dict[str, Any]]:
        """Return the env vars that the app declares."""
        ...

    def for_tests(self, path: str) -> Mapping[str, Any]:
        """Return what a test calls to call the app at a path."""
        ...


@dataclass
class _Caller:
    """A caller: the tabs in which somebody plays them, their call, and the settings of the next."""

    number: int
    settings: Settings
    call: LiveCall | None = None
    tabs: int = 0
    #: called with samples that the app plays on a stream, and how many of them are a second; one for each tab
    sound_listeners: list[Callable[[bytes, int], object]] = field(default_factory=list[Callable[[bytes, int], object]])

    @property
    def name(self) -> str:
        """What others call them."""
        return f"Caller {self.number}"

    @property
    def running(self) -> LiveCall | None:
        """Their call, if it is up."""
        return None if self.call is None or self.call.state == "ended" else self.call


class Desk:
    """The calls of one page: each caller has one at a time. Those that are up meet in the app's queues and conferences.

    Args:
        target: The app.
        keep: Called with each call that has ended, and the id that it was kept as if it has changed since; returns its
            id.
    Threads: any.
    """

    def __init__(self, target: Target, keep: Callable[[Kept, str | None], str]) -> None:
        self._target = target
        self._keep = keep
        self._world = World(real_time=True)
        # guards what follows, and tells the tabs of news
        self._changed = threading.Condition()
        self._callers = {1: _Caller(1, Settings())}
        self._app_changes = 0

    def open_tab(self, caller: int | None, listener: Callable[[bytes, int], object]) -> int:
        """Take in a tab.

        Args:
            caller: Whose it is; None for one whom nobody plays yet.
            listener: Called with samples that the app plays to them, and how many of them are a second.
        Returns:
            The number of the caller.
        Raises:
            ValueError: There are no more callers.
        """
        with self._changed:
            if caller is None:
                callers = (self._caller(number) for number in range(1, MOST_CALLERS + 1))
                free = next((each for each in callers if not each.tabs and each.running is None), None)
                if free is None:
                    raise ValueError(f"all {MOST_CALLERS} callers are being played")
                caller = free.number
            mine = self._caller(caller)
            mine.tabs += 1
            mine.sound_listeners.append(listener)
            return caller

    def close_tab(self, caller: int, listener: Callable[[bytes, int], object]) -> None:
        """Take in that a tab is closed, and end all waits.

        Args:
            caller: Whose it was.
            listener: What was given to :meth:`open_tab`.
        """
        with self._changed:
            mine = self._caller(caller)
            mine.tabs -= 1
            mine.sound_listeners.remove(listener)
            self._changed.notify_all()

    def _caller(self, number: int) -> _Caller:
        with self._changed:
            if number not in self._callers:
                if not 1 <= number <= MOST_CALLERS:
                    raise ValueError(f"caller: expected a number from 1 to {MOST_CALLERS}, got {number}")
                # as the first, with a number of their own
                settings = replace(self._callers[1].settings, from_=f"+1508555130{number}")
                self._callers[number] = _Caller(number, settings)
            return self._callers[number]

    def news(self, caller: int = 1) -> News:
        """Return what there is to know at this moment.

        Args:
            caller: The caller whose tab it is.
        """
        with self._changed:
            call = self._caller(caller).call
            if call is None:
                return News(None, ("idle", ""), self._app_changes, [])
            return News(call, (call.state, call.text), self._app_changes, call.records)

    def wait(self, known: News, records: int, timeout: float, caller: int = 1) -> None:
        """Wait until there is more than a tab knows, or :meth:`wake` is called.

        Args:
            known: What it knows.
            records: How many of the records it has.
            timeout: Seconds.
            caller: The caller whose tab it is.
        Blocks: up to ``timeout``.
        """
        with self._changed:
            news = self.news(caller)
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
        """Show in the call what the app has raised, be it over already: an exception often ends it.

        Args:
            text: The exception in one line.
            traceback: The lines of the app that it came by.
            call_sid: The call that the app was in; None if it is not known, which all that are up may be.
        """
        for call in self._running() if call_sid is None else self._calls(call_sid):
            call.app_raised(text, traceback)

    def app_sent(self, call_sid: str | None, origins: Iterable[Origin]) -> None:
        """Show in a call which lines of the app have sent something.

        Args:
            call_sid: The call.
            origins: What the process of the app tells.
        """
        for call in self._calls(call_sid):
            call.app_sent(origins)

    def greeting(self, news: News, caller: int = 1) -> dict[str, Any]:
        """Return what a tab is told first of a call.

        Args:
            news: The news that the tab is at.
            caller: The caller whose tab it is.
        """
        call, (state, text) = news.call, news.state
        return {
            "target": self._target.name,
            "knows_lines": self._target.knows_lines,
            "caller": caller,
            "settings": self._caller(caller).settings.to_dict(),
            "state": state,
            "text": text,
            "elapsed": 0.0 if call is None else call.elapsed,
            **self.app(),
        }

    def app(self) -> dict[str, Any]:
        """Return the state of the app, and the env vars that it declares."""
        return {"app": self._target.state(), "env": self._target.env()}

    def act(self, name: str, values: Mapping[str, Any], caller: int = 1) -> None:
        """Do what a person has done on the page.

        Args:
            name: ``dial``, ``hang_up``, ``say``, ``press``, ``drop``, ``leg`` or ``settings``.
            values: What belongs to it.
            caller: The caller whom they play.
        Raises:
            ValueError: There is no such act, or it cannot be done now.
        """
        if name == "settings":
            self._caller(caller).settings = Settings.read(values.get("values"))
        elif name == "dial":
            self.dial(caller)
        else:
            call = self._caller(caller).running
            if call is None:
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

    def dial(self, caller: int = 1) -> LiveCall:
        """Place a call with the settings.

        Args:
            caller: Who calls.
        Raises:
            ValueError: They have one up already.
        """
        with self._changed:
            mine = self._caller(caller)
            if mine.running is not None:
                raise ValueError("there is a call already: hang up first")
            others = self._running()
            call = LiveCall(
                self._target.url_of(mine.settings.path),
                mine.settings,
                self._world,
                lambda: self._on_change(mine, call),
                lambda pcm, rate: self._on_sound(mine, pcm, rate),
                name=mine.name,
                knows_lines=self._target.knows_lines,
                on_place=lambda place: self._on_place(call, place),
            )
            mine.call = call
            call.start()
            self._changed.notify_all()
        for other in others:
            call.see(other, other.place)
            other.see(call, call.place)
        return call

    def replay(self, kept: Kept, caller: int = 1) -> None:
        """Place a kept call once more, with the same settings and the same turns of the caller.

        Args:
            kept: The call.
            caller: Who calls.
        Raises:
            ValueError: They have one up already.
        """
        with self._changed:
            self._caller(caller).settings = Settings.read(kept["settings"])
            call = self.dial(caller)
        for record in kept["records"]:
            if record["kind"] == "speech" and record["who"] == "caller":
                keys = record["text"].removeprefix("(presses ")
                if keys == record["text"]:
                    call.say(keys)
                else:
                    call.press(keys.removesuffix(")"))

    def hear(self, audio: bytes, caller: int = 1) -> None:
        """Have a caller be heard on audio streams.

        Args:
            audio: A WAV file, or samples of 16 bits of the microphone, 8,000 a second.
            caller: Who is heard.
        Raises:
            ValueError: It is a WAV file of another kind.
        """
        call = self._caller(caller).running
        if call is not None:
            call.speak(audio, 8000)

    def close(self) -> None:
        """Hang up, and wait until the calls have ended.

        Blocks: up to 5 s for each.
        """
        calls = self._running()
        for call in calls:
            call.hang_up()
        for call in calls:
            call.wait(5.0)

    def _running(self) -> list[LiveCall]:
        with self._changed:
            calls = (caller.running for caller in self._callers.values())
            return [call for call in calls if call is not None]

    def _calls(self, sid: str | None) -> list[LiveCall]:
        """Return the last call of each caller that has this SID: it may have ended."""
        with self._changed:
            calls = (caller.call for caller in self._callers.values())
            return [call for call in calls if call is not None and call.call_sid == sid]

    # -- on the thread of a call

    def _on_sound(self, caller: _Caller, pcm: bytes, rate: int) -> None:
        for listener in list(caller.sound_listeners):
            listener(pcm, rate)

    def _on_place(self, call: LiveCall, place: str) -> None:
        for other in self._running():
            if other is not call:
                other.see(call, place)

    def _on_change(self, caller: _Caller, call: LiveCall) -> None:
        self.wake()
        with self._changed:  # what another thread adds to a call that has ended is kept after the call, or with it
            if call.state == "ended" and caller.call is call:
                content = call.content(self._target.name, self._target.for_tests(call.settings.path))
                call.kept_as = self._keep(content, call.kept_as)
