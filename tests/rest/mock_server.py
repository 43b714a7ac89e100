"""Answers without a socket, by ``responses``, for tests of bodies: the fixtures ``server``, ``own``, ``provider``."""

from __future__ import annotations

import json
from typing import Any

import responses

from .fake_api import SID

URL = "https://api.example.com"
BASE = f"{URL}/v1"


def last(server: responses.RequestsMock) -> Any:
    return server.calls[-1].request


def sent(server: responses.RequestsMock) -> Any:
    return json.loads(last(server).body)


def created(server: responses.RequestsMock, path: str) -> None:
    server.post(BASE + path, json={"sid": SID}, status=201)
