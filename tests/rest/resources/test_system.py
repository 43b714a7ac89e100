"""The system itself, for admins."""

from __future__ import annotations

import responses

from jambonz_sync.rest import JambonzClient

from ..fake_api import KEY, PROVIDER, SID
from ..mock_server import BASE, URL, created, last, sent


def test_settings_of_the_system_are_changed_one_by_one(server: responses.RequestsMock, own: JambonzClient) -> None:
    server.post(f"{BASE}/SystemInformation", json={"domain_name": None, "log_level": "debug"}, status=201)
    changed = own.system.update_information(log_level="debug", domain_name=None)
    assert sent(server) == {"log_level": "debug", "domain_name": None}
    assert (changed.log_level, changed.domain_name) == ("debug", None)


def test_a_system_without_settings_is_one_of_defaults(server: responses.RequestsMock, own: JambonzClient) -> None:
    server.get(f"{BASE}/SystemInformation", json={})
    assert own.system.information().log_level is None


def test_rules_for_passwords_are_changed_one_by_one(server: responses.RequestsMock, own: JambonzClient) -> None:
    server.post(f"{BASE}/PasswordSettings", json={}, status=201)
    own.system.update_password_settings(min_password_length=12, require_digit=False)
    assert sent(server) == {"min_password_length": 12, "require_digit": False}


def test_the_cache_of_the_whole_system_is_not_that_of_an_account(
    server: responses.RequestsMock, own: JambonzClient
) -> None:
    server.get(f"{BASE}/TtsCache", json={"size": 7})
    server.delete(f"{BASE}/TtsCache", status=204)
    assert own.system.tts_cache_size().size == 7
    own.system.purge_tts_cache()
    assert (last(server).method, last(server).url) == ("DELETE", f"{BASE}/TtsCache")


def test_addresses_for_sms_are_the_service_providers_if_the_client_knows_one(
    server: responses.RequestsMock, provider: JambonzClient
) -> None:
    created(server, "/Smpps")
    assert provider.smpps.create(ipv4="10.0.0.1", port=2775, use_tls=True) == SID
    assert sent(server) == {"ipv4": "10.0.0.1", "port": 2775, "use_tls": True, "service_provider_sid": PROVIDER}
    JambonzClient(URL, api_key=KEY).smpps.create(ipv4="10.0.0.1")
    assert sent(server) == {"ipv4": "10.0.0.1"}
    server.get(f"{BASE}/Smpps", json=[{"smpp_address_sid": SID, "ipv4": "10.0.0.1", "use_tls": 1, "is_primary": 0}])
    [address] = provider.smpps.list()
    assert last(server).url == f"{BASE}/Smpps?service_provider_sid={PROVIDER}"
    assert (address.smpp_address_sid, address.use_tls, address.is_primary) == (SID, True, False)
