"""The MCP server for coding agents: it looks things up, checks verbs and apps, and calls apps through the simulator.

Lives here: the server and its transports, and the processes that apps run in. May import every other package but cli.
The official SDK ``mcp`` (the extra of that name) lives here only. Used by cli (``jambonz-sync mcp``).
"""
