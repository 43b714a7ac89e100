// Elements without HTML: what an app says is text, never markup.

/** Make an element; `content` is a text or a list of texts and elements. */
export function element(tag, attributes = {}, content = []) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...(Array.isArray(content) ? content : [content]));
  return made;
}

export const byId = (id) => document.getElementById(id);

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi;
const LONGEST_JSON = 200_000;

/** JSON as a fragment with colours; a very long one is cut, and says so. */
export function jsonView(content) {
  const whole = JSON.stringify(content, null, 2) ?? String(content);
  const text = whole.slice(0, LONGEST_JSON);
  const fragment = document.createDocumentFragment();
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    fragment.append(text.slice(end, match.index));
    const kind = match[2] ? "key" : match[1] ? "string" : match[3] ? "word" : "number";
    fragment.append(element("span", { class: `json-${kind}` }, match[1] || match[0]));
    if (match[2]) fragment.append(match[2]);
    end = match.index + match[0].length;
  }
  fragment.append(text.slice(end));
  if (whole.length > LONGEST_JSON) fragment.append(`\n… ${whole.length - LONGEST_JSON} characters more`);
  return fragment;
}
