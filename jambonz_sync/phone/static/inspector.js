// The details of what was clicked: the wire message, what answered it, the line of the app that sent it.

import { clock } from "./model.js";
import { ms } from "./timeline.js";
import { element, jsonView } from "./dom.js";
import { keepFocus } from "./focus.js";

export class Inspector {
  /** @param {HTMLElement} box  @param actions {copy(text), jump(record)} */
  constructor(box, actions) {
    this.box = box;
    this.actions = actions;
    /** True if the app tells which of its lines send something. */
    this.knowsLines = true;
    this.show(null);
  }

  show(bar) {
    this.bar = bar;
    if (!bar) {
      this.box.replaceChildren(
        element("div", { class: "empty small" }, [
          element("h2", {}, "Details"),
          element("p", {}, "Click a bar, an arrow or a flag in the timeline, or a line of the conversation."),
        ]),
      );
      return;
    }
    const { record } = bar;
    const head = element("header", {}, [
      element("h2", {}, title(bar)),
      element("p", { class: "soft" }, when(bar)),
    ]);
    const [first, ...parts] = bar.related.map((one) => this._part(one));
    // what was said, or where it comes from, before what may be long
    const lines = this._lines(bar.related.filter(comesFromApp));
    const shown = record.kind === "speech" ? [first, lines, parts] : [lines, first, parts];
    this.box.replaceChildren(head, ...(record.kind === "finding" ? [this._finding(record)] : []), ...shown.flat(2));
  }

  /** Show what has become known of the bar that is shown. */
  update(records) {
    if (this.bar && records.some(({ kind, of }) => kind === "line" && this.bar.related.some(({ id }) => id === of))) keepFocus(this.box, () => this.show(this.bar));
  }

  _finding(record) {
    return element("div", { class: `finding ${record.severity}` }, [
      element("p", {}, record.text),
      ...(record.advice ? [element("p", { class: "advice" }, record.advice)] : []),
      ...(record.traceback ? [element("pre", { class: "code" }, record.traceback)] : []),
    ]);
  }

  /** The lines of the app that messages and verbs come from. */
  _lines(records) {
    const lines = records.flatMap((record) => record.lines || []);
    if (records.length && !lines.length) {
      const why = this.knowsLines ? "no method of jambonz_sync has made it on a line of the app." : "the phone does not serve this app.";
      return [element("p", { class: "where" }, `Its line is not known: ${why}`)];
    }
    const places = new Map();
    for (const line of lines) {
      const key = `${line.file}:${line.line}`;
      const before = places.get(key);
      places.set(key, { ...line, how: before && before.how !== line.how ? "both" : line.how });
    }
    return [...places.values()].map((line) => this._source(line));
  }

  _source({ file, line, function: name, how, first, lines }) {
    return element("figure", { class: "source" }, [
      element("figcaption", {}, [
        element("p", {}, [element("code", { title: file }, `${file}:${line}`), element("span", { class: "soft" }, `in ${name}, ${WAYS[how]}`)]),
        element("button", { type: "button", class: "icon", "aria-label": `Copy ${file}:${line}`, onclick: () => this.actions.copy(`${file}:${line}`) }, "Copy"),
      ]),
      element("pre", { class: "code", tabindex: "0" }, lines.map((text, index) =>
        element("span", { class: first + index === line ? "code-line here" : "code-line", "data-line": first + index }, `${text}\n`),
      )),
    ]);
  }

  _part(record) {
    const parts = [];
    if (record.kind === "speech") parts.push(element("blockquote", {}, record.text));
    if (record.kind === "note") parts.push(element("p", {}, record.text));
    const content = record.message !== undefined ? record.message : record.options;
    if (content !== undefined) {
      const text = typeof content === "string" ? content : JSON.stringify(content, null, 2);
      parts.push(
        element("div", { class: "message" }, [
          element("div", { class: "message-bar" }, [
            element("span", { class: `way ${record.direction || ""}` }, label(record)),
            element("span", { class: "soft" }, record.size ? `${record.size} bytes` : ""),
            element("span", { class: "grow" }),
            element("button", { type: "button", class: "icon", onclick: () => this.actions.copy(text) }, "Copy"),
          ]),
          element("pre", { class: "code", tabindex: "0" }, [typeof content === "string" ? content : jsonView(content)]),
        ]),
      );
    }
    return parts;
  }
}

/** What is said of a line that has made something, sent it, or both. */
const WAYS = { made: "made here", sent: "sent here", both: "made and sent here" };

function label(record) {
  if (record.kind === "verb") return "verb";
  return record.direction === "to_app" ? "jambonz → app" : "app → jambonz";
}

function title(bar) {
  if (bar.record.name && bar.record.kind === "speech") return `${bar.record.name} says`;
  if (bar.record.name) return `${bar.record.name}: ${bar.label}`;
  if (bar.record.kind === "speech") return { app: "The app says", caller: "The caller says", callee: "A dialled party says", party: "Another party says" }[bar.record.who] || "Speech";
  return bar.label || bar.record.kind;
}

function when(bar) {
  const length = bar.to === null ? "goes on" : bar.to > bar.from ? `${(bar.to - bar.from).toFixed(2)} s` : "";
  const latency = bar.latency === undefined ? "" : `answered in ${ms(bar.latency)}`;
  return [`at ${clock(bar.from, true)}`, length, latency].filter(Boolean).join(" · ");
}

/** True for what a line of the app has sent: verbs, and messages that are more than an ack of none. */
function comesFromApp(record) {
  if (record.kind === "verb") return true;
  if (record.kind !== "wire" || record.direction !== "from_app") return false;
  const { message } = record;
  const verbs = Array.isArray(message) ? message : message && message.data;
  return record.type !== "ack" || (Array.isArray(verbs) ? verbs.length > 0 : typeof message === "string");
}
