"""Webhooks of a test, signed as jambonz signs them."""

from __future__ import annotations

import flask
import pytest

from jambonz_sync import Jambonz, WebhookResponse, create_endpoint
from jambonz_sync.events import GatherEvent
from jambonz_sync.testing import ExpectationFailed, MakeSignedClient

SECRET = "s3cret"

app = flask.Flask(__name__)
jambonz = Jambonz(app, signing_secret=SECRET, auth=("me", "pass"))


@jambonz.webhook("/incoming")
def incoming(call: object) -> WebhookResponse:
    return WebhookResponse().say(text=f"Hello {getattr(call, 'caller_name', '')}!").hangup()


@jambonz.webhook("/pressed")
def pressed(evt: GatherEvent) -> WebhookResponse:
    return WebhookResponse().say(text=f"{evt.digits} {flask.request.args.get('lang')} {evt.call_sid}")


@app.post("/text")
def text() -> str:
    return "Hello"


@app.post("/object")
def answers_object() -> dict[str, str]:
    return {"verb": "say"}


@app.post("/nonsense")
def nonsense() -> flask.Response:
    return flask.Response("[", mimetype="application/json")


@app.post("/nothing")
def nothing() -> tuple[str, int]:
    return "", 204


def test_a_signed_webhook_is_answered(signed_client: MakeSignedClient) -> None:
    client = signed_client(app, SECRET, auth=("me", "pass"))
    answer = client.call("/incoming", caller_name="Ann")
    assert answer.status == 200
    assert answer.verbs == [{"verb": "say", "text": "Hello Ann!"}, {"verb": "hangup"}]


def test_the_webhooks_of_a_client_are_of_one_call(signed_client: MakeSignedClient) -> None:
    client = signed_client(app, SECRET, auth=("me", "pass"))
    one, two = (client.post("/pressed?lang=en", digits=digits).verbs[0]["text"].split() for digits in "12")
    assert [one[0], two[0]] == ["1", "2"]
    assert one[1:] == two[1:]
    assert one[1] == "en"
    assert client.post("/pressed", {"digits": "3", "call_sid": "x"}).verbs[0]["text"] == "3 None x"


@pytest.mark.parametrize(
    ("secret", "auth", "signature", "status"),
    [
        ("wrong", ("me", "pass"), None, 403),
        (None, ("me", "pass"), None, 403),
        (SECRET, ("me", "wrong"), None, 401),
        (SECRET, None, None, 401),
        (SECRET, ("me", "pass"), "t=1,v1=00", 403),
        (SECRET, ("me", "pass"), "", 403),
        (SECRET, ("me", "pass"), None, 200),
    ],
)
def test_what_is_not_signed_is_refused(
    signed_client: MakeSignedClient,
    secret: str | None,
    auth: tuple[str, str] | None,
    signature: str | None,
    status: int,
) -> None:
    answer = signed_client(app, secret, auth=auth).post("/pressed", digits="1", signature=signature)
    assert answer.status == status


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/text", "no answer for jambonz: 200 text/html"),
        ("/object", "no list of verbs"),
        ("/nonsense", "no JSON"),
        ("/nowhere", "no answer for jambonz: 404"),
    ],
)
def test_an_answer_that_jambonz_would_not_take_is_none(signed_client: MakeSignedClient, path: str, why: str) -> None:
    with pytest.raises(ExpectationFailed, match=why):
        signed_client(app).post(path).verbs  # noqa: B018
    assert signed_client(app).post("/nothing").verbs == []


def test_an_endpoint_takes_webhooks_of_a_client_too(signed_client: MakeSignedClient) -> None:
    endpoint = create_endpoint()

    @endpoint.app.post("/hook")
    def hook() -> list[dict[str, str]]:
        return [{"verb": "hangup"}]

    assert signed_client(endpoint).post("/hook").verbs == [{"verb": "hangup"}]
