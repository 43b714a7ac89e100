"""Keys of the API."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import responses

from jambonz_sync.rest import InvalidRequest, JambonzClient

from ..fake_api import ACCOUNT, PROVIDER, SID
from ..mock_server import BASE, sent


def test_a_new_key_shows_its_token_only_where_it_is_asked_for(
    server: responses.RequestsMock, own: JambonzClient, provider: JambonzClient
) -> None:
    server.post(f"{BASE}/ApiKeys", json={"sid": SID, "token": "s3cret"}, status=201)
    key = own.api_keys.create()
    assert (key.sid, key.token) == (SID, "s3cret")
    assert "s3cret" not in repr(key)
    assert sent(server) == {"account_sid": ACCOUNT}
    provider.api_keys.create()
    assert sent(server) == {"service_provider_sid": PROVIDER}


@pytest.mark.parametrize(
    "moment",
    [
        "2027-01-01T00:00:00.000Z",
        "2027-01-01T01:00:00+01:00",
        "2027-01-01 00:00:00Z",
        datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC),
        datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC).astimezone().replace(tzinfo=None),
    ],
)
def test_the_time_of_a_key_is_sent_as_the_database_reads_it(
    server: responses.RequestsMock, own: JambonzClient, moment: Any
) -> None:
    server.post(f"{BASE}/ApiKeys", json={"sid": SID, "token": "s3cret"}, status=201)
    own.api_keys.create(expires_at=moment)
    assert sent(server)["expires_at"] == "2027-01-01 00:00:00"


def test_a_day_is_over_at_its_end(server: responses.RequestsMock, own: JambonzClient) -> None:
    server.post(f"{BASE}/ApiKeys", json={"sid": SID, "token": "s3cret"}, status=201)
    own.api_keys.create(expires_at=datetime.date(2027, 1, 1))
    end = datetime.datetime(2027, 1, 1, 23, 59, 59).astimezone(datetime.UTC)
    assert sent(server)["expires_at"] == f"{end:%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize(
    ("moment", "says"),
    [
        ("tomorrow", "expires_at is a time in ISO 8601, not 'tomorrow'"),
        (1798761600, "expires_at is a date, a time, or text of one, not int"),
        ("2038-01-20", "expires_at is from 1970 to 2038-01-19: the database counts no further"),
        (datetime.datetime(9999, 12, 31, 23, 59), "counts no further"),
        (datetime.datetime.min, "counts no further"),
        ("1969-12-31T23:59:59Z", "counts no further"),
    ],
)
def test_a_time_that_the_database_does_not_take_is_refused(
    server: responses.RequestsMock, own: JambonzClient, moment: Any, says: str
) -> None:
    with pytest.raises(InvalidRequest, match=says):
        own.api_keys.create(expires_at=moment)
    assert len(server.calls) == 0
