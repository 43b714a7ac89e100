// Real audio of `listen` and `stream`: the microphone goes out, what the app plays comes in, 16 bits, one channel.

const BUFFER = 0.08;

export class AudioBridge {
  /** @param options {send(bytes), failed(text)} */
  constructor({ send, failed }) {
    this.send = send;
    this.failed = failed;
    this.rate = 8000;
    this.microphoneRate = 8000;
    this.context = null;
    this.source = null;
    this.next = 0;
  }

  /** A stream has been opened, whose samples have this rate. */
  open(rate) {
    this.rate = rate;
  }

  async _begin() {
    if (!this.context) {
      this.context = new AudioContext();
      await this.context.audioWorklet.addModule("static/worklet.js");
    }
    await this.context.resume();
  }

  /** Play samples that the app has sent. */
  async play(data) {
    await this._begin();
    const samples = new Int16Array(data);
    const buffer = this.context.createBuffer(1, samples.length, this.rate);
    const channel = buffer.getChannelData(0);
    for (let index = 0; index < samples.length; index++) channel[index] = samples[index] / 32768;
    const source = this.context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.context.destination);
    this.next = Math.max(this.next, this.context.currentTime + BUFFER);
    source.start(this.next);
    this.next += buffer.duration;
  }

  /** Switch the microphone. Returns true if it is on. */
  async microphone(on) {
    if (!on) {
      if (this.source) {
        this.source.disconnect();
        this.stream.getTracks().forEach((track) => track.stop());
        this.source = null;
      }
      return false;
    }
    try {
      await this._begin();
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, channelCount: 1 } });
    } catch (error) {
      this.failed(`No microphone: ${error.message}`);
      return false;
    }
    this.source = this.context.createMediaStreamSource(this.stream);
    this.worklet = new AudioWorkletNode(this.context, "microphone", { processorOptions: { rate: this.microphoneRate } });
    this.worklet.port.onmessage = ({ data }) => this.send(data);
    this.source.connect(this.worklet);
    return true;
  }
}
