"""The table of the token window, walked cell by cell."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from jambonz_sync.protocol.tts import QUIET, TRANSITIONS, WAITING, TokenWindow, WindowState

EVENTS = ("text", "ok", "full", "failed", "room", "stop", "clear", "reconnect", "quiet")

#: what brings a window of a call into each state
PATHS: dict[WindowState, tuple[str, ...]] = {
    WindowState.IDLE: (),
    WindowState.SENT: ("text",),
    WindowState.ROOM: ("text", "room"),
    WindowState.FULL: ("text", "full"),
    WindowState.STALE: ("text", "stop"),
    WindowState.UNSURE: ("text", "reconnect"),
    WindowState.CLOSED: ("close",),
}
#: actions that take no text with them, so that a state of "nothing left to send" follows where nothing is queued
ENDS_IDLE = {"next", "accept", "clear_remote"}


class Driver:
    """A window, and what an application and jambonz do to it by the names that the table has."""

    def __init__(self) -> None:
        self.window = TokenWindow("call-1")
        self.id = 0

    def do(self, event: str) -> None:
        window = self.window
        acts: dict[str, Callable[[], object]] = {
            "text": lambda: window.push("text"),
            "ok": lambda: window.on_result(self.id, "ok"),
            "full": lambda: window.on_result(self.id, "failed", "full"),
            "failed": lambda: window.on_result(self.id, "failed", "connection lost"),
            "room": lambda: window.on_event("stream_resumed"),
            "stop": lambda: window.on_event("user_interruption"),
            "clear": window.clear,
            "reconnect": window.on_reconnect,
            "quiet": lambda: [window.tick() for _ in range(QUIET)],
            "close": window.close,
        }
        acts[event]()
        for message in window.outgoing:
            self.id = message.get("data", {}).get("id", self.id)
        window.outgoing = []


def driver_in(state: WindowState) -> Driver:
    driver = Driver()
    for event in PATHS[state]:
        driver.do(event)
    assert driver.window.state is state
    return driver


@pytest.mark.parametrize("state", WindowState)
@pytest.mark.parametrize("event", EVENTS)
def test_every_event_in_every_state_leads_where_the_table_says_and_is_no_error(
    state: WindowState, event: str, caplog: pytest.LogCaptureFixture
) -> None:
    driver = driver_in(state)
    if state is WindowState.CLOSED and event == "text":
        return  # refused by an exception
    driver.do(event)
    action, following = TRANSITIONS.get((state, event), ("ignore", state))
    assert driver.window.state is (WindowState.IDLE if action in ENDS_IDLE and event != "text" else following)
    assert caplog.records == []


@pytest.mark.parametrize("transition", TRANSITIONS, ids="-".join)
def test_an_event_that_the_table_does_not_know_is_an_error_in_the_log_with_call_and_state(
    transition: tuple[WindowState, str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, event = transition
    driver = driver_in(state)
    monkeypatch.delitem(TRANSITIONS, transition)
    driver.do(event)
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert (
        record.getMessage()
        == f"call call-1: {event!r} of the token stream cannot happen while it is {state.value}, and is left out"
    )
    assert driver.window.state is state


def test_only_text_that_is_pushed_later_and_seconds_that_nobody_counts_are_not_in_the_table() -> None:
    missing = {(state, event) for state in WindowState for event in EVENTS} - TRANSITIONS.keys()
    assert {state for state, event in missing if event == "text"} == set(WindowState) - {WindowState.IDLE}
    assert {state for state, event in missing if event == "quiet"} == set(WindowState) - WAITING
    assert {event for _, event in missing} == {"text", "quiet"}


def test_every_state_that_only_the_server_leads_out_of_has_a_way_out_if_the_server_is_silent() -> None:
    assert {state for state, event in TRANSITIONS if event == "quiet"} == WAITING
