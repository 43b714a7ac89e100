"""Tools of a call's model, run beside the call: on threads of their own, with a time limit each.

Imports the core, :mod:`jambonz_sync.tools` and runtime; nothing here knows the session, which gives it functions.
Used by sessions, and by the webhooks' tool hooks. A call without tools loads only :mod:`.methods`.
"""
