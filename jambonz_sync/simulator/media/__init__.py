"""The audio of a simulated call: samples, what is played of them, and the streams that carry them.

Imports neither engine nor line, and no socket, thread or clock; of the package only audio, protocol and model.
Used by engine, and by line, which gives each stream its socket.
"""
