"""Plays recorded calls of the real server 0.9.8 against the simulator, and compares what both have done.

``python -m tests.simulator.recordings [NAME...]`` prints the differences, call by call, and ``N/M same``.
"""
