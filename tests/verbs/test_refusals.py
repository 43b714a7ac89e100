"""What verbs are refused, how the mistake is named, and what is advised against."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import pytest

from jambonz_sync import InvalidVerb, MessageTooLarge, WebhookResponse
from jambonz_sync.verbs import Hangup, Say
from jambonz_sync.verbs.chain import VerbChain, as_verbs, check_size
from jambonz_sync.verbs.components import Recognizer


def first(chain: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return next(iter(chain))


@pytest.mark.parametrize(
    ("verb", "path", "message"),
    [
        ({"verb": "gather", "num_digit": 1}, "gather.num_digit", "unknown option (did you mean num_digits?)"),
        ({"verb": "gather", "numDigit": 1}, "gather.numDigit", "unknown option (did you mean numDigits?)"),
        ({"verb": "gather", "zzz": 1}, "gather.zzz", "unknown option"),
        ({"gather": {"recognizer": {}}}, "gather.recognizer.vendor", "is missing"),
        ({"gather": {"recognizer": {"vendor": 1}}}, "gather.recognizer.vendor", "expected a string, got a number"),
        ({"gather": {"recognizer": "x"}}, "gather.recognizer", "expected an object, got a string"),
        ({"gather": {"input": "speech"}}, "gather.input", "expected a list, got a string"),
        (
            {"gather": {"input": ["speech", "speach"]}},
            "gather.input[1]",
            "expected one of speech, digits, got 'speach' (did you mean speech?)",
        ),
        ({"gather": {"timeout": "5"}}, "gather.timeout", "expected a number, got a string"),
        ({"gather": {"timeout": True}}, "gather.timeout", "expected a number, got True"),
        ({"gather": {"timeout": float("inf")}}, "gather.timeout", "expected a number, got inf"),
        ({"gather": {"bargein": 1}}, "gather.bargein", "expected true or false, got a number"),
        (
            {"config": {"vad": {"mode": 4}}},
            "config.vad.mode",
            "expected a number from 0 to 3, got 4",
        ),
        (
            {"gather": {"recognizer": {"vendor": "x", "min_confidence": -0.5}}},
            "gather.recognizer.min_confidence",
            "expected a number from 0 to 1, got -0.5",
        ),
        ({"dial": {}}, "dial.target", "is missing"),
        ({"dial": {"target": []}}, "dial.target", "expected a list of at least 1, got 0"),
        ({"dial": {"target": [{"type": "phone"}]}}, "dial.target[0].number", "is missing for type phone"),
        (
            {"dial": {"target": [{"type": "phone", "number": "1", "headers": {"X": 1}}]}},
            "dial.target[0].headers.X",
            "expected a string, got a number",
        ),
        ({"sip:refer": {}}, "sip:refer.refer_to", "is missing"),
        ({"verb": "sip:refer", "actionHook": "/x"}, "sip:refer.referTo", "is missing"),
        ({"say": {"action_hook": 1, "text": "x"}}, "say.action_hook", "unknown option"),
        ({"play": {"url": ["a", 5]}}, "play.url[1]", "expected a string, got a number"),
        ({"play": {"url": 5}}, "play.url", "expected a string or a list, got a number"),
        ({"tag": {"data": {"a": [float("nan")]}}}, "tag.data.a[0]", "nan is no number in JSON"),
        ({"tag": {"data": {"a": object()}}}, "tag.data.a", "JSON has no form for object"),
        (
            {"dialogflow": {"project": "p", "credentials": {}, "lang": "en", "session_id": "a b"}},
            "dialogflow.session_id",
            "expected a string like ^[A-Za-z0-9_-]{1,200}$",
        ),
        (
            {"agent": {"tool_filler": True}},
            "agent.tool_filler",
            "expected false, got True",
        ),
        ({"agent": {"tool_filler": {"type": "audio"}}}, "agent.tool_filler.url", "is missing for type audio"),
        (
            {
                "transfer": {
                    "mode": "warm",
                    "target": [{"type": "user", "name": "x"}],
                    "disposition": {"onBusy": "voicemail"},
                }
            },
            "transfer.disposition.voicemail_url",
            "is missing, and a disposition is voicemail",
        ),
        (
            {"gather": {"timeout": 1, "actionHook": "/a", "action_hook": "/b"}},
            "gather.action_hook",
            "is given twice, as actionHook too",
        ),
        ({"openai_s2s": {"vendor": "google", "llmOptions": {}}}, "openai_s2s.vendor", "expected openai, got 'google'"),
        (
            {"gptlive_s2s": {"auth": {"apiKey": ""}, "llmOptions": {"session_update": {}}}},
            "gptlive_s2s.auth.apiKey",
            "expected a string that is not empty",
        ),
        (
            {"gptlive_s2s": {"auth": {"apiKey": "k"}, "llmOptions": {"session_update": {"model": "m"}}}},
            "gptlive_s2s.llmOptions.session_update.model",
            "belongs in the model option of the verb",
        ),
        (
            {
                "gptlive_s2s": {
                    "auth": {"apiKey": "k"},
                    "llmOptions": {"session_update": {"delegation": {"type": "responses"}}},
                }
            },
            "gptlive_s2s.llmOptions.session_update.delegation.responses",
            "is missing for type responses",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(verb: dict[str, Any], path: str, message: str) -> None:
    with pytest.raises(InvalidVerb) as caught:
        as_verbs(verb)
    assert str(caught.value) == f"{path}: {message}"
    assert caught.value.path == path
    assert caught.value.verb == path.split(".")[0]


def test_an_unknown_option_names_the_nearest_one() -> None:
    with pytest.raises(InvalidVerb) as caught:
        VerbChain().gather(recognizer={"vendor": "x", "langage": "en"})
    assert (caught.value.path, caught.value.nearest) == ("gather.recognizer.langage", "language")


def test_an_unknown_verb_names_the_nearest_one() -> None:
    with pytest.raises(InvalidVerb, match=r"^gater: unknown verb \(did you mean gather\?\)$") as caught:
        as_verbs({"verb": "gater"})
    assert (caught.value.verb, caught.value.nearest) == ("gater", "gather")


def test_a_mistake_in_a_call_carries_its_sid() -> None:
    class Call(VerbChain):
        call_sid = "sid-1"

    with pytest.raises(InvalidVerb) as by_method:
        Call().pause(length=True)
    with pytest.raises(InvalidVerb) as raw:
        Call().add_verbs({"verb": "pause"})
    assert by_method.value.call_sid == raw.value.call_sid == "sid-1"


def test_a_secret_of_the_wrong_type_is_not_in_the_message() -> None:
    with pytest.raises(InvalidVerb) as caught:
        VerbChain().listen(url="/x", ws_auth={"username": "joe", "password": ["hunter2"]})
    assert "hunter2" not in str(caught.value)


def test_a_verb_that_holds_itself_is_refused() -> None:
    actions: list[Any] = []
    verb = {"verb": "gather", "action_hook_delay_action": {"actions": actions}}
    actions.append(verb)
    for attempt in (lambda: as_verbs(verb), lambda: VerbChain().add_verbs(verb)):
        with pytest.raises(InvalidVerb, match="gather: is nested too deeply"):
            attempt()
    with pytest.raises(InvalidVerb, match="gather: is nested too deeply"):
        VerbChain().gather(action_hook_delay_action={"actions": actions})


def test_a_dict_in_place_of_the_wrong_component_is_refused() -> None:
    with pytest.raises(InvalidVerb, match=r"^gather.recognizer: expected Recognizer, got Say$"):
        VerbChain().gather(recognizer=Say(text="x"))  # type: ignore[arg-type]
    with pytest.raises(InvalidVerb, match=r"expected a verb, got Recognizer$"):
        as_verbs(Recognizer(vendor="x"))


# ---- size


def test_the_size_is_that_of_the_json_in_bytes() -> None:
    rows = as_verbs([Say(text="äöü"), Hangup()])
    assert check_size(rows) == len(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode())


def test_verbs_that_one_message_cannot_hold_are_refused_with_the_largest_named() -> None:
    rows = as_verbs([Hangup(), Say(text="a" * 20_000), Say(text="b" * 5_000)])
    with pytest.raises(MessageTooLarge) as caught:
        check_size(rows)
    assert caught.value.largest == "say (20,024 bytes)"
    assert (caught.value.size, caught.value.limit) == (25_069, 24_576)
    assert "25,069 bytes" in str(caught.value)


# ---- a 0.9 server


@pytest.mark.parametrize(
    ("verb", "message"),
    [
        ({"dial": {"target": [{"type": "user", "name": "x"}], "codecs": ["PCMU"]}}, "dial.codecs: needs jambonz v10"),
        ({"room": {"name": "x"}}, "room: needs jambonz v10"),
        ({"agent": {}}, "agent: needs jambonz 10.1.0"),
        ({"transfer": {}}, "transfer: needs jambonz 10.3.0"),
        ({"llm": {"vendor": "x", "llmOptions": {}, "hangup": {}}}, "llm.hangup: needs jambonz v10"),
        ({"config": {"bargeIn": {"sticky": True}}}, "config.bargeIn.enable: is missing"),
        ({"config": {"listen": {"enable": True, "shiny": 1}}}, "config.listen.shiny: unknown option"),
        ({"elevenlabs_s2s": {"auth": {"agent_id": "a"}}}, "elevenlabs_s2s.llm_options: is missing"),
        (
            {"gather": {"recognizer": {"vendor": "x", "xai_options": {}}}},
            "gather.recognizer.xai_options: needs jambonz v10",
        ),
        (
            {"gather": {"action_hook_delay_action": {"actions": [{"room": {"name": "x"}}]}}},
            "gather.action_hook_delay_action.actions[0]: needs jambonz v10",
        ),
    ],
)
def test_a_0_9_server_is_not_sent_what_it_would_reject(verb: dict[str, Any], message: str) -> None:
    for attempt in (
        lambda: as_verbs(verb, server="0.9"),
        lambda: as_verbs(verb, server="0.9.8"),
        lambda: VerbChain(server="0.9").add_verbs(verb),
        lambda: WebhookResponse(server="0.9").add_verbs(verb),
    ):
        with pytest.raises(InvalidVerb) as caught:
            attempt()
        assert str(caught.value).startswith(message)


def test_a_chain_method_heeds_the_server_too() -> None:
    with pytest.raises(InvalidVerb, match=r"^room: needs jambonz v10, and the server is 0\.9$"):
        WebhookResponse(server="0.9").room(name="x")
    assert WebhookResponse(server="0.9").conference(name="x") == [{"verb": "conference", "name": "x"}]


def test_options_that_the_schema_leaves_open_reach_newer_servers() -> None:
    assert as_verbs({"config": {"listen": {"enable": True, "shiny": 1}}}) == [
        {"verb": "config", "listen": {"enable": True, "shiny": 1}}
    ]


def test_a_chain_may_learn_of_its_server_later() -> None:
    chain = VerbChain()
    chain.server = "0.9.8"
    with pytest.raises(InvalidVerb, match=r"^config\.tts_stream\.enable: is missing$"):
        chain.config(tts_stream={})


def test_a_response_is_checked_again_for_the_server_that_gets_it() -> None:
    with pytest.raises(InvalidVerb, match="room"):
        as_verbs(WebhookResponse().room(name="x"), server="0.9")


def test_an_unknown_server_is_refused() -> None:
    for attempt in (lambda: VerbChain(server="1.2"), lambda: WebhookResponse(server="x"), lambda: as_verbs([], "10")):
        with pytest.raises(ValueError, match=r'^server: expected "0.9" or None'):
            attempt()


@pytest.mark.parametrize("server", [0.9, 9, ("0", "9"), b"0.9", "", "0"])
def test_a_server_that_is_no_version_is_refused_with_the_same_words(server: Any) -> None:
    with pytest.raises(ValueError, match=r'^server: expected "0.9" or None, got ' + re.escape(repr(server))):
        WebhookResponse(server=server)


# ---- traps


@pytest.fixture
def fresh_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jambonz_sync.verbs.base._advised", set())


@pytest.mark.usefixtures("fresh_advice")
def test_a_text_that_looks_like_a_url_is_escaped(caplog: pytest.LogCaptureFixture) -> None:
    chain = VerbChain().say(text="Note: hello").say(text=["Note: a", "b: c", "It is: d", "10:30"])
    assert [verb["text"] for verb in chain] == [
        "\u200bNote: hello",
        ["\u200bNote: a", "\u200bb: c", "It is: d", "10:30"],
    ]
    assert first(VerbChain().gather(say={"text": "Note: x"}))["say"] == {"text": "\u200bNote: x"}
    for say, said in (("Note: x", "\u200bNote: x"), ({"text": "Note: x"}, {"text": "\u200bNote: x"})):
        assert first(VerbChain().dub(action="sayOnTrack", track="t", say=say))["say"] == said
    assert as_verbs(as_verbs(Say(text="Note: x"))) == [{"verb": "say", "text": "\u200bNote: x"}]
    assert [record.name for record in caplog.records] == ["jambonz_sync.verbs"]
    assert "taken for a URL" in caplog.text


@pytest.mark.usefixtures("fresh_advice")
def test_the_text_of_a_dub_is_escaped_as_that_of_a_say(caplog: pytest.LogCaptureFixture) -> None:
    chain = VerbChain().dub(action="sayOnTrack", track="a", say="Note: x")
    chain.dub(action="sayOnTrack", track="a", say={"text": "Note: x"})
    assert [verb["say"] for verb in chain] == ["\u200bNote: x", {"text": "\u200bNote: x"}]
    assert len(caplog.records) == 1
    off = VerbChain(escape_urls=False).dub(action="sayOnTrack", track="a", say="Note: x")
    assert first(off)["say"] == "Note: x"


@pytest.mark.parametrize(
    "text", ["Note: x", "E-mail: us", " Note: x", "\tA: b", "\x01A: b", "No\nte: x", "a+b.c:", "A\t: b"]
)
def test_what_jambonz_takes_for_a_url_is_escaped(text: str) -> None:
    assert first(VerbChain().say(text=text))["text"] == f"\u200b{text}"


@pytest.mark.parametrize(
    "text",
    [
        *("Café: x", "snake_case: x", "10:30", "\u00a0Note: x", "\u200bNote: x", "A : b", "Hello world: x", "é:"),
        *("<speak>a: b</speak>", "silence_stream://500"),
    ],
)
def test_what_jambonz_speaks_as_it_is_is_sent_as_it_is(text: str) -> None:
    assert first(VerbChain().say(text=text))["text"] == text


@pytest.mark.usefixtures("fresh_advice")
def test_escaping_of_urls_can_be_switched_off(caplog: pytest.LogCaptureFixture) -> None:
    dub = VerbChain(escape_urls=False).dub(action="sayOnTrack", track="t", say="Note: x")
    assert first(dub)["say"] == "Note: x"
    for chain in (VerbChain(escape_urls=False), WebhookResponse(escape_urls=False)):
        chain.say(text="Note: hello").gather(say={"text": "Note: x"})
        assert first(chain)["text"] == "Note: hello"
        assert list(chain)[1]["say"]["text"] == "Note: x"
    assert as_verbs(Say(text="Note: x"), escape_urls=False) == [{"verb": "say", "text": "Note: x"}]
    assert as_verbs(WebhookResponse(escape_urls=False).say(text="Note: x"), "0.9")[0]["text"] == "Note: x"
    assert caplog.records == []


@pytest.mark.usefixtures("fresh_advice")
def test_inter_digit_timeout_without_min_digits_is_advised_against_once(caplog: pytest.LogCaptureFixture) -> None:
    VerbChain().gather(inter_digit_timeout=3, min_digits=1)
    assert caplog.records == []
    VerbChain().gather(inter_digit_timeout=3).gather(inter_digit_timeout=3)
    assert len(caplog.records) == 1
    assert "min_digits" in caplog.text
