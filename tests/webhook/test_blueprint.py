"""Which requests reach a view: paths, methods, OPTIONS, the upgrade; blueprints and extensions side by side."""

from __future__ import annotations

import json
from typing import Any

import flask
import pytest

from jambonz_sync import WebhookResponse
from jambonz_sync.webhook import Jambonz, JambonzBlueprint

from .test_views import FIRST, GREETING, client_of_blueprint

UPGRADE = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "x"}
UPGRADED = 501  # the client of a test has no socket


def say_path(call: Any, **url_vars: Any) -> WebhookResponse:
    return WebhookResponse().say(text=f"at {flask.request.path} {url_vars}")


def blueprint(*rules: str, name: str = "voice", prefix: str | None = None, **options: Any) -> JambonzBlueprint:
    bp = JambonzBlueprint(name, __name__, url_prefix=prefix, **options)
    for i, rule in enumerate(rules):
        bp.webhook(rule, endpoint=f"hook{i}")(say_path)
    return bp


@pytest.mark.parametrize("rule", ["/incoming", "/incoming/"])
@pytest.mark.parametrize("path", ["/voice/incoming", "/voice/incoming/"])
def test_a_path_is_served_with_and_without_a_slash_at_its_end(rule: str, path: str) -> None:
    answer = client_of_blueprint(blueprint(rule, prefix="/voice")).post(path, json=FIRST)
    assert (answer.status_code, answer.json[0]["text"]) == (200, f"at {path} {{}}")


@pytest.mark.parametrize("path", ["/voice", "/voice/"])
def test_the_root_of_a_blueprint_is_served_with_and_without_a_slash(path: str) -> None:
    assert client_of_blueprint(blueprint("/", prefix="/voice")).post(path, json=FIRST).status_code == 200


@pytest.mark.parametrize("path", ["/t/7", "/t/7/"])
def test_a_path_that_ends_in_a_variable_is_served_with_and_without_a_slash(path: str) -> None:
    answer = client_of_blueprint(blueprint("/t/<int:n>")).post(path, json=FIRST)
    assert answer.json[0]["text"].endswith("{'n': 7}")


def test_options_answers_the_declared_variables_in_their_order() -> None:
    declared = {"ZEBRA": GREETING["GREETING"], **GREETING, "ALPHA": {"type": "boolean", "description": "a"}}
    answer = client_of_blueprint(blueprint("/incoming", env_vars=declared)).options("/incoming")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert answer.data.decode() == json.dumps(declared, separators=(",", ":"))


def test_a_blueprint_tells_what_it_declares() -> None:
    assert blueprint(env_vars=GREETING).env_vars.schema() == GREETING
    assert len(Jambonz().env_vars) == 0


def test_options_answers_204_where_nothing_is_declared() -> None:
    answer = client_of_blueprint(blueprint("/incoming")).options("/incoming")
    assert (answer.status_code, answer.data, answer.headers["Allow"]) == (204, b"", "OPTIONS, POST")


def test_options_needs_neither_signature_nor_credentials() -> None:
    bp = blueprint("/incoming", env_vars=GREETING, signing_secret="s", auth=("u", "p"))
    assert client_of_blueprint(bp).options("/incoming/").json == GREETING


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH"])
def test_a_method_that_a_hook_does_not_take_is_answered_405(method: str) -> None:
    answer = client_of_blueprint(blueprint("/incoming")).open("/incoming", method=method)
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_head_tells_that_a_get_hook_is_there_without_running_its_view() -> None:
    bp = JambonzBlueprint("voice", __name__)
    ran: list[Any] = []
    bp.webhook("/hook", methods=["GET"], endpoint="hook")(ran.append)
    client = client_of_blueprint(bp)
    assert client.head("/hook?call_sid=CA1").status_code == 200
    assert client.post("/hook", json=FIRST).status_code == 405
    assert ran == []


def test_one_path_serves_post_options_and_the_upgrade() -> None:
    bp = blueprint("/call/<int:n>", env_vars=GREETING)
    bp.websocket("/call/<int:n>/")(lambda session: None)
    client = client_of_blueprint(bp)
    assert client.post("/call/1", json=FIRST).status_code == 200
    assert client.options("/call/1").json == GREETING
    for path in ("/call/2", "/call/3/"):
        assert client.get(path, headers=UPGRADE).status_code == UPGRADED


def test_a_plain_get_where_only_a_websocket_is_served_is_told_to_upgrade() -> None:
    bp = JambonzBlueprint("voice", __name__)
    bp.websocket("/ws")(lambda session: None)
    client = client_of_blueprint(bp)
    answer = client.get("/ws")
    assert (answer.status_code, answer.headers["Upgrade"]) == (426, "websocket")
    assert client.head("/ws").status_code == 426
    assert client.post("/ws", json=FIRST).status_code == 405


def test_a_handshake_where_no_websocket_is_served_is_answered_405() -> None:
    assert client_of_blueprint(blueprint("/incoming")).get("/incoming", headers=UPGRADE).status_code == 405


def test_a_handshake_needs_the_credentials() -> None:
    bp = JambonzBlueprint("voice", __name__, auth=("user", "pass"))
    bp.websocket("/ws")(lambda session: None)
    client = client_of_blueprint(bp)
    assert client.get("/ws", headers=UPGRADE).status_code == 401
    assert client.get("/ws", headers=UPGRADE, auth=("user", "pass")).status_code == UPGRADED


def test_two_blueprints_in_one_application_keep_their_options_apart() -> None:
    one = blueprint("/hook", name="one", prefix="/one", auth=("u", "p"))
    two = blueprint("/hook", name="two", prefix="/two", env_vars=GREETING)
    client = client_of_blueprint(one, two)
    assert [client.post(f"/{name}/hook", json=FIRST).status_code for name in ("one", "two")] == [401, 200]
    assert [client.options(f"/{name}/hook").status_code for name in ("one", "two")] == [204, 200]


def test_an_extension_serves_what_is_decorated_before_and_after_init_app() -> None:
    jambonz = Jambonz(env_vars=GREETING)
    jambonz.webhook("/before", endpoint="before")(say_path)
    apps = [flask.Flask("one"), flask.Flask("two")]
    for app in apps:
        jambonz.init_app(app)
        jambonz.init_app(app)
    jambonz.webhook("/after/<name>", endpoint="after")(say_path)
    for app in apps:
        client: Any = app.test_client()
        assert client.post("/before/", json=FIRST).json[0]["text"] == "at /before/ {}"
        assert client.post("/after/x", json=FIRST).json[0]["text"] == "at /after/x {'name': 'x'}"
        assert client.options("/before").json == GREETING


def test_several_extensions_and_a_blueprint_share_an_application() -> None:
    app = flask.Flask("app")
    Jambonz(app).webhook("/a", endpoint="a")(say_path)
    Jambonz(app, auth=("u", "p")).webhook("/b", endpoint="b")(say_path)
    app.register_blueprint(blueprint("/c"))
    statuses = [app.test_client().post(path, json=FIRST).status_code for path in ("/a", "/b", "/c")]
    assert statuses == [200, 401, 200]


def test_a_blueprint_takes_the_options_of_flasks() -> None:
    bp = blueprint("/hook", url_defaults={"n": 7}, subdomain="voice")
    assert (bp.url_values_defaults, bp.subdomain) == ({"n": 7}, "voice")


@pytest.mark.parametrize("returned", [[{"verb": "say", "text": "Note: x"}], {"say": {"text": "Note: x"}}])
def test_texts_of_raw_verbs_are_escaped_unless_that_is_switched_off(returned: Any) -> None:
    def text_of(bp: JambonzBlueprint, **config: Any) -> str:
        bp.webhook("/hook", endpoint="hook")(lambda call: returned)
        (verb,) = client_of_blueprint(bp, **config).post("/hook", json=FIRST).json
        return str(verb["text"])

    assert text_of(blueprint()) == "\u200bNote: x"
    assert text_of(blueprint(escape_urls=False)) == "Note: x"
    assert text_of(blueprint(), JAMBONZ_ESCAPE_URLS=False) == "Note: x"
    assert text_of(blueprint(escape_urls=True), JAMBONZ_ESCAPE_URLS=False) == "\u200bNote: x"


def test_verbs_for_errors_are_sent_as_they_are_where_escaping_is_switched_off() -> None:
    verbs = [{"verb": "say", "text": "Note: x"}]
    for on_error in (verbs, lambda call, exc: verbs):
        bp = blueprint(on_error=on_error, escape_urls=False)
        bp.webhook("/hook", endpoint="hook")(lambda call: 1 / 0)
        assert client_of_blueprint(bp).post("/hook", json=FIRST).json == verbs


def test_a_rule_has_one_view() -> None:
    bp = blueprint("/hook")
    with pytest.raises(ValueError, match="/hook/ has a view already, say_path"):
        bp.status("/hook/")(say_path)


def test_a_rule_starts_with_a_slash() -> None:
    with pytest.raises(ValueError, match="expected it to start with a slash"):
        blueprint("hook")


@pytest.mark.parametrize("methods", [[], ["PUT"], ["GET", "DELETE"]])
def test_hooks_come_by_get_or_post_only(methods: list[str]) -> None:
    with pytest.raises(ValueError, match="expected GET, POST or both"):
        JambonzBlueprint("voice", __name__).webhook("/hook", methods=methods)


def test_an_async_view_is_refused_when_it_is_decorated() -> None:
    async def view(call: Any) -> None: ...

    class View:
        async def __call__(self, call: Any) -> None: ...

    for each in (view, View()):
        with pytest.raises(TypeError, match="a view is a plain function here"):
            JambonzBlueprint("voice", __name__).webhook("/hook")(each)
