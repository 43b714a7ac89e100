"""The models that talk to the caller, as far as an app sees them: their events, tool calls and updates, by vendor.

Imports clock, flow, leg, limits, phone, transcript, turns and waits; not state, stack, machine and verbs, which use it.
Used by the state of a call, by the verbs ``llm``, ``agent``, ``dialogflow``, ``lex`` and ``rasa``, by commands, and by
the faces that script a model.
"""
