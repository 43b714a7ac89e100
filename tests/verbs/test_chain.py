"""Verbs in a row: what the methods take, what they yield, and what they refuse."""

from __future__ import annotations

import copy
import datetime
import inspect
import json
import pydoc
import threading
import uuid
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import flask
import orjson
import pytest

from jambonz_sync import InvalidVerb, MessageTooLarge, WebhookResponse, verbs
from jambonz_sync.logs import origins
from jambonz_sync.model import json_text, wire
from jambonz_sync.verbs import Dial, Gather, Hangup, Play, Say
from jambonz_sync.verbs.chain import VerbChain, as_verbs, check_size
from jambonz_sync.verbs.components import ActionHook, Recognizer, Target

USUAL: list[dict[str, Any]] = [
    {"verb": "say", "text": "Hello! Thank you for calling."},
    {
        "verb": "gather",
        "input": ["speech", "digits"],
        "actionHook": "/menu",
        "timeout": 15,
        "numDigits": 1,
        "say": {"text": "Press 1 for sales."},
        "recognizer": {
            "vendor": "deepgram",
            "language": "en-US",
            "hints": ["sales", {"phrase": "support", "boost": 2}],
        },
    },
    {
        "verb": "dial",
        "actionHook": {"url": "/done", "method": "POST"},
        "answerOnBridge": True,
        "target": [{"type": "phone", "number": "+15085551213"}, {"type": "sip", "sipUri": "sip:sales@example.com"}],
    },
    {"verb": "hangup"},
]


def usual(chain: Any) -> Any:
    return (
        chain.say(text="Hello! Thank you for calling.")
        .gather(
            input=["speech", "digits"],
            action_hook="/menu",
            timeout=15,
            num_digits=1,
            say={"text": "Press 1 for sales."},
            recognizer={
                "vendor": "deepgram",
                "language": "en-US",
                "hints": ["sales", {"phrase": "support", "boost": 2}],
            },
        )
        .dial(
            action_hook={"url": "/done", "method": "POST"},
            answer_on_bridge=True,
            target=[{"type": "phone", "number": "+15085551213"}, {"type": "sip", "sip_uri": "sip:sales@example.com"}],
        )
        .hangup()
    )


def first(chain: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return next(iter(chain))


# ---- what it yields


def test_a_chain_yields_the_verbs_in_wire_form() -> None:
    chain = usual(VerbChain())
    assert list(chain) == USUAL
    assert len(chain) == 4
    assert json.loads(chain.to_json()) == USUAL


def test_a_webhook_response_is_a_list_of_plain_dicts() -> None:
    response: WebhookResponse = usual(WebhookResponse())
    assert isinstance(response, list)
    assert response == USUAL
    assert [type(verb) for verb in response] == [dict] * 4
    assert json.loads(json.dumps(response)) == USUAL
    assert json.loads(response.to_json()) == USUAL
    assert copy.deepcopy(response) == USUAL


def test_flask_takes_a_webhook_response_from_a_view_and_from_jsonify() -> None:
    app = flask.Flask("test")
    app.add_url_rule("/view", "view", lambda: usual(WebhookResponse()))
    app.add_url_rule("/jsonify", "jsonify", lambda: flask.jsonify(usual(WebhookResponse())))
    client = app.test_client()
    for path in ("/view", "/jsonify"):
        answer = client.get(path)
        assert (answer.status_code, answer.content_type, answer.json) == (200, "application/json", USUAL)


@pytest.mark.parametrize("kind", [VerbChain, WebhookResponse])
def test_clear_drops_all_verbs(kind: type[VerbChain]) -> None:
    chain = usual(kind())
    chain.clear()
    assert (len(chain), list(chain), chain.to_json()) == (0, [], "[]")


def test_instances_and_dicts_in_both_spellings_give_the_same_wire_form() -> None:
    instances = [
        Say(text="Hello! Thank you for calling."),
        Gather(
            input=["speech", "digits"],
            action_hook="/menu",
            timeout=15,
            num_digits=1,
            say=Say(text="Press 1 for sales."),
            recognizer=Recognizer(
                vendor="deepgram", language="en-US", hints=["sales", {"phrase": "support", "boost": 2}]
            ),
        ),
        Dial(
            action_hook=ActionHook(url="/done", method="POST"),
            answer_on_bridge=True,
            target=[
                Target(type="phone", number="+15085551213"),
                Target(type="sip", sip_uri="sip:sales@example.com"),
            ],
        ),
        Hangup(),
    ]
    shapes = [{verb["verb"]: {key: value for key, value in verb.items() if key != "verb"}} for verb in USUAL]
    python = [
        {"say": {"text": "Hello! Thank you for calling."}},
        {"verb": "gather", **{pythonic(key): value for key, value in USUAL[1].items() if key != "verb"}},
        *USUAL[2:],
    ]
    for given in (instances, USUAL, shapes, python, tuple(instances), iter(instances)):
        assert VerbChain().add_verbs(given)._verbs == USUAL
    assert as_verbs(instances) == as_verbs(USUAL) == as_verbs(shapes) == as_verbs(python) == USUAL


def pythonic(name: str) -> str:
    return {"actionHook": "action_hook", "numDigits": "num_digits"}.get(name, name)


def test_nothing_that_was_not_set_is_emitted() -> None:
    assert list(VerbChain().gather(timeout=None, say=None, extra=None)) == [{"verb": "gather"}]
    assert as_verbs(Gather()) == [{"verb": "gather"}]
    assert as_verbs({"verb": "gather", "timeout": None}) == [{"verb": "gather"}]


def test_an_empty_string_and_zero_and_false_are_emitted() -> None:
    chain = VerbChain().gather(finish_on_key="", timeout=0, bargein=False)
    assert list(chain) == [{"verb": "gather", "finishOnKey": "", "timeout": 0, "bargein": False}]


def test_what_is_appended_is_not_what_the_caller_holds() -> None:
    recognizer: dict[str, Any] = {"vendor": "google", "hints": ["a"]}
    options: dict[str, Any] = {"messages": []}
    chain = VerbChain().gather(recognizer=recognizer).llm(vendor="openai", llm_options=options)
    recognizer["vendor"] = 5
    recognizer["hints"].append(None)
    options["later"] = object()
    assert chain.to_json() == (
        '[{"verb":"gather","recognizer":{"vendor":"google","hints":["a"]}},'
        '{"verb":"llm","vendor":"openai","llmOptions":{"messages":[]}}]'
    )


def test_options_may_be_given_in_any_mapping() -> None:
    say = MappingProxyType({"text": "x", "early_media": True})
    assert list(VerbChain().gather(say=say)) == [{"verb": "gather", "say": {"text": "x", "earlyMedia": True}}]
    assert as_verbs({"say": say}) == as_verbs(MappingProxyType({"say": say})) == list(VerbChain().say(**say))


def test_an_instance_may_stand_where_its_class_is_expected() -> None:
    class Prompt(Say):
        """A prompt of the application."""

    assert list(VerbChain().gather(say=Prompt(text="x"))) == [{"verb": "gather", "say": {"text": "x"}}]
    with pytest.raises(InvalidVerb, match=r"^gather\.say: expected Say, got Play$"):
        VerbChain().gather(say=Play(url="x"))  # type: ignore[arg-type]


def test_a_prompt_in_a_gather_carries_no_verb() -> None:
    for say in ({"verb": "say", "text": "x"}, {"text": "x"}, Say(text="x")):
        assert list(VerbChain().gather(say=say)) == [{"verb": "gather", "say": {"text": "x"}}]
    with pytest.raises(InvalidVerb, match=r"^gather.say.verb: expected say, got a string$"):
        VerbChain().gather(say={"verb": "play", "url": "x"})


def test_nested_listen_transcribe_and_dub_carry_no_verb() -> None:
    chain = VerbChain().dial(
        target=[{"type": "user", "name": "joe"}],
        listen={"verb": "listen", "url": "/audio"},
        transcribe={"verb": "transcribe", "transcription_hook": "/t"},
        dub=[{"verb": "dub", "action": "addTrack", "track": "a"}],
    )
    assert first(chain) == {
        "verb": "dial",
        "target": [{"type": "user", "name": "joe"}],
        "listen": {"url": "/audio"},
        "transcribe": {"transcriptionHook": "/t"},
        "dub": [{"action": "addTrack", "track": "a"}],
    }


def test_mappings_of_vendor_and_user_pass_through_untouched() -> None:
    data = {"some_key": {"snake_case": [1]}, "otherKey": None}
    chain = VerbChain().tag(data=data).llm(vendor="x", auth={"api_key": "k"}, llm_options=data)
    assert list(chain) == [
        {"verb": "tag", "data": data},
        {"verb": "llm", "vendor": "x", "auth": {"api_key": "k"}, "llmOptions": data},
    ]


def test_extra_passes_options_that_are_newer() -> None:
    chain = VerbChain().say(text="hi", extra={"mood": {"how": "happy"}}).gather(say={"text": "x", "extra": {"y": 1}})
    assert list(chain) == [
        {"verb": "say", "text": "hi", "mood": {"how": "happy"}},
        {"verb": "gather", "say": {"text": "x", "y": 1}},
    ]
    assert as_verbs(Say(text="hi", extra={"mood": 1})) == [{"verb": "say", "text": "hi", "mood": 1}]
    assert first(VerbChain().say(extra={"text": ["newer"]}, text="old"))["text"] == ["newer"]
    with pytest.raises(InvalidVerb, match=r"^say\.extra\.verb: cannot change the verb$"):
        VerbChain().say(extra={"verb": "play"}, text="x")
    with pytest.raises(InvalidVerb, match=r"^say\.extra\.a: nan is no number in JSON$"):
        VerbChain().say(extra={"a": float("nan")}, text="x")


@pytest.mark.parametrize(
    ("verb", "wire"),
    [
        (
            {"dial": {"target": [{"extra": {"type": "fax", "number": "1"}}]}},
            {"target": [{"type": "fax", "number": "1"}]},
        ),
        ({"agent": {"tool_filler": {"extra": {"type": "hum"}}}}, {"toolFiller": {"type": "hum"}}),
        (
            {"gptlive_s2s": {"auth": {"apiKey": "k"}, "hangup": {}, "extra": {"llmOptions": {}}}},
            {"auth": {"apiKey": "k"}, "hangup": {}, "llmOptions": {}},
        ),
    ],
)
def test_a_required_option_may_come_as_an_extra_one(verb: dict[str, Any], wire: dict[str, Any]) -> None:
    assert as_verbs(verb) == [{"verb": next(iter(verb)), **wire}]


def test_unchecked_verbs_stay_as_they_are_all_the_way() -> None:
    raw = {"verb": "sing", "song": "x"}
    response = WebhookResponse().add_verbs([raw, {"sing": {}}], validate=False)
    assert response == [raw, {"sing": {}}]
    assert as_verbs(response) == as_verbs(response, server="0.9") == [raw, {"sing": {}}]
    assert WebhookResponse().add_verbs(raw, validate=False) == [raw]
    assert json.loads(response.to_json()) == [raw, {"sing": {}}]


def test_a_list_with_a_mistake_appends_nothing() -> None:
    chain = VerbChain().answer()
    with pytest.raises(InvalidVerb):
        chain.add_verbs([{"verb": "say", "text": "x"}, {"verb": "say", "text": 5}])
    assert list(chain) == [{"verb": "answer"}]


@pytest.mark.parametrize(
    ("value", "rows"),
    [
        (None, []),
        ([], []),
        (Say(text="x"), [{"verb": "say", "text": "x"}]),
        ({"say": {"text": "x"}}, [{"verb": "say", "text": "x"}]),
        ([Hangup(), {"verb": "leave"}], [{"verb": "hangup"}, {"verb": "leave"}]),
        (WebhookResponse().leave(), [{"verb": "leave"}]),
        (VerbChain().leave(), [{"verb": "leave"}]),
    ],
)
def test_a_handler_may_return_verbs_in_any_form(value: object, rows: list[dict[str, Any]]) -> None:
    assert as_verbs(value) == rows


@pytest.mark.parametrize("value", ["say", b"say", 5, object(), [5], [None], [[]], {}, {"a": 1, "b": 2}, [{"say": "x"}]])
def test_a_handler_may_return_nothing_else(value: object) -> None:
    with pytest.raises(InvalidVerb, match="expected"):
        as_verbs(value)


# ---- what tools see

PLAIN: Any = vars(pydoc)["plaintext"]  # not in the stub


@pytest.mark.parametrize("name", verbs.VERBS)
def test_a_chain_method_has_the_parameters_and_the_text_of_its_verb(name: str) -> None:
    cls = verbs.verb_class(name)
    for owner in (VerbChain, WebhookResponse):
        method = getattr(owner, name)
        signature = inspect.signature(method)
        assert signature.parameters.keys() - {"self"} == inspect.signature(cls).parameters.keys()
        parameters = [one.replace(annotation="") for key, one in signature.parameters.items() if key != "self"]
        assert parameters == [one.replace(annotation="") for one in inspect.signature(cls).parameters.values()]
        for key in signature.parameters.keys() - {"self"}:
            assert f"    {key}: " in method.__doc__
        assert method.__doc__.startswith((cls.__doc__ or "").splitlines()[0])
        assert method.__name__ == name


def test_help_shows_the_options_as_they_are_written() -> None:
    text = " ".join(pydoc.render_doc(WebhookResponse.gather, renderer=PLAIN).split())  # since 3.13 in several lines
    assert "self, *, input: Sequence[Literal['speech', 'digits']] | None = None, action_hook: Hook | None" in text
    assert "num_digits: Exact number of digits." in text
    assert text.rstrip().endswith("InvalidVerb: jambonz would not take it; then nothing is appended.")
    assert "text: str | Sequence[str] | None = None" in pydoc.render_doc(VerbChain, renderer=PLAIN)


def test_threads_with_a_chain_each_do_not_mix_verbs() -> None:
    seen: dict[int, str] = {}
    start = threading.Barrier(8)

    def run(number: int) -> None:
        start.wait(10)
        chain = VerbChain()
        for i in range(200):
            chain.say(text=f"{number} {i}")
        seen[number] = " ".join(verb["text"].split()[0] for verb in chain)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert seen == {number: " ".join([str(number)] * 200) for number in range(8)}


def test_a_subclass_may_keep_the_verbs_elsewhere() -> None:
    class Elsewhere(VerbChain):
        def __init__(self) -> None:
            self.kept: list[dict[str, Any]] = []

        @property
        def _verbs(self) -> list[dict[str, Any]]:
            return self.kept

    chain = usual(Elsewhere())
    chain.add_verbs({"verb": "leave"})
    assert chain.kept == [*USUAL, {"verb": "leave"}]
    assert json.loads(chain.to_json()) == chain.kept


# ---- size, and the call


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


def test_a_mistake_in_a_call_carries_its_sid() -> None:
    class Call(VerbChain):
        call_sid = "sid-1"

    with pytest.raises(InvalidVerb) as by_method:
        Call().pause(length=True)
    with pytest.raises(InvalidVerb) as raw:
        Call().add_verbs({"verb": "pause"})
    assert by_method.value.call_sid == raw.value.call_sid == "sid-1"


@pytest.mark.parametrize("library", [None, orjson], ids=["plain", "orjson"])
@pytest.mark.parametrize("kind", [VerbChain, WebhookResponse])
def test_json_is_the_same_with_and_without_orjson(
    kind: type[VerbChain], library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_text, "quick", library)
    chain = kind().add_verbs(USUAL).say(text='Grüße, \u2028 \U0001f600 "1"').pause(length=0.5)
    assert chain.to_json() == wire.dumps(list(chain))
    next(iter(chain))["text"] = uuid.UUID(int=1)
    assert '"00000000-0000-0000-0000-000000000001"' in chain.to_json() == wire.dumps(list(chain))
    next(iter(chain))["text"] = datetime.date(2026, 1, 2)
    with pytest.raises(InvalidVerb, match=r"\[0\]\.text: JSON has no form for date"):
        chain.to_json()


class Watcher:
    """Takes in the verbs that an application makes."""

    def __init__(self) -> None:
        self.verbs: list[str] = []

    def made(self, verb: Mapping[str, Any]) -> None:
        self.verbs.append(verb["verb"])

    def sent(self, call_sid: str, content: Sequence[Mapping[str, Any]]) -> None:
        raise AssertionError("a chain sends nothing")


def test_who_watches_is_told_of_each_verb_that_is_made_by_a_method_or_added() -> None:
    watcher = Watcher()
    origins.watch(watcher)
    try:
        WebhookResponse().say("Hello").add_verbs([Hangup(), {"verb": "pause", "length": 1}])
    finally:
        origins.watch(None)
    assert watcher.verbs == ["say", "hangup", "pause"]
