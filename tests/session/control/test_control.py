"""The methods that change a running call, down to the message that they send."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from jambonz_sync.errors import InvalidVerb
from jambonz_sync.session.control import ControlCommands
from jambonz_sync.tools import ToolSet
from jambonz_sync.verbs import Say
from jambonz_sync.verbs.chain import WebhookResponse
from jambonz_sync.verbs.components import ActionHook, Synthesizer


class Call(ControlCommands):
    call_sid = "call-1"
    escape_urls = True

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def _command(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    @property
    def only(self) -> dict[str, Any]:
        [message] = self.sent
        return message


@pytest.fixture
def call() -> Call:
    return Call()


SAY = {"verb": "say", "text": "Hello"}


@pytest.mark.parametrize(
    "verbs",
    [
        SAY,
        [SAY],
        {"say": {"text": "Hello"}},
        WebhookResponse().say(text="Hello"),
    ],
)
def test_a_whisper_takes_a_verb_several_or_a_chain(call: Call, verbs: Any) -> None:
    call.inject_whisper(verbs, "leg-2")
    assert call.only["command"] == "whisper"
    assert call.only["callSid"] == "leg-2"
    assert call.only["data"]["whisper"] == [SAY]


def test_a_whisper_of_another_verb_is_refused_before_it_is_sent(call: Call) -> None:
    with pytest.raises(InvalidVerb, match="expected say or play"):
        call.inject_whisper(WebhookResponse().hangup())
    assert not call.sent


@pytest.mark.parametrize("hook", ["/new", "https://example.com/new", {"url": "/new", "method": "GET"}])
def test_a_redirect_to_a_hook(call: Call, hook: Any) -> None:
    call.inject_redirect(hook)
    assert call.only["data"] == {"call_hook": hook}


def test_a_redirect_to_hooks_that_are_objects(call: Call) -> None:
    call.inject_redirect(ActionHook(url="/new", method="GET"), child=ActionHook(url="/child"))
    assert call.only["data"] == {"call_hook": {"url": "/new", "method": "GET"}, "child_call_hook": {"url": "/child"}}


@pytest.mark.parametrize("hook", ["", {"url": ""}, 5])
def test_a_redirect_to_a_hook_without_an_address_is_refused(call: Call, hook: Any) -> None:
    for options in ({"target": hook}, {"child": hook}):
        with pytest.raises(InvalidVerb) as caught:
            call.inject_redirect(**options)
        assert caught.value.verb == "redirect"
        assert caught.value.call_sid == "call-1"
    assert not call.sent


def test_a_redirect_to_hooks_for_both_legs(call: Call) -> None:
    call.inject_redirect("/parent", child={"url": "/child"})
    assert call.only["data"] == {"call_hook": "/parent", "child_call_hook": {"url": "/child"}}


def test_a_redirect_of_the_child_alone(call: Call) -> None:
    call.inject_redirect(child="/child")
    assert call.only["data"] == {"child_call_hook": "/child"}


def test_a_redirect_to_verbs_replaces_what_is_to_run_or_is_put_behind_it(call: Call) -> None:
    call.inject_redirect(WebhookResponse().say(text="Hello"))
    call.inject_redirect([SAY], queue=True)
    assert [message["data"] for message in call.sent] == [[SAY], [SAY]]
    assert [message["queueCommand"] for message in call.sent] == [False, True]


@pytest.mark.parametrize(
    ("target", "child"), [("/x", None), ({"url": "/x"}, None), (None, "/x"), ([SAY], [SAY]), (None, [SAY])]
)
def test_only_verbs_for_this_leg_can_be_put_behind_others(call: Call, target: Any, child: Any) -> None:
    with pytest.raises(InvalidVerb, match="verbs for this leg alone") as caught:
        call.inject_redirect(target, child=child, queue=True)
    assert caught.value.path == "redirect.queue"
    assert not call.sent


def test_verbs_for_the_legs(call: Call) -> None:
    call.inject_redirect([SAY], child=[SAY])
    call.inject_redirect(child=SAY)
    assert [message["data"] for message in call.sent] == [
        {"parent_call": [SAY], "child_call": [SAY]},
        {"child_call": [SAY]},
    ]


@pytest.mark.parametrize(("target", "child"), [(None, None), ("/hook", [SAY]), ([SAY], "/hook"), ([], None)])
def test_a_redirect_to_nothing_or_to_both_kinds_is_refused(call: Call, target: Any, child: Any) -> None:
    with pytest.raises(InvalidVerb):
        call.inject_redirect(target, child=child)
    assert not call.sent


def test_config_takes_the_options_of_the_verb_in_either_spelling(call: Call) -> None:
    call.inject_config(notify_events=True, tts_stream={"enable": True})
    assert call.only["command"] == "config"
    assert call.only["data"] == {"notifyEvents": True, "ttsStream": {"enable": True}}
    with pytest.raises(InvalidVerb):
        call.inject_config(notify_event=True)


def test_options_of_others_do_not_change_how_the_command_is_sent(call: Call) -> None:
    call.inject_dial(to={"type": "user"}, from_="1", call_hook="/x", queue=True)
    assert call.only["data"]["queue"] is True
    assert "queueCommand" not in call.only
    with pytest.raises(InvalidVerb, match="queue: unknown option"):
        call.inject_config(queue=True)


@pytest.mark.parametrize("options", [{}, {"notify_events": None}, {"extra": {}}])
def test_a_config_without_options_is_refused(call: Call, options: dict[str, Any]) -> None:
    with pytest.raises(InvalidVerb, match="expected options of the config verb"):
        call.inject_config(**options)
    assert not call.sent


def test_options_newer_than_this_release_are_sent_as_they_are(call: Call) -> None:
    call.inject_config(extra={"newer": 1})
    call.inject_record("stop", {"extra": {"newer": 1}})
    assert [message["data"] for message in call.sent] == [{"newer": 1}, {"action": "stopCallRecording", "newer": 1}]


def test_what_is_said_in_a_room_may_have_its_own_voice(call: Call) -> None:
    call.inject_say("Hello all", synthesizer={"vendor": "google", "language": "en-US"}, id="s1")
    assert call.only["command"] == "room:say"
    assert call.only["data"] == {
        "text": "Hello all",
        "synthesizer": {"vendor": "google", "language": "en-US"},
        "id": "s1",
    }


@pytest.mark.parametrize(
    ("options", "command", "data"),
    [
        ({"mute": "mute"}, "conf:mute-status", {"conf_mute_status": "mute"}),
        ({"hold": "hold", "wait_hook": "/w"}, "conf:hold-status", {"conf_hold_status": "hold", "wait_hook": "/w"}),
        ({"action": "coach", "tag": "a"}, "conf:participant-action", {"action": "coach", "tag": "a"}),
    ],
)
def test_a_conference_is_acted_on_in_one_of_three_ways(
    call: Call, options: dict[str, Any], command: str, data: dict[str, Any]
) -> None:
    call.inject_conference(**options)
    assert (call.only["command"], call.only["data"]) == (command, data)


@pytest.mark.parametrize("options", [{}, {"mute": "mute", "hold": "hold"}])
def test_a_conference_is_not_acted_on_in_none_or_two_ways(call: Call, options: dict[str, Any]) -> None:
    with pytest.raises(InvalidVerb, match="one of mute, hold and action"):
        call.inject_conference(**options)


@pytest.mark.parametrize("options", [{"mute": "mute", "tag": "a"}, {"hold": True, "tag": "a"}])
def test_an_option_that_does_not_go_with_the_way_is_not_dropped(call: Call, options: dict[str, Any]) -> None:
    with pytest.raises(InvalidVerb, match="tag: unknown option"):
        call.inject_conference(**options)
    assert not call.sent


@pytest.mark.parametrize(
    "say",
    [
        Say(text="Hola", synthesizer=Synthesizer(vendor="google", fallback_language="es-ES")),
        {"text": "Hola", "synthesizer": Synthesizer(vendor="google", fallback_language="es-ES")},
        {"text": "Hola", "synthesizer": {"vendor": "google", "fallback_language": "es-ES"}},
        {"text": "Hola", "synthesizer": {"vendor": "google", "fallbackLanguage": "es-ES"}},
    ],
)
def test_what_a_dub_says_is_written_as_in_the_verb(call: Call, say: Any) -> None:
    call.inject_dub("sayOnTrack", "t", say=say, call_sid="leg-2")
    synthesizer = {"vendor": "google", "fallbackLanguage": "es-ES"}
    assert call.only["data"]["say"] == {"text": "Hola", "synthesizer": synthesizer}
    assert call.only["callSid"] == "leg-2"


NOTE, ESCAPE_URLS = "Note: hi", "\u200bNote: hi"


@pytest.mark.parametrize(
    ("inject", "said"),
    [
        (lambda call: call.inject_whisper({"verb": "say", "text": NOTE}), lambda data: data["whisper"][0]["text"]),
        (lambda call: call.inject_dub("sayOnTrack", "t", say=NOTE), lambda data: data["say"]),
        (lambda call: call.inject_dub("sayOnTrack", "t", say={"text": NOTE}), lambda data: data["say"]["text"]),
        (lambda call: call.inject_say(NOTE), lambda data: data["text"]),
        (lambda call: call.inject_say(["Hello", NOTE]), lambda data: data["text"][1]),
        (lambda call: call.inject_redirect(Say(text=NOTE)), lambda data: data[0]["text"]),
    ],
)
def test_a_text_that_jambonz_would_take_for_a_url_is_escaped_unless_that_is_switched_off(
    call: Call, inject: Any, said: Any
) -> None:
    inject(call)
    call.escape_urls = False
    inject(call)
    assert [said(message["data"]) for message in call.sent] == [ESCAPE_URLS, NOTE]


@pytest.mark.parametrize("text", ["", [], ["Hello", ""], 5, [5], None])
def test_nothing_to_say_in_a_room_is_refused(call: Call, text: Any) -> None:
    with pytest.raises(InvalidVerb, match="text"):
        call.inject_say(text)
    assert not call.sent


def test_a_dub_that_says_it_wrongly_is_refused(call: Call) -> None:
    with pytest.raises(InvalidVerb, match="synthesiser"):
        call.inject_dub("sayOnTrack", "t", say={"text": "Hola", "synthesiser": {"vendor": "google"}})


@pytest.mark.parametrize(
    "inject",
    [
        lambda call: call.inject_command("x:y", {"a": 1}, "leg-2"),
        lambda call: call.inject_dtmf("1", 200, "leg-2"),
        lambda call: call.inject_listen_status("pause", "leg-2"),
        lambda call: call.inject_mute("mute", "leg-2"),
        lambda call: call.inject_noise_isolation("enable", {"vendor": "krisp"}, "leg-2"),
        lambda call: call.inject_record("pauseCallRecording", {}, "leg-2"),
        lambda call: call.inject_redirect("/new", "leg-2"),
        lambda call: call.inject_tag({"a": 1}, "leg-2"),
        lambda call: call.inject_whisper(SAY, "leg-2"),
    ],
)
def test_the_leg_is_the_last_argument_where_it_is_that_in_the_node_sdk(call: Call, inject: Any) -> None:
    inject(call)
    assert call.only["callSid"] == "leg-2"


def test_options_may_be_one_dict_as_in_the_node_sdk_or_have_names(call: Call) -> None:
    call.inject_noise_isolation("enable", {"vendor": "krisp", "level": 80})
    call.inject_noise_isolation("enable", {"vendor": "krisp"}, level=80)
    call.inject_noise_isolation("enable", vendor="krisp", level=80)
    url = "sip:siprec@recorder.example.com"
    call.inject_record("startCallRecording", {"siprecServerURL": url, "recordingID": "r1"})
    call.inject_record("startCallRecording", {"siprec_server_url": url}, recording_id="r1")
    call.inject_record("startCallRecording", siprec_server_url=url, recording_id="r1")
    noise, record = [message["data"] for message in call.sent[:3]], [message["data"] for message in call.sent[3:]]
    assert noise == [{"noise_isolation_status": "enable", "vendor": "krisp", "level": 80}] * 3
    assert record == [{"action": "startCallRecording", "siprecServerURL": url, "recordingID": "r1"}] * 3


@pytest.mark.parametrize(
    ("inject", "said"),
    [
        (lambda call: call.inject_noise_isolation("enable", {"vendr": "krisp"}), "did you mean vendor"),
        (lambda call: call.inject_noise_isolation("enable", "leg-2"), "an object of options"),
        (
            lambda call: call.inject_record("startCallRecording", {"siprecServerUrls": "sip:x"}),
            "did you mean siprecServerURL",
        ),
        (lambda call: call.inject_noise_isolation("enable", {"status": "disable"}), "expected 'enable' here too"),
        (lambda call: call.inject_noise_isolation("enable", {"noise_isolation_status": "disable"}), "here too"),
        (
            lambda call: call.inject_record("start", {"siprecServerURL": "sip:a", "siprec_server_url": "sip:b"}),
            "is given twice",
        ),
    ],
)
def test_an_option_that_there_is_not_is_refused(call: Call, inject: Any, said: str) -> None:
    with pytest.raises(InvalidVerb, match=said):
        inject(call)
    assert not call.sent


def test_what_can_be_read_only_once_is_sent_all_the_same(call: Call) -> None:
    call.update_tools({"name": name} for name in ("a", "b"))
    call.inject_context({"role": "user", "content": text} for text in ("x", "y"))
    call.inject_stt_reconfigure(code for code in ("en", "de"))
    call.inject_record("start", siprec_server_url=(uri for uri in ("sip:a", "sip:b")))  # type: ignore[arg-type]
    call.inject_record("start", {"siprecServerURL": (uri for uri in ("sip:a", "sip:b"))})
    call.inject_whisper(SAY for _ in range(2))
    assert [message["data"] for message in call.sent] == [
        {"type": "update_tools", "tools": [{"name": "a"}, {"name": "b"}]},
        {"type": "inject_context", "messages": [{"role": "user", "content": "x"}, {"role": "user", "content": "y"}]},
        {"languageHints": ["en", "de"]},
        *[{"action": "startCallRecording", "siprecServerURL": ["sip:a", "sip:b"]}] * 2,
        {"whisper": [SAY, SAY]},
    ]


def test_an_agent_is_updated_by_arguments_or_by_one_dict(call: Call) -> None:
    def greet() -> str:
        "Greets."
        return "Hello"

    tools = ToolSet([greet])
    call.update_agent("update_instructions", instructions="Be brief.")
    call.update_agent({"type": "update_instructions", "instructions": "Be brief."})
    call.update_agent({"type": "generate_reply", "interrupt": True, "user_input": "Tell them.", "newer": 1})
    call.update_agent(type="update_tools", tools=tools)
    call.update_tools(tools)
    assert [message["data"] for message in call.sent] == [
        {"type": "update_instructions", "instructions": "Be brief."},
        {"type": "update_instructions", "instructions": "Be brief."},
        {"type": "generate_reply", "interrupt": True, "user_input": "Tell them.", "newer": 1},
        {"type": "update_tools", "tools": tools.schemas()},
        {"type": "update_tools", "tools": tools.schemas()},
    ]


@pytest.mark.parametrize(
    ("update", "path"),
    [
        ({}, "agent:update.type"),
        ({"type": "reset"}, "agent:update.type"),
        ({"type": "update_instructions"}, "agent:update.instructions"),
        ({"type": "update_instructions", "instruction": "Be brief."}, "agent:update.instructions"),
        ({"type": "inject_context"}, "agent:update.messages"),
        ({"type": "inject_context", "messages": "x"}, "agent:update.messages"),
        ({"type": "update_tools"}, "agent:update.tools"),
        ({"type": "update_tools", "tools": 5}, "agent:update.tools"),
        ({"type": "generate_reply", "user_input": 5}, "agent:update.user_input"),
    ],
)
def test_an_update_of_an_agent_without_what_it_is_about_is_refused(call: Call, update: Any, path: str) -> None:
    with pytest.raises(InvalidVerb) as caught:
        call.update_agent(update)
    assert caught.value.path == path
    assert not call.sent


@pytest.mark.parametrize(
    "wrong",
    [
        lambda call: call.inject_mute("x"),
        lambda call: call.inject_whisper({"verb": "say", "bad": 1}),
        lambda call: call.inject_config(bad=1),
        lambda call: call.inject_dub("sayOnTrack", "t", say={"bad": 1}),
        lambda call: call.inject_conference(),
        lambda call: call.send_tool_output("", {}),
        lambda call: call.update_llm({}),
    ],
)
def test_an_error_names_the_call_that_it_is_about(call: Call, wrong: Any) -> None:
    with pytest.raises(InvalidVerb) as caught:
        wrong(call)
    assert caught.value.call_sid == "call-1"
    assert not call.sent


def test_methods_are_still_described_as_they_are_written() -> None:
    assert list(inspect.signature(ControlCommands.inject_mute).parameters) == ["self", "status", "call_sid"]
    assert "Mute or unmute" in (ControlCommands.inject_mute.__doc__ or "")


def test_every_other_method_sends_one_command(call: Call) -> None:
    call.inject_mute("mute")
    call.inject_noise_isolation("enable", vendor="krisp", level=80)
    call.inject_record("startCallRecording", type="cloud")
    call.inject_listen_status("pause")
    call.inject_transcribe_status("resume")
    call.inject_dtmf("1", 200)
    call.inject_tag({"priority": "high"})
    call.inject_play("tone.wav")
    call.inject_dub("addTrack", "t")
    call.inject_dial(to={"type": "user", "name": "joe"}, from_="1", call_hook="/x", timeout=20)
    call.inject_sip_request("INFO")
    call.inject_media_path("no-media")
    call.inject_boost_audio("+3 dB")
    call.inject_stt_reconfigure(["en"])
    call.inject_hangup()
    call.inject_command("x:y", {"a": 1})
    call.send_tool_output("call_1", {"a": 1})
    call.update_llm({"type": "response.cancel"})
    call.update_agent("generate_reply", interrupt=True)
    call.update_instructions("Be brief.")
    call.inject_context([{"role": "user", "content": "x"}])
    call.update_tools([{"name": "x"}])
    call.generate_reply(instructions="Say goodbye.")
    assert [message["command"] for message in call.sent] == [
        "mute:status",
        "noiseIsolation:status",
        "record",
        "listen:status",
        "transcribe:status",
        "dtmf",
        "tag",
        "room:play",
        "dub",
        "dial",
        "sip:request",
        "media:path",
        "boostAudioSignal",
        "stt:reconfigure",
        "call:status",
        "x:y",
        "llm:tool-output",
        "llm:update",
        *["agent:update"] * 5,
    ]
    assert all(message["type"] == "command" for message in call.sent)
