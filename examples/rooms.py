"""The caller, an agent and a colleague in one room: the conversation with the agent moves there when the caller asks.

python rooms.py
The application of the callers is at /, that of the colleagues, who dial in after the agent has asked for one, at
/colleague. Rooms need jambonz 10.
"""

from jambonz_sync import Session, ToolSet, create_endpoint
from jambonz_sync.events import ConferenceEvent, LlmEvent
from jambonz_sync.verbs.components import AgentLlm

PROMPT = "You answer the phone of a travel agency. Fetch a colleague when the caller wants a person; then stay silent."

endpoint = create_endpoint(server="10")
waiting: list[str] = []  # rooms that a colleague is wanted in, the oldest first


@endpoint.service("/").on("session:new")
def call(session: Session):
    room = f"room-{session.call_sid}"
    tools = ToolSet()  # of this call: the tool acts on its session

    @tools.tool
    def fetch_colleague() -> str:
        """Bring a person into the conversation."""
        session.inject_llm_status("move-to-room", room=room)
        waiting.append(room)
        return "A colleague will join in a moment."

    @session.on("/done")
    def done(evt: LlmEvent):
        session.say("Thank you for calling.").hangup().reply()

    @session.on("close")
    def close():
        if room in waiting:
            waiting.remove(room)

    session.use_tools(tools, hook="/tool")
    llm = AgentLlm(
        vendor="openai",
        model="gpt-4.1-mini",
        llm_options={"system_prompt": PROMPT, "tools": tools.schemas("agent")},
    )
    session.agent(id="agent", llm=llm, greeting=True, tool_hook="/tool", action_hook="/done").send()


@endpoint.service("/colleague").on("session:new")
def colleague(session: Session):
    @session.on("/left")
    def left(evt: ConferenceEvent):
        join().reply()

    def join():
        if not waiting:
            return session.say("Nobody is waiting. Goodbye.").hangup()
        return session.say("You are connected.").room(name=waiting.pop(0), action_hook="/left")

    join().send()


if __name__ == "__main__":
    endpoint.run()
