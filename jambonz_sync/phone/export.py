"""A call as one HTML file, which opens without a server: the page with its scripts and the records in it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from typing import Any

__all__ = ["html_of"]

_STATIC = files("jambonz_sync.phone") / "static"
#: the modules of the page, each after those that it imports
_MODULES = (
    "dom.js",
    "focus.js",
    "model.js",
    "timeline.js",
    "inspector.js",
    "conversation.js",
    "settings.js",
    "calls.js",
    "speech.js",
    "audio.js",
    "legs.js",
    "main.js",
)
_IMPORT = re.compile(r"^import .*?;$", re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)


def html_of(call: Mapping[str, Any]) -> str:
    """Return a call as one HTML file.

    Args:
        call: The call as it is kept.
    """
    script = "\n".join(_bundled(name) for name in _MODULES)
    style = (_STATIC / "phone.css").read_text(encoding="utf-8")
    # as data, what was said cannot end the element that it is in
    data = json.dumps(call, ensure_ascii=False).replace("<", "\\u003c")
    digest = base64.b64encode(hashlib.sha256(f"\n{script}\n".encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; img-src data:"
    page = (_STATIC / "index.html").read_text(encoding="utf-8")
    page = re.sub(r"<link rel=\"(icon|stylesheet)\"[^>]*>\n", "", page)
    page = re.sub(r"<script [^>]*></script>\n", "", page)
    title = escape(f"Call of {call['begun']}")
    head = (
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n<title>{title}</title>\n'
        f"<style>{style}</style>"
    )
    page = re.sub(r"<title>.*</title>", lambda _: head, page)
    data = f'<script type="application/json" id="kept-call">{data}</script>'
    return page.replace("</body>", f'{data}\n<script type="module">\n{script}\n</script>\n</body>')


def _bundled(name: str) -> str:
    """Return a module as a part of one script, in which the names of all modules are known."""
    source = (_STATIC / name).read_text(encoding="utf-8")
    return _EXPORT.sub("", _IMPORT.sub("", source))
