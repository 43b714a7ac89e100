"""A call written top to bottom: threads that send verbs, and wait for what becomes of them.

Imports events, verbs, runtime and the errors; nothing here knows the session, which tells it how verbs leave.
Used by sessions, whose dispatcher gives hooks to the threads that wait for them.
"""
