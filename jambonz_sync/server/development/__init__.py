"""An app served while somebody writes it: in a process of its own, and in a new one when a file of it has changed.

Imports the modules of ``server`` beside it and what is below them.
Used by the command ``run`` and the browser phone.
"""

from .reloader import AppEvent, Reloader
from .sources import ORIGINS, Origin, Place, fingerprint

__all__ = ["ORIGINS", "AppEvent", "Origin", "Place", "Reloader", "fingerprint"]
