"""Running callbacks: quick ones on the thread that reads, slow ones without holding anybody up."""

from .crew import Member, crew
from .lanes import Lanes
from .lead import Lead, about_to_block, read_here
from .reader import Reader
from .watcher import Timer, spares, watcher

__all__ = [
    "Lanes",
    "Lead",
    "Member",
    "Reader",
    "Timer",
    "about_to_block",
    "crew",
    "read_here",
    "spares",
    "watcher",
]
