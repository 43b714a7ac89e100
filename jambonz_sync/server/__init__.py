"""From a path to a session: services, the calls that are up, and the server of a script.

Imports ``session``, ``audio`` and what is below them; not ``webhook``, ``gunicorn``, ``rest`` or what is above those.
Used by ``webhook``, ``gunicorn``, ``testing``, ``cli`` and applications.
"""
