// Settings of the next call, and the form of the app's env vars.

import { element } from "./dom.js";
import { withoutLoss } from "./focus.js";

const CALLEES = [["person", "A person, who decides here"], ["answer", "Answers, and hangs up after a moment"], ["stay", "Answers, and stays"], ["busy", "Is busy"], ["no-answer", "Does not answer"], ["failed", "Cannot be reached"]];
const SERVERS = [["", "Newest"], ["0.9", "0.9"], ["10", "10"], ["11", "11"]];

export class Settings {
  /** @param {HTMLDialogElement} dialog  @param actions {save(values)} */
  constructor(dialog, actions) {
    this.dialog = dialog;
    this.actions = actions;
    this.values = {};
    this.env = [];
    this.variables = element("div", { class: "variables" });
    dialog.addEventListener("submit", () => this._save());
  }

  fill(values, env) {
    this.values = values;
    this.setEnv(env);
  }

  /** The app has been loaded again: its env vars may be others. In the open form all that was typed stays. */
  setEnv(env) {
    const before = new Map(this.env.map((variable) => [variable.name, JSON.stringify(variable)]));
    this.env = env;
    if (!this.dialog.open) return;
    const fields = new Map([...this.variables.querySelectorAll("[name]")].map((control) => [control.name, control]));
    const focused = document.activeElement;
    withoutLoss(this.form.querySelectorAll("[name]"), () => {
      this.variables.replaceChildren(...this._fields((variable) => {
        const control = fields.get(`env.${variable.name}`);
        if (!control) return this._variable(variable);
        if (before.get(variable.name) === JSON.stringify(variable)) return control.closest("label");
        const field = this._variable(variable);
        keepTyped(control, field.querySelector("[name]"));
        return field;
      }));
      const now = [...this.variables.querySelectorAll("[name]")].find((control) => control.name === focused.name);
      if (now) now.focus({ preventScroll: true });
    });
  }

  open() {
    this._build();
    this.dialog.showModal();
  }

  _build() {
    const { values } = this;
    this.variables.replaceChildren(...this._fields((variable) => this._variable(variable)));
    this.form = element("form", { method: "dialog" }, [
      element("h2", { id: "settings-title" }, "Settings of the next call"),
      element("div", { class: "grid" }, [
        field("Caller", element("input", { name: "from", value: values.from || "" })),
        field("Called number", element("input", { name: "to", value: values.to || "" })),
        field("Path of the app", element("input", { name: "path", value: values.path || "", placeholder: "as the phone was started" })),
        field("Server", choice("server", SERVERS, values.server || "")),
        field("Dialled parties", choice("callee", CALLEES, values.callee || "answer")),
        field("Speed of speech, characters a second", element("input", { name: "speed", type: "number", min: "1", max: "1000", step: "any", value: values.speed || 15 })),
        field("Messages of jambonz are late by, ms", element("input", { name: "delay", type: "number", min: "0", max: "60000", value: values.delay || 0 })),
        field("Messages of jambonz that are lost, percent", element("input", { name: "loss", type: "number", min: "0", max: "100", value: values.loss || 0 })),
      ]),
      field("SIP headers, one a line: Name: value", element("textarea", { name: "headers", rows: "2" }, values.headers || "")),
      element("h3", {}, "Application env vars"),
      this.variables,
      element("div", { class: "row" }, [
        element("button", { class: "plain", value: "cancel", type: "button", onclick: () => this.dialog.close() }, "Cancel"),
        element("button", { class: "primary", value: "save" }, "Save"),
      ]),
    ]);
    this.dialog.replaceChildren(this.form);
  }

  _fields(make) {
    return this.env.length ? this.env.map(make) : [element("p", { class: "soft" }, "The app declares none.")];
  }

  _variable(variable) {
    const value = (this.values.env || {})[variable.name] ?? variable.default ?? "";
    const name = `env.${variable.name}`;
    let control;
    if (variable.enum) control = choice(name, variable.enum.map((one) => [String(one), String(one)]), String(value));
    else if (variable.type === "boolean") control = element("input", { name, type: "checkbox", checked: value === true || value === "true" });
    else if (variable.uiHint === "textarea") control = element("textarea", { name, rows: "4" }, String(value));
    else control = element("input", { name, type: variable.obscure ? "password" : variable.type === "number" ? "number" : "text", step: "any", value: String(value), required: Boolean(variable.required) && variable.default === undefined });
    return field(variable.description || variable.name, control, variable.name);
  }

  _save() {
    const data = new FormData(this.form);
    const values = { env: {} };
    for (const [name, value] of data) if (!name.startsWith("env.")) values[name] = value;
    for (const variable of this.env) {
      const name = `env.${variable.name}`;
      const value = variable.type === "boolean" ? data.get(name) === "on" : data.get(name);
      if (variable.type === "number" && value !== "") values.env[variable.name] = Number(value);
      else if (value !== "" && value !== null) values.env[variable.name] = value;
    }
    this.values = values;
    this.actions.save(values);
  }
}

/** Carry over what a person has put into a field that is replaced, if the new one takes it. */
function keepTyped(control, next) {
  if (control.type === "checkbox" || next.type === "checkbox") {
    if (control.type === next.type && control.checked !== control.defaultChecked) next.checked = control.checked;
    return;
  }
  if (!isTyped(control)) return;
  const { value } = next;
  next.value = control.value;
  if (next.value !== control.value) next.value = value;
}

function isTyped(control) {
  if (!control.options) return control.value !== control.defaultValue;
  const options = [...control.options];
  return control.value !== (options.find((option) => option.defaultSelected) || options[0]).value;
}

function field(label, control, code) {
  return element("label", { class: "field" }, [element("span", {}, code ? [label, " ", element("code", {}, code)] : label), control]);
}

function choice(name, options, value) {
  return element("select", { name }, options.map(([key, text]) => element("option", { value: key, selected: key === value }, text)));
}
