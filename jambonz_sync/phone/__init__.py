"""The browser phone: a page on loopback from which a person calls an app through the simulator, and sees all of it.

Imports ``simulator``, ``server`` and what is below them; not ``testing`` or ``cli``.
Used by ``cli``.
"""
