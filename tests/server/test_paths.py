"""What an app serves to jambonz, by its paths."""

from __future__ import annotations

import flask

from jambonz_sync import Jambonz, JambonzBlueprint, ToolSet, create_endpoint
from jambonz_sync.server.paths import served_paths


def test_the_services_of_an_endpoint_and_the_routes_of_its_application() -> None:
    endpoint = create_endpoint()
    endpoint.service("/")
    endpoint.audio("/by/<tenant>")
    bp = JambonzBlueprint("voice", __name__, url_prefix="/voice")
    bp.webhook("/in")(print)
    endpoint.app.register_blueprint(bp)
    endpoint.app.add_url_rule("/health", view_func=lambda: "")
    assert served_paths(endpoint) == [("/", "calls"), ("/by/<tenant>", "audio"), ("/voice/in", "webhook")]


def test_the_routes_of_a_flask_application_each_by_all_that_it_serves() -> None:
    app = flask.Flask("shop")
    jambonz = Jambonz(app)
    jambonz.webhook("/call")(print)
    jambonz.websocket("/call")(print)
    jambonz.audio("/audio")(print)
    jambonz.status("/status", endpoint="status")(print)
    jambonz.tools("/tools", ToolSet())
    assert served_paths(app) == [
        *(("/audio", "audio"), ("/call", "calls"), ("/call", "webhook")),
        *(("/status", "status"), ("/tools", "tools")),
    ]


def test_of_any_other_application_nothing_is_known() -> None:
    assert served_paths(lambda environ, start_response: []) == []
