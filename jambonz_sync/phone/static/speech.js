// The voice of the browser: it speaks for the app, and hears the person where it can.

export class Speech {
  /** @param options {enabled() -> bool, heard(text)} */
  constructor({ enabled, heard }) {
    this.enabled = enabled;
    this.heard = heard;
    this.voice = window.speechSynthesis || null;
    this.recogniser = null;
  }

  say(text) {
    if (!this.voice || !this.enabled()) return;
    const plain = text.replace(/<[^>]*>/g, " ").slice(0, 3000);
    this.voice.speak(new SpeechSynthesisUtterance(plain));
  }

  stop() {
    if (this.voice) this.voice.cancel();
  }

  get canListen() {
    return Boolean(window.SpeechRecognition || window.webkitSpeechRecognition);
  }

  /** Begin or end to recognise what the person says. Some browsers send the sound to their maker for that. */
  listen(on) {
    if (this.recogniser) {
      this.recogniser.onend = null;
      this.recogniser.stop();
      this.recogniser = null;
    }
    if (!on) return;
    const Recognition = window.SpeechRecognition || window.webkitSpeechRecognition;
    this.recogniser = new Recognition();
    this.recogniser.continuous = true;
    this.recogniser.lang = navigator.language;
    this.recogniser.onresult = (event) => {
      const result = event.results[event.results.length - 1];
      if (result.isFinal) this.heard(result[0].transcript.trim());
    };
    this.recogniser.onend = () => this.recogniser && this.recogniser.start();
    this.recogniser.start();
  }
}
