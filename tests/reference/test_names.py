from __future__ import annotations

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync import WebhookResponse, verbs
from jambonz_sync.events.names import EVENT_CLASSES
from jambonz_sync.model.declare import options
from jambonz_sync.reference.names import describe, describe_rest, verb_table
from jambonz_sync.verbs import components


@pytest.mark.parametrize("method", verbs.VERBS)
def test_every_verb_is_described_with_its_options_an_example_and_its_json(method: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        described = describe(method)
    cls = getattr(verbs, verbs.VERBS[method])
    assert (described.name, described.kind) == (method, "verb")
    assert [option.name for option in described.options] == [option.name for option in options(cls)]
    assert described.wire["verb"] == cls.__jambonz__.verb
    chain = WebhookResponse()
    eval(described.example, {"session": chain})  # it is code that runs
    assert chain.to_json() == WebhookResponse().add_verbs([described.wire]).to_json()


COMPONENTS = [name for name in vars(components)["__all__"] if hasattr(getattr(components, name), "__jambonz__")]


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_component_is_described(name: str) -> None:
    described = describe(name)
    assert described.kind in ("component", "verb") or name == "ActionHook"  # which is an event as well
    assert [option.name for option in described.options] or not options(getattr(components, name))


@pytest.mark.parametrize("name", EVENT_CLASSES)
def test_every_event_is_described(name: str) -> None:
    described = describe(name)
    assert (described.kind, described.name) == ("event", name)
    assert name in described.usage


@pytest.mark.parametrize(
    ("name", "kind", "found"),
    [
        ("sip:refer", "verb", "sip_refer"),
        ("session.gather", "verb", "gather"),
        ("sipRefer", "verb", "sip_refer"),
        ("Gather", "verb", "gather"),
        ("gather.numDigits", "option", "gather.numDigits"),
        ("gather.recognizer.vendor", "option", "gather.recognizer.vendor"),
        ("Synthesizer", "component", "Synthesizer"),
        ("synthesizer", "component", "Synthesizer"),
        ("GatherEvent", "event", "GatherEvent"),
        ("injectMute", "method", "session.inject_mute"),
        ("session.inject_mute()", "method", "session.inject_mute"),
        ("mute:status", "action", "mute:status"),
        ("client.calls.create", "method", "client.calls.create"),
        ("InvalidVerb", "error", "InvalidVerb"),
        ("jambonz_sync.TtsInterrupted", "error", "TtsInterrupted"),
        ("create_endpoint", "method", "create_endpoint"),
        ("chat.answer", "method", "chat.answer"),
        ("session.is_tts_paused", "property", "session.is_tts_paused"),
        ("session.call_sid", "attribute", "session.call_sid"),
    ],
)
def test_a_name_is_found_in_each_spelling(name: str, kind: str, found: str) -> None:
    described = describe(name)
    assert (described.kind, described.name) == (kind, found)
    assert described.summary


def test_an_option_tells_its_type_bounds_and_default() -> None:
    timeout = next(option for option in describe("gather").options if option.name == "num_digits")
    assert timeout.type == "int"
    assert "On the wire: numDigits." in timeout.about
    required = [option.name for option in describe("dial").options if option.required]
    assert required == ["target"]


@pytest.mark.parametrize(
    ("name", "near"), [("gathr", "gather"), ("Synthesiser", "Synthesizer"), ("call:stauts", "call:status")]
)
def test_an_unknown_name_comes_with_what_it_resembles(name: str, near: str) -> None:
    described = describe(name)
    assert described.kind == "unknown"
    assert near in described.nearest


@given(st.text(max_size=40))
def test_any_text_is_described_or_unknown(name: str) -> None:
    assert describe(name).kind


def test_rest_resources_are_listed_and_described() -> None:
    assert "client.calls" in [described.name for described in describe_rest()]
    create = next(described for described in describe_rest("calls") if described.name == "client.calls.create")
    assert "application_sid" in [option.name for option in create.options]
    assert describe_rest("phone-numbers")[0].name.startswith("client.phone_numbers.")
    assert describe_rest("nonsense")[0].kind == "unknown"


def test_the_table_of_verbs_has_each_verb() -> None:
    assert [row["method"] for row in verb_table()] == [*verbs.VERBS]


def test_a_method_of_the_client_is_described_with_an_example_of_its_own() -> None:
    assert ' = "completed", ' in describe("client.calls.wait").usage.replace("'", '"')
    described = describe("client.calls.dtmf")
    assert described.example == 'client.calls.dtmf(call_sid, "1234#", duration=200)'
    assert "Example" not in described.notes
    assert "\n    print(" in describe("client.calls.list").example
