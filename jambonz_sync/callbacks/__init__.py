"""Running callbacks: quick ones on the thread that reads, slow ones without holding anybody up."""

from .lanes import Lanes
from .lead import about_to_block, read_here
from .reader import Reader
from .watcher import Timer, spares, watcher

__all__ = ["Lanes", "Reader", "Timer", "about_to_block", "read_here", "spares", "watcher"]
