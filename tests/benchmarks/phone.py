"""Frames a second of the phone's timeline while a call of 10,000 events is panned, in a headless Chromium.

python -m tests.benchmarks.phone [EVENTS]
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from jambonz_sync.phone.export import html_of

#: seconds of panning
SECONDS = 5

_PAN = """
async (seconds) => {
  const canvas = document.getElementById("timeline");
  const box = canvas.getBoundingClientRect();
  const times = [];
  const end = performance.now() + seconds * 1000;
  let way = 40;
  await new Promise((resolve) => {
    const frame = (now) => {
      times.push(now);
      if (now > end) return resolve();
      if (times.length % 200 === 0) way = -way;
      const at = { clientX: box.x + 300, clientY: box.y + 60 };
      canvas.dispatchEvent(new WheelEvent("wheel", { deltaX: way, cancelable: true, ...at }));
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  const gaps = times.slice(1).map((time, index) => time - times[index]).sort((a, b) => a - b);
  return { frames: gaps.length / seconds, p99: gaps[Math.floor(gaps.length * 0.99)] };
}
"""


def call_of(events: int) -> dict[str, Any]:
    """A long call: what is said, verbs, hooks with their acks, and the level of a buffer."""
    records: list[dict[str, Any]] = []
    for number in range(0, events, 8):
        at = number / 8
        hook = {"msgid": f"m{number}", "size": 300, "message": {"call_sid": "x", "reason": "speechDetected"}}
        for kind, offset, content in (
            ("verb", 0, {"index": number, "verb": "say", "state": "start", "options": {"text": f"line {number}"}}),
            ("speech", 0.01, {"who": "app", "text": f"This is what the app says at {number}", "seconds": 0.4}),
            ("level", 0.1, {"chars": number % 900, "paused": False}),
            ("verb", 0.4, {"index": number, "verb": "say", "state": "end"}),
            ("speech", 0.5, {"who": "caller", "text": "yes", "seconds": 0.2}),
            ("wire", 0.7, {"direction": "to_app", "type": "verb:hook", "label": "/heard", "wants_ack": True, **hook}),
            ("wire", 0.75, {"direction": "from_app", "type": "ack", "label": "ack", "ms": 50.0, **hook}),
            ("level", 0.8, {"chars": 0, "paused": False}),
        ):
            records.append({"id": len(records), "kind": kind, "at": at + offset, **content})
    return {"target": "app.py", "begun": "2030-01-01 10:00:00", "settings": {}, "records": records}


def main() -> None:
    """Measure, and print a line."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "call.html"
        path.write_text(html_of(call_of(events)))
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1360, "height": 860})
        page.goto(path.as_uri())
        page.wait_for_selector(".bubble")
        whole = page.evaluate(_PAN, SECONDS)
        page.locator("#zoom-in").click(click_count=8)
        near = page.evaluate(_PAN, SECONDS)
        browser.close()
    for name, figures in (("the whole call", whole), ("near", near)):
        print(f"{events:,} events, {name}: {figures['frames']:.0f} frames/s, p99 {figures['p99']:.0f} ms a frame")


if __name__ == "__main__":
    main()
