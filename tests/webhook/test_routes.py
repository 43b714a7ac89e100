"""Which requests reach a view: paths, methods, OPTIONS, the upgrade; blueprints and extensions side by side."""

from __future__ import annotations

import inspect
import json
from typing import Any

import flask
import pytest

from jambonz_sync import WebhookResponse
from jambonz_sync.errors import EnvVarError, InvalidVerb
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


@pytest.mark.parametrize("path", ["/voice//incoming", "/voice/incoming//", "/voice///incoming///"])
def test_doubled_slashes_are_served_and_not_redirected(path: str) -> None:
    answer = client_of_blueprint(blueprint("/incoming", prefix="/voice")).post(path, json=FIRST)
    assert answer.status_code == 200


def test_doubled_slashes_of_other_views_are_flasks_business() -> None:
    client = client_of_blueprint(blueprint("/incoming"))
    client.application.add_url_rule("/page/x", "page", lambda: "page")
    assert client.get("/page//x").status_code == 308
    assert client.post("/no//where", json=FIRST).status_code == 404


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


def test_one_blueprint_serves_two_applications_each_by_its_own_configuration() -> None:
    bp = blueprint("/hook")
    open_, closed = client_of_blueprint(bp), client_of_blueprint(bp, JAMBONZ_USERNAME="u", JAMBONZ_PASSWORD="p")
    assert open_.post("/hook", json=FIRST).status_code == 200
    assert closed.post("/hook", json=FIRST).status_code == 401
    assert closed.post("/hook", json=FIRST, auth=("u", "p")).status_code == 200


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


def test_an_extension_reads_the_configuration_of_each_application() -> None:
    jambonz = Jambonz()
    jambonz.webhook("/hook", endpoint="hook")(say_path)
    signed, old = flask.Flask("signed"), flask.Flask("old")
    signed.config["JAMBONZ_SIGNING_SECRET"] = ["s1", "s2"]
    old.config.update(JAMBONZ_SERVER="0.9", JAMBONZ_MAX_BODY=40)
    for app in (signed, old):
        jambonz.init_app(app)
    assert signed.test_client().post("/hook", json=FIRST).status_code == 403
    assert old.test_client().post("/hook", json=FIRST).status_code == 413
    assert old.test_client().post("/hook", json={"call_sid": "CA1"}).status_code == 200


def test_what_is_given_goes_before_the_configuration() -> None:
    app = flask.Flask("app")
    app.config.update(JAMBONZ_USERNAME="u", JAMBONZ_PASSWORD="p")
    jambonz = Jambonz(app, auth=("user", "pass"))
    jambonz.webhook("/hook", endpoint="hook")(say_path)
    assert app.test_client().post("/hook", json=FIRST, auth=("u", "p")).status_code == 401
    assert app.test_client().post("/hook", json=FIRST, auth=("user", "pass")).status_code == 200


def test_several_extensions_and_a_blueprint_share_an_application() -> None:
    app = flask.Flask("app")
    Jambonz(app).webhook("/a", endpoint="a")(say_path)
    Jambonz(app, auth=("u", "p")).webhook("/b", endpoint="b")(say_path)
    app.register_blueprint(blueprint("/c"))
    statuses = [app.test_client().post(path, json=FIRST).status_code for path in ("/a", "/b", "/c")]
    assert statuses == [200, 401, 200]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"signing_secret": ""}, ValueError),
        ({"signing_secret": []}, ValueError),
        ({"auth": ("user", "")}, ValueError),
        ({"auth": ("", "pass")}, ValueError),
        ({"auth": ("us:er", "pass")}, ValueError),
        ({"server": "7.0"}, ValueError),
        ({"on_error": [{"verb": "sya"}]}, InvalidVerb),
        ({"env_vars": {"A": {"type": "text"}}}, EnvVarError),
    ],
)
def test_wrong_options_are_refused_when_the_application_is_set_up(
    options: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        client_of_blueprint(blueprint("/hook", **options))
    with pytest.raises(error):
        Jambonz(flask.Flask("app"), **options)


@pytest.mark.parametrize(
    ("name", "value"), [("hook_ack_deadline", 0), ("max_message_size", 10), ("hook_warning_after", -1), ("server", 0.9)]
)
def test_options_of_calls_that_cannot_be_right_are_refused_as_well(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=name):
        Jambonz(flask.Flask("app"), **{name: value})
    with pytest.raises(ValueError, match=name):
        blueprint(**{name: value}).service("/ws")
    if name != "server":
        with pytest.raises(ValueError, match=name):
            client_of_blueprint(blueprint("/hook"), **{f"JAMBONZ_{name.upper()}": str(value)})


def test_an_option_that_there_is_not_is_refused() -> None:
    with pytest.raises(TypeError, match="Jambonz has no option speakabel"):
        Jambonz(speakabel=False)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="speakabel"):
        JambonzBlueprint("voice", __name__, speakabel=False)  # type: ignore[call-arg]


def test_a_blueprint_takes_the_options_of_flasks() -> None:
    bp = blueprint("/hook", url_defaults={"n": 7}, subdomain="voice")
    assert (bp.url_values_defaults, bp.subdomain) == ({"n": 7}, "voice")


@pytest.mark.parametrize("cls", [Jambonz, JambonzBlueprint])
def test_help_shows_every_option(cls: type) -> None:
    shown = inspect.signature(cls).parameters
    assert {"escape_urls", "max_sessions", "before_upgrade", "signing_secret"} <= shown.keys()
    assert ("url_prefix" in shown) == (cls is JambonzBlueprint)
    assert shown["max_body"].annotation == "int | None"


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


@pytest.mark.parametrize(
    "config", [{"JAMBONZ_SIGNING_SECRET": ""}, {"JAMBONZ_USERNAME": "u"}, {"JAMBONZ_PASSWORD": "p"}]
)
def test_half_a_configuration_is_refused_and_leaves_nothing_open(config: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"signing secret|auth"):
        client_of_blueprint(blueprint("/hook"), **config)


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
