// Elements, made in one expression. Text is always text: nothing here takes markup but `markup`.

export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "class") element.className = value;
    else if (key in element && typeof value !== "string") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const button = (label, title, act, kind = "") =>
  h("button", { type: "button", title, "aria-label": title, class: kind, onclick: act }, label);

// Markup that archspec made, which has escaped all that is a user's; scripts in it do not run.
export function markup(element, text) {
  element.innerHTML = text;
}

// Whole numbers, written as `0-4 7`.
export const listed = (text) => (text || "").split(" ").filter(Boolean).flatMap((part) => {
  const [first, last = first] = part.split("-").map(Number);
  return Array.from({ length: last - first + 1 }, (_, k) => first + k);
});

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
// What a key is called here: `Mod-s` → `⌘S`, `Ctrl+S`.
export const keyName = (key) => (isMac ? key.replace("Mod-", "⌘").replace("Alt-", "⌥") : key.replace("Mod-", "Ctrl+").replace("Alt-", "Alt+")).replace(/.$/, (c) => c.toUpperCase());

// Runs one call at a time, and the newest of those that were asked for meanwhile.
let busy = 0;
export const isBusy = () => busy > 0;
export function latest(work) {
  let running = false, waiting = null;
  return async function ask(...given) {
    if (running) {
      waiting = given;
      return;
    }
    running = true;
    busy++;
    try {
      await work(...given);
    } finally {
      running = false;
      busy--;
      if (waiting) {
        const next = waiting;
        waiting = null;
        ask(...next);
      }
    }
  };
}
