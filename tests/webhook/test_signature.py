"""The signature as a decorator for any view."""

from __future__ import annotations

import io
import time
from typing import Any

import flask
import pytest

from jambonz_sync.protocol.signature import HEADER
from jambonz_sync.webhook import signed

from .test_views import FIRST
from .test_views_refusals import BODY, JSON, post, signature


def test_any_view_of_flask_can_be_signed(caplog: pytest.LogCaptureFixture) -> None:
    app = flask.Flask(__name__)

    @app.post("/tools/<name>")
    @signed(["old", "whsec"], tolerance=60)
    def tool(name: str) -> dict[str, Any]:
        return {"name": name, "given": flask.request.get_json()}

    client: Any = app.test_client()
    answer = client.post("/tools/weather", data=BODY, content_type=JSON, headers=signature())
    assert answer.json == {"name": "weather", "given": FIRST}
    for headers in ({}, signature(at=time.time() - 100), signature(secret="x")):
        refused = client.post("/tools/weather", data=BODY, content_type=JSON, headers=headers)
        assert (refused.status_code, refused.data) == (403, b"")
    assert "/tools/<name> refused with 403 for 127.0.0.1: there is no signature" in caplog.text


def signed_client(**options: Any) -> Any:
    app = flask.Flask(__name__)
    app.post("/hook")(signed("whsec", **options)(dict))
    return app.test_client()


def test_the_body_of_a_signed_view_is_bounded(caplog: pytest.LogCaptureFixture) -> None:
    large = b" " * (1024 * 1024 + 1)
    refused = post(signed_client(), large, headers=signature(large))
    assert (refused.status_code, refused.data) == (413, b"the body is larger than 1048576 bytes\n")
    assert "/hook refused with 413 for 127.0.0.1: the body is larger than 1048576 bytes" in caplog.text
    assert post(signed_client(), large[1:], headers=signature(large[1:])).status_code == 200
    assert post(signed_client(max_body=1), headers=signature()).status_code == 413


def test_without_a_signature_no_byte_of_a_body_is_read() -> None:
    body = io.BytesIO(BODY)
    for headers in ({}, {HEADER: "t=1,v1=zz"}):
        answer = signed_client().post("/hook", input_stream=body, headers=headers)
        assert (answer.status_code, body.tell()) == (403, 0)


def test_a_signed_view_needs_a_secret() -> None:
    with pytest.raises(ValueError, match="signing secret"):
        signed("")
