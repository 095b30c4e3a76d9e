// The page without a server: questions go to a worker in which Python runs, files stay in this browser.
import { start } from "./page.js";
import { packed, unpacked } from "./link.js";

const KEPT = "archspec.file.";
const REST = 1000;  // milliseconds for which a text rests before the address has it

// ---- what is being done until Python answers, and what went wrong
const note = document.createElement("p");
note.id = "boot";
note.setAttribute("role", "status");
note.style.cssText = "position:fixed;inset:auto 0 2.5rem 0;margin:auto;width:fit-content;max-width:90vw;padding:.6em 1.2em;border-radius:.5em;background:#1f2937;color:#fff;font:15px system-ui,sans-serif;z-index:99";
function tell(text) {
  note.textContent = text;
  note.hidden = !text;
  if (!note.isConnected) document.documentElement.append(note);  // the page makes its own body
}

// ---- files that were saved in this browser
function kept() {
  const found = {};
  try {
    for (let k = 0; k < localStorage.length; k++) {
      const key = localStorage.key(k);
      if (key.startsWith(KEPT)) found[key.slice(KEPT.length)] = localStorage.getItem(key);
    }
  } catch { /* a frame may have no storage: saving will say so */ }
  return found;
}

// ---- the worker, and another one if Python ends
class Python {
  constructor() {
    this.pending = new Map();
    this.count = 0;
    this.lost = null;  // why there is none any more
    this.ready = new Promise((resolve) => { this.isReady = resolve; });
  }

  begin(linked) {
    this.lost = null;
    this.worker = new Worker("worker.js", { type: "module" });
    this.worker.onmessage = ({ data }) => this.#heard(data);
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.#end(event.message || "the worker cannot be started");
    };
    this.worker.postMessage({ start: { kept: kept(), linked } });
  }

  #heard({ id, reply, stage, ready, failed }) {
    if (stage) tell(stage);
    if (ready) {
      tell("");
      this.isReady();
    }
    if (failed) this.#end(failed);
    if (!id) return;
    this.pending.get(id)?.resolve(reply);
    this.pending.delete(id);
  }

  #end(reason) {
    this.worker.terminate();
    this.lost = reason;
    const error = new Error(`Python has ended: ${reason}`);
    tell(`${error.message}. With the next change it begins anew.`);
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
  }

  ask(question) {
    if (this.lost !== null) this.begin(null);
    return new Promise((resolve, reject) => {
      const id = ++this.count;
      this.pending.set(id, { resolve, reject });
      this.worker.postMessage({ id, question });
    });
  }

  write(file, text) {
    if (this.lost === null) this.worker.postMessage({ write: { file, text } });
  }
}

// ---- the address
let timer = 0;
let written = "";
function rest(file, text) {
  const now = `${file}\n${text}`;
  if (now === written) return;
  written = now;
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const fragment = await packed(file, text);
    if (written === now) history.replaceState(null, "", location.pathname + location.search + fragment);
  }, REST);
}
addEventListener("hashchange", () => location.reload());  // another link was opened on this page

// ---- the page
const python = new Python();

async function save(question) {
  const key = KEPT + question.file;
  let before;
  try {
    before = localStorage.getItem(key);
    localStorage.setItem(key, question.text);
  } catch {
    return { error: "this browser keeps no more; download it instead" };
  }
  const reply = await python.ask(question).catch((error) => ({ error: error.message }));
  if (reply.stamp === undefined) {
    if (before === null) localStorage.removeItem(key);
    else localStorage.setItem(key, before);
  }
  return reply;
}
addEventListener("storage", ({ key, newValue }) => {  // another page of this browser has saved
  if (key?.startsWith(KEPT) && newValue !== null) python.write(key.slice(KEPT.length), newValue);
});

const transport = {
  kind: "browser",
  ask(question) {
    if (question.ask === "answer") rest(question.file, question.text);
    return question.ask === "save" ? save(question) : python.ask(question);
  },
  // The address of this page with a text in it; empty if it is too long for one.
  async link(file, text) {
    const fragment = await packed(file, text);
    return fragment && location.origin + location.pathname + location.search + fragment;
  },
};

let linked = null;
let damage = "";
try {
  linked = await unpacked(location.hash);
} catch (error) {
  damage = error.message;
}
python.begin(linked);
document.body.inert = true;  // what is typed before there is a text would be lost
python.ready.then(() => { document.body.inert = false; });
const page = await (window.archspec = start(transport));
if (damage) page.say ? page.say(damage, "error") : tell(damage);
