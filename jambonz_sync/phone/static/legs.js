// The dialled parties of a call: what a person does who is called.

import { element } from "./dom.js";

const RINGS = ["trying", "ringing"];
const REFUSALS = [["486", "Busy (486)"], ["603", "Declines (603)"], ["480", "Unreachable (480)"], ["404", "Unknown number (404)"]];

export class Legs {
  /** @param {HTMLElement} box  @param {CallModel} model  @param options {leg, act(sid, act, text)} */
  constructor(box, model, { leg, act }) {
    this.box = box;
    this.model = model;
    this.leg = leg;
    this.act = act;
    /** True if dialled parties wait for what a person of the page decides. */
    this.decides = false;
    /** The number of the caller whose call it is. */
    this.caller = "1";
    this._reasons = new Map();
  }

  rings(leg) {
    return Boolean(leg) && RINGS.includes(leg.status);
  }

  isUp(leg) {
    return this.rings(leg) || (Boolean(leg) && leg.status === "in-progress");
  }

  /** Show the legs that are not over; those of a call that has ended are. */
  show(running) {
    const up = running && this.decides ? [...this.model.legs.values()].filter((leg) => this.isUp(leg)) : [];
    this.box.hidden = up.length === 0 || Boolean(this.leg);
    this.box.replaceChildren(...up.map((leg) => this._leg(leg)));
  }

  _leg(leg) {
    const button = (text, act) => element("button", { type: "button", class: "icon", "aria-label": `${text}: ${leg.to}`, onclick: () => this.act(leg.leg, act) }, text);
    // acts by a button of its own: the arrow keys choose another reason at once
    const reason = element("select", { class: "icon", "aria-label": `Reason to refuse: ${leg.to}`, onchange: (event) => this._reasons.set(leg.leg, event.target.value) },
      REFUSALS.map(([value, text]) => element("option", { value, selected: this._reasons.get(leg.leg) === value }, text)));
    const refuse = element("button", { type: "button", class: "icon", "aria-label": `Refuse: ${leg.to}`, onclick: () => this.act(leg.leg, "refuse", reason.value) }, "Refuse");
    const tab = element("a", { class: "icon", href: `#leg=${encodeURIComponent(leg.leg)}&caller=${this.caller}`, target: "_blank", rel: "noopener" }, "Talk as they do");
    return element("div", { class: "leg" }, [
      element("span", {}, [element("b", {}, leg.to), ` ${leg.status === "in-progress" ? "has answered" : leg.status}`]),
      ...(this.rings(leg) ? [button("Answer", "answer"), reason, refuse] : [button("Hang up", "hang_up")]),
      tab,
    ]);
  }
}
