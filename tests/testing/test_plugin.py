"""Tests of other people's apps, run by pytest as theirs are."""

from __future__ import annotations

import sys

import pytest

from jambonz_sync.simulator import Trace

pytest_plugins = ["pytester"]

APP = """
    import flask
    import pytest
    from jambonz_sync import Jambonz, WebhookResponse, create_endpoint

    endpoint = create_endpoint()

    @endpoint.service("/").on("session:new")
    def answer(session):
        @session.on("/heard")
        def heard(evt):
            price = 10 / int(evt.transcript)
            session.say(text=f"That is {price:g} each.").hangup().reply()

        session.say(text="How many?").gather(input=["speech"], action_hook="/heard").send()

    app = flask.Flask(__name__)

    @app.post("/incoming")
    def incoming():
        return [{"verb": "say", "text": "Hello!"}, {"verb": "sing"}]

    @app.post("/broken")
    def broken():
        raise LookupError("nobody knows")
"""


def run(pytester: pytest.Pytester, test: str, *args: str) -> pytest.RunResult:
    pytester.makepyfile(APP + test)
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:randomly", *args)


def test_a_test_of_an_app_that_works_passes(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
    def test_price(jambonz_call):
        call = jambonz_call(endpoint)
        call.says("5")
        call.heard("That is 2 each")
        assert call.ended == "completed" and not call.findings
    """,
    )
    result.assert_outcomes(passed=1)


def test_an_exception_of_a_callback_fails_a_test_that_has_passed(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
    def test_price(jambonz_call):
        call = jambonz_call(endpoint)
        call.says("0")
        assert call.hook("/heard").seconds
    """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "the test has passed, but the app got something wrong: handler-raised",
            "*caller  0",
            "*error handler-raised: ZeroDivisionError: division by zero (*.py:*)",
            "the app raised: call *: the callback of /heard failed",
            "*price = 10 / int(evt.transcript)",
            "*ZeroDivisionError: division by zero",
        ]
    )


@pytest.mark.parametrize("allowed", ["handler-raised", "ZeroDivisionError"])
def test_an_exception_may_be_allowed(pytester: pytest.Pytester, allowed: str) -> None:
    result = run(
        pytester,
        f"""
    @pytest.mark.jambonz(allow=["{allowed}"])
    def test_price(jambonz_call):
        call = jambonz_call(endpoint)
        call.says("0")
        assert call.hook("/heard").seconds
    """,
    )
    result.assert_outcomes(passed=1)


def test_an_exception_of_an_app_of_flask_counts_too(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
    @pytest.mark.jambonz(allow=["answer-empty", "answer-void", "http-status", "hook-unanswered"])
    def test_hello(jambonz_call):
        assert jambonz_call(app, "/broken").ended
    """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*LookupError: nobody knows", "*raise LookupError*"])


def test_what_the_server_would_refuse_fails_a_test_that_has_passed(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
    def test_hello(jambonz_call):
        assert jambonz_call(app, "/incoming").ended
    """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["the test has passed, but the app got something wrong: answer-void", "*sing*"])


def test_a_test_that_fails_by_itself_shows_its_calls(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
    def test_price(jambonz_call):
        call = jambonz_call(endpoint)
        call.says("5")
        assert call.ended == "declined (486)"
    """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E *assert 'completed' == 'declined (486)'",
            "*jambonz call 1 of 1*",
            "*0.00  app     How many?",
            "*caller  5",
            "the call has ended: completed, by the app",
        ]
    )


def test_a_wait_in_vain_fails_without_the_frames_of_the_kit(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
    def test_price(jambonz_call):
        call = jambonz_call(endpoint)
        call.heard("How many?")
        call.heard("How much?", timeout=0.1)
    """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["E *the app did not say 'How much?' *", "E *did you mean: 'How many?'", "E *>*app     How many?"]
    )
    assert "call.py:" not in result.stdout.str()
    assert "jambonz call 1 of 1" not in result.stdout.str()


def test_a_mark_that_says_something_else_is_refused(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
    @pytest.mark.jambonz("ack-late")
    def test_price(jambonz_call):
        jambonz_call(endpoint).hangs_up()
    """,
        "--strict-markers",
    )
    assert "expected @pytest.mark.jambonz(allow=[...])" in result.stdout.str() + result.stderr.str()


def test_the_plugin_costs_a_run_that_does_not_use_it_nothing(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # the plugin alone, by its name
    pytester.makepyfile(
        """
    import sys

    def test_nothing(request):
        assert request.config.pluginmanager.hasplugin("jambonz_sync.testing.plugin")
        assert not [name for name in sys.modules if name.startswith(("jambonz_sync.simulator", "jambonz_sync.server"))]
    """
    )
    result = pytester.run(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "jambonz_sync.testing.plugin")
    result.assert_outcomes(passed=1)


def test_a_test_that_fails_leaves_traces_where_it_is_told(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
    @pytest.mark.parametrize("word", ["How much?", "How many?"])
    def test_price(jambonz_call, word):
        jambonz_call(endpoint).heard(word, timeout=2)
    """,
        "--jambonz-trace",
        "traces",
    )
    result.assert_outcomes(passed=1, failed=1)
    (path,) = (pytester.path / "traces").iterdir()
    assert path.name == "test_a_test_that_fails_leaves_traces_where_it_is_told.py-test_price-How-much-1.jsonl"
    result.stdout.fnmatch_lines(["*jambonz call 1 of 1: trace*", f"traces/{path.name}"])
    trace = Trace.load(path)
    assert "How many?" in [entry.text for entry in trace.entries]
