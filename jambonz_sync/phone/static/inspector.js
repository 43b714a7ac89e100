// The details of what was clicked: the wire message, what answered it, the line of the app that sent it.

import { clock } from "./model.js";
import { ms } from "./timeline.js";
import { element, jsonView } from "./dom.js";

export class Inspector {
  /** @param {HTMLElement} box  @param actions {copy(text), jump(record)} */
  constructor(box, actions) {
    this.box = box;
    this.actions = actions;
    this.show(null);
  }

  show(bar) {
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
    const parts = bar.related.flatMap((one) => this._part(one));
    this.box.replaceChildren(head, ...(record.kind === "finding" ? [this._finding(record)] : []), ...parts);
  }

  _finding(record) {
    return element("div", { class: `finding ${record.severity}` }, [
      element("p", {}, record.text),
      ...(record.advice ? [element("p", { class: "advice" }, record.advice)] : []),
      ...(record.traceback ? [element("pre", { class: "code" }, record.traceback)] : []),
    ]);
  }

  _part(record) {
    const parts = [];
    if (record.where) parts.push(element("p", { class: "where" }, ["Sent by ", element("code", {}, record.where)]));
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
