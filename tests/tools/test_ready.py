"""The tools that are ready to use, in real calls, and the weather from a server on loopback."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from jambonz_sync import Session, ToolSet
from jambonz_sync.errors import InvalidVerb
from jambonz_sync.tools import ToolCall, ready
from tests.peer import Peer
from tests.session.conftest import Serve, dial, serve

__all__ = ["dial", "serve"]  # fixtures

Begin = Callable[[Callable[[Session], Any]], Peer]


def run(tool: Callable[..., str], **arguments: Any) -> str:
    """The text of a tool that a model calls."""
    tools = ToolSet([tool])
    (only,) = tools
    outcome = tools.run(ToolCall("t1", only.name, arguments))
    assert outcome.ok, outcome
    assert isinstance(outcome.value, str)
    assert outcome.text == outcome.value
    return outcome.text


@pytest.fixture
def begin(serve: Serve, dial: Callable[..., Peer]) -> Begin:
    """A call whose model uses the tool that is made for it."""

    def start(make: Callable[[Session], Any]) -> Peer:
        svc = serve()

        @svc.on("session:new")
        def call(session: Session) -> None:
            session.use_tools(ToolSet([make(session)]))
            session.pause(length=60).send()

        peer = dial(svc)
        peer.begin()
        return peer

    return start


def use(peer: Peer, tool: str, /, **arguments: Any) -> list[dict[str, Any]]:
    """Have the model call the tool; the commands that come of it, the output last."""
    peer.tell("llm:tool-call", {"tool_call_id": "t1", "name": tool, "args": arguments}, hook="/tool-call")
    commands = [peer.recv()]
    while commands[-1].get("command") != "llm:tool-output":
        commands.append(peer.recv())
    return commands


def test_the_call_is_ended_with_a_farewell(begin: Begin) -> None:
    peer = begin(lambda session: ready.end_call(session, "Bye, and thank you."))
    redirect, output = use(peer, "end_call")
    assert redirect["command"] == "redirect"
    assert redirect["data"] == [{"verb": "say", "text": "Bye, and thank you."}, {"verb": "hangup"}]
    assert output["data"] == {"result": "The call is being ended. Say nothing more."}


def test_the_call_is_ended_at_once_without_a_farewell(begin: Begin) -> None:
    redirect, _ = use(begin(lambda session: ready.end_call(session, None)), "end_call")
    assert redirect["data"] == [{"verb": "hangup"}]


DESTINATIONS: dict[str, Any] = {
    "sales": "+15085550101",
    "support": "sip:help@example.com",
    "boss": {"type": "user", "name": "boss@sip.example.com"},
}


@pytest.mark.parametrize(
    ("to", "target"),
    [
        ("sales", {"type": "phone", "number": "+15085550101"}),
        ("support", {"type": "sip", "sipUri": "sip:help@example.com"}),
        ("boss", {"type": "user", "name": "boss@sip.example.com"}),
    ],
)
def test_the_caller_is_put_through_to_a_destination_of_the_application(
    begin: Begin, to: str, target: dict[str, Any]
) -> None:
    peer = begin(lambda session: ready.transfer_call(session, DESTINATIONS, timeout=20))
    redirect, output = use(peer, "transfer_call", to=to)
    assert redirect["data"] == [
        {"verb": "say", "text": "One moment, please. I am putting you through."},
        {"verb": "dial", "target": [target], "timeout": 20, "actionHook": "/ready/transferred"},
        {"verb": "hangup"},
    ]
    assert output["data"] == {"result": f"The caller is being put through to {to}. Say nothing more."}


SORRY = {"verb": "say", "text": "I am sorry, nobody can take your call right now. Goodbye."}


@pytest.mark.parametrize(
    ("status", "verbs"),
    [("completed", []), ("no-answer", [SORRY, {"verb": "hangup"}]), ("busy", [SORRY, {"verb": "hangup"}])],
)
def test_a_caller_is_told_so_if_nobody_answers_and_not_after_a_talk(
    begin: Begin, status: str, verbs: list[dict[str, Any]]
) -> None:
    peer = begin(lambda session: ready.transfer_call(session, DESTINATIONS))
    for _ in range(2):  # a model may call a tool twice
        use(peer, "transfer_call", to="sales")
    assert peer.ask("/ready/transferred", dial_call_status=status) == verbs


def test_two_tools_of_one_call_do_not_hear_of_the_transfers_of_each_other(
    serve: Serve, dial: Callable[..., Peer]
) -> None:
    svc = serve()

    @svc.on("session:new")
    def call(session: Session) -> None:
        day = ready.transfer_call(session, DESTINATIONS, announcement=None, otherwise="Nobody is in.")
        night = ready.transfer_call(session, DESTINATIONS, announcement=None, otherwise="It is night.")
        night.__name__ = "transfer_at_night"
        session.use_tools(ToolSet([day, night])).pause(length=60).send()

    peer = dial(svc)
    peer.begin()
    for tool, said in [("transfer_call", "Nobody is in."), ("transfer_at_night", "It is night.")]:
        for _ in range(2):
            redirect, _ = use(peer, tool, to="sales")
        verbs = peer.ask(redirect["data"][0]["actionHook"], dial_call_status="busy")
        assert verbs == [{"verb": "say", "text": said}, {"verb": "hangup"}]


def test_an_action_hook_of_the_application_says_what_comes_after_a_transfer(begin: Begin) -> None:
    peer = begin(lambda session: ready.transfer_call(session, DESTINATIONS, announcement=None, action_hook="/mine"))
    redirect, _ = use(peer, "transfer_call", to="sales")
    assert [verb.get("actionHook") for verb in redirect["data"]] == ["/mine", None]


def test_nobody_else_can_be_called(begin: Begin) -> None:
    peer = begin(lambda session: ready.transfer_call(session, DESTINATIONS))
    (output,) = use(peer, "transfer_call", to="+19005551212")
    assert "expected one of 'sales', 'support', 'boss'" in output["data"]["error"]


def test_the_model_is_told_whom_it_may_call() -> None:
    (tool,) = ToolSet([ready.transfer_call(None, DESTINATIONS)])  # type: ignore[arg-type]
    to = tool.declared.parameters["properties"]["to"]
    assert to == {"type": "string", "enum": ["sales", "support", "boss"], "description": "who is called"}


@pytest.mark.parametrize(
    ("destinations", "error", "message"),
    [
        ({}, ValueError, "no destinations"),
        ({"sales": "call them"}, ValueError, "sales: expected a phone number, a SIP URI or a target"),
        ({"sales": {"type": "fax"}}, InvalidVerb, "fax"),
    ],
)
def test_a_wrong_destination_is_refused_when_the_tool_is_made(
    destinations: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        ready.transfer_call(None, destinations)  # type: ignore[arg-type]


def test_keys_are_pressed(begin: Begin) -> None:
    command, output = use(begin(ready.send_digits), "send_digits", digits="1 2#")
    assert (command["command"], command["data"]["digit"]) == ("dtmf", "12#")
    assert output["data"] == {"result": "The keys 1 2 # have been pressed."}


@pytest.mark.parametrize("digits", ["", "one", "1" * 65, "1\n2"])
def test_what_is_no_key_is_not_pressed_and_the_model_is_told(digits: str) -> None:
    assert "cannot be pressed" in run(ready.send_digits(None), digits=digits)  # type: ignore[arg-type]


def test_a_message_is_saved_with_who_left_it(begin: Begin) -> None:
    saved: list[ready.Message] = []
    peer = begin(lambda session: ready.take_message(session, saved.append))
    (output,) = use(peer, "take_message", message="Call me.", name="Ann", call_back="after six")
    assert output["data"] == {"result": "The message of Ann has been taken."}
    (message,) = saved
    assert (message.text, message.name, message.call_back) == ("Call me.", "Ann", "after six")
    assert message.call_sid == peer.call_sid
    assert message.from_
    assert abs((datetime.now(UTC) - message.taken_at).total_seconds()) < 60


def test_a_message_that_cannot_be_saved_is_an_error_that_the_model_is_told(begin: Begin) -> None:
    def save(message: ready.Message) -> None:
        raise OSError("disk full")

    (output,) = use(begin(lambda session: ready.take_message(session, save)), "take_message", message="Call me.")
    assert "disk full" in output["data"]["error"]


def test_no_message_is_not_taken() -> None:
    tool = ready.take_message(None, lambda message: pytest.fail("saved"))  # type: ignore[arg-type]
    assert run(tool, message=" ") == "There is no message yet. Ask the caller for it."


def clock(zone: ZoneInfo) -> datetime:
    return datetime(2026, 3, 3, 13, 5, tzinfo=UTC).astimezone(zone)


def test_the_date_and_the_time_are_told_in_words() -> None:
    tool = ready.date_and_time("Europe/Paris", now=clock)
    assert run(tool) == "It is Tuesday, March 3, 2026, 14:05."
    assert run(tool, time_zone="America/New_York") == "It is Tuesday, March 3, 2026, 08:05 in New York."


@pytest.mark.parametrize("zone", ["Paris", "../../etc/passwd", "Europe", "x" * 5000, "a\0b"])
def test_a_time_zone_that_there_is_not_is_told(zone: str) -> None:
    assert "is not known" in run(ready.date_and_time(now=clock), time_zone=zone)
    with pytest.raises(ValueError, match="no such time zone"):
        ready.date_and_time(zone)


# -- the weather

PARIS = {"name": "Paris", "latitude": 48.85, "longitude": 2.35, "country": "France", "country_code": "FR"}
TEXAS = {**PARIS, "latitude": 33.66, "longitude": -95.55, "country": "United States", "admin1": "Texas"}
FORECAST: dict[str, Any] = {
    "current": {"temperature_2m": 11.6, "weather_code": 2, "wind_speed_10m": 9.7},
    "daily": {
        "temperature_2m_max": [15.2, 17.0],
        "temperature_2m_min": [7.8, 9.1],
        "precipitation_probability_max": [20, None],
    },
}


class Weather:
    """The two servers of Open-Meteo in one."""

    def __init__(self) -> None:
        self.places: Any = {"results": [PARIS, TEXAS]}
        self.forecast: Any = FORECAST
        self.status = 200
        self.asked: list[dict[str, list[str]]] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                url = urlsplit(self.path)
                owner.asked.append(parse_qs(url.query))
                answer = {"/v1/search": owner.places, "/v1/forecast": owner.forecast}[url.path]
                self.send_response(owner.status)
                self.end_headers()
                self.wfile.write(answer if isinstance(answer, bytes) else json.dumps(answer).encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(15)

    def tool(self, **options: Any) -> Callable[..., str]:
        return ready.weather(forecast_url=self.url, places_url=self.url, timeout=10, **options)


@pytest.fixture
def server() -> Iterator[Weather]:
    server = Weather()
    yield server
    server.close()


def test_the_weather_is_told_in_words(server: Weather) -> None:
    assert run(server.tool(), place="Paris") == (
        "In Paris, France it is 12 degrees Celsius and partly cloudy, with wind of 10 kilometres an hour. "
        "Today between 8 and 15 degrees, with a 20 percent chance of rain. Tomorrow between 9 and 17 degrees."
    )
    assert server.asked[0]["name"] == ["Paris"]
    assert server.asked[1]["latitude"] == ["48.85"]


def test_the_weather_is_told_in_the_units_of_the_united_states(server: Weather) -> None:
    told = run(server.tool(units="us"), place="Paris")
    assert "12 degrees Fahrenheit" in told
    assert "10 miles an hour" in told
    assert (server.asked[1]["temperature_unit"], server.asked[1]["wind_speed_unit"]) == (["fahrenheit"], ["mph"])


@pytest.mark.parametrize("place", ["Paris, Texas", "paris,texas"])
def test_of_several_places_the_one_in_that_state_is_meant(server: Weather, place: str) -> None:
    assert run(server.tool(), place=place).startswith("In Paris, United States")


def test_a_place_that_nobody_knows_is_told(server: Weather) -> None:
    server.places = {"generationtime_ms": 0.5}
    assert run(server.tool(), place="Atlantis") == "No place called Atlantis is known."


@pytest.mark.parametrize(
    "forecast", [{}, [], b"<html>", b"x" * 300_000, {"current": {}, "daily": {}}, {**FORECAST, "daily": {}}]
)
def test_an_answer_that_makes_no_sense_is_told_and_logged(
    server: Weather, forecast: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server.forecast = forecast
    with caplog.at_level(logging.WARNING, "jambonz_sync.tools"):
        assert run(server.tool(), place="Paris") == "The weather cannot be looked up right now."
    assert "the weather of 'Paris' cannot be told" in caplog.text


def test_a_server_that_fails_or_is_not_there_is_told(server: Weather) -> None:
    server.status = 503
    assert run(server.tool(), place="Paris") == "The weather cannot be looked up right now."
    gone = ready.weather(places_url="http://127.0.0.1:1", timeout=2)
    assert run(gone, place="Paris") == "The weather cannot be looked up right now."


def test_units_that_there_are_not_are_refused() -> None:
    with pytest.raises(ValueError, match="no such units: 'si'; expected metric or us"):
        ready.weather(units="si")  # type: ignore[arg-type]
