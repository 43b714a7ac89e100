"""Conferences of newer servers."""

from __future__ import annotations

import responses

from jambonz_sync.rest import JambonzClient

from ..fake_api import ACCOUNT, SID
from ..mock_server import BASE, sent


def test_rooms_and_forks_of_newer_servers(server: responses.RequestsMock, own: JambonzClient) -> None:
    base = f"{BASE}/Accounts/{ACCOUNT}/Conferences"
    server.get(f"{base}?expand=participants", json=[{"name": "r", "duration": 7, "members": [{"call_sid": SID}]}])
    server.post(f"{base}/r%2F1/listen", json={"botMemberId": 3, "botId": "b"}, status=201)
    [room] = own.conferences.participants()
    assert (room.name, room.members[0]["call_sid"]) == ("r", SID)
    fork = own.conferences.start_listen(
        "r/1", "wss://a.example/x", sample_rate=16000, username="u", password="p", metadata={"a": 1}
    )
    assert (fork.bot_member_id, fork.bot_id) == (3, "b")
    assert sent(server) == {
        "url": "wss://a.example/x", "sampleRate": 16000, "metadata": {"a": 1},
        "wsAuth": {"username": "u", "password": "p"},
    }  # fmt: skip
