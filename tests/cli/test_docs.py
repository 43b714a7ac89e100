"""``jambonz-sync docs``: the documentation in a terminal."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from jambonz_sync.cli import main


def run(*args: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["docs", *args])
    assert result.exit_code == code, result.output
    return result.output


def test_a_query_finds_places_and_examples_and_says_how_to_read_on() -> None:
    out = run("barge", "in")
    assert "howto/tts: When the model is silent" in out
    assert "examples" in out
    assert "jambonz-sync docs --page " in out


def test_a_name_is_told_before_the_places_that_have_it() -> None:
    out = run("client.calls.wait")
    assert out.startswith("client.calls.wait\n=====")
    assert "    client.calls.wait(\n        call_sid: str,\n        until: Milestone = 'completed',\n" in out
    assert "`timeout`" in out
    assert "\n- `CallEndedEarly`: It has ended" in out
    assert '\n        client.calls.wait(call_sid, until="in-progress", timeout=60)\n' in out
    assert out.index("Example\n") < out.index("\nhowto/rest: ")
    verb = run("gather")
    assert "`num_digits`" in verb
    assert '"verb": "gather"' in verb
    assert "at import:\n" in run("ToolSet")
    assert "\n    @tools.tool\n    def get_weather(" in run("ToolSet")
    assert run("ToolSet.nothing", code=0).startswith(("howto", "tutorial", "explanation", "index", "reference"))


def test_without_a_query_pages_and_examples_are_listed() -> None:
    out = run()
    assert "howto/tts" in out
    assert "voice_bot" in out


def test_a_page_a_section_and_an_example_are_shown() -> None:
    assert run("--page", "howto/tts").startswith("Token streaming\n")
    section = run("--page", "/howto/tts.rst", "--section", "by hand")
    assert section.startswith("By hand\n")
    assert "send_tts_tokens" in section
    assert "create_endpoint" in run("--example", "echo.py")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["xyzzy"], "nothing about 'xyzzy'"),
        (["--page", "no"], "there is no page 'no'; known: explanation/"),
        (["--page", "howto/tts", "--section", "no"], "there is no section 'no'; known: Token streaming"),
        (["--example", "no"], "there is no example 'no'; known: "),
    ],
)
def test_what_there_is_not_is_named_with_what_there_is(args: list[str], message: str) -> None:
    assert message in run(*args, code=1)
