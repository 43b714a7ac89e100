"""Flask's side of jambonz: a blueprint and an extension whose views are webhooks, verified, parsed and typed."""

from __future__ import annotations

from ..server.auth import BasicAuth
from .blueprint import Jambonz, JambonzBlueprint
from .calls import IncomingCall
from .config import MAX_BODY
from .signature import signed
from .views import Route

__all__ = ["MAX_BODY", "BasicAuth", "IncomingCall", "Jambonz", "JambonzBlueprint", "Route", "signed"]
