"""Audio streams, and WAV files of them."""

from .stream import AudioPort, AudioStream, Pcm, hang_up
from .wav import WavWriter

__all__ = ["AudioPort", "AudioStream", "Pcm", "WavWriter", "hang_up"]
