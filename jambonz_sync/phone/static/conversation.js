// The conversation: what was said, line by line, the newest in sight.

import { clock } from "./model.js";
import { element } from "./dom.js";

const MOST = 2000;
const SPEAKERS = { app: "App", caller: "You", callee: "Dialled party", party: "Other party" };
const LONGEST_TEXT = 1200;

export class Conversation {
  /** @param {HTMLElement} list  @param actions {select(record)} */
  constructor(list, actions) {
    this.list = list;
    this.actions = actions;
    this.lines = new Map();
    // to ask for it at each line would lay out the page each time
    this.atEnd = true;
    this._settles = false;
    list.addEventListener("keydown", (event) => this._key(event));
    list.addEventListener("scroll", () => (this.atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60));
  }

  clear() {
    this.lines.clear();
    this.list.replaceChildren();
  }

  add(record) {
    const make = { speech: () => this._speech(record), cut: () => this._cut(record), finding: () => this._finding(record), note: () => this._note(record), end: () => this._end(record), leg: () => this._leg(record), other: () => this._other(record) }[record.kind];
    if (!make) return;
    const line = make();
    if (!line) return;
    this.list.append(line);
    this.lines.set(record.id, line);
    while (this.list.childElementCount > MOST) this.list.firstElementChild.remove();
  }

  /** Bring the newest line into sight with the next frame, unless the person looks at older ones. */
  settle() {
    if (!this.atEnd || this._settles) return;
    this._settles = true;
    requestAnimationFrame(() => {
      this._settles = false;
      this.list.scrollTop = this.list.scrollHeight;
    });
  }

  /** Move from line to line: the list is one stop of the Tab key, however long it is. */
  _key(event) {
    const lines = [...this.list.querySelectorAll("button")];
    const place = lines.indexOf(document.activeElement);
    const last = lines.length - 1;
    const next = { ArrowDown: place < 0 ? last : place + 1, ArrowUp: place < 0 ? last : place - 1, Home: 0, End: last }[event.key];
    if (next === undefined || last < 0) return;
    event.preventDefault();
    lines[Math.min(last, Math.max(0, next))].focus();
  }

  _line(record, content) {
    return element("button", { type: "button", tabindex: "-1", onclick: () => this.actions.select(record) }, content);
  }

  _speech(record) {
    const text = record.text.length > LONGEST_TEXT ? `${record.text.slice(0, LONGEST_TEXT)}… (${record.text.length.toLocaleString("en")} characters)` : record.text;
    return element("li", { class: `bubble ${record.who}` }, [
      this._line(record, [
        element("span", { class: "who" }, [record.name || SPEAKERS[record.who] || record.who, " ", element("time", {}, clock(record.at, true))]),
        element("span", { class: "words" }, text),
      ]),
    ]);
  }

  _cut(record) {
    const line = this.lines.get(record.of);
    const words = line && line.querySelector(".words");
    if (!words) return null;
    const text = words.textContent;
    const spoken = Math.min(text.length, record.spoken || 0);
    words.replaceChildren(text.slice(0, spoken), element("s", {}, text.slice(spoken)));
    line.classList.add("cut");
    return null;
  }

  _finding(record) {
    return element("li", { class: `line finding ${record.severity}` }, [
      this._line(record, [
        element("b", {}, record.code), ` ${record.text}`,
      ]),
    ]);
  }

  _note(record) {
    return element("li", { class: `line ${record.tone || ""}` }, [
      this._line(record, record.text.slice(0, LONGEST_TEXT)),
    ]);
  }

  _leg(record) {
    return element("li", { class: "line" }, `${record.to}: ${record.status}`);
  }

  _other(record) {
    return element("li", { class: "line" }, `${record.name}: ${record.place || "is gone"}`);
  }

  _end(record) {
    return element("li", { class: "line end" }, `Ended by ${record.by === "jambonz" ? "jambonz" : `the ${record.by}`}: ${record.reason}`);
  }
}
