"""From a path to a session: services, the calls that are up, and the server of a script.

It may import ``session``, ``audio`` and what is below; not ``webhook``, ``gunicorn``, ``rest`` or what is above them.
``webhook``, ``gunicorn``, ``testing`` and applications use it.
"""
