"""Flask's side of jambonz: a blueprint and an extension whose views are webhooks, verified, parsed and typed."""

from __future__ import annotations

from .blueprint import Jambonz, JambonzBlueprint
from .calls import IncomingCall
from .guard import BasicAuth, signed
from .route import Route
from .site import MAX_BODY

__all__ = ["MAX_BODY", "BasicAuth", "IncomingCall", "Jambonz", "JambonzBlueprint", "Route", "signed"]
