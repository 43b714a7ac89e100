"""A conversation of a call with a language model of the application: ask, speak, run tools, keep the history.

Imports :mod:`jambonz_sync.llm`, tools, and the session's own tools; nothing here knows the session, which gives itself.
Used by sessions. A call without such a model loads only :mod:`.methods`.
"""
