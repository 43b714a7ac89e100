"""Flask's side of jambonz: a blueprint and an extension whose views are webhooks, verified, parsed and typed.

Imports ``server`` and what is below it; not ``gunicorn``, ``rest``, ``simulator`` or what is above those.
Used by applications.
"""

from __future__ import annotations

from ..server.auth import BasicAuth
from .blueprint import Jambonz, JambonzBlueprint
from .body import MAX_BODY
from .calls import IncomingCall
from .signature import signed
from .views import Route

__all__ = ["MAX_BODY", "BasicAuth", "IncomingCall", "Jambonz", "JambonzBlueprint", "Route", "signed"]
