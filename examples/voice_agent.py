"""A voice agent of jambonz with tools of yours: it looks up orders and counts turns.

python voice_agent.py
In the portal, give the application speech vendors, and a key for OpenAI as OPENAI_API_KEY.
"""

from jambonz_sync import Session, create_endpoint
from jambonz_sync.events import AgentTurn
from jambonz_sync.tools import ToolSet

PROMPT = "You are the voice of Acme's customer service. Answer in a sentence or two. Look orders up, never guess."
ORDERS = {"A-17": {"status": "shipped", "arrives": "Tuesday"}, "B-4": {"status": "in preparation"}}

endpoint = create_endpoint(
    env_vars={
        "OPENAI_API_KEY": {"type": "string", "description": "Key for OpenAI", "required": True, "obscure": True},
        "MODEL": {"type": "string", "description": "Model of OpenAI", "default": "gpt-4.1-mini"},
    }
)
tools = ToolSet()


@tools.tool
def look_up_order(number: str) -> dict:
    """Where an order is.

    Args:
        number: a letter, a dash and digits, such as A-17
    """
    return ORDERS.get(number.upper()) or {"error": "There is no such order."}


@endpoint.call("/")
def call(session: Session):
    session.use_tools(tools, hook="/tool-call")

    @session.on("/event")
    def event(evt: AgentTurn):
        if evt.type == "user_transcript":
            print(f"call {session.call_sid}: the caller said {evt.transcript!r}")
        elif evt.type == "turn_end" and evt.latency:
            print(f"call {session.call_sid}: {evt.response!r} after {evt.latency.llm_ms} ms")

    session.agent(
        llm={
            "vendor": "openai",
            "model": session.env("MODEL"),
            "auth": {"apiKey": session.env("OPENAI_API_KEY")},
            "llm_options": {"system_prompt": PROMPT, "tools": tools.schemas("agent")},
        },
        barge_in={"enable": True},
        event_hook="/event",
        tool_hook="/tool-call",
    ).wait()
    session.say(text="Thank you for calling Acme. Goodbye!").hangup()


if __name__ == "__main__":
    endpoint.run()
