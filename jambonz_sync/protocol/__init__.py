"""The rules of the conversation with jambonz: who owes whom what, as plain values that are told what happened.

Imports errors, model, verbs and events; no socket, thread or clock, so that all of it is tested as values.
Used by session and audio, which do what is decided here, by server and webhook, by rest (actions) and by the simulator.
"""
