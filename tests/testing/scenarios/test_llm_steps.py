"""The steps of the model that the caller talks to."""

from __future__ import annotations

from pathlib import Path

import pytest

from jambonz_sync import Session, ToolSet, create_endpoint
from jambonz_sync.testing import ExpectationFailed, PlaceCall, ScenarioInvalid, check_scenario, load_scenarios

tools = ToolSet()


@tools.tool
def look_up_order(number: str) -> dict[str, str]:
    """Where an order is."""
    return {"number": number, "status": "shipped"}


endpoint = create_endpoint()


@endpoint.call("/")
def call(session: Session) -> None:
    session.use_tools(tools, hook="/tool")
    ended = session.agent(llm={"vendor": "openai", "model": "m"}, tool_hook="/tool").wait()
    session.say(text=f"It ended by {ended['completion_reason']}.").hangup()


def play(tmp_path: Path, jambonz_call: PlaceCall, steps: str) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(f"variables: {{number: A-17}}\nsteps:\n{steps}")
    (scenario,) = load_scenarios(path)
    check_scenario(scenario, jambonz_call, endpoint)


def test_a_scenario_scripts_the_model(tmp_path: Path, jambonz_call: PlaceCall) -> None:
    steps = """
  - llm_says: Which order, ${number}?
  - heard: order, A-17
  - tool_call: {name: look_up_order, arguments: {number: A-17}, contains: shipped}
  - tool_call: {name: look_up_order, arguments: {number: A-17}, contains: "${number}"}
  - llm_ends
  - heard: It ended by disconnect from remote end
  - ended: completed
"""
    play(tmp_path, jambonz_call, steps)


def test_a_conversation_may_end_for_any_reason(tmp_path: Path, jambonz_call: PlaceCall) -> None:
    play(tmp_path, jambonz_call, "  - llm_ends: server error\n  - heard: It ended by server error\n")


def test_an_output_without_what_is_wanted_fails_the_scenario(tmp_path: Path, jambonz_call: PlaceCall) -> None:
    steps = "  - tool_call: {name: look_up_order, arguments: {number: A-17}, contains: lost}\n"
    with pytest.raises(ExpectationFailed, match="without 'lost'"):
        play(tmp_path, jambonz_call, steps)


def test_a_model_that_the_scenario_does_not_script_answers_by_itself(tmp_path: Path, jambonz_call: PlaceCall) -> None:
    play(tmp_path, jambonz_call, "  - heard: How can I help you?\n  - says: Good evening\n  - heard: Good evening\n")


@pytest.mark.parametrize("step", ["tool_call: {arguments: {}}", "tool_call: {name: a, args: {}}", "llm_says: {a: 1}"])
def test_a_step_that_is_not_whole_is_a_mistake(tmp_path: Path, jambonz_call: PlaceCall, step: str) -> None:
    with pytest.raises(ScenarioInvalid):
        play(tmp_path, jambonz_call, f"  - {step}\n")
