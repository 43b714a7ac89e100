"""What the log tells of webhooks: a line each, the call in lines of the view, and where a slow view stands."""

from __future__ import annotations

import logging
import re
import threading
from typing import Any

import flask
import pytest

from jambonz_sync import JambonzBlueprint, WebhookResponse
from jambonz_sync.logs import call_sid
from jambonz_sync.runtime import timers
from tests.waiting import wait_for

FIRST = {"call_sid": "CA1", "from": "+1508", "to": "+1617", "direction": "inbound", "call_status": "trying"}


@pytest.fixture
def blueprint() -> JambonzBlueprint:
    return JambonzBlueprint("voice", __name__, url_prefix="/voice", hook_warning_after=0.05)


def client(bp: JambonzBlueprint) -> Any:
    app = flask.Flask(__name__)
    app.register_blueprint(bp)
    return app.test_client()


def test_each_webhook_has_a_line_with_what_came_and_what_was_answered(
    blueprint: JambonzBlueprint, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[str | None] = []

    @blueprint.webhook("/in")
    def incoming(call: Any) -> Any:
        seen.append(call_sid.get())
        return WebhookResponse().say("Hi").hangup()

    blueprint.webhook("/own", endpoint="own")(lambda call: ("", 204))
    blueprint.status("/status", endpoint="status")(lambda evt: None)
    with caplog.at_level(logging.INFO, "jambonz_sync.webhook"):
        web = client(blueprint)
        web.post("/voice/in", json=FIRST)
        web.post("/voice/in", json={"call_sid": "CA1", "digits": "1", "reason": "dtmfDetected"})
        web.post("/voice/own", json=FIRST)
        web.post("/voice/status", json={**FIRST, "call_status": "completed"})
    assert [re.sub(r"\d+(\.\d)? ms", "N ms", record.getMessage()) for record in caplog.records] == [
        'call CA1: /voice/in (from +1508 to +1617), answered in N ms: say "Hi", hangup',
        'call CA1: /voice/in (pressed 1), answered in N ms: say "Hi", hangup',
        "call CA1: /voice/own (from +1508 to +1617), answered in N ms: a response of its own",
        "call CA1: /voice/status (call_status completed), answered in N ms: 204 NO CONTENT",
    ]
    assert seen == ["CA1", "CA1"]
    assert call_sid.get() is None


def test_a_view_that_takes_long_is_told_of_with_the_line_where_it_stands(
    blueprint: JambonzBlueprint, caplog: pytest.LogCaptureFixture
) -> None:
    told = threading.Event()

    @blueprint.webhook("/slow")
    def slow(call: Any) -> None:
        assert told.wait(15)

    web = client(blueprint)
    poster = threading.Thread(target=web.post, args=("/voice/slow",), kwargs={"json": FIRST})
    poster.start()
    wait_for(lambda: "waiting" in caplog.text, "the warning")
    told.set()
    poster.join(15)
    assert re.search(
        r"call CA1: /voice/slow has been waiting for its answer for 0\.\d s: its view is at "
        r"tests/webhook/test_views_lines\.py:\d+ in \S+slow: assert told\.wait\(15\)",
        caplog.text,
    )


def test_a_view_that_is_quick_is_not_told_of(blueprint: JambonzBlueprint, caplog: pytest.LogCaptureFixture) -> None:
    blueprint.webhook("/quick")(lambda call: None)
    web = client(blueprint)
    for _ in range(3):
        web.post("/voice/quick", json=FIRST)
    later = threading.Event()
    timers.call_later(0.1, later.set)  # fires after those that would have told of the view
    assert later.wait(15)
    assert caplog.records == []
