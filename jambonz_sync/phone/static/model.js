// The call as data: records go in, in the order of their ids, and lanes of a timeline come out. No DOM here.

/** A bar or a point on a lane: {lane, from, to, label, kind, record, tone}. `to` is null while it goes on. */

export const LANES = ["caller", "app", "verbs", "hooks", "model", "buffer", "audio-in", "audio-out", "findings"];

const LANE_NAMES = {
  caller: "Caller", app: "App says", verbs: "Verbs", hooks: "Hooks and acks", model: "Model",
  buffer: "TTS buffer", "audio-in": "Audio to the app", "audio-out": "Audio of the app", findings: "Findings",
};

const SHORT_NAMES = {
  caller: "Caller", app: "App", verbs: "Verbs", hooks: "Hooks", model: "Model",
  buffer: "Buffer", "audio-in": "Audio in", "audio-out": "Audio out", findings: "Findings",
};

export class CallModel {
  constructor() {
    this.reset();
  }

  reset() {
    this.records = [];
    this.byId = new Map();
    this.bars = new Map(LANES.map((name) => [name, []]));
    this.legs = new Map();
    this.others = new Map();
    this.level = [];
    this.audio = { in: [], out: [] };
    this.findings = [];
    this.turns = [];
    this.now = 0;
    this.ended = null;
    this._open = new Map();
    this._verbs = [];
    this._turn = null;
  }

  /** Take in one record. Returns the bar that it made or changed, or null. */
  add(record) {
    this.records.push(record);
    this.byId.set(record.id, record);
    this.now = Math.max(this.now, record.at + (record.seconds || 0));
    const take = this[`_${record.kind}`];
    return take ? take.call(this, record) : null;
  }

  laneName(name, narrow) {
    if (this.others.has(name)) return this.others.get(name);
    if (narrow) return SHORT_NAMES[name] || "Leg";
    return LANE_NAMES[name] || (this.legs.get(name) ? this.legs.get(name).to : name);
  }

  /** The lanes that have something to show, in order. */
  lanes() {
    const always = new Set(["caller", "app", "verbs", "hooks"]);
    const shown = LANES.filter((name) => {
      if (always.has(name)) return true;
      if (name === "buffer") return this.level.length > 0;
      if (name === "audio-in") return this.audio.in.length > 0;
      if (name === "audio-out") return this.audio.out.length > 0;
      return this.bars.get(name).length > 0;
    });
    return [...shown.slice(0, 2), ...this.others.keys(), ...this.legs.keys(), ...shown.slice(2)];
  }

  _bar(lane, record, more) {
    if (!this.bars.has(lane)) this.bars.set(lane, []);
    const bar = { lane, from: record.at, to: record.at, label: "", tone: lane, record, related: [record], ...more };
    this.bars.get(lane).push(bar);
    return bar;
  }

  _speech(record) {
    const lane = ["callee", "party"].includes(record.who) ? record.leg || "caller" : record.who;
    if (record.who === "caller") this._turn = record.at + (record.seconds || 0);
    if (record.who === "app" && this._turn !== null) {
      this.turns.push({ at: record.at, seconds: Math.max(0, record.at - this._turn), record });
      this._turn = null;
    }
    const verb = record.who === "app" ? this._verbs.at(-1) : undefined;
    const bar = this._bar(lane, record, { to: record.at + (record.seconds || 0), label: record.text, tone: record.who, related: verb ? [record, verb] : [record] });
    this._open.set(`speech ${record.id}`, bar);
    return bar;
  }

  _cut(record) {
    const bar = this._open.get(`speech ${record.of}`);
    if (!bar) return null;
    bar.to = record.at;
    bar.cut = true;
    bar.record = { ...bar.record, cut: true, spoken: record.spoken };
    return bar;
  }

  _verb(record) {
    const key = `verb ${record.index}`;
    const open = this._open.get(key);
    if (record.state === "start" || !open) {
      const bar = this._bar("verbs", record, { to: null, label: record.verb, depth: record.depth || 0 });
      this._open.set(key, bar);
      this._verbs.push(record);
      return bar;
    }
    open.to = record.at;
    this._verbs = this._verbs.filter((verb) => verb.index !== record.index);
    this._open.delete(key);
    return open;
  }

  _wire(record) {
    const lane = /(^| )(llm|agent):/.test(`${record.type} ${record.label}`) ? "model" : "hooks";
    if (record.direction === "to_app" && record.wants_ack) {
      const bar = this._bar(lane, record, { to: null, label: record.label });
      this._open.set(`ack ${record.msgid}`, bar);
      return bar;
    }
    const open = record.type === "ack" ? this._open.get(`ack ${record.msgid}`) : null;
    if (open) {
      open.to = Math.max(record.at, open.from);
      open.latency = record.ms;
      open.related.push(record);
      open.tone = record.ms > 5000 ? "bad" : record.ms > 1000 ? "slow" : "hooks";
      this._open.delete(`ack ${record.msgid}`);
      return open;
    }
    return this._bar(lane, record, { label: record.label, point: true, tone: record.direction === "to_app" ? "to-app" : "from-app" });
  }

  _level(record) {
    this.level.push({ at: record.at, chars: record.chars, paused: record.paused, record });
    return null;
  }

  _audio(record) {
    this.audio[record.direction].push(record);
    return null;
  }

  _leg(record) {
    const leg = this.legs.get(record.leg) || { leg: record.leg, to: record.to, since: record.at };
    Object.assign(leg, { status: record.status, to: record.to || leg.to });
    this.legs.set(record.leg, leg);
    const key = `leg ${record.leg}`;
    const before = this._open.get(key);
    if (before) before.to = record.at;
    this._open.delete(key);
    const goesOn = ["trying", "ringing", "in-progress"].includes(record.status);
    if (record.status === "ringing" && before && before.label === "trying") {
      // of the two, only the ringing lasts
      before.label = record.status;
      before.to = null;
      this._open.set(key, before);
      return before;
    }
    const bar = this._bar(record.leg, record, { label: record.status, point: !goesOn, to: goesOn ? null : record.at, tone: record.status === "in-progress" ? "leg" : "note" });
    if (goesOn) this._open.set(key, bar);
    return bar;
  }

  /** The line of the app that another record comes from. */
  _line(record) {
    const target = this.byId.get(record.of);
    if (target) (target.lines ||= []).push(record);
    return null;
  }

  /** Where the caller of another call is. */
  _other(record) {
    this.others.set(record.call, record.name);
    const key = `other ${record.call}`;
    const before = this._open.get(key);
    if (before) before.to = record.at;
    this._open.delete(key);
    if (!record.place) return before || null;
    const bar = this._bar(record.call, record, { label: record.place, to: null, tone: "other" });
    this._open.set(key, bar);
    return bar;
  }

  _finding(record) {
    this.findings.push(record);
    return this._bar("findings", record, { label: record.code, point: true, tone: record.severity });
  }

  _note(record) {
    return this._bar(record.tone === "error" ? "findings" : "hooks", record, {
      label: record.text, point: true, tone: record.tone === "error" ? "error" : "note",
    });
  }

  _end(record) {
    this.ended = record;
    for (const bar of this._open.values()) if (bar.to === null) bar.to = record.at;
    this._open.clear();
    return null;
  }
}

/** The index of the first bar of a lane that ends after `time`; bars are in the order of their begin. */
export function firstVisible(bars, time, longest) {
  let low = 0;
  let high = bars.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bars[middle].from + longest < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of the first of these that is not before `time`; they are in the order of `at`. */
export function firstAt(items, time) {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle].at < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `71.25` as `1:11.2`. */
export function clock(seconds, tenths = false) {
  const whole = Math.max(0, seconds);
  const minutes = Math.floor(whole / 60);
  const rest = whole - minutes * 60;
  const text = tenths ? rest.toFixed(1) : String(Math.floor(rest));
  return `${minutes}:${text.padStart(tenths ? 4 : 2, "0")}`;
}
