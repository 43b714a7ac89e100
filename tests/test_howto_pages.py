"""The recipes do what their pages say of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jambonz_sync import Endpoint
from jambonz_sync.simulator import Scenario
from jambonz_sync.testing import PlaceCall
from tests.pages import Block, block_with
from tests.peer import Peer
from tests.rest.fake_api import ACCOUNT, KEY, SID, FakeApi, reply
from tests.waiting import wait_for

Connect = Callable[..., Peer]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Serve the app of a block on a free port, and connect to it as jambonz does."""
    endpoints: list[Endpoint] = []
    peers: list[Peer] = []

    def begin(block: Block, path: str = "/") -> Peer:
        block.source = block.source.replace("create_endpoint()", 'create_endpoint(host="127.0.0.1", port=0)')
        endpoint: Endpoint = block.run()["endpoint"]
        endpoints.append(endpoint.start())
        peers.append(Peer(endpoint.url + path))
        return peers[-1]

    yield begin
    for peer in peers:
        peer.vanish()
    for endpoint in endpoints:
        endpoint.stop(0)


def names(verbs: list[dict[str, Any]]) -> list[str]:
    return [verb["verb"] for verb in verbs]


@pytest.mark.parametrize(("callee", "apology"), [("busy", True), ("answer", False)])
def test_a_transfer_that_fails_is_apologised_for(jambonz_call: PlaceCall, callee: str, apology: bool) -> None:
    endpoint = block_with("howto/transfer", "I am connecting you").run()["endpoint"]
    call = jambonz_call(endpoint, scenario=Scenario(callees=(callee,)))
    assert call.ended == "completed"
    assert ("Nobody is free at the moment." in call.transcript.lines("app")) == apology


@pytest.mark.parametrize(("keys", "apology"), [(("1",), False), ((), True)])
def test_a_colleague_takes_a_transfer_or_does_not(
    jambonz_call: PlaceCall, keys: tuple[str, ...], apology: bool
) -> None:
    endpoint = block_with("howto/transfer", "Press 1 to take the call.").run()["endpoint"]
    call = jambonz_call(endpoint, scenario=Scenario(callee_presses=keys))
    call.heard("A customer about an invoice. (to +15085550101)")
    assert call.ended == "completed"
    assert ("Nobody can take your call now. Please call again later." in call.transcript.lines("app")) == apology


def test_a_colleague_hears_a_whisper_before_the_caller_is_there(connect: Connect) -> None:
    peer = connect(block_with("howto/transfer", "inject_whisper"))
    assert names(peer.begin()) == ["dial"]
    peer.tell("call:status", {"call_sid": "CA-colleague", "call_status": "in-progress", "direction": "outbound"})
    whisper = peer.recv()
    assert (whisper["command"], whisper["callSid"]) == ("whisper", "CA-colleague")


def test_what_a_refer_hook_answers_is_what_the_caller_hears_next(connect: Connect) -> None:
    peer = connect(block_with("howto/transfer", "You want"))
    peer.begin()
    verbs = peer.ask("/refer", refer_details={"refer_to_user": "sales"})
    assert verbs[0]["text"] == "You want sales. Goodbye."


def test_a_voicemail_is_a_file_that_is_complete(
    jambonz_call: PlaceCall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    endpoint = block_with("howto/voicemail", "/message").run()["endpoint"]
    call = jambonz_call(endpoint, scenario=Scenario(callees=("no-answer",)))
    call.plays(bytes(range(256)) * 100)
    call.presses("#")
    assert call.heard("Thank you. Goodbye.")
    (recording,) = tmp_path.glob("*.wav")
    wait_for(lambda: bytes(range(256)) * 100 in recording.read_bytes(), "the message in the file")


@pytest.mark.parametrize(("seconds", "verbs"), [(30, ["say", "play"]), (301, ["leave"])])
def test_a_caller_leaves_the_queue_when_it_takes_too_long(connect: Connect, seconds: int, verbs: list[str]) -> None:
    peer = connect(block_with("howto/queue", "/hold"), "/caller")
    assert names(peer.begin()) == ["enqueue"]
    assert names(peer.ask("/hold", queue_time=seconds, queue_position=0)) == verbs


@pytest.mark.parametrize(
    ("event", "verbs"),
    [
        ("amd_human_detected", ["say", "hangup"]),
        ("amd_machine_detected", []),
        ("amd_machine_stopped_speaking", ["say", "hangup"]),
        ("amd_error", ["hangup"]),
    ],
)
def test_a_machine_is_spoken_to_when_its_greeting_is_over(connect: Connect, event: str, verbs: list[str]) -> None:
    peer = connect(block_with("howto/amd", '/amd")\n'))
    assert names(peer.begin()) == ["config", "pause", "hangup"]
    assert names(peer.ask("/amd", type=event)) == verbs


def test_a_tool_takes_the_call_out_of_the_model(connect: Connect) -> None:
    peer = connect(block_with("howto/leave_model", "put_through"))
    assert names(peer.begin()) == ["agent"]
    call = {"tool_call_id": "t", "name": "put_through", "arguments": {"reason": "a refund"}}
    peer.tell("agent:tool-call", call, hook="/tool")
    verbs, output = peer.recv(), peer.recv()
    assert names(verbs["data"]) == ["say", "dial", "hangup"]
    assert output["command"] == "llm:tool-output"
    assert peer.ask("/done", completion_reason="normal conversation end") == []


def test_a_model_that_hangs_up_says_goodbye_first(connect: Connect) -> None:
    peer = connect(block_with("howto/goodbye", "end_call"))
    peer.begin()
    peer.tell("agent:event", {"type": "turn_end"}, hook="/event")  # nobody wants to end the call yet
    peer.tell("agent:tool-call", {"tool_call_id": "t", "name": "end_call", "arguments": {}}, hook="/tool")
    assert peer.recv()["data"] == {"result": "Say goodbye now."}
    peer.tell("agent:event", {"type": "turn_end"}, hook="/event")
    assert names(peer.recv()["data"]) == ["hangup"]


def test_streamed_words_are_heard_before_the_call_is_hung_up(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(block_with("howto/goodbye", "wait_spoken").run()["endpoint"])
    call.says("two tickets")
    assert call.heard("I have noted: two tickets.")
    assert call.heard("Goodbye.")
    assert call.ended == "completed"


@pytest.mark.parametrize(("text", "name", "path"), [("for _ in", "endpoint", "/"), ("def menu", "app", "/incoming")])
def test_a_menu_gives_up_after_three_silences(jambonz_call: PlaceCall, text: str, name: str, path: str) -> None:
    call = jambonz_call(block_with("howto/ivr", text).run()[name], path)
    for _ in range(3):
        call.is_silent()
    assert call.heard("Please call again later. Goodbye.")
    assert call.ended == "completed"


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([reply(201, {"sid": SID}), reply(200, {"call_sid": SID, "call_status": "completed"})], 0),
        ([reply(201, {"sid": SID}), reply(200, {"call_sid": SID, "call_status": "busy"})], 1),
        ([reply(403, {"msg": "no"})], 1),
        ([reply(500, {"msg": "who knows"})], 3),
    ],
)
def test_a_cron_job_tells_placed_not_placed_and_unknown_apart(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answers: list[Any], code: int
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with FakeApi() as api:
        api.next(*answers)
        for name, value in {"BASE_URL": api.url, "ACCOUNT_SID": ACCOUNT, "API_KEY": KEY}.items():
            monkeypatch.setenv(f"JAMBONZ_{name}", value)
        block_with("howto/cron", "def remind").run()
    assert capsys.readouterr().out.splitlines()[-1] == str(code)


def test_each_call_has_the_hooks_of_its_own_agent(jambonz_call: PlaceCall) -> None:
    page = block_with("howto/http_agents", "hook_url").run()
    calls = [jambonz_call(page["app"], "/incoming") for _ in range(2)]
    for call, words in zip(calls, ("Good morning", "Good evening"), strict=True):
        call.says(words)
        wait_for(lambda words=words: [words] in [*page["asked"].values()], words)  # type: ignore[misc]
    assert len(page["asked"]) == 2
    for call in calls:
        call.hangs_up()
        assert call.ended


def test_a_call_that_has_come_from_another_process_is_asked_where_it_was(connect: Connect) -> None:
    peer = connect(block_with("explanation/reconnects", "where were we"))
    assert names(peer.ack_of(peer.open("session:reconnect"))) == ["pause"]
    peer.tell("verb:status", {"event": "starting"})
    assert peer.recv()["data"][0]["say"]["text"] == "Sorry, where were we?"


@pytest.mark.parametrize(
    ("text", "settings"), [("workers = 4", {"workers": "4", "graceful_timeout": "60"}), ("calls.", {})]
)
def test_a_configuration_of_gunicorn_of_ones_own_keeps_that_of_the_package(
    tmp_path: Path, text: str, settings: dict[str, str]
) -> None:
    (tmp_path / "gunicorn.conf.py").write_text(block_with("howto/gunicorn_conf", text).source)
    (tmp_path / "app.py").write_text("from jambonz_sync import create_endpoint\nendpoint = create_endpoint()\n")
    command = [sys.executable, "-m", "gunicorn", "--print-config", "app:endpoint"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=50, check=True)
    shown = {
        name.strip(): value.strip() for name, _, value in (line.partition("=") for line in run.stdout.splitlines())
    }
    for name, value in {"worker_class": "gthread", "threads": "1000", **settings}.items():
        assert value in shown[name], name
    assert "post_worker_init" in shown["post_worker_init"]
