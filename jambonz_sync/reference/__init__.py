"""All that can be looked up: pages of the documentation, examples, templates, and the names of the API.

May import every other package but testing, mcp and cli; Imports only from the standard library besides.
Used by cli (``jambonz-sync docs``, ``new``) and by mcp, the server for coding agents.
"""
