"""The time of a call waits for exactly as long as an endpoint in this process works.

``PATIENT`` gives an app half a minute to react where it is not known what it does: a test that guesses would not end in
time. ``HASTY`` gives it nothing: the time of the call would be far ahead of an app whose work is not seen.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from jambonz_sync import Endpoint, Session, SessionClosed, ToolSet, create_endpoint
from jambonz_sync.events import CallStatus, GatherEvent
from jambonz_sync.simulator import CallLimits
from jambonz_sync.simulator.line.endpoint_activity import EndpointActivity, Occupation
from jambonz_sync.testing import PlaceCall, TestCall
from tests.waiting import in_thread, wait_for

PATIENT = CallLimits(handshake=10.0, think=30.0)
HASTY = CallLimits(handshake=10.0, think=0.0)


class Gate:
    """What a function of an app does for long: it waits here, in a way that tells nobody for what."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()
        self.reached = threading.Event()

    def work(self) -> None:
        self.reached.set()
        self._lock.acquire(timeout=10)

    def open(self) -> None:
        assert self.reached.wait(10)
        self._lock.release()


def opens_beside(gate: Gate) -> None:
    """Open a gate as soon as it is reached, on a thread that is not taken for one of the app."""
    threading.Thread(target=gate.open, name="simulator-gate").start()


def app_with(new: Callable[[Session], object]) -> Endpoint:
    endpoint = create_endpoint()
    endpoint.service("/").on("session:new", new)
    return endpoint


def pauses(session: Session, tts: bool = False) -> None:
    """Give a call a minute of nothing, in which the app may do something."""
    session.config(tts_stream={"enable": tts}).pause(length=60).say(text="A minute later.").hangup().send()


def at_once(call: TestCall, text: str) -> bool:
    """Return True if the app has done something before the minute was over."""
    call.heard("A minute later.")
    (entry,) = [entry for entry in call.transcript if entry.text.startswith(text)]
    return entry.at < 30


# -- nothing is guessed where all is known


def test_a_call_to_an_app_of_callbacks_waits_for_nothing(jambonz_call: PlaceCall) -> None:
    def new(session: Session) -> None:
        @session.on("/heard")
        def heard(evt: GatherEvent) -> None:
            session.say(text=f"{evt.reason}, {evt.transcript}.")
            session.gather(input=["speech"], timeout=20, action_hook="/heard").reply()

        session.gather(input=["speech"], timeout=20, action_hook="/heard").send()

    call = jambonz_call(app_with(new), limits=PATIENT)
    for word in ("one", "two", "three"):
        call.says(word)
        call.heard(f"speechDetected, {word}.")
        call.is_silent()
        call.heard("timeout")


def test_a_call_to_an_app_that_is_written_top_to_bottom_waits_for_nothing(jambonz_call: PlaceCall) -> None:
    endpoint = create_endpoint()

    @endpoint.service("/").call
    def conversation(session: Session) -> None:
        with session.events("call:status", timeout=30):
            while (word := session.ask("Yes?", input=["speech"], timeout=20).transcript) != "stop":
                session.say(text=f"{word or 'Nothing'}.").pause(length=10).wait()
        session.say(text="Bye.").hangup()

    call = jambonz_call(endpoint, limits=PATIENT)
    call.says("one")
    call.heard("one.")
    call.is_silent()
    call.heard("Nothing.")
    call.says("stop")
    call.heard("Bye.")


def test_a_call_whose_caller_cuts_into_streamed_text_waits_for_nothing(jambonz_call: PlaceCall) -> None:
    ends: list[bool] = []

    def new(session: Session) -> None:
        barge_in = {"enable": True, "input": ["speech"], "actionHook": "/cut", "sticky": True}

        @session.on("/cut")
        def cut() -> None:
            session.say(text="Well?").hangup().reply()

        session.config(tts_stream={"enable": True}, barge_in=barge_in).pause(length=60).send()
        ends.append(session.stream_tts(iter(["Once upon a time. "] * 200), until_spoken=True).interrupted)

    call = jambonz_call(app_with(new), limits=PATIENT)
    call.heard("Once upon")
    call.interrupts("stop", after=0.3)
    call.heard("Well?")
    assert call.ended
    wait_for(lambda: ends == [True], "the end of the stream")


def test_a_worker_that_has_nothing_to_do_is_not_waited_for(jambonz_call: PlaceCall) -> None:
    with ThreadPoolExecutor(1) as executor:

        def new(session: Session) -> None:
            executor.submit(bool).result()
            pauses(session)

        assert jambonz_call(app_with(new), limits=PATIENT).heard("A minute later.")


def test_a_thread_of_the_app_that_waits_for_the_call_is_not_waited_for(jambonz_call: PlaceCall) -> None:
    def speak(session: Session) -> None:
        with suppress(SessionClosed):
            session.stream_tts(["Hello there. "] * 10, until_spoken=True)

    def new(session: Session) -> None:
        pauses(session, tts=True)
        threading.Thread(target=speak, args=(session,)).start()

    call = jambonz_call(app_with(new), limits=PATIENT)
    assert call.heard("Hello there.").at < 1
    assert call.heard("A minute later.")


# -- who works is waited for


@pytest.fixture
def gate() -> Gate:
    return Gate()


def works_in_a_notification(gate: Gate, session: Session) -> None:
    @session.on("call:status")
    def status(evt: CallStatus) -> None:
        if evt.call_status == "in-progress":
            gate.work()
            session.inject_tag({"it": "came"})

    pauses(session)


def works_behind_its_answer(gate: Gate, session: Session) -> None:
    pauses(session)
    gate.work()
    session.inject_tag({"it": "came"})


def works_beside_the_others(gate: Gate, session: Session) -> None:
    @session.on("call:status", concurrent=True)
    def status(evt: CallStatus) -> None:
        if evt.call_status == "in-progress":
            gate.work()
            session.inject_tag({"it": "came"})

    pauses(session)


def makes_tokens(gate: Gate, session: Session) -> None:
    def tokens() -> Iterator[str]:
        yield "It takes "
        gate.work()
        yield "its time. "

    pauses(session, tts=True)
    session.stream_tts(tokens())
    session.inject_tag({"it": "came"})


@pytest.mark.parametrize(
    "works", [works_in_a_notification, works_behind_its_answer, works_beside_the_others, makes_tokens]
)
def test_a_callback_that_works_is_waited_for(
    jambonz_call: PlaceCall, gate: Gate, works: Callable[[Gate, Session], None]
) -> None:
    call = jambonz_call(app_with(lambda session: works(gate, session)), limits=HASTY)
    call.advance(0.01)
    gate.open()
    assert at_once(call, 'tag {"it": "came"}')


def test_a_function_that_is_written_top_to_bottom_is_waited_for_when_it_works(
    jambonz_call: PlaceCall, gate: Gate
) -> None:
    endpoint = create_endpoint()

    @endpoint.service("/").call
    def conversation(session: Session) -> None:
        session.say(text="One moment.").wait()
        pauses(session)
        gate.work()
        session.inject_tag({"it": "came"})

    call = jambonz_call(endpoint, limits=HASTY)
    opens_beside(gate)
    assert at_once(call, 'tag {"it": "came"}')


def test_a_tool_on_a_thread_of_its_own_is_waited_for(jambonz_call: PlaceCall, gate: Gate) -> None:
    tools = ToolSet()

    @tools.tool
    def look_up() -> str:
        """Look it up."""
        gate.work()
        return "found"

    def new(session: Session) -> None:
        session.use_tools(tools, hook="/tool")
        llm: dict[str, Any] = {"vendor": "openai", "model": "m", "llmOptions": {"tools": tools.schemas("openai")}}
        session.agent(llm=llm, tool_hook="/tool").send()

    call = jambonz_call(app_with(new), limits=HASTY)
    opens_beside(gate)
    assert call.model().calls_tool("look_up").text == '{"result": "found"}'
    (line,) = [entry for entry in call.transcript if entry.text.startswith("tool output")]
    assert line.at < 5


def test_a_command_that_waits_until_jambonz_listens_is_waited_for(jambonz_call: PlaceCall) -> None:
    def new(session: Session) -> None:
        pauses(session)
        session.inject_tag({"it": "came"})

    assert at_once(jambonz_call(app_with(new), limits=HASTY), 'tag {"it": "came"}')


class LateThread(threading.Thread):
    """A thread that begins late, as on a machine that has other things to do."""

    def __init__(self) -> None:
        super().__init__(name="late")
        self.reached, self.gate = threading.Event(), threading.Event()

    def _bootstrap(self) -> None:
        self.reached.set()
        self.gate.wait(10)
        super()._bootstrap()  # type: ignore[misc]


def test_who_starts_a_thread_works_however_late_that_begins() -> None:
    activity, thread = EndpointActivity(), LateThread()
    starter, outcome = in_thread(activity._work.job(thread.start))
    assert thread.reached.wait(10)
    assert activity.look() is Occupation.WORKS
    thread.gate.set()
    starter.join(10)
    thread.join(10)
    assert outcome == [None]


# -- who may work has the think time


def test_a_thread_that_the_app_has_started_has_the_think_time(jambonz_call: PlaceCall, gate: Gate) -> None:
    def acts(session: Session) -> None:
        gate.work()
        session.inject_tag({"it": "came"})

    def new(session: Session) -> None:
        pauses(session)
        threading.Thread(target=acts, args=(session,)).start()

    call = jambonz_call(app_with(new), limits=PATIENT)
    assert call.hook("session:new")
    gate.open()
    assert at_once(call, 'tag {"it": "came"}')


def test_a_callback_that_waits_for_another_thread_stops_no_time(jambonz_call: PlaceCall) -> None:
    over = threading.Event()

    def new(session: Session) -> None:
        session.on("close", over.set)
        pauses(session)
        over.wait(10)

    call = jambonz_call(app_with(new), limits=CallLimits(handshake=10.0))
    assert call.heard("A minute later.")
    call.hangs_up()
    assert call.ended
