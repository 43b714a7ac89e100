"""The connections of a simulated call to the app: WebSockets and webhooks, and the sockets of its audio streams.

Imports engine and media; no face. The only room of the simulator that has sockets, threads and a clock.
Used by call.
"""
