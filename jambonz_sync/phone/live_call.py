"""One call of the page, which runs beside it."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from ..server.development import Origin
from ..simulator import (
    Call,
    Callee,
    CallFailed,
    LiveCaller,
    Network,
    Played,
    Pressed,
    Said,
    Scenario,
    TranscriptEntry,
    Turn,
)
from ..simulator.engine.leg import Leg
from ..simulator.engine.limits import Pace
from ..simulator.engine.person import Person
from ..simulator.engine.turns import KEYS
from ..simulator.engine.wire import WireMessage
from ..simulator.world import World
from .records import Record, Recorder
from .settings import Settings

__all__ = ["LiveCall", "Progress"]

Progress = Literal["idle", "calling", "talking", "ended"]

#: characters of one text that a person may say, and keys at once
_LONGEST_SAID, _MOST_KEYS = 10_000, 100
#: seconds until the caller hangs up, whatever happens
_LONGEST_CALL = 6 * 3600.0
#: verbs in which a caller meets others, and how that reads behind the name of one
_PLACES = {"enqueue": "waits in the queue", "dequeue": "takes from the queue", "conference": "in the conference"}


class LiveCall:
    """A call that runs on a thread of its own.

    Args:
        url: The URL of the app.
        settings: How it is placed.
        world: Where it meets others.
        changed: Called after each change, on the thread of the call.
        on_sound: Called with samples that the app plays on a stream, and how many of them are a second.
        name: What others call the caller.
        knows_lines: The app tells which of its lines send something.
        on_place: Called with where the caller is, as others see it, when that has changed; "" once they are gone.
    Threads: any may call the methods.
    """

    def __init__(
        self,
        url: str,
        settings: Settings,
        world: World,
        changed: Callable[[], None],
        on_sound: Callable[[bytes, int], None],
        *,
        name: str,
        knows_lines: bool,
        on_place: Callable[[str], None],
    ) -> None:
        self.url = url
        self.settings = settings
        self.begun = datetime.now().astimezone()
        self.state: Progress = "calling"
        #: in words, where the state alone does not say it
        self.text = ""
        self.name = name
        #: the id that it is kept as, once it has ended
        self.kept_as: str | None = None
        #: where the caller is, as others see it
        self.place = "calls"
        self._on_place = on_place
        # the SID of another call -> the name of its caller, and where they are; used by the thread of the call
        self._others: dict[str, tuple[str, str]] = {}
        self._changed = changed
        self._on_sound = on_sound
        self._begun = time.monotonic()
        self._person = Person(self._on_callee, self._on_leg_over)
        # the leg of what a dialled party says, or the caller of another call; used by the thread of the call
        self._speaker = ""
        callee = Callee(person=self._person) if settings.callee == "person" else settings.callee
        self._call = Call(
            url,
            caller=LiveCaller(),
            from_=settings.from_,
            to=settings.to,
            headers=settings.sip_headers(),
            env=settings.env,
            scenario=Scenario(callees=(callee,), server=settings.server or None),
            pace=Pace(characters=settings.speed, streamed=settings.speed),
            real_time=True,
            network=Network(settings.delay / 1000, settings.loss / 100),
            timeout=_LONGEST_CALL,
            on_entry=self._on_entry,
            on_audio=self._on_audio,
            on_message=self._on_message,
            world=world,
        )
        self._recorder = Recorder(self._call.transcript, settings.speed, knows_lines=knows_lines)
        self._known_findings = 0
        # what the person does, and has not been taken by the phone of the call; used by the thread of the call
        self._turns: deque[Turn] = deque()
        phone = self._call.state.phone
        phone.on_change.append(self._take_turn)
        self._call.state.on_verb = self._on_verb
        assert self._call.state.meeting is not None  # there is a world
        self._call.state.meeting.party.on_hearing = self._on_hearing
        self._thread = threading.Thread(target=self._run, name="jambonz-phone-call", daemon=True)

    @property
    def records(self) -> list[Record]:
        """What has happened so far; only ever added to."""
        return self._recorder.records

    @property
    def call_sid(self) -> str:
        """The SID of the call."""
        return self._call.leg.call_sid

    @property
    def elapsed(self) -> float:
        """Seconds since the call was placed."""
        return time.monotonic() - self._begun

    def start(self) -> None:
        """Place the call."""
        self._thread.start()

    def say(self, text: str) -> None:
        """Have the caller say something.

        Args:
            text: The words.
        """
        self._queue(Said(text[:_LONGEST_SAID], lead=0.0))

    def press(self, keys: str) -> None:
        """Have the caller press keys.

        Args:
            keys: Any of ``0``-``9``, ``*`` and ``#``; others are left out.
        """
        pressed = "".join(key for key in keys[:_MOST_KEYS] if key in KEYS)
        if pressed:
            self._queue(Pressed(pressed, lead=0.0))

    def act_on_leg(self, sid: str, act: str, text: str = "") -> None:
        """Have a dialled party do something who is a person.

        Args:
            sid: The SID of their leg.
            act: ``answer``, ``refuse`` (with the SIP status ``text``), ``hang_up``, ``say`` or ``press`` (``text``).
            text: What belongs to it.
        Raises:
            ValueError: There is no such leg or act, or what belongs to it is none.
        """
        person, text = self._person, text[:_LONGEST_SAID]
        if not person.knows(sid):
            raise ValueError("this leg is over, or is nobody who can be told what to do")
        match act:
            case "answer":
                self._call.post(lambda: person.answer(sid))
            case "refuse":
                if not (text.isdigit() and 400 <= int(text) <= 699):
                    raise ValueError(f"refuse: expected a SIP status from 400 to 699, got {text!r}")
                self._call.post(lambda: person.answer(sid, int(text)))
            case "hang_up":
                self._call.post(lambda: person.hang_up(sid))
            case "say":
                self._call.post(lambda: person.say(sid, text))
            case "press":
                keys = "".join(key for key in text[:_MOST_KEYS] if key in KEYS)
                self._call.post(lambda: person.press(sid, keys))
            case _:
                raise ValueError(f"there is no {act!r}")

    def speak(self, audio: bytes, sample_rate: int) -> None:
        """Have the caller be heard on audio streams.

        Args:
            audio: A WAV file, or samples of 16 bits, little-endian, one channel.
            sample_rate: Samples a second, unless it is a WAV file.
        Raises:
            ValueError: It is a WAV file of another kind.
        """
        played = Played(audio, sample_rate)
        self._call.post(lambda: self._heard_on_streams(played))

    def hang_up(self) -> None:
        """Have the caller hang up."""
        self._call.hang_up()

    def drop(self) -> None:
        """Break the connection to the app, to which jambonz connects again.

        Raises:
            ValueError: It is an app of webhooks, which has none.
        """
        if not self._call.state.websocket:
            raise ValueError("an app of webhooks has no connection that could be dropped")
        self._call.post(self._drop)

    def wait(self, timeout: float) -> bool:
        """Wait until the call has ended.

        Args:
            timeout: Seconds.
        Returns:
            False if it has not.
        Blocks: up to ``timeout``.
        """
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def see(self, other: LiveCall, place: str) -> None:
        """Take in where the caller of another call is.

        Args:
            other: The call.
            place: Where they are, "" if they are gone.
        """
        self._call.post(lambda: self._on_other(other, place))

    def app_raised(self, text: str, traceback: str) -> None:
        """Take in an exception of the app.

        Args:
            text: The exception in one line.
            traceback: The lines of the app that it came by.
        """
        self._recorder.app_error(self._call.state.now, text, traceback)
        self._changed()

    def app_sent(self, origins: Iterable[Origin]) -> None:
        """Take in the lines of the app that what it has sent comes from.

        Args:
            origins: What the process of the app tells.
        """
        self._recorder.origins(origins)
        self._changed()

    def content(self, target: str, for_tests: Mapping[str, Any]) -> dict[str, Any]:
        """Return the call as it is kept.

        Args:
            target: The app as its user calls it.
            for_tests: What a test calls.
        """
        transcript = self._call.transcript
        return {
            "target": target,
            "for_tests": dict(for_tests),
            "begun": self.begun.isoformat(" ", "seconds"),
            "seconds": self.records[-1]["at"] if self.records else 0.0,
            "end": self.text or transcript.end_reason or "",
            "settings": self.settings.to_dict(),
            "records": self.records,
        }

    def _run(self) -> None:
        try:
            self._call.run()
        except (CallFailed, ValueError) as error:
            self.text = str(error)
            self._recorder.app_error(0.0, str(error), "")
        finally:
            self._tell()
            self._recorder.end(self._call.state.now)
            self.state = "ended"
            self._be_in("")
            self._changed()

    # -- the rest runs on the thread of the call

    def _drop(self) -> None:
        self._call.state.note("event", "the connection to the app breaks")
        self._call.drop_connection()

    def _queue(self, turn: Turn) -> None:
        def queue() -> None:
            self._turns.append(turn)
            self._take_turn()

        self._call.post(queue)

    def _take_turn(self) -> None:
        """Let the caller speak or press keys as soon as somebody listens, even while the app speaks."""
        phone = self._call.state.phone
        if self._turns and phone.ears and not phone.busy:
            phone.take(self._turns.popleft())

    def _heard_on_streams(self, played: Played) -> None:
        clip = played.clip()
        self._recorder.audio(self._call.state.now, "in", clip.pcm, clip.rate)
        self._call.state.streams.speak(clip)

    def _on_verb(self, verb: Mapping[str, Any], begins: bool) -> None:
        self._recorder.verb(self._call.state.now, verb, begins=begins)
        place = _PLACES.get(str(verb["verb"]))
        if place is not None:
            self._be_in(f"{place} {verb.get('name')}" if begins else "in the call")
        self._tell()

    def _be_in(self, place: str) -> None:
        if place != self.place:
            self.place = place
            self._on_place(place)

    def _on_other(self, other: LiveCall, place: str) -> None:
        _, before = self._others.get(other.call_sid, ("", ""))
        if place == before:
            return  # it is known, or it has ended before this one has seen it
        self._others[other.call_sid] = other.name, place
        self._recorder.other(self._call.state.now, other.call_sid, other.name, place)
        self._tell()

    def _on_hearing(self, call_sid: str) -> None:
        self._speaker = call_sid

    def _on_entry(self, entry: TranscriptEntry) -> None:
        self._recorder.entry(entry, self._speaker, self._others.get(self._speaker, ("", ""))[0])
        if entry.who == "party":
            self._speaker = ""
        self._tell()

    def _on_callee(self, sid: str, text: str) -> None:
        self._speaker = sid
        self._call.state.note("callee", text)
        self._speaker = ""

    def _on_leg_over(self, leg: Leg) -> None:
        if leg.status in ("trying", "ringing", "in-progress"):
            # somebody else has answered, or they have not accepted the call: jambonz tells the app nothing of that
            self._recorder.leg(self._call.state.now, leg.call_sid, leg.to, "released")

    def _on_audio(self, pcm: bytes) -> None:
        # 20 ms each
        rate = len(pcm) * 25
        self._recorder.audio(self._call.state.now, "out", pcm, rate)
        self._on_sound(pcm, rate)
        self._tell()

    def _on_message(self, message: WireMessage) -> None:
        """Take in a message. Threads: any."""
        self._recorder.wire(message)
        self._tell()

    def _tell(self) -> None:
        if self.state == "calling" and self._call.leg.answered_at is not None:
            self.state = "talking"
            if self.place == "calls":
                self._be_in("in the call")
        buffered = self._call.buffered
        if buffered is not None:
            self._recorder.level(self._call.state.now, buffered)
        findings = self._call.findings
        while self._known_findings < len(findings):
            self._recorder.finding(findings[self._known_findings])
            self._known_findings += 1
        self._changed()
