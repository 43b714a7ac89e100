// The page: one WebSocket to the phone, which sends records of the call; the person's acts go back.

import { CallModel, clock } from "./model.js";
import { Timeline, ms } from "./timeline.js";
import { Inspector } from "./inspector.js";
import { Conversation } from "./conversation.js";
import { Settings } from "./settings.js";
import { Calls } from "./calls.js";
import { Speech } from "./speech.js";
import { AudioBridge } from "./audio.js";
import { Legs } from "./legs.js";
import { byId, element } from "./dom.js";
import { focusFirst, keepFocus, withoutLoss } from "./focus.js";

const KEYS = [["1", ""], ["2", "abc"], ["3", "def"], ["4", "ghi"], ["5", "jkl"], ["6", "mno"], ["7", "pqrs"], ["8", "tuv"], ["9", "wxyz"], ["*", ""], ["0", "+"], ["#", ""]];
const SHORTCUTS = [["dial", "c"], ["hang-up", "h"], ["say", "/"]];
const STATES = { idle: "Ready", calling: "Calling", talking: "In the call", ended: "Ended" };

const model = new CallModel();
let socket = null;
let state = "idle";
let clockTimer = null;
let begunAt = 0;
/** Where the person was who looks at details: the part of the page, and the element. */
let origin = null;

const page = new URLSearchParams(location.hash.slice(1));
const leg = page.get("leg");
/** The number of the caller whom this tab plays, or "new" for one whom nobody plays yet. */
let caller = page.get("caller") || "1";

const inspector = new Inspector(byId("inspector"), { copy });
const timeline = new Timeline(byId("timeline"), model, { select, hover, follow, describe: (text) => (byId("timeline-said").textContent = text) });
const conversation = new Conversation(byId("conversation"), { select: (record) => selectRecord(record) });
const speech = new Speech({ enabled: () => byId("speak").checked, heard: (text) => send("say", { text }) });
const audio = new AudioBridge({ send: (data) => socket && socket.readyState === 1 && socket.send(data), failed: toast });
const legs = new Legs(byId("legs"), model, { leg, act: (sid, act, text) => send("leg", { leg: sid, act, text }) });
const settings = new Settings(byId("settings"), { ask, save: (values) => send("settings", { values }) });
const calls = new Calls(byId("calls"), { ask, open: openKept, toast, copy, caller: () => caller });

// -- the connection

async function begin() {
  if (page.has("token")) {
    const answer = await fetch("session", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token: page.get("token") }) });
    page.delete("token");
    history.replaceState(null, "", page.toString() ? `#${page}` : location.pathname);
    if (!answer.ok) return fatal("This address is not the one that the phone printed: open the URL in the terminal.");
  }
  return connect();
}

function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(`${scheme}://${location.host}/socket?caller=${encodeURIComponent(caller)}`);
  socket.binaryType = "arraybuffer";
  socket.addEventListener("message", ({ data }) => (typeof data === "string" ? receive(JSON.parse(data)) : audio.play(data)));
  socket.addEventListener("close", async () => {
    if (document.body.dataset.state === "refused") return undefined;
    const answer = await fetch("session").catch(() => null);
    if (answer && answer.status === 401) return fatal("Open the URL that the phone printed in the terminal.");
    appState({ state: "gone", text: "The phone has stopped" });
    byId("dial").disabled = true;
    setTimeout(connect, 1500);
    return undefined;
  });
}

function send(act, more = {}) {
  if (socket && socket.readyState === 1) socket.send(JSON.stringify({ do: act, ...more }));
}

async function ask(path, options) {
  const answer = await fetch(path, options);
  const content = (answer.headers.get("Content-Type") || "").includes("json") ? await answer.json() : await answer.text();
  if (!answer.ok) throw new Error(content.error || answer.statusText);
  return content;
}

// -- what comes in

const RECEIVERS = {
  hello(message) {
    inspector.knowsLines = message.knows_lines;
    beCaller(message.caller);
    byId("target").textContent = message.target;
    byId("number").textContent = message.settings.to || "";
    settings.fill(message.settings, message.env || []);
    appState(message.app);
    byId("dial").disabled = byId("open-settings").disabled = false;
    legs.decides = message.settings.callee === "person";
    clear();
    begunAt = performance.now() - message.elapsed * 1000;
    setState(message.state, message.text);
  },
  records(message) {
    take(message.records);
    // the time of the call begins when it is connected
    begunAt = performance.now() - message.records[message.records.length - 1].at * 1000;
  },
  state: (message) => setState(message.state, message.text),
  app: (message) => {
    appState(message.app);
    if (message.env) settings.setEnv(message.env);
  },
  audio: (message) => audio.open(message.rate),
  error: (message) => toast(message.text),
  refused: (message) => fatal(message.text),
};

/** Be a caller: another one than the first says so, here and to a reload. */
function beCaller(number) {
  caller = String(number);
  legs.caller = caller;
  if (leg) return;
  const isFirst = caller === "1";
  byId("caller").textContent = `Caller ${caller}`;
  byId("caller").hidden = isFirst && !model.others.size;
  document.title = isFirst ? "jambonz phone" : `Caller ${caller}: jambonz phone`;
  if (!isFirst) history.replaceState(null, "", `#caller=${caller}`);
}

function receive(message) {
  const take = RECEIVERS[message.type];
  if (take) take(message);
}

function take(records) {
  let legsChanged = false;
  for (const record of records) {
    const bar = model.add(record);
    timeline.changed(bar);
    conversation.add(record);
    if (record.kind === "speech" && record.who === "app") speech.say(record.text);
    if (record.kind === "cut") speech.stop();
    legsChanged ||= record.kind === "leg";
    if (record.kind === "other") byId("caller").hidden = false;
  }
  conversation.settle();
  inspector.update(records);
  const { length } = model.findings;
  byId("findings-count").hidden = length === 0;
  byId("findings-count").textContent = `${length} finding${length === 1 ? "" : "s"}`;
  showTurns();
  if (legsChanged) showLegs();
}

function clear() {
  model.reset();
  timeline.reset();
  conversation.clear();
  inspector.show(null);
  speech.stop();
  showLegs();
  showTurns();
  byId("findings-count").hidden = true;
}

const runs = (which) => which === "calling" || which === "talking";

function setState(next, text) {
  const begins = runs(next) && !runs(state);
  const isFree = [document.body, byId("dial")].includes(document.activeElement);
  withoutLoss([byId("say"), byId("dial"), byId("hang-up"), byId("conversation")], () => showState(next, text));
  if (begins && isFree) focusFirst(byId("say"), byId("hang-up"));
}

function showState(next, text) {
  state = next;
  document.body.dataset.state = next;
  byId("call-state").textContent = text || STATES[next];
  const running = runs(next);
  byId("dial").hidden = running;
  byId("hang-up").hidden = !running;
  byId("drop").disabled = byId("wav").disabled = !running;
  byId("say").disabled = byId("say-button").disabled = !running;
  byId("empty").hidden = next !== "idle" || model.records.length > 0;
  if (running && !clockTimer) clockTimer = setInterval(showClock, 250);
  if (!running && clockTimer) {
    clearInterval(clockTimer);
    clockTimer = null;
  }
  if (!running) speech.stop();
  showLegs();
  timeline.draw();
}

function showClock() {
  const seconds = Math.max(model.now, (performance.now() - begunAt) / 1000);
  byId("clock").textContent = clock(seconds);
  if (!model.ended) {
    model.now = seconds;
    timeline.draw();
  }
}

function appState(app) {
  const chip = byId("app-state");
  chip.textContent = app.text;
  chip.dataset.state = app.state;
  // the error of the version before stands until it is known how this one loads
  if (app.state === "loading") return;
  byId("app-error").hidden = !app.details;
  byId("app-error-title").textContent = `The app ${app.text}`;
  byId("app-error-text").textContent = app.details || "";
}

function showTurns() {
  const box = byId("turns");
  const worst = Math.max(1, ...model.turns.map((turn) => turn.seconds));
  keepFocus(box, () => box.replaceChildren(
    ...model.turns.slice(-40).map((turn) =>
      element("button", {
        type: "button", class: "turn", title: `${turn.seconds.toFixed(2)} s to the first word`,
        "aria-label": `${turn.seconds.toFixed(2)} seconds`, "data-height": Math.ceil((turn.seconds / worst) * 10),
        onclick: () => selectRecord(turn.record),
      }),
    ),
  ));
  const times = model.turns.map((turn) => turn.seconds).sort((a, b) => a - b);
  byId("latency").textContent = times.length ? `first word after ${ms(times[times.length >> 1] * 1000)}, at most ${ms(times[times.length - 1] * 1000)}` : "";
}

function showLegs() {
  withoutLoss([byId("say"), byId("dial"), byId("hang-up")], () => {
    keepFocus(byId("legs"), () => legs.show(state !== "ended"));
    if (leg) showOwnLeg();
  });
}

/** In a tab of a dialled party, the phone is theirs. */
function showOwnLeg() {
  const own = state === "ended" ? undefined : model.legs.get(leg);
  byId("number").textContent = own ? own.to : "";
  byId("call-state").textContent = legs.isUp(own) ? (legs.rings(own) ? "It rings" : "Answered") : "This leg is over";
  byId("dial").textContent = "Answer";
  byId("dial").hidden = !legs.rings(own);
  byId("dial").disabled = false;
  byId("hang-up").hidden = !legs.isUp(own);
  byId("say").disabled = byId("say-button").disabled = !legs.isUp(own);
  byId("empty").hidden = true;
}

// -- what is selected

function select(bar) {
  inspector.show(bar);
  if (!bar) return;
  const box = byId("inspector");
  byId("selected-said").textContent = `Details: ${box.querySelector("h2").textContent}`;
  if (!box.contains(document.activeElement)) origin = { view: document.body.dataset.view, node: document.activeElement };
  showView("details", false);
  if (isNarrow()) box.focus({ preventScroll: true }); // what was selected is out of sight
}

/** Go back to where the person came from. */
function leaveDetails() {
  if (!origin) return;
  showView(origin.view, false);
  focusFirst(origin.node, byId("conversation"), byId("timeline"));
}

function selectRecord(record) {
  for (const bars of model.bars.values()) {
    const bar = bars.find((one) => one.related.includes(record) || one.record.id === record.id);
    if (bar) {
      timeline.show(bar);
      select(bar);
      return;
    }
  }
}

function hover(bar, event) {
  const tip = byId("tip");
  tip.hidden = !bar;
  if (!bar) return;
  tip.replaceChildren(
    element("b", {}, bar.label.slice(0, 200)),
    element("span", {}, ` ${clock(bar.from, true)}${bar.latency === undefined ? "" : ` · ${ms(bar.latency)}`}`),
    ...[...new Set(bar.related.flatMap(({ lines }) => lines || []).map(({ file, line }) => `${file}:${line}`))].slice(0, 3).map((place) => element("code", {}, place)),
    ...(bar.record.options ? [element("code", {}, JSON.stringify(bar.record.options).slice(0, 300))] : []),
  );
  const box = byId("canvas-box").getBoundingClientRect();
  tip.style.left = `${Math.min(event.clientX - box.left + 12, box.width - 260)}px`;
  tip.style.top = `${event.clientY - box.top + 14 + byId("canvas-box").scrollTop}px`;
}

function follow(on) {
  timeline.following = on;
  byId("follow").setAttribute("aria-pressed", String(on));
  timeline.draw();
}

async function openKept(id) {
  const kept = await ask(`calls/${encodeURIComponent(id)}`);
  clear();
  take(kept.records);
  follow(false);
  timeline.fit();
  setState("ended", `Kept call of ${kept.begun}`);
}

// -- what the person does

function press(key) {
  if (leg) send("leg", { leg, act: "press", text: key });
  else send("press", { keys: key });
  const button = byId("keypad").querySelector(`[data-key="${CSS.escape(key)}"]`);
  button.classList.add("down");
  setTimeout(() => button.classList.remove("down"), 120);
}

/** Have a switch be as it was left in this browser; at first it is on. */
function keepSwitch(id, changed) {
  const box = byId(id);
  box.checked = localStorage.getItem(id) !== "no";
  changed(box.checked);
  box.addEventListener("change", () => {
    localStorage.setItem(id, box.checked ? "yes" : "no");
    changed(box.checked);
  });
}

/** Say which elements have a shortcut. Who dictates, or touches keys by chance, can do without: WCAG 2.1.4. */
function showShortcuts(on) {
  for (const [id, key] of SHORTCUTS) {
    if (on) byId(id).setAttribute("aria-keyshortcuts", key);
    else byId(id).removeAttribute("aria-keyshortcuts");
  }
}

byId("keypad").append(
  ...KEYS.map(([key, letters]) =>
    element("button", { type: "button", "data-key": key, "aria-label": { "*": "star", "#": "hash" }[key] || key, onclick: () => press(key) }, [
      element("b", {}, key), element("small", { "aria-hidden": "true" }, letters),
    ]),
  ),
);
byId("dial").addEventListener("click", () => (leg ? send("leg", { leg, act: "answer" }) : send("dial")));
byId("hang-up").addEventListener("click", () => (leg ? send("leg", { leg, act: "hang_up" }) : send("hang_up")));
byId("drop").addEventListener("click", () => send("drop"));
byId("speak-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = byId("say");
  if (!field.value.trim()) return;
  if (leg) send("leg", { leg, act: "say", text: field.value.trim() });
  else send("say", { text: field.value.trim() });
  field.value = "";
});
byId("say").addEventListener("keydown", (event) => {
  if (event.key === "Escape") focusFirst(byId("hang-up"), byId("conversation"));
});
byId("inspector").addEventListener("keydown", (event) => {
  if (event.key === "Escape") leaveDetails();
});
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  showView("talk", false);
  byId("conversation").focus();
});
byId("wav").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  if (file) socket.send(new Blob([await file.arrayBuffer()]));
  event.target.value = "";
});
byId("microphone").addEventListener("change", (event) => audio.microphone(event.target.checked).then((on) => (event.target.checked = on)));
byId("listen").addEventListener("change", (event) => speech.listen(event.target.checked));
byId("listen-switch").hidden = !speech.canListen;
keepSwitch("speak", (on) => on || speech.stop());
keepSwitch("shortcuts", showShortcuts);
byId("zoom-in").addEventListener("click", () => timeline.zoom(1.5));
byId("zoom-out").addEventListener("click", () => timeline.zoom(1 / 1.5));
byId("fit").addEventListener("click", () => {
  follow(false);
  timeline.fit();
});
byId("follow").addEventListener("click", () => follow(!timeline.following));
byId("open-settings").addEventListener("click", () => settings.open());
byId("open-calls").addEventListener("click", () => calls.open());
byId("findings-count").addEventListener("click", () => selectRecord(model.findings[model.findings.length - 1]));
byId("theme").addEventListener("click", () => {
  const dark = getComputedStyle(document.documentElement).getPropertyValue("color-scheme").includes("dark");
  setTheme(dark ? "light" : "dark");
});
document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || document.querySelector("dialog[open]");
  if (typing || !byId("shortcuts").checked || event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^[0-9*#]$/.test(event.key) && event.target !== byId("timeline")) press(event.key);
  else if (leg) return;
  else if (event.key === "c" && state !== "calling" && state !== "talking") send("dial");
  else if (event.key === "h") send("hang_up");
  else if (event.key === "/") {
    event.preventDefault();
    byId("say").focus();
  }
});

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  localStorage.setItem("theme", theme);
  timeline.colours();
}

/** True where one part of the page is shown at a time. */
const isNarrow = () => matchMedia("(max-width: 760px)").matches;

function showView(view, always = true) {
  if (!always && !isNarrow()) return;
  document.body.dataset.view = view;
  for (const tab of document.querySelectorAll(".tabs button")) tab.setAttribute("aria-current", String(tab.dataset.view === view));
  timeline.draw();
}

for (const tab of document.querySelectorAll(".tabs button")) tab.addEventListener("click", () => showView(tab.dataset.view));

function toast(text) {
  const note = element("p", {}, text);
  // behind an open dialog it would neither be seen nor read aloud
  (document.querySelector("dialog[open]") || document.body).append(byId("toasts"));
  byId("toasts").append(note);
  setTimeout(() => note.remove(), 8000);
}

function fatal(text) {
  document.body.dataset.state = "refused";
  byId("call-state").textContent = text;
  byId("dial").disabled = true;
}

async function copy(text) {
  await navigator.clipboard.writeText(text);
  toast("Copied");
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => timeline.colours());
if (localStorage.getItem("theme")) setTheme(localStorage.getItem("theme"));
if (leg) document.body.dataset.leg = leg;
setState("idle");
const kept = document.getElementById("kept-call");
if (kept) {
  // a call that was exported as one file: there is no phone to talk to
  const content = JSON.parse(kept.textContent);
  document.body.dataset.kept = "";
  showView("talk");
  byId("target").textContent = `${content.target}, ${content.begun}`;
  take(content.records);
  follow(false);
  timeline.fit();
  setState("ended");
} else {
  begin();
}
