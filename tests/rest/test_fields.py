"""The fields that are written: typed when they are read, and no longer than their columns."""

from __future__ import annotations

import dataclasses
import inspect
import re
from typing import Any, get_args, get_type_hints

import pytest
import responses

from jambonz_sync.rest import InvalidRequest, JambonzClient, models

from .fake_api import PROVIDER, SID
from .test_endpoints import METHODS, arguments

#: resource -> what reading it returns
READ = {
    "applications": models.Application,
    "accounts": models.Account,
    "limits": models.Limit,
    "phone_numbers": models.PhoneNumber,
    "carriers": models.Carrier,
    "sip_gateways": models.SipGateway,
    "smpp_gateways": models.SmppGateway,
    "sbcs": models.Sbc,
    "smpps": models.Smpp,
    "speech_credentials": models.SpeechCredential,
    "google_custom_voices": models.GoogleCustomVoice,
    "api_keys": models.ApiKey,
    "users": models.User,
    "clients": models.Device,
    "lcrs": models.Lcr,
    "lcr_routes": models.LcrRoute,
    "lcr_carrier_set_entries": models.LcrCarrierSetEntry,
    "service_providers": models.ServiceProvider,
    "teams_tenants": models.TeamsTenant,
}

#: what makes or changes something that is not read again as it is
NOT_READ = {"calls", "messages", "conferences", "predefined_carriers", "tts", "app_env", "system"}

#: what the server takes and never shows
WRITE_ONLY = {
    "applications": {"messaging_hook_sid"},  # shown as messaging_hook
    "users": {"initial_password", "old_password", "new_password"},
}

MAKERS = [name for name in METHODS if name.split(".")[1] in ("create", "update", "set")]
WRITERS = [name for name in MAKERS if name.split(".")[0] in READ]


def typed_dict(method: str) -> type | None:
    """The TypedDict that a method's keyword arguments are described by."""
    hints = get_type_hints(METHODS[method], include_extras=True)
    (described,) = get_args(hints["fields"]) if "fields" in hints else (None,)
    return described


def writable(method: str) -> set[str]:
    parameters = [*inspect.signature(METHODS[method]).parameters.values()][1:]
    named = {parameter.name for parameter in parameters if parameter.kind is not parameter.VAR_KEYWORD}
    return (named | set(getattr(typed_dict(method), "__annotations__", ()))) - {"extra"}


def test_all_that_writes_is_compared() -> None:
    assert {name.split(".")[0] for name in MAKERS} - NOT_READ == READ.keys()


@pytest.mark.parametrize("method", WRITERS)
def test_a_field_that_can_be_written_is_typed_when_it_is_read(method: str) -> None:
    resource = method.split(".")[0]
    fields = {field.name for field in dataclasses.fields(READ[resource])}
    assert writable(method) - WRITE_ONLY.get(resource, set()) <= fields


@pytest.mark.parametrize("method", WRITERS)
def test_a_field_has_one_type_whichever_way_it_goes(method: str) -> None:
    read = get_type_hints(READ[method.split(".")[0]])
    for name, hint in get_type_hints(typed_dict(method) or object).items():
        for plain in (str, bool, int):
            if name in read and hint in (plain, plain | None):
                assert read[name] in (plain, plain | None), name


#: resource -> field -> the characters that its column holds, as the schema of the database (0.9.7) has them
COLUMNS: dict[str, dict[str, int]] = {
    "applications": {
        "name": 64, "speech_synthesis_vendor": 64, "speech_synthesis_language": 12, "speech_synthesis_voice": 256,
        "speech_synthesis_label": 64, "speech_recognizer_vendor": 64, "speech_recognizer_language": 64,
        "speech_recognizer_label": 64, "fallback_speech_synthesis_vendor": 64,
        "fallback_speech_synthesis_language": 12, "fallback_speech_synthesis_voice": 256,
        "fallback_speech_synthesis_label": 64, "fallback_speech_recognizer_vendor": 64,
        "fallback_speech_recognizer_language": 64, "fallback_speech_recognizer_label": 64,
    },
    "accounts": {"name": 64, "sip_realm": 132},
    "phone_numbers": {"number": 132},
    "carriers": {
        "name": 64, "description": 255, "register_username": 64, "register_sip_realm": 64, "register_password": 64,
        "tech_prefix": 16, "inbound_auth_username": 64, "inbound_auth_password": 64, "diversion": 32,
        "smpp_system_id": 255, "smpp_password": 64, "smpp_inbound_system_id": 255, "smpp_inbound_password": 64,
        "register_from_user": 128, "register_from_domain": 255, "outbound_sip_proxy": 255,
    },
    "sip_gateways": {"ipv4": 128},
    "smpp_gateways": {"ipv4": 128},
    "sbcs": {"ipv4": 255},
    "smpps": {"ipv4": 255},
    "speech_credentials": {"label": 64},
    "google_custom_voices": {"name": 64, "model": 512},
    "users": {"name": 255, "email": 255},
    "clients": {"username": 64},
    "lcrs": {"name": 64},
    "lcr_routes": {"regex": 32, "description": 1024},
    "service_providers": {"name": 64, "description": 255, "root_domain": 128, "ms_teams_fqdn": 255},
    "teams_tenants": {"tenant_fqdn": 255},
}  # fmt: skip

TEXTS = [
    (method, field, length)
    for method in WRITERS
    for field, length in COLUMNS.get(method.split(".")[0], {}).items()
    if field in writable(method) and (method, field) != ("speech_credentials.update", "label")
]


def call(client: JambonzClient, method: str, **changes: Any) -> None:
    resource, _, name = method.partition(".")
    getattr(getattr(client, resource), name)(**{**arguments(method), **changes})


@pytest.mark.parametrize(("method", "field", "length"), TEXTS)
def test_text_is_as_long_as_its_column(
    server: responses.RequestsMock, own: JambonzClient, method: str, field: str, length: int
) -> None:
    server.get(re.compile(".*/ServiceProviders$"), json=[])
    for add in (server.get, server.post, server.put):
        add(re.compile(".*"), json={"sid": SID, "user_sid": SID, "service_provider_sid": PROVIDER})
    call(own, method, **{field: "1" * length})
    sent = len(server.calls)
    assert sent
    with pytest.raises(InvalidRequest, match=rf"{field}|regex of a route") as caught:
        call(own, method, **{field: "1" * (length + 1)})
    assert caught.value.field == field
    with pytest.raises(InvalidRequest, match=field):
        call(own, method, **{field: 7})
    assert len(server.calls) == sent


@pytest.mark.parametrize("method", [name for name in WRITERS if typed_dict(name)])
def test_none_is_refused_where_there_is_no_null(
    server: responses.RequestsMock, own: JambonzClient, method: str
) -> None:
    known = typed_dict(method)
    assert known is not None
    for name, hint in get_type_hints(known).items():
        if name != "extra" and type(None) not in get_args(hint):
            with pytest.raises(InvalidRequest, match=f"{name}( cannot be None|: expected one of)") as caught:
                call(own, method, **{name: None})
            assert caught.value.field == name
    assert len(server.calls) == 0


@pytest.mark.parametrize(
    ("method", "field"), [(m, f) for m, f, _ in TEXTS if f in ("name", "username", "email", "ipv4")]
)
def test_what_something_is_called_is_not_none(
    server: responses.RequestsMock, own: JambonzClient, method: str, field: str
) -> None:
    with pytest.raises(InvalidRequest, match=field):
        call(own, method, **{field: None})
    assert len(server.calls) == 0


@pytest.mark.parametrize(("key", "length"), [("url", 1024), ("username", 255), ("password", 255)])
def test_a_hook_that_is_stored_fits_its_columns(
    server: responses.RequestsMock, own: JambonzClient, key: str, length: int
) -> None:
    server.put(re.compile(".*"), status=204)
    hook = {"url": "https://a.example/", "username": "u", "password": "p"}
    fits = {**hook, key: hook[key].ljust(length, "x")}
    own.applications.update(SID, call_hook=fits)
    with pytest.raises(InvalidRequest, match=f"{key} of call_hook has up to {length} characters, not {length + 1}"):
        own.applications.update(SID, call_hook={**fits, key: fits[key] + "x"})
    with pytest.raises(InvalidRequest, match=f"{key} of registration_hook has up to"):
        own.accounts.update(registration_hook={**fits, key: fits[key] + "x"})
    with pytest.raises(InvalidRequest, match=f"{key} of registration_hook has up to"):
        own.service_providers.update(SID, registration_hook={**fits, key: fits[key] + "x"})
    own.calls.redirect(SID, {**fits, key: fits[key] + "x"})  # which is not stored


def test_a_vendor_fits_its_column(server: responses.RequestsMock, own: JambonzClient) -> None:
    server.post(re.compile(".*"), json={"sid": SID})
    own.speech_credentials.create("custom:" + "x" * 25, use_for_tts=True, use_for_stt=True)
    with pytest.raises(InvalidRequest, match="vendor has up to 32 characters, not 33"):
        own.speech_credentials.create("custom:" + "x" * 26, use_for_tts=True, use_for_stt=True)


def test_credentials_in_the_url_of_a_hook_fit_their_columns_too(
    server: responses.RequestsMock, own: JambonzClient
) -> None:
    with pytest.raises(InvalidRequest, match="password of call_hook has up to 255 characters") as caught:
        own.applications.update(SID, call_hook=f"https://u:{'secret' * 50}@a.example/x")
    assert "secret" not in str(caught.value)
    assert len(server.calls) == 0
