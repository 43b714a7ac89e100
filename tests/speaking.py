"""jambonz with a TTS stream, at the other end of a real socket."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable
from typing import Any

from tests.peer import Closed, Peer
from tests.protocol.tts.model import FLUSH, TtsBuffer


class Speaking:
    """jambonz with a TTS stream: text goes to the model of its buffer, everything else to :attr:`other`."""

    def __init__(self, peer: Peer, *, connected: bool = True) -> None:
        self.peer = peer
        self.buffer = TtsBuffer(connected=connected)
        self.other: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._lock = threading.Lock()  # keeps the answers in the order in which the buffer made them
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        try:
            while True:
                message = self.peer.recv()
                if str(message.get("command")).startswith("tts:"):
                    self.do(self.buffer.command, message)
                else:
                    self.other.put(message)
        except (Closed, OSError):
            pass

    def do(self, act: Callable[..., object], *args: Any) -> None:
        with self._lock:
            act(*args)
            out, self.buffer.out = self.buffer.out, []
            for message in out:
                self.peer.tell(message["type"], message["data"])

    def hook(self, name: str, **data: Any) -> str:
        with self._lock:
            return self.peer.hook(name, **data)

    def acked(self) -> str:
        """The msgid of the next ack."""
        message = self.other.get(timeout=15)
        assert message["type"] == "ack", message
        msgid: str = message["msgid"]
        return msgid

    def join(self) -> None:
        try:
            self.peer.sock.shutdown(socket.SHUT_RDWR)  # the reader sees the end of it
        except OSError:
            pass  # the session was quicker
        self._reader.join(15)

    @property
    def text(self) -> str:
        return "".join(item for item in self.buffer.taken if item is not FLUSH)
