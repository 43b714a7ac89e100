// The timeline: lanes of bars, drawn on a canvas, as far as they are in sight.

import { clock, firstAt, firstVisible } from "./model.js";

const RULER = 26;
const LANE = 28;
const TALL = 46;
const NAMES_WIDTH = 118;
const NARROW_NAMES = 66;
const TEXT = "12px ui-sans-serif, system-ui, sans-serif";
const SMALL = "11px ui-sans-serif, system-ui, sans-serif";
const STEPS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800];

export class Timeline {
  /** @param {HTMLCanvasElement} canvas  @param {CallModel} model  @param handlers {select(bar), hover(bar, x, y), follow(on), describe(text)} */
  constructor(canvas, model, handlers) {
    this.canvas = canvas;
    this._rows = "";
    this.context = canvas.getContext("2d", { alpha: false });
    this.model = model;
    this.handlers = handlers;
    this.from = 0;
    this.scale = 60; // pixels a second
    this.following = true;
    this.selected = null;
    this.hovered = null;
    this.scroll = 0;
    this._wanted = false;
    // of the box around the canvas; to ask for it at each bar would lay out the page each time
    this._width = canvas.parentElement.clientWidth;
    this._pointers = new Map();
    this._longest = new Map();
    this.colours();
    new ResizeObserver(() => this.draw()).observe(canvas.parentElement);
    canvas.addEventListener("wheel", (event) => this._wheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => this._down(event));
    canvas.addEventListener("pointermove", (event) => this._move(event));
    canvas.addEventListener("pointerup", (event) => this._up(event));
    canvas.addEventListener("pointercancel", (event) => this._pointers.delete(event.pointerId));
    canvas.addEventListener("pointerleave", () => this._hover(null));
    canvas.addEventListener("keydown", (event) => this._key(event));
  }

  /** Read the colours of the theme. */
  colours() {
    const style = getComputedStyle(document.documentElement);
    const read = (name) => style.getPropertyValue(`--${name}`).trim();
    this.colour = {
      back: read("panel"), line: read("line"), faint: read("faint"), text: read("text"), soft: read("soft"), accent: read("accent"),
      caller: read("caller"), app: read("app"), verbs: read("verb"), hooks: read("hook"), slow: read("warn"), bad: read("bad"),
      model: read("model"), leg: read("leg"), other: read("verb"), callee: read("leg"), party: read("leg"), note: read("soft"), error: read("bad"), fatal: read("bad"), warning: read("warn"),
      hint: read("soft"), "to-app": read("hook"), "from-app": read("app"), ink: read("ink"),
    };
    this.draw();
  }

  get names() {
    return this._width < 560 ? NARROW_NAMES : NAMES_WIDTH;
  }

  get width() {
    return this._width - this.names;
  }

  reset() {
    this.from = 0;
    this.selected = null;
    this.handlers.follow(true);
    this._longest.clear();
    this.draw();
  }

  /** Remember how long the longest bar of a lane is, and draw soon. */
  changed(bar) {
    if (bar && bar.to !== null) {
      const length = bar.to - bar.from;
      if (length > (this._longest.get(bar.lane) || 0)) this._longest.set(bar.lane, length);
    }
    this.draw();
  }

  /** Draw in the next frame. */
  draw() {
    if (this._wanted) return;
    this._wanted = true;
    requestAnimationFrame(() => {
      this._wanted = false;
      this._draw();
    });
  }

  /** Stay where one is, while the call goes on. */
  stay() {
    if (this.following) this.handlers.follow(false);
  }

  fit() {
    this.stay();
    this.from = 0;
    this.scale = Math.max(0.5, (this.width - 24) / Math.max(this.model.now, 1));
    this.draw();
  }

  zoom(factor, x = this.names + this.width / 2) {
    const at = this._time(x);
    this.scale = Math.min(4000, Math.max(0.2, this.scale * factor));
    this.from = Math.max(-1, at - (x - this.names) / this.scale);
    this.draw();
  }

  pan(seconds) {
    this.stay();
    this.from = Math.max(-1, this.from + seconds);
    this.draw();
  }

  show(bar) {
    this.selected = bar;
    if (bar) {
      const x = this._x(bar.from);
      if (x < this.names || x > this._width - 40) {
        this.stay();
        this.from = Math.max(-1, bar.from - this.width / this.scale / 3);
      }
      const row = this._layout().find(({ name }) => name === bar.lane);
      const box = this.canvas.parentElement;
      if (row.top < box.scrollTop) box.scrollTop = row.top - RULER;
      else if (row.top + row.height > box.scrollTop + box.clientHeight) box.scrollTop = row.top + row.height - box.clientHeight;
    }
    this.draw();
  }

  _x(time) {
    return this.names + (time - this.from) * this.scale;
  }

  _time(x) {
    return this.from + (x - this.names) / this.scale;
  }

  _layout() {
    let top = RULER - this.scroll;
    const rows = this.model.lanes().map((name) => {
      const height = name === "buffer" || name.startsWith("audio") ? TALL : LANE;
      const row = { name, top, height };
      top += height;
      return row;
    });
    this._total = top + this.scroll;
    return rows;
  }

  _draw() {
    const { canvas, context: c, colour } = this;
    const width = (this._width = canvas.parentElement.clientWidth);
    const rows = this._layout();
    const names = rows.map(({ name }) => this.model.laneName(name)).join(", ");
    if (names !== this._rows) {
      this._rows = names;
      canvas.setAttribute("aria-description", `Rows: ${names}`);
    }
    const height = Math.max(this._total, canvas.parentElement.clientHeight);
    const ratio = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    if (this.following) this.from = Math.max(0, this.model.now - (this.width - 60) / this.scale);
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.fillStyle = colour.back;
    c.fillRect(0, 0, width, height);
    this._drawRuler(width, height);
    this._hits = [];
    for (const row of rows) this._drawRow(row, width);
    if (this.names) this._drawNames(rows, height);
    const now = this._x(this.model.now);
    if (this.model.records.length && !this.model.ended && now >= this.names && now <= width) {
      c.fillStyle = colour.accent;
      c.fillRect(now, RULER - 4, 1.5, height);
    }
  }

  _drawRuler(width, height) {
    const { context: c, colour } = this;
    const step = STEPS.find((seconds) => seconds * this.scale >= 74) || 3600;
    c.font = SMALL;
    c.textBaseline = "middle";
    for (let at = Math.max(0, Math.floor(this.from / step) * step); this._x(at) < width; at += step) {
      const x = Math.round(this._x(at)) + 0.5;
      if (x < this.names) continue;
      c.fillStyle = colour.line;
      c.fillRect(x, RULER - 6, 1, height);
      c.fillStyle = colour.soft;
      c.fillText(clock(at, step < 1), x + 5, RULER / 2);
    }
  }

  _drawNames(rows, height) {
    const { context: c, colour } = this;
    c.fillStyle = colour.back;
    c.fillRect(0, 0, this.names, height);
    c.fillStyle = colour.line;
    c.fillRect(this.names - 1, 0, 1, height);
    const narrow = this.names === NARROW_NAMES;
    const margin = narrow ? 6 : 14;
    c.font = narrow ? SMALL : TEXT;
    c.textBaseline = "middle";
    for (const { name, top, height: tall } of rows) {
      c.fillStyle = colour.soft;
      c.fillText(clip(c, this.model.laneName(name, narrow), this.names - margin - 4), margin, top + tall / 2);
    }
  }

  _drawRow({ name, top, height }, width) {
    const { context: c, colour } = this;
    c.fillStyle = colour.line;
    c.fillRect(this.names, top + height - 0.5, width, 0.5);
    if (name === "buffer") return this._drawLevel(top, height, width);
    if (name === "audio-in" || name === "audio-out") return this._drawAudio(this.model.audio[name.slice(6)], top, height, width);
    const bars = this.model.bars.get(name) || [];
    const first = firstVisible(bars, this.from, this._open(bars) ? Infinity : this._longest.get(name) || 0);
    const end = this._time(width);
    let lastPixel = -10;
    for (let index = first; index < bars.length && bars[index].from <= end; index++) {
      const bar = bars[index];
      const x = this._x(bar.from);
      const until = bar.to === null ? this.model.now : bar.to;
      const right = this._x(until);
      if (right < this.names) continue;
      // what falls on the pixel of its neighbour is not drawn again
      if (right - x < 2 && x - lastPixel < 1.2 && bar !== this.selected) continue;
      lastPixel = x;
      if (bar.point) this._drawPoint(bar, x, top, height);
      else this._drawBar(bar, x, Math.max(right, x + 3), top, height);
    }
    return undefined;
  }

  _open(bars) {
    return bars.length > 0 && bars.length < 200;
  }

  _drawBar(bar, x, right, top, height) {
    const { context: c } = this;
    const left = Math.max(x, this.names - 6);
    const colour = this.colour[bar.tone] || this.colour.verbs;
    const box = { x: left, y: top + 4, width: Math.max(2, right - left - 1), height: height - 9 };
    c.globalAlpha = bar === this.hovered ? 0.95 : 0.8;
    c.fillStyle = colour;
    c.beginPath();
    c.roundRect(box.x, box.y, box.width, box.height, 4);
    c.fill();
    if (bar.cut) {
      c.fillStyle = this.colour.bad;
      c.fillRect(right - 3, box.y, 3, box.height);
    }
    c.globalAlpha = 1;
    if (box.width > 22) {
      c.fillStyle = this.colour.ink;
      c.font = TEXT;
      c.textBaseline = "middle";
      const label = bar.latency === undefined ? bar.label : `${bar.label} · ${ms(bar.latency)}`;
      const start = Math.max(box.x, this.names) + 6;
      c.fillText(clip(c, label, box.x + box.width - start - 6), start, box.y + box.height / 2 + 0.5);
    }
    if (bar === this.selected) this._ring(box);
    this._hits.push({ bar, left: box.x - 2, right: right + 2, top, bottom: top + height });
  }

  _drawPoint(bar, x, top, height) {
    const { context: c } = this;
    const y = top + height / 2;
    c.fillStyle = this.colour[bar.tone] || this.colour.hooks;
    c.beginPath();
    if (bar.tone === "to-app" || bar.tone === "from-app") {
      const way = bar.tone === "to-app" ? 1 : -1;
      c.moveTo(x - 4, y - 5 * way);
      c.lineTo(x + 4, y - 5 * way);
      c.lineTo(x, y + 5 * way);
    } else if (bar.lane === "findings") {
      c.moveTo(x, y + 7);
      c.lineTo(x, y - 7);
      c.lineTo(x + 10, y - 4);
      c.lineTo(x + 1.5, y);
    } else {
      c.arc(x, y, 4, 0, 7);
    }
    c.fill();
    if (bar === this.selected) this._ring({ x: x - 7, y: y - 8, width: 16, height: 16 });
    this._hits.push({ bar, left: x - 6, right: x + 8, top, bottom: top + height });
  }

  _ring(box) {
    const { context: c, colour } = this;
    c.strokeStyle = colour.accent;
    c.lineWidth = 2;
    c.beginPath();
    c.roundRect(box.x - 1.5, box.y - 1.5, box.width + 3, box.height + 3, 5);
    c.stroke();
  }

  _drawLevel(top, height, width) {
    const { context: c, colour, model } = this;
    const y = (chars) => top + height - 4 - (Math.min(chars, 1000) / 1000) * (height - 10);
    c.fillStyle = colour.faint;
    c.fillRect(this.names, y(200), width, 1);
    c.fillRect(this.names, y(1000), width, 1);
    c.strokeStyle = colour.app;
    c.lineWidth = 1.5;
    c.beginPath();
    let last = null;
    const first = Math.max(0, firstAt(model.level, this.from) - 1);
    for (let index = first; index < model.level.length; index++) {
      const point = model.level[index];
      const x = this._x(point.at);
      if (last && this._x(last.at) > width) break;
      if (last === null) c.moveTo(x, y(point.chars));
      else {
        c.lineTo(x, y(last.chars));
        c.lineTo(x, y(point.chars));
      }
      if (last && last.paused !== point.paused) {
        c.fillStyle = point.paused ? colour.warning : colour.app;
        c.fillRect(x - 1, top + 3, 2, height - 7);
      }
      last = point;
    }
    if (last) c.lineTo(Math.min(width, this._x(model.now)), y(last.chars));
    c.stroke();
  }

  _drawAudio(chunks, top, height, width) {
    const { context: c, colour } = this;
    const middle = top + height / 2;
    c.fillStyle = colour.app;
    for (let index = Math.max(0, firstAt(chunks, this.from) - 1); index < chunks.length; index++) {
      const chunk = chunks[index];
      const end = this._x(chunk.at + chunk.seconds);
      if (end < this.names) continue;
      const start = this._x(chunk.at);
      if (start > width) break;
      const step = (end - start) / chunk.peaks.length;
      chunk.peaks.forEach((peak, index) => {
        const tall = Math.max(1, (peak / 100) * (height - 8));
        c.fillRect(start + index * step, middle - tall / 2, Math.max(1, step - 0.5), tall);
      });
    }
  }

  _hit(x, y) {
    if (x < this.names) return null;
    for (let index = this._hits.length - 1; index >= 0; index--) {
      const hit = this._hits[index];
      if (x >= hit.left && x <= hit.right && y >= hit.top && y < hit.bottom) return hit.bar;
    }
    return null;
  }

  _wheel(event) {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY / 200), event.offsetX);
    } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey) {
      event.preventDefault();
      this.pan((event.deltaX || event.deltaY) / this.scale);
    }
  }

  _down(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this._pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY, moved: 0 });
  }

  _move(event) {
    const pointer = this._pointers.get(event.pointerId);
    if (!pointer) return this._hover(this._hit(event.offsetX, event.offsetY), event);
    const others = [...this._pointers.entries()].filter(([id]) => id !== event.pointerId);
    if (others.length) {
      const other = others[0][1];
      const before = Math.abs(pointer.x - other.x);
      const after = Math.abs(event.offsetX - other.x);
      if (before > 10 && after > 10) this.zoom(after / before, (event.offsetX + other.x) / 2);
    } else {
      const moved = event.offsetX - pointer.x;
      pointer.moved += Math.abs(moved);
      if (pointer.moved > 3) this.pan(-moved / this.scale);
    }
    pointer.x = event.offsetX;
    pointer.y = event.offsetY;
    return undefined;
  }

  _up(event) {
    const pointer = this._pointers.get(event.pointerId);
    this._pointers.delete(event.pointerId);
    if (pointer && pointer.moved <= 3) {
      const bar = this._hit(event.offsetX, event.offsetY);
      this.selected = bar;
      this.handlers.select(bar);
      this.draw();
    }
  }

  _hover(bar, event) {
    if (bar !== this.hovered) {
      this.hovered = bar;
      this.draw();
    }
    this.handlers.hover(bar, event);
  }

  _key(event) {
    const seconds = this.width / this.scale / 4;
    const keys = {
      ArrowRight: () => this._next(1), ArrowLeft: () => this._next(-1),
      "+": () => this.zoom(1.5), "=": () => this.zoom(1.5), "-": () => this.zoom(1 / 1.5), 0: () => this.fit(),
      PageDown: () => this.pan(seconds), PageUp: () => this.pan(-seconds),
      Home: () => this.pan(-this.from), End: () => this.handlers.follow(true), f: () => this.handlers.follow(!this.following),
      Enter: () => this.handlers.select(this.selected),
    };
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  /** Select the next bar in time, over all lanes. */
  _next(way) {
    const all = [...this.model.bars.values()].flat().sort((a, b) => a.from - b.from || a.record.id - b.record.id);
    if (!all.length) return;
    const index = this.selected ? all.indexOf(this.selected) + way : way > 0 ? 0 : all.length - 1;
    const bar = all[Math.min(all.length - 1, Math.max(0, index))];
    this.show(bar);
    this.handlers.describe(`${this.model.laneName(bar.lane)}, ${clock(bar.from, true)}: ${bar.label}`);
  }
}

export function ms(value) {
  return value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${Math.round(value)} ms`;
}

const widths = new Map();

/** Cut a text so that it is at most `room` pixels wide. */
function clip(c, text, room) {
  if (room < 8) return "";
  const key = `${c.font}|${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    if (widths.size > 5000) widths.clear();
    width = text.length > 400 ? Infinity : c.measureText(text).width;
    widths.set(key, width);
  }
  if (width <= room) return text;
  let letters = Math.floor(room / 6);
  while (letters > 1 && c.measureText(`${text.slice(0, letters - 1)}…`).width > room) letters--;
  return letters < 2 ? "" : `${text.slice(0, letters - 1)}…`;
}
