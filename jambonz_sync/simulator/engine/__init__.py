"""The server of a simulated call: its state, its verbs, its commands, and its half of the control protocol.

Imports media and what lies below the simulator; not line, no face, and no socket, thread or clock.
Used by line, which connects it with an app, and by the faces: call and caller.
"""
