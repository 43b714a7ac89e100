"""Says something while a slow tool runs, so that the caller does not hear silence.

python slow_tool.py
In the portal, give the application speech vendors, and a key for OpenAI as OPENAI_API_KEY. With jambonz 11, the option
tool_filler={"type": "backchannel"} of the agent does such a thing by itself, in words of its own.
"""

import os
import threading
import time

from jambonz_sync import Session, SessionClosed, ToolSet, create_endpoint
from jambonz_sync.verbs.components import AgentLlm

KEY = {"type": "string", "description": "Key for OpenAI", "required": True, "obscure": True}
PROMPT = "You are a travel agent on the phone. Look flights up, never guess."
PATIENCE = float(os.environ.get("PATIENCE", "1.5"))  # seconds of silence that nobody minds
SECONDS = float(os.environ.get("SECONDS", "8"))  # that the search takes

endpoint = create_endpoint(env_vars={"OPENAI_API_KEY": KEY})


class Filler:
    """Has the agent say that it takes a moment, if the block is not done by then."""

    def __init__(self, session: Session, what: str):
        self._timer = threading.Timer(PATIENCE, self._speak, [session, what])

    def _speak(self, session: Session, what: str):
        try:
            session.generate_reply(instructions=f"Tell the caller in a few words that you are still {what}.")
        except SessionClosed:
            pass  # nobody is there to hear it

    def __enter__(self):
        self._timer.start()

    def __exit__(self, *error: object):
        self._timer.cancel()


@endpoint.call("/")
def call(session: Session):
    tools = ToolSet()

    @tools.tool(timeout=30)
    def find_flights(city: str) -> list[str]:
        """Search all airlines for flights to a city."""
        with Filler(session, f"looking for flights to {city}"):
            time.sleep(SECONDS)  # a slow service
            return [f"{city}, 7:40, 210 dollars"]

    session.use_tools(tools, hook="/tool")
    llm = AgentLlm(
        vendor="openai",
        model="gpt-4.1-mini",
        auth={"apiKey": session.env("OPENAI_API_KEY")},
        llm_options={"system_prompt": PROMPT, "tools": tools.schemas("agent")},
    )
    session.agent(llm=llm, greeting=True, tool_hook="/tool").wait()
    session.say("Thank you for calling. Goodbye.").hangup()


if __name__ == "__main__":
    endpoint.run()
