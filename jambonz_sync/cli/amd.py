"""The address at which results of answering machine detection arrive, while a campaign runs."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Any, Final

from ..campaign import CampaignError
from ..errors import InvalidSignature
from ..protocol.signature import HEADER, verify_signature

__all__ = ["answer_in", "listen", "parse_address"]

log = logging.getLogger("jambonz_sync.campaign")

#: the longest result, in bytes, and the longest time, in seconds, that one is read for
_LONGEST: Final = 65_536
_PATIENCE: Final = 10.0
#: types of events that say who has answered. The others say that nobody can tell, or come after that
_ANSWERED_BY: Final = {"amd_human_detected": "human", "amd_machine_detected": "machine", "amd_tone_detected": "machine"}


class _Server(ThreadingMixIn, TCPServer):
    """A server without a look-up of its own name, which HTTPServer makes."""

    daemon_threads = True
    allow_reuse_address = True


def parse_address(text: str) -> tuple[str, int]:
    """Read ``[HOST:]PORT``.

    Args:
        text: The address. Without a host it is that of all networks of this machine.
    Returns:
        The host and the port.
    Raises:
        CampaignError: The text has another form.
    """
    host, _, port = text.strip().rpartition(":")
    if not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise CampaignError(f"{text!r} is no address: write 8080 or 127.0.0.1:8080")
    return host.strip("[]"), int(port)


def answer_in(event: Any) -> tuple[str, str] | None:
    """Find the call and who has answered it in the body of a hook; None if that is not told."""
    if not isinstance(event, Mapping):
        return None
    call_sid, who = event.get("call_sid"), _ANSWERED_BY.get(str(event.get("type")))
    return (call_sid, who) if isinstance(call_sid, str) and call_sid and who else None


@contextmanager
def listen(address: tuple[str, int], secret: str | None, on_answer: Callable[[str, Any], object]) -> Iterator[int]:
    """Take results of answering machine detection, whatever the path, as long as the block lasts.

    Args:
        address: The host and the port.
        secret: The webhook secret of the account: what is not signed with it is refused (401). None takes all.
        on_answer: Called with the call_sid and "human" or "machine", on a thread of its own.
    Yields:
        The port.
    Raises:
        OSError: The address cannot be listened at.
    """

    class Handler(BaseHTTPRequestHandler):
        timeout = _PATIENCE

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not length.isdigit() or int(length) > _LONGEST:
                self.send_error(413)
                return
            body = self.rfile.read(int(length))
            try:
                if secret is not None:
                    verify_signature(body, self.headers.get(HEADER), secret)
                answer = answer_in(json.loads(body))
            except InvalidSignature as error:
                log.warning("a result of machine detection was refused: %s", error)
                self.send_error(401)
            except (ValueError, RecursionError):
                self.send_error(400)
            else:
                if answer is not None:
                    on_answer(*answer)
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"[]")  # no verbs: the application goes on

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing on standard error, where the view is."""

    server = _Server(address, Handler)
    thread = threading.Thread(target=server.serve_forever, name="jambonz-sync-amd", daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
