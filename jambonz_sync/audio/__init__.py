"""Live audio streams: what comes and goes on one, in real time, and WAV files of it.

Imports the core, runtime and no server; of sessions it knows nothing but that one can be found.
Used by applications; the server makes a receiver and a stream for each connection.
"""

from .receiver import AudioReceiver
from .stream import AudioStream, Pcm, hang_up
from .wav import WavWriter

__all__ = ["AudioReceiver", "AudioStream", "Pcm", "WavWriter", "hang_up"]
