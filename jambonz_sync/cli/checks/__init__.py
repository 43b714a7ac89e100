"""The checks of ``jambonz-sync doctor``: of this machine, of the API server and the key, of hooks; each a few lines.

May import what cli may; it prints nothing, and knows no click.
Used by ``cli/doctor.py``.
"""
