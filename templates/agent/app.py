"""A voice agent of jambonz: jambonz listens, asks the model and speaks; this app has the prompt and the tools.

python app.py
In the portal, give the application speech vendors, and a key for OpenAI as OPENAI_API_KEY.
"""

from jambonz_sync import Session, ToolSet, create_endpoint
from jambonz_sync.events import AgentTurn
from jambonz_sync.tools import ready

PROMPT = "You are the voice of Acme's customer service. Answer in a sentence or two. Look orders up, never guess."
ORDERS = {"A-17": "has been shipped and arrives on Tuesday", "B-4": "is being prepared"}

endpoint = create_endpoint(
    env_vars={
        "OPENAI_API_KEY": {"type": "string", "description": "Key for OpenAI", "required": True, "obscure": True},
        "MODEL": {"type": "string", "description": "Model of OpenAI", "default": "gpt-4.1-mini"},
        "OPERATOR": {"type": "string", "description": "Number of a person", "default": "+15085550101"},
    }
)


def look_up_order(number: str) -> str:
    """Where an order is.

    Args:
        number: a letter, a dash and digits, such as A-17
    """
    status = ORDERS.get(number.upper())
    return f"Order {number} {status}." if status else "There is no such order."


@endpoint.call("/")
def call(session: Session):
    tools = ToolSet([look_up_order, ready.transfer_call(session, {"a person": session.env("OPERATOR")})])
    session.use_tools(tools, hook="/tool-call")

    @session.on("/event")
    def event(evt: AgentTurn):
        if evt.type == "user_transcript":
            print(f"call {session.call_sid}: the caller said {evt.transcript!r}")

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
