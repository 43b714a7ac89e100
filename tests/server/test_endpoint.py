from __future__ import annotations

import dataclasses
import inspect
import socket
import threading
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import flask
import pytest
import requests

from jambonz_sync import Endpoint, EnvVarError, InvalidVerb, JambonzBlueprint, Session, create_endpoint
from jambonz_sync.session.context import SessionOptions
from tests.peer import Closed, Peer, Refused
from tests.waiting import wait_for

Make = Callable[..., Endpoint]


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[Endpoint] = []

    def one(**options: Any) -> Endpoint:
        made.append(create_endpoint(host="127.0.0.1", port=0, **options))
        return made[-1]

    yield one
    for endpoint in made:
        endpoint.stop(0)


def test_calls_of_an_endpoint_are_served_as_those_of_a_blueprint_unless_told_otherwise() -> None:
    of_endpoint = {option.name: option.default for option in inspect.signature(create_endpoint).parameters.values()}
    of_any_call = {option.name: option.default for option in dataclasses.fields(SessionOptions)}
    assert of_any_call.pop("env_vars") is dataclasses.MISSING  # it is made
    assert of_any_call.items() <= of_endpoint.items()


def says(text: str) -> Callable[[Session], None]:
    return lambda session: session.say(text=" ".join([text, *session.url_vars.values()])).send()


def http(endpoint: Endpoint, path: str = "/") -> str:
    return endpoint.url.replace("ws:", "http:") + path


def answers(endpoint: Endpoint) -> bool:
    try:
        return requests.get(http(endpoint), timeout=15).status_code == 426
    except requests.ConnectionError:
        return False


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/", "root"),
        ("/elsewhere", "root"),
        ("/ivr", "ivr"),
        ("/ivr/", "ivr"),
        ("//ivr?x=1", "ivr"),
        ("/ivr/en/menu", "tenant en"),
        ("/ivr/special", "special"),
        ("/ivrs", "root"),
    ],
)
def test_the_longest_path_that_fits_has_the_call(make: Make, path: str, answer: str) -> None:
    endpoint = make()
    for rule, text in {"/": "root", "/ivr": "ivr", "/ivr/<lang>": "tenant", "/ivr/special": "special"}.items():
        endpoint.service(rule).on("session:new", says(text))
    endpoint.start()
    with Peer(endpoint.url + path) as peer:
        assert peer.begin()[0]["text"] == answer


def test_a_path_may_have_letters_of_any_alphabet(make: Make) -> None:
    endpoint = make(env_vars={"A": {"type": "string", "description": "a"}})
    endpoint.service("/café/<town>").on("session:new", says("at"))
    endpoint.start()
    path = "/caf%C3%A9/%E6%9D%B1%E4%BA%AC"
    with Peer(endpoint.url + path) as peer:
        assert peer.begin()[0]["text"] == "at 東京"
    assert requests.options(http(endpoint, path), timeout=15).status_code == 200
    assert requests.get(http(endpoint, path), timeout=15).status_code == 426
    with pytest.raises(Refused) as caught:
        Peer(endpoint.url + "/caf%E9/x")  # no UTF-8
    assert caught.value.status == 404


def test_the_spelling_of_the_node_sdk_works_too(make: Make) -> None:
    make_service = make()
    make_service(path="/app").on("session:new", says("node"))
    with make_service as endpoint, Peer(endpoint.url + "/app") as peer:
        assert peer.begin()[0]["text"] == "node"


def test_where_there_is_no_service_the_upgrade_is_answered_404(make: Make) -> None:
    endpoint = make()
    endpoint.service("/ivr")
    endpoint.start()
    with pytest.raises(Refused) as caught:
        Peer(endpoint.url + "/other")
    assert caught.value.status == 404
    assert requests.get(http(endpoint, "/other"), timeout=15).status_code == 404


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE"])
def test_where_there_is_neither_a_service_nor_a_route_every_method_is_answered_404(make: Make, method: str) -> None:
    endpoint = make()
    endpoint.service("/ivr")
    endpoint.app.add_url_rule("/health", "health", lambda: "fine")
    endpoint.start()
    assert requests.request(method, http(endpoint, "/nope"), timeout=15).status_code == 404
    with pytest.raises(Refused) as caught:
        Peer(endpoint.url + "/health")
    assert caught.value.status == 404


def test_a_handshake_that_is_answered_404_is_logged_on_one_line(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    endpoint = make()
    endpoint.start()
    with pytest.raises(Refused):
        Peer(endpoint.url + "/a%0Aforged")
    assert "was refused with 404: no service at '/a\\nforged'" in caplog.text


def test_a_plain_get_is_told_to_upgrade(make: Make) -> None:
    endpoint = make()
    endpoint.service("/")
    endpoint.start()
    answer = requests.get(http(endpoint), timeout=15)
    assert (answer.status_code, answer.headers["Upgrade"]) == (426, "websocket")
    answer = requests.post(http(endpoint), timeout=15)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, OPTIONS")


@pytest.mark.parametrize(("method", "status"), [("POST", 405), ("OPTIONS", 204), ("PUT", 405)])
def test_only_a_get_is_a_handshake(make: Make, method: str, status: int) -> None:
    endpoint = make()
    endpoint.service("/").on("session:new", says("hi"))
    endpoint.start()
    with pytest.raises(Refused) as caught:
        Peer(endpoint.url, method=method)
    assert caught.value.status == status


def test_options_answers_the_declared_variables_in_their_order(make: Make) -> None:
    declared = {
        "ZULU": {"type": "string", "description": "last letter first", "default": "z"},
        "ALPHA": {"type": "number", "description": "a number", "uiHint": "input"},
    }
    endpoint = make(env_vars=declared)
    endpoint.service("/ivr")
    endpoint.start()
    answer = requests.options(http(endpoint, "/ivr"), timeout=15)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert list(answer.json().items()) == list(declared.items())
    assert requests.options(http(endpoint, "/other"), timeout=15).status_code == 404
    without = make()
    without.service("/")
    without.start()
    assert requests.options(http(without), timeout=15).status_code == 204


def test_routes_of_your_own_live_beside_the_services(make: Make) -> None:
    endpoint = make()
    endpoint.service("/").on("session:new", says("call"))
    endpoint.app.add_url_rule("/health", "health", lambda: "fine")
    endpoint.start()
    assert requests.get(http(endpoint, "/health"), timeout=15).text == "fine"
    with Peer(endpoint.url + "/health") as peer:
        assert peer.begin()[0]["text"] == "call"


def test_a_blueprint_on_the_application_of_an_endpoint_has_the_calls_that_no_service_has(make: Make) -> None:
    endpoint = make()
    endpoint.service("/ws").on("session:new", says("service"))
    bp = JambonzBlueprint("voice", __name__, url_prefix="/voice")
    bp.websocket("/ws")(says("blueprint"))
    bp.webhook("/incoming", endpoint="incoming")(lambda call: [{"verb": "say", "text": "webhook"}])
    endpoint.app.register_blueprint(bp)
    endpoint.start()
    for path, answer in {"/ws": "service", "/voice/ws": "blueprint", "//voice//ws/": "blueprint"}.items():
        with Peer(endpoint.url + path) as peer:
            assert peer.begin()[0]["text"] == answer
    answered = requests.post(http(endpoint, "/voice/incoming"), json={"call_sid": "c1"}, timeout=15)
    assert answered.json() == [{"verb": "say", "text": "webhook"}]
    assert requests.get(http(endpoint, "/voice/ws"), timeout=15).status_code == 426
    with pytest.raises(Refused) as caught:
        Peer(endpoint.url + "/voice/nope")
    assert caught.value.status == 404


def test_what_the_routes_of_your_own_do_not_take_is_not_the_business_of_a_service(make: Make) -> None:
    endpoint = make()
    endpoint.service("/")
    endpoint.app.add_url_rule("/health", "health", lambda: "fine", methods=["GET"])
    endpoint.app.add_url_rule("/gone", "gone", lambda: flask.abort(404))
    endpoint.start()
    assert requests.post(http(endpoint, "/health"), timeout=15).status_code == 405
    assert requests.get(http(endpoint, "/gone"), timeout=15).status_code == 404


def test_before_upgrade_may_refuse_with_a_status(make: Make) -> None:
    endpoint = make(before_upgrade=lambda environ: 403 if environ["QUERY_STRING"] == "no" else None)
    endpoint.service("/").on("session:new", says("hi"))
    endpoint.start()
    with Peer(endpoint.url) as peer:
        assert peer.begin()
    parts = endpoint.url.split("//")[1].split(":")
    with socket.create_connection((parts[0], int(parts[1])), 15) as sock:
        sock.sendall(b"GET /?no HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        assert sock.recv(100).startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize("returned", [True, False, "403", 999, 200, 403.0])
def test_a_before_upgrade_that_returns_no_status_is_a_500_and_a_line_in_the_log(
    make: Make, returned: Any, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint = make(before_upgrade=lambda environ: returned)
    endpoint.service("/").on("session:new", says("hi"))
    endpoint.start()
    with pytest.raises(Refused) as caught:
        Peer(endpoint.url)
    assert (caught.value.status, caught.value.body) == (500, "before_upgrade failed\n")
    told = f"before_upgrade returned {returned!r}: expected None, or the HTTP status of a refusal (400 to 599)"
    assert told in [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]


def test_a_before_upgrade_may_return_a_member_of_httpstatus(make: Make) -> None:
    endpoint = make(before_upgrade=lambda environ: HTTPStatus.PAYMENT_REQUIRED)
    endpoint.service("/").on("session:new", says("hi"))
    endpoint.start()
    with pytest.raises(Refused) as caught:
        Peer(endpoint.url)
    assert caught.value.status == 402


@pytest.mark.parametrize("error", [KeyError("x"), SystemExit(1)])
def test_a_before_upgrade_that_raises_is_a_500_and_a_traceback_in_the_log(
    make: Make, error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    def raises(environ: dict[str, Any]) -> None:
        raise error

    endpoint = make(before_upgrade=raises)
    endpoint.service("/").on("session:new", says("hi"))
    endpoint.start()
    with pytest.raises(Refused) as caught:
        Peer(endpoint.url)
    assert caught.value.status == 500
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert (record.getMessage(), record.exc_info is not None) == ("before_upgrade failed", True)


def test_more_calls_than_max_sessions_are_refused_until_one_ends(make: Make) -> None:
    endpoint = make(max_sessions=2)
    endpoint.service("/").on("session:new", says("hi"))
    endpoint.start()
    with Peer(endpoint.url) as one, Peer(endpoint.url) as two:
        one.begin()
        two.begin()
        with pytest.raises(Refused) as caught:
            Peer(endpoint.url)
        assert caught.value.status == 503
        one.close()
        wait_for(lambda: len(endpoint.registry) == 1)
        with Peer(endpoint.url) as three:
            assert three.begin()


def test_stop_refuses_new_calls_lets_running_ones_end_and_says_so(make: Make) -> None:
    endpoint = make()

    @endpoint.service("/").on("session:new")
    def call(session: Session) -> None:
        session.on("/hook", lambda evt: session.say(text="still here"))
        session.say(text="hi").send()

    endpoint.start()
    url = endpoint.url
    results: list[bool] = []
    with Peer(url) as running:
        running.begin()
        stopper = threading.Thread(target=lambda: results.append(endpoint.stop(30)))
        stopper.start()
        wait_for(lambda: endpoint.registry.draining)
        with pytest.raises(Refused) as caught:
            Peer(url)
        assert caught.value.status == 503
        assert running.ask("/hook")[0]["text"] == "still here"
        running.close()
        stopper.join(15)
    assert results == [True]
    with pytest.raises(OSError, match="refused"):
        Peer(url)


def test_stop_closes_what_does_not_end_with_1012(make: Make) -> None:
    endpoint = make()
    sessions: list[Session] = []

    @endpoint.service("/").on("session:new")
    def call(session: Session) -> None:
        sessions.append(session)
        session.say(text="hi").send()

    endpoint.start()
    with Peer(endpoint.url) as peer:
        peer.begin()
        results: list[bool] = []
        stopper = threading.Thread(target=lambda: results.append(endpoint.stop(0.05)))
        stopper.start()
        with pytest.raises(Closed) as caught:
            peer.recv()
        assert caught.value.code == 1012
        stopper.join(15)
        assert results == [False]
    assert sessions[0].closed


@pytest.mark.parametrize("drain", [0, 15])
def test_stop_ends_a_run_on_another_thread_when_it_is_done(make: Make, drain: float) -> None:
    endpoint = make()
    endpoint.service("/").on("session:new", says("hi"))
    for _ in range(2):  # and it may run again
        running = threading.Thread(target=endpoint.run)
        running.start()
        wait_for(lambda: answers(endpoint))
        with Peer(endpoint.url) as peer:
            peer.begin()
            stopper = threading.Thread(target=endpoint.stop, args=(drain,))
            stopper.start()
            if drain:
                running.join(0.3)
                assert running.is_alive()
                peer.close()
            else:
                with pytest.raises(Closed):
                    peer.recv()
            stopper.join(15)
        running.join(15)
        assert not running.is_alive()


@pytest.mark.parametrize(("calls", "told"), [(0, "0 connections are up"), (1, "1 connection is up")])
def test_run_says_how_many_calls_are_up_when_it_ends(
    make: Make, capsys: pytest.CaptureFixture[str], calls: int, told: str
) -> None:
    endpoint = make()
    endpoint.service("/").on("session:new", says("hi"))
    running = threading.Thread(target=endpoint.run)
    running.start()
    wait_for(lambda: answers(endpoint))
    peers = [Peer(endpoint.url) for _ in range(calls)]
    for peer in peers:
        peer.begin()
    stopper = threading.Thread(target=endpoint.stop, args=(15,))
    stopper.start()
    output = ""

    def is_told() -> bool:
        nonlocal output
        output += capsys.readouterr().out
        return "no new calls" in output

    wait_for(is_told)
    assert f"jambonz_sync: no new calls; {told}\n" in output
    for peer in peers:
        peer.close()
    stopper.join(15)
    running.join(15)


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
def test_an_endpoint_at_two_colons_takes_calls_by_either_protocol_and_has_a_url_that_works(make: Make) -> None:
    endpoint = create_endpoint(host="::", port=0)
    endpoint.service("/").on("session:new", says("hi"))
    with endpoint:
        assert endpoint.url == f"ws://[::1]:{endpoint.port}"
        for url in (endpoint.url, f"ws://127.0.0.1:{endpoint.port}"):
            with Peer(url) as peer:
                assert peer.begin()


def test_an_endpoint_may_be_started_again(make: Make) -> None:
    endpoint = make()
    endpoint.service("/").on("session:new", says("hi"))
    for _ in range(2):
        with endpoint, Peer(endpoint.url) as peer:
            assert peer.begin()
            peer.close()
    endpoint.start()
    with pytest.raises(RuntimeError, match="started already"):
        endpoint.start()


def test_a_port_that_is_taken_is_an_error_not_an_exit(make: Make) -> None:
    endpoint = make().start()
    with pytest.raises(OSError, match="in use"):
        create_endpoint(host="127.0.0.1", port=endpoint.port).start()


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"hook_ack_deadline": 0}, ValueError),
        ({"max_message_size": 10}, ValueError),
        ({"tts_capacity": 0}, ValueError),
        ({"tts_timeout": -1}, ValueError),
        ({"tts_timeout": float("nan")}, ValueError),
        ({"tts_timeout": float("inf")}, ValueError),
        ({"auth": ("user", "")}, ValueError),
        ({"env_vars": {"X": {"type": "strin"}}}, EnvVarError),
        ({"on_error": [{"verb": "sya"}]}, InvalidVerb),
        ({"server": "0.1"}, ValueError),
    ],
)
def test_options_that_cannot_be_right_are_refused_when_they_are_given(
    make: Make, options: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        make(**options)


def test_the_server_option_refuses_what_that_server_would_reject(make: Make) -> None:
    endpoint = make(server="0.9")
    caught: list[Exception] = []

    @endpoint.service("/").on("session:new")
    def call(session: Session) -> None:
        try:
            session.agent(llm={"vendor": "openai"})
        except InvalidVerb as exc:
            caught.append(exc)
        session.hangup().send()

    endpoint.start()
    with Peer(endpoint.url) as peer:
        assert peer.begin() == [{"verb": "hangup"}]
    assert "agent" in str(caught[0])
