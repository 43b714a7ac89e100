"""What type checkers know about the REST client. Checked by mypy and pyright, and never run."""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import assert_type

from jambonz_sync.rest import Answer, JambonzClient, Listing, Page, RateLimit, models, resources
from jambonz_sync.rest.calls import NewCall


class MyClient(JambonzClient):
    def greet(self) -> None: ...


def every_resource_has_a_type(client: JambonzClient) -> None:
    assert_type(client.calls, resources.Calls)
    assert_type(client.conferences, resources.Conferences)
    assert_type(client.queues, resources.Queues)
    assert_type(client.messages, resources.Messages)
    assert_type(client.applications, resources.Applications)
    assert_type(client.app_env, resources.AppEnv)
    assert_type(client.accounts, resources.Accounts)
    assert_type(client.limits, resources.Limits)
    assert_type(client.phone_numbers, resources.PhoneNumbers)
    assert_type(client.carriers, resources.Carriers)
    assert_type(client.predefined_carriers, resources.PredefinedCarriers)
    assert_type(client.sip_gateways, resources.SipGateways)
    assert_type(client.smpp_gateways, resources.SmppGateways)
    assert_type(client.sbcs, resources.Sbcs)
    assert_type(client.smpps, resources.Smpps)
    assert_type(client.speech_credentials, resources.SpeechCredentials)
    assert_type(client.tts, resources.Tts)
    assert_type(client.google_custom_voices, resources.GoogleCustomVoices)
    assert_type(client.recent_calls, resources.RecentCalls)
    assert_type(client.alerts, resources.Alerts)
    assert_type(client.api_keys, resources.ApiKeys)
    assert_type(client.users, resources.Users)
    assert_type(client.clients, resources.Clients)
    assert_type(client.lcrs, resources.Lcrs)
    assert_type(client.lcr_routes, resources.LcrRoutes)
    assert_type(client.lcr_carrier_set_entries, resources.LcrCarrierSetEntries)
    assert_type(client.service_providers, resources.ServiceProviders)
    assert_type(client.teams_tenants, resources.TeamsTenants)
    assert_type(client.system, resources.System)
    client.cals  # type: ignore[attr-defined]  # noqa: B018


def a_client_made_from_another_is_of_its_class(client: JambonzClient, mine: MyClient) -> None:
    assert_type(client.with_options(timeout=2, max_retries=0), JambonzClient)
    assert_type(client.with_options(timeout=(1, 2.5)).calls.count(), models.CallCount)
    mine.with_options(timeout=2).greet()
    mine.for_account("x").greet()
    mine.for_service_provider("x").greet()
    client.with_options(2)  # type: ignore[call-arg]
    client.with_options(tiemout=2)  # type: ignore[call-arg]
    client.with_options(timeout="2")  # type: ignore[arg-type]
    assert_type(client.rate_limit, RateLimit | None)
    assert_type(client.logged_in_as, models.Login | None)
    MyClient.login("https://x", "ann", "secret").greet()
    JambonzClient.login("https://x", "ann")  # type: ignore[call-arg]


def a_call_is_placed_with_typed_fields(client: JambonzClient) -> None:
    call = client.calls.create(from_="1", to={"type": "phone", "number": "2"}, application_sid="x", timeout=30)
    assert_type(call, NewCall)
    assert_type(call.call_id, str | None)
    client.calls.create(from_="1", to="2", call_hook=models.Hook(url="https://x"), tag={"a": 1})
    client.calls.create(from_="1", to="2", application_sid="x", codecs=["G722", "PCMU"])
    client.calls.create(from_="1", to="2", codecs=[8])  # type: ignore[list-item]
    client.calls.create(from_="1", to=2)  # type: ignore[arg-type]
    client.calls.create(from_="1")  # type: ignore[call-arg]
    client.calls.create(from_="1", to="2", timeout=(5, 30))  # type: ignore[arg-type]
    client.calls.create(from_="1", to="2", callerName="x")  # type: ignore[arg-type]
    client.calls.hangup("x", timeout=2)  # type: ignore[call-arg]


def results_are_typed(client: JambonzClient) -> None:
    assert_type(client.calls.list(call_status="in-progress"), Listing[models.Call])
    assert_type(client.calls.list().page(1), Page[models.Call])
    assert_type(len(client.alerts.list()), int)
    assert_type(next(iter(client.calls.list()), None), models.Call | None)
    next(client.calls.list())  # type: ignore[call-overload]
    assert_type([call.duration for call in client.calls.list()], list[int | None])
    assert_type(client.applications.get("x").call_hook, models.Hook | None)
    assert_type(client.applications.get("x").created_at, datetime | None)
    assert_type(client.applications.get("x").text_of("created_at"), str | None)
    client.recent_calls.list(start=client.applications.get("x").created_at)
    assert_type(client.accounts.registered_users(["joe"]), Sequence[models.RegisteredUser])
    assert_type(client.accounts.registered_user_names(), Listing[str])
    assert_type(client.app_env.get("https://x"), dict[str, models.EnvVar])
    assert_type(client.recent_calls.download_recording("x", "call.mp3", day=date(2026, 1, 1)), int)
    assert_type(client.system.health(), None)
    client.calls.list(call_status="alerting")  # type: ignore[arg-type]
    client.calls.get("x").cal_sid  # type: ignore[attr-defined]  # noqa: B018


def any_request_has_a_typed_answer(client: JambonzClient) -> None:
    answer = client.request("GET", "/Accounts/{account_sid}/Rooms", query={"page": 1}, body={"a": None})
    assert_type(answer, Answer)
    assert_type(answer.status, int)
    assert_type(answer.content, bytes)
    client.request("GET", "/x", {"page": 1})  # type: ignore[call-arg]


def fields_are_typed(client: JambonzClient) -> None:
    client.applications.create(
        name="x", call_hook="https://x", call_status_hook={"url": "https://x"}, env_vars={"A": 1}
    )
    client.applications.update("x", speech_synthesis_label=None, extra={"newer": 1})
    client.accounts.update(record_format="wav", registration_hook=None)
    client.accounts.update(record_format="ogg")  # type: ignore[arg-type]
    client.applications.update("x", record_all_cals=True)  # type: ignore[call-arg]
    client.applications.update("x", timeout=3)  # type: ignore[call-arg]
    client.applications.update("x", name=None)  # type: ignore[arg-type]
    client.applications.update("x", call_hook=models.Hook(url="https://x"), messaging_hook=None)
    client.speech_credentials.update("x", use_for_tts=True, region=None)
    client.speech_credentials.update("x", label="y")  # type: ignore[call-arg]
    client.lcrs.update_routes("x", [models.LcrRoute(regex="1"), {"regex": "2"}])
    client.api_keys.create(expires_at=date(2027, 1, 1))
    assert_type(client.speech_credentials.get("x").region, str | None)
    client.system.update_information(log_level="debug", domain_name=None)
    client.system.update_information(log_level="trace")  # type: ignore[arg-type]
    client.system.update_information(extra={})  # type: ignore[call-arg]
    client.limits.set("devices", 3)  # type: ignore[arg-type]
    client.sip_gateways.create(voip_carrier_sid="x", ipv4="10.0.0.1")  # type: ignore[call-arg]
