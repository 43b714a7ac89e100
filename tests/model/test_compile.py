"""Options are checked and turned into the wire form; a mistake is named with its place."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync import InvalidVerb
from jambonz_sync.model.compile import compiled
from jambonz_sync.model.declare import Model, ServerTarget
from jambonz_sync.model.validation import ValidationError
from jambonz_sync.verbs import Dial, Gather, Say
from jambonz_sync.verbs.base import advice_collected
from jambonz_sync.verbs.chain import VerbChain, as_verbs
from jambonz_sync.verbs.components import Recognizer


@pytest.mark.parametrize(
    ("verb", "path", "message"),
    [
        ({"verb": "gather", "num_digit": 1}, "gather.num_digit", "unknown option (did you mean num_digits?)"),
        ({"verb": "gather", "numDigit": 1}, "gather.numDigit", "unknown option (did you mean numDigits?)"),
        ({"verb": "gather", "zzz": 1}, "gather.zzz", "unknown option"),
        ({"gather": {5: 1}}, "gather.5", "expected names that are strings, got a number"),
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
        (
            {"dial": {"target": [{"type": "phone", "number": "1", "headers": {5: "x"}}]}},
            "dial.target[0].headers",
            "expected names that are strings, got a number",
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


def test_a_secret_of_the_wrong_type_is_not_in_the_message() -> None:
    with pytest.raises(InvalidVerb) as caught:
        VerbChain().listen(url="/x", ws_auth={"username": "joe", "password": ["hunter2"]})
    assert "hunter2" not in str(caught.value)


def test_a_dict_in_place_of_the_wrong_component_is_refused() -> None:
    with pytest.raises(InvalidVerb, match=r"^gather.recognizer: expected Recognizer, got Say$"):
        VerbChain().gather(recognizer=Say(text="x"))  # type: ignore[arg-type]
    with pytest.raises(InvalidVerb, match=r"expected a verb, got Recognizer$"):
        as_verbs(Recognizer(vendor="x"))


def outcomes(cls: type[Model], several: list[dict[str, Any]]) -> list[object]:
    """What is made of each of several dicts, one after the other, or the error; and the advice."""
    build = compiled(cls, ServerTarget())
    results: list[object] = []
    for values in several:
        with advice_collected() as advice:
            try:
                results.append((build(values), advice))
            except ValidationError as error:
                results.append(error.message())
    return results


def same_as(cls: type[Model], **changes: Any) -> type[Model]:
    """A model like ``cls`` that has not been compiled, with other properties."""
    return type(cls.__name__, (cls,), {"__jambonz__": dataclasses.replace(cls.__jambonz__, **changes)})


#: options with which something is finished, and others
FINISHED: dict[type[Model], dict[str, list[Any]]] = {
    Gather: {"inter_digit_timeout": [2, None], "interDigitTimeout": [2], "min_digits": [1], "timeout": [5]},
    Dial: {
        "target": [[{"type": "phone", "number": "1"}]],
        "codecs": [["PCMU"], ["PCMX"], None],
        "dtmf_capture": [["*"], {"child_call": ["*"]}, {"child": ["*"]}],
        "dtmfCapture": [{"childCall": ["*"], "child_call": ["*"]}],
        "extra": [{"codecs": ["any"]}],
        "timeout": [5],
    },
}


@pytest.mark.parametrize("cls", FINISHED)
@given(data=st.data())
def test_a_model_is_finished_from_the_first_option_on_that_needs_it(cls: type[Model], data: st.DataObject) -> None:
    options = {name: st.sampled_from(values) for name, values in FINISHED[cls].items()}
    several = data.draw(st.lists(st.fixed_dictionaries({}, optional=options), min_size=1, max_size=4))
    assert set(cls.__jambonz__.finish_of) <= options.keys()
    assert outcomes(same_as(cls), several) == outcomes(same_as(cls, finish_of=()), several)
