"""Flask's side of jambonz: a blueprint and an extension whose views are webhooks, verified, parsed and typed.

It may import all that ``server`` may, and ``server``; not ``gunicorn``, ``simulator``, ``rest`` or what is above them.
Applications use it.
"""

from __future__ import annotations

from ..server.auth import BasicAuth
from .blueprint import Jambonz, JambonzBlueprint
from .body import MAX_BODY
from .calls import IncomingCall
from .signature import signed
from .views import Route

__all__ = ["MAX_BODY", "BasicAuth", "IncomingCall", "Jambonz", "JambonzBlueprint", "Route", "signed"]
