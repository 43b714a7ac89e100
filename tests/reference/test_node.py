from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.reference.node import port_from_node
from tests.growth import grows_with_length

SOURCE = """
import express from 'express';
import { createEndpoint } from '@jambonz/sdk/websocket';
const makeService = createEndpoint({ port: 3000 });
const svc = makeService({ path: '/' });
svc.on('session:new', async (session) => {
  session.on('/heard', (evt) => {
    const text = evt.speech?.alternatives?.[0]?.transcript;
    session.say({ text: `You said ${text}` }).hangup().reply();
  });
  session.say({ text: process.env.GREETING }).gather({ input: ['speech'], actionHook: '/heard', numDigits: 1 }).send();
  session.injectMute('mute');
});
"""


def test_each_thing_is_named_as_it_is_called_here() -> None:
    port = port_from_node(SOURCE)
    pairs = {equivalent.node: equivalent.python for equivalent in port.equivalents}
    assert port.transport == ["websocket"]
    assert pairs["createEndpoint("].startswith("create_endpoint(")
    assert pairs[".say({...})"] == ".say(...)"
    assert pairs["actionHook:"] == "action_hook="
    assert pairs[".injectMute(...)"] == "session.inject_mute(...)"
    assert pairs["speech?.alternatives"] == "evt.transcript"


def test_what_somebody_has_to_decide_is_told() -> None:
    decisions = " ".join(port_from_node(SOURCE).decisions)
    for word in ("async/await", "Express", "process.env"):
        assert word in decisions
    assert port_from_node("const x = 1;").decisions == []


def test_the_other_transports_are_recognised() -> None:
    assert port_from_node("const response = new WebhookResponse();").transport == ["webhook"]
    assert port_from_node("new JambonzClient({baseUrl})").transport == ["rest"]


@given(st.text())
def test_any_text_is_read(source: str) -> None:
    port_from_node(source)


@pytest.mark.parametrize("piece", ["stream ", "aB", ".say(", "on('", "a", " ", "{actionHook"])
def test_a_long_source_takes_no_longer_than_its_length(piece: str) -> None:
    assert grows_with_length(port_from_node, lambda size: piece * size, 2000)
