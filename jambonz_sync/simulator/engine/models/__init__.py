"""The models that talk to the caller, as far as an app sees them: their events, tool calls and updates, by vendor.

Imports the state of a call, its waits and its turns; not stack, machine, verbs and commands, which use it.
Used by the verbs ``llm``, ``agent`` and ``dialogflow``, by commands, and by the faces that script a model.
"""
