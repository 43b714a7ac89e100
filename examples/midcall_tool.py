"""An agent learns to do more in the middle of the call: who has given their PIN gets the tools of a customer.

python midcall_tool.py
In the portal, give the application speech vendors, and a key for OpenAI as OPENAI_API_KEY.
"""

from jambonz_sync import Session, ToolSet, create_endpoint
from jambonz_sync.verbs.components import AgentLlm

KEY = {"type": "string", "description": "Key for OpenAI", "required": True, "obscure": True}
PROMPT = "You answer the phone of a bank. Ask for the customer's number and PIN before you tell them anything."
CUSTOMERS = {"1001": {"pin": "4711", "balance": 250}}

endpoint = create_endpoint(env_vars={"OPENAI_API_KEY": KEY})


@endpoint.call("/")
def call(session: Session):
    public, private = ToolSet(), ToolSet()  # of this call: the tools act on its session

    @public.tool
    def log_in(number: str, pin: str) -> str:
        """Check the number and the PIN of a customer."""
        customer = CUSTOMERS.get(number)
        if customer is None or customer["pin"] != pin:
            return "Wrong number or PIN."
        session.locals["customer"] = customer
        session.update_tools(private)  # the model learns what it may call from now on
        session.use_tools(private, hook="/tool")  # and calls of it run
        session.update_instructions(f"{PROMPT} The caller is customer {number}. You may tell them their balance.")
        return "Welcome."

    @private.tool
    def balance() -> int:
        """What is on the customer's account, in dollars."""
        return session.locals["customer"]["balance"]

    session.use_tools(public, hook="/tool")
    llm = AgentLlm(
        vendor="openai",
        model="gpt-4.1-mini",
        auth={"apiKey": session.env("OPENAI_API_KEY")},
        llm_options={"system_prompt": PROMPT, "tools": public.schemas("agent")},
    )
    session.agent(llm=llm, greeting=True, tool_hook="/tool").wait()
    session.say("Thank you for calling. Goodbye.").hangup()


if __name__ == "__main__":
    endpoint.run()
