"""What a call is placed and steered with is checked before it leaves: the server answers a mistake with a bare 500."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jambonz_sync.rest import InvalidRequest, JambonzClient
from jambonz_sync.rest.call_request import call_body, target

from .fake_api import SID, FakeApi, reply

APP = {"from_": "1", "to": "2", "application_sid": SID}
SPEECH = {
    "speech_synthesis_vendor": "google",
    "speech_synthesis_language": "en-US",
    "speech_synthesis_voice": "en-US-Standard-C",
    "speech_recognizer_vendor": "google",
    "speech_recognizer_language": "en-US",
}
HOOKED = {"from_": "1", "to": "2", "call_hook": "https://a.example/x", **SPEECH}


def body(**fields: Any) -> dict[str, Any]:
    return call_body(fields, {}, None)


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ("+15085551212", {"type": "phone", "number": "+15085551212"}),
        ("+1 (508) 555-1212", {"type": "phone", "number": "+15085551212"}),
        ("tel:+1.508.555.1212", {"type": "phone", "number": "+15085551212"}),
        ("911", {"type": "phone", "number": "911"}),
        ("sip:joe@example.com:5060", {"type": "sip", "sipUri": "sip:joe@example.com:5060"}),
        ("SIPS:joe@example.com", {"type": "sip", "sipUri": "SIPS:joe@example.com"}),
        ("joe@realm.example.com", {"type": "user", "name": "joe@realm.example.com"}),
        ("user:joe", {"type": "user", "name": "joe"}),
        ("teams:+1508", {"type": "teams", "number": "+1508"}),
        ({"type": "phone", "number": "1", "trunk": "t"}, {"type": "phone", "number": "1", "trunk": "t"}),
        ({"type": "sip", "sip_uri": "sip:a@b", "auth": {"username": "u", "password": "p"}},
         {"type": "sip", "sipUri": "sip:a@b", "auth": {"username": "u", "password": "p"}}),
        ({"type": "user", "name": "joe", "overrideTo": "x", "confirm_hook": None},
         {"type": "user", "name": "joe", "overrideTo": "x"}),
        ({"type": "teams", "number": "1", "vmail": True}, {"type": "teams", "number": "1", "vmail": True}),
    ],
)  # fmt: skip
def test_a_target_is_a_number_an_address_a_user_or_an_object(to: Any, expected: dict[str, Any]) -> None:
    assert target(to) == expected


@pytest.mark.parametrize(
    ("to", "says"),
    [
        (15085551212, "to is a number as text.*not int"),
        (None, "not nothing"),
        ("joe", "no phone number: 'joe'"),
        ("", "no phone number"),
        ("sip:", "no phone number"),
        ("²²", "no phone number"),
        ({"type": "fax", "number": "1"}, "to.type is phone, user, sip or teams, not 'fax'"),
        ({"number": "1"}, "to.type"),
        ({"type": "phone", "number": 1508}, "to.number must be given, as text"),
        ({"type": "phone"}, "to.number must be given"),
        ({"type": "sip", "sipUri": ""}, "to.sipUri must be given"),
        ({"type": "phone", "number": "1", "trnk": "x"}, "unknown key of a phone target 'trnk'; did you mean 'trunk'"),
        ({"type": "phone", "number": "1", "headers": "x"}, "to.headers is an object"),
        ({"type": "sip", "sipUri": "sip:a@b", "auth": {"username": "u"}}, "username and password, both"),
        ({"type": "teams", "number": "1", "vmail": "yes"}, "to.vmail is True or False"),
    ],
)
def test_a_target_that_cannot_be_called_is_refused(to: Any, says: str) -> None:
    with pytest.raises(InvalidRequest, match=says):
        target(to)


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_a_target_or_refused(to: str) -> None:
    try:
        made = target(to)
    except InvalidRequest:
        return
    assert made["type"] in ("phone", "sip", "user", "teams")


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["type", "number", "name", "sipUri", "auth", "headers", "vmail"]) | st.text(),
                       st.sampled_from(["phone", "sip", "user", "teams", ""]) | st.none() | st.integers()))  # fmt: skip
def test_any_object_is_a_target_or_refused(to: dict[str, Any]) -> None:
    try:
        made = target(to)
    except InvalidRequest:
        return
    assert None not in made.values()


def test_fields_go_out_under_the_names_of_the_server(api: FakeApi, client: JambonzClient) -> None:
    api.next(reply(201, {"sid": SID, "callId": "a@b"}))
    call = client.calls.create(
        from_="1", to="2", application_sid=SID.upper(), caller_name="Joe", from_host="x.example", headers={"X-A": "b"},
        tag={"a": 1}, timeout=30, time_limit=600.5, amd={"action_hook": "/amd", "digitCount": 3}, dual_streams=True,
        codecs=("G722", "pcmu"), sip_request_within_dialog_hook="/sip", refer_hook="/refer", extra={"brandNew": 1},
    )  # fmt: skip
    assert (call, call.call_id) == (SID, "a@b")
    assert api.requests[0].json == {
        "from": "1", "to": {"type": "phone", "number": "2"}, "application_sid": SID, "callerName": "Joe",
        "fromHost": "x.example", "headers": {"X-A": "b"}, "tag": {"a": 1}, "timeout": 30, "timeLimit": 600.5,
        "amd": {"actionHook": "/amd", "digitCount": 3}, "dual_streams": True, "sipRequestWithinDialogHook": "/sip",
        "referHook": "/refer", "codecs": ["G722", "pcmu"], "brandNew": 1,
    }  # fmt: skip


def test_a_hook_goes_out_as_an_object_for_as_text_it_would_lose_its_password() -> None:
    made = body(**{**HOOKED, "call_hook": "https://user:p%40ss@a.example:8443/x?y=1"})
    assert made["call_hook"] == {
        "url": "https://a.example:8443/x?y=1", "method": "POST", "username": "user", "password": "p@ss",
    }  # fmt: skip
    given_ = {"url": "wss://a.example/x", "method": "GET"}
    assert body(**{**HOOKED, "call_hook": given_})["call_hook"] == given_


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({**APP, "from_": ""}, "from must be text of 1 to 256 characters"),
        ({**APP, "from_": "1" * 257}, "from must be text of 1 to 256"),
        ({**APP, "from_": 1508}, "from must be text"),
        ({**APP, "application_sid": "abc"}, "application_sid is a UUID, not 'abc'"),
        ({**APP, "call_hook": "https://a.example"}, "application_sid decides call_hook: the server would overwrite"),
        ({**APP, "speech_synthesis_voice": "x"}, "application_sid decides speech_synthesis_voice"),
        ({"from_": "1", "to": "2"}, "without application_sid needs call_hook, speech_synthesis_vendor"),
        ({**HOOKED, "speech_recognizer_language": None}, "needs speech_recognizer_language$"),
        ({**HOOKED, "call_hook": "/relative"}, "call_hook is a full http, https, ws or wss url, not '/relative'"),
        ({**HOOKED, "call_hook": " https://a.example"}, "without blanks"),
        ({**HOOKED, "call_hook": 7}, "call_hook is a url or an object with one, not int"),
        ({**HOOKED, "call_hook": {"url": "https://a", "metod": "GET"}}, "'metod'; did you mean 'method'"),
        ({**HOOKED, "call_hook": {"url": "https://a", "method": "PUT"}}, "method of call_hook is GET or POST"),
        ({**HOOKED, "call_status_hook": "nowhere"}, "call_status_hook is a full"),
        (
            {**APP, "timeout": "30"},
            "timeout is a number, the seconds to ring .that of the request: client.with_options",
        ),
        ({**APP, "timeout": (5, 30)}, "client.with_options"),
        ({**APP, "timeout": True}, "timeout is a number"),
        ({**APP, "time_limit": 0}, "timeLimit is a number"),
        ({**APP, "headers": "X: y"}, "headers is an object"),
        ({**APP, "tag": []}, "tag is an object, not list"),
        ({**APP, "dual_streams": 1}, "dual_streams is True or False"),
        ({**APP, "codecs": "PCMU"}, "codecs is a list of names"),
        ({**APP, "codecs": []}, "codecs is a list of names, at least one"),
        ({**APP, "codecs": ["PCMU", 8]}, "codecs is a list of names"),
        (
            {**APP, "codecs": ["PCMU", "PCNA"]},
            r"^codecs\[1\]: expected the name of a codec, .*'PCNA' .did you mean PCMA",
        ),
        ({**APP, "amd": {}}, "amd.action_hook must be given"),
        ({**APP, "amd": {"actionHook": "/x", "digits": 3}}, "unknown key of amd 'digits'; did you mean 'digitCount'"),
        ({**APP, "amd": "on"}, "amd is an object"),
        ({**APP, "caller_name": 3}, "callerName must be text"),
        ({**APP, "refer_hook": 3}, "refer_hook is a url or a hook object"),
        ({**APP, "to": {5: "x", "type": "phone", "number": "1"}}, "unknown key of a phone target '5'"),
    ],
)
def test_a_call_that_the_server_would_fail_is_refused(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidRequest, match=says):
        body(**fields)


def test_extra_fields_are_an_object() -> None:
    assert call_body(APP, (), {"newer": 1})["newer"] == 1
    with pytest.raises(InvalidRequest, match="extra is an object, not list"):
        call_body(APP, (), [("newer", 1)])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "nearest", "says"),
    [
        ("call_hok", "call_hook", "a call has no field 'call_hok'; did you mean 'call_hook'?"),
        ("callerName", "caller_name", "did you mean 'caller_name'?"),
        ("from", "from_", "did you mean 'from_'?"),
        ("speech_synthesis_vender", "speech_synthesis_vendor", "did you mean 'speech_synthesis_vendor'?"),
        ("trunk", None, "the carrier belongs in to"),
        ("answerOnBridge", None, "it is an option of the dial verb"),
        ("env_vars", None, "they belong to the application"),
        ("max_retries", None, r"an option of the client: client.with_options\(max_retries=...\)"),
        ("zzz", None, "a call has no field 'zzz'$"),
    ],
)
def test_an_unknown_field_is_refused_with_the_nearest_name(
    api: FakeApi, client: JambonzClient, name: str, nearest: str | None, says: str
) -> None:
    with pytest.raises(InvalidRequest, match=says.replace("?", r"\?")) as caught:
        client.calls.create(**APP, **{name: "x"})  # type: ignore[arg-type]
    assert (caught.value.field, caught.value.nearest) == (name, nearest)
    assert api.requests == []


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["from_", "to", "tag", "timeout", "headers", "amd", "call_hook", "caller_name"]),
                       st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.dictionaries(
                           st.text(max_size=3), st.text(max_size=3), max_size=2)))  # fmt: skip
def test_any_fields_make_a_body_or_are_refused(fields: dict[str, Any]) -> None:
    try:
        made = body(**{**APP, **fields})
    except InvalidRequest:
        return
    assert None not in made.values()
