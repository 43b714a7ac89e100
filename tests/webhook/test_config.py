"""The options of a blueprint or of the extension, and the configuration that stands in for them."""

from __future__ import annotations

import inspect
from typing import Any

import flask
import pytest

from jambonz_sync.errors import EnvVarError, InvalidVerb
from jambonz_sync.webhook import Jambonz, JambonzBlueprint

from .test_blueprint import blueprint, say_path
from .test_views import FIRST, client_of_blueprint


def test_one_blueprint_serves_two_applications_each_by_its_own_configuration() -> None:
    bp = blueprint("/hook")
    open_, closed = client_of_blueprint(bp), client_of_blueprint(bp, JAMBONZ_USERNAME="u", JAMBONZ_PASSWORD="p")
    assert open_.post("/hook", json=FIRST).status_code == 200
    assert closed.post("/hook", json=FIRST).status_code == 401
    assert closed.post("/hook", json=FIRST, auth=("u", "p")).status_code == 200


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


@pytest.mark.parametrize("cls", [Jambonz, JambonzBlueprint])
def test_help_shows_every_option(cls: type) -> None:
    shown = inspect.signature(cls).parameters
    assert {"escape_urls", "max_sessions", "before_upgrade", "signing_secret"} <= shown.keys()
    assert ("url_prefix" in shown) == (cls is JambonzBlueprint)
    assert shown["max_body"].annotation == "int | None"


@pytest.mark.parametrize(
    "config", [{"JAMBONZ_SIGNING_SECRET": ""}, {"JAMBONZ_USERNAME": "u"}, {"JAMBONZ_PASSWORD": "p"}]
)
def test_half_a_configuration_is_refused_and_leaves_nothing_open(config: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"signing secret|auth"):
        client_of_blueprint(blueprint("/hook"), **config)


@pytest.mark.parametrize("name", ["send_timeout", "ping_interval"])
def test_every_option_of_a_call_can_be_configured(name: str) -> None:
    app = flask.Flask("app")
    app.config[f"JAMBONZ_{name.upper()}"] = "-1"
    with pytest.raises(ValueError, match=name):
        Jambonz(app)
