"""Audio streams, and WAV files of them."""

from .stream import AudioPort, AudioStream, Pcm
from .wav import WavWriter

__all__ = ["AudioPort", "AudioStream", "Pcm", "WavWriter"]
