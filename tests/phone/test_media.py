"""Audio streams, streamed text and models, as a person uses and sees them."""

from __future__ import annotations

import math
import re
import struct
from typing import TYPE_CHECKING

import pytest

from jambonz_sync import Session
from jambonz_sync.audio.wav import wav_header
from tests.waiting import wait_for

from .apps import agent, echo, play_back, reader
from .conftest import OpenPage
from .test_page import dial

if TYPE_CHECKING:
    from playwright.sync_api import Page, expect
else:
    expect = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed").expect

BOTH_WAYS = re.compile("Audio to the app, Audio of the app")
#: counts what the loudspeaker is given
COUNT_PLAYED = """
window.played = 0;
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (...values) {
  window.played += this.buffer.duration;
  return start.apply(this, values);
};
"""


def call_to_echo(open_phone: OpenPage, page: Page) -> None:
    page.add_init_script(COUNT_PLAYED)
    page.goto(open_phone(echo, audio=play_back).url)
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator("#conversation")).to_contain_text("audio goes to /echo")


def test_the_microphone_is_heard_by_the_app_and_what_it_plays_by_the_person(open_phone: OpenPage, page: Page) -> None:
    call_to_echo(open_phone, page)
    page.get_by_label("Microphone for streams").check()
    expect(page.locator("#timeline")).to_have_attribute("aria-description", BOTH_WAYS)
    # wait_for_function() needs eval(), which the page does not allow
    wait_for(lambda: page.evaluate("window.played") > 0.3, timeout=30)
    page.get_by_label("Microphone for streams").uncheck()


def test_a_wav_file_is_heard_by_the_app(open_phone: OpenPage, page: Page) -> None:
    call_to_echo(open_phone, page)
    pcm = b"".join(struct.pack("<h", int(9000 * math.sin(number / 4))) for number in range(16000))
    file = {"name": "tone.wav", "mimeType": "audio/wav", "buffer": wav_header(16000, 1, len(pcm)) + pcm}
    page.locator("#wav").set_input_files(files=[file])  # type: ignore[list-item]
    expect(page.locator("#timeline")).to_have_attribute("aria-description", BOTH_WAYS)


def test_a_file_that_is_no_wav_file_is_refused_in_words(open_phone: OpenPage, page: Page) -> None:
    call_to_echo(open_phone, page)
    file = {"name": "x.wav", "mimeType": "audio/wav", "buffer": b"RIFF" + bytes(40)}
    page.locator("#wav").set_input_files(files=[file])  # type: ignore[list-item]
    expect(page.locator("#toasts")).to_contain_text("WAV")
    expect(page.locator("#call-state")).to_have_text("In the call")


def test_the_buffer_of_streamed_text_is_a_curve_with_its_pauses(open_phone: OpenPage, page: Page) -> None:
    phone = open_phone(reader)
    dial(page, phone.url)
    expect(page.locator("#timeline")).to_have_attribute("aria-description", re.compile("TTS buffer"))
    expect(page.locator(".bubble.app")).to_contain_text(["Listen.", "line 0 of a story"])

    def has_paused() -> bool:
        return any(record["kind"] == "level" and record["paused"] for record in phone.desk.news().records)

    wait_for(has_paused, timeout=30)


def test_what_a_model_says_and_its_tool_calls_have_a_row(open_phone: OpenPage, page: Page) -> None:
    page.goto(open_phone(agent).url)
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator(".bubble.app")).not_to_have_count(0)
    page.get_by_label("Say something").fill("look up order A-17")
    page.keyboard.press("Enter")
    expect(page.locator(".bubble.app").last).to_contain_text("A-17 is on its way")
    expect(page.locator("#timeline")).to_have_attribute("aria-description", re.compile("Model"))
    page.locator("#timeline").focus()
    said = page.locator("#timeline-said")
    for _ in range(60):
        page.keyboard.press("ArrowRight")
        if "tool-call" in said.inner_text():
            break
    expect(said).to_contain_text("Model")
    page.keyboard.press("Enter")
    expect(page.locator("#inspector")).to_contain_text("look_up_order")


def test_the_time_to_the_first_word_of_each_turn_is_a_chart(open_phone: OpenPage, page: Page) -> None:
    def slow(session: Session) -> None:
        @session.on("/heard")
        def heard() -> None:
            session.say(text="Yes.").gather(input=["speech"], action_hook="/heard", timeout=60).reply()

        session.say(text="Go on.").gather(input=["speech"], action_hook="/heard", timeout=60).send()

    dial(page, open_phone(slow).url)
    for number in range(2):
        page.get_by_label("Say something").fill("hm")
        page.keyboard.press("Enter")
        expect(page.locator(".turn")).to_have_count(number + 1)
    expect(page.locator("#latency")).to_contain_text(re.compile(r"first word after \d+"))
    page.locator(".turn").first.click()
    expect(page.locator("#inspector blockquote")).to_have_text("Yes.")
