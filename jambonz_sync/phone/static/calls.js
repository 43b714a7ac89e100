// Calls that were kept: found, opened, compared, replayed, saved as a test or as one file.

import { element } from "./dom.js";
import { clock } from "./model.js";

export class Calls {
  /** @param {HTMLDialogElement} dialog  @param actions {ask(path, options), open(id), toast(text), copy(text), caller()} */
  constructor(dialog, actions) {
    this.dialog = dialog;
    this.actions = actions;
    this.chosen = new Set();
  }

  async open() {
    this.chosen.clear();
    this.search = element("input", { type: "search", autofocus: true, placeholder: "Search what was said", "aria-label": "Search what was said", oninput: () => this._list() });
    this.list = element("ul", { class: "kept" });
    this.count = element("p", { class: "hidden", role: "status" });
    this.detail = element("div", { class: "compared", tabindex: "-1" });
    this.dialog.replaceChildren(
      element("div", { class: "row" }, [
        element("h2", { id: "calls-title" }, "Calls"), element("span", { class: "grow" }),
        element("button", { type: "button", class: "plain", onclick: () => this._compare() }, "Compare two"),
        element("button", { type: "button", class: "plain", onclick: () => this.dialog.close() }, "Close"),
      ]),
      this.search, this.count, this.list, this.detail,
    );
    this.dialog.showModal();
    await this._list();
  }

  async _list() {
    const found = await this.actions.ask(`calls?q=${encodeURIComponent(this.search.value)}`);
    this.begun = new Map(found.calls.map((call) => [call.id, call.begun.slice(0, 19)]));
    this.count.textContent = `${found.calls.length} call${found.calls.length === 1 ? "" : "s"}`;
    this.list.replaceChildren(
      ...(found.calls.length ? found.calls.map((call) => this._call(call)) : [element("li", { class: "soft" }, this.search.value ? "No call is kept that says this." : "No call has been kept yet: each is, once it has ended.")]),
    );
  }

  _call(call) {
    const path = `calls/${encodeURIComponent(call.id)}`;
    return element("li", {}, [
      element("input", { type: "checkbox", checked: this.chosen.has(call.id), "aria-label": `Compare the call of ${call.begun}`, onchange: (event) => (event.target.checked ? this.chosen.add(call.id) : this.chosen.delete(call.id)) }),
      element("button", { type: "button", class: "title", onclick: () => this._open(call.id) }, [
        element("b", {}, call.begun.slice(0, 19)), ` ${clock(call.seconds)} · ${call.end}${call.findings ? ` · ${call.findings} findings` : ""}`,
        element("span", { class: "soft" }, call.first || ""),
      ]),
      element("button", { type: "button", class: "icon", ...named("Replay", call), onclick: () => this._replay(call.id) }, "Replay"),
      element("button", { type: "button", class: "icon", ...named("Test: copy one of", call), onclick: () => this._copy(`${path}/test.py`) }, "Test"),
      element("button", { type: "button", class: "icon", ...named("YAML: copy a scenario of", call), onclick: () => this._copy(`${path}/test.yaml`) }, "YAML"),
      element("a", { class: "icon", ...named("HTML: save a file of", call), href: `${path}/export.html`, download: `call-${call.id}.html` }, "HTML"),
    ]);
  }

  async _open(id) {
    await this.actions.open(id);
    this.dialog.close();
  }

  async _copy(path) {
    await this.actions.copy(await this.actions.ask(path));
  }

  async _replay(id) {
    try {
      await this.actions.ask(`calls/${encodeURIComponent(id)}/replay?caller=${this.actions.caller()}`, { method: "POST" });
      this.dialog.close();
    } catch (error) {
      this.actions.toast(error.message);
    }
  }

  async _compare() {
    const [first, second] = [...this.chosen];
    if (this.chosen.size !== 2) {
      this.actions.toast("Choose two calls to compare.");
      return;
    }
    const { rows } = await this.actions.ask(`calls/${encodeURIComponent(first)}/compare/${encodeURIComponent(second)}`);
    this.detail.replaceChildren(
      element("table", {}, [
        element("tr", {}, [first, second].map((id) => element("th", { scope: "col" }, this.begun.get(id) || "Call"))),
        ...rows.map((row) =>
          element("tr", { class: row.same ? "" : "differs" }, [element("td", {}, row.left || ""), element("td", {}, row.right || "")]),
        ),
      ]),
    );
    this.detail.focus();
  }
}

/** What a button does, for who does not see which row it is in; and to see, where it is too short for that. */
function named(what, call) {
  const text = `${what} the call of ${call.begun.slice(0, 19)}`;
  return { "aria-label": text, title: text };
}
