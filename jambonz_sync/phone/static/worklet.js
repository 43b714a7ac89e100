// Brings the samples of the microphone to the rate of the stream, 20 ms at a time, as 16 bits.

class Microphone extends AudioWorkletProcessor {
  constructor({ processorOptions }) {
    super();
    this.position = 0;
    this.last = 0;
    this.step = sampleRate / processorOptions.rate;
    this.frame = new Int16Array(Math.round(processorOptions.rate / 50));
    this.filled = 0;
  }

  process([[samples]]) {
    if (!samples) return true;
    // `position` counts from the last sample of the block before, which is at -1
    while (this.position < samples.length - 1) {
      const index = Math.floor(this.position);
      const before = index < 0 ? this.last : samples[index];
      const value = before + (samples[index + 1] - before) * (this.position - index);
      this.frame[this.filled++] = Math.max(-1, Math.min(1, value)) * 32767;
      if (this.filled === this.frame.length) {
        this.port.postMessage(this.frame.buffer.slice(0));
        this.filled = 0;
      }
      this.position += this.step;
    }
    this.position -= samples.length;
    this.last = samples[samples.length - 1];
    return true;
  }
}

registerProcessor("microphone", Microphone);
