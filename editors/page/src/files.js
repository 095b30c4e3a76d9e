// Which files there are, which is open, what of it is not saved. Nothing is written unasked.
import { isolateHistory } from "@codemirror/commands";
import { h, button, keyName } from "./dom.js";
import { smallest } from "./problems.js";

const FORMATS = {
  svg: "SVG picture", png: "PNG picture", pdf: "PDF (vectors)", tex: "TikZ for LaTeX", html: "Page to zoom and open blocks in", dot: "DOT", mmd: "Mermaid", drawio: "diagrams.net",
  py: "Python source", md: "Worksheet (Markdown)", csv: "Table (CSV)", json: "Table (JSON)",
};

export class Files {
  constructor(page) {
    this.page = page;
    this.file = "";
    this.buffers = new Map();  // path → {text, saved, stamp, state}: texts that were looked at
    this.list = [];
    this.turn = 0;  // counts what was shown or asked for: an answer that comes late is not shown
    this.writing = Promise.resolve();  // one after the other: a second one knows the stamp of the first
    this.name = h("span", { class: "file" });
    this.title = h("button", { type: "button", class: "title", title: `Open or new (${keyName("Mod-o")})`, onclick: () => this.choose() }, h("i", { class: "dot" }), this.name, h("span", { class: "more-sign" }, "⌄"));
    this.saveButton = button("Save", `Save (${keyName("Mod-s")})`, () => this.save(), "wide");
    this.takeButton = button([h("span", { class: "long" }, "Download"), h("span", { class: "short" }, "⤓")], "Download as a picture, source or table", () => this.take(), "wide");
  }

  get buffer() {
    return this.buffers.get(this.file);
  }

  get saved() {
    return this.buffer?.saved ?? undefined;
  }

  // Texts of other files that are not saved.
  unsaved() {
    const found = {};
    for (const [file, { text, saved }] of this.buffers) if (file !== this.file && text !== saved) found[file] = text;
    return found;
  }

  isUnsaved() {
    this.changed();
    return [...this.buffers.values()].some(({ text, saved }) => text !== saved);
  }

  async begin(hello) {
    this.hello = hello;
    this.list = hello.files;
    this.saveButton.hidden = !hello.can.save;
    const first = hello.file ?? this.list[0];
    if (hello.text !== undefined) return this.#show(first || "net.yaml", { text: hello.text, saved: hello.saved ?? null, stamp: hello.stamp ?? null });
    if (first && (await this.open(first))) return undefined;
    return this.begun("");
  }

  changed() {
    const { buffer } = this;
    if (!buffer) return;
    buffer.text = this.page.editor.text();
    const is = buffer.text !== buffer.saved;
    this.title.classList.toggle("unsaved", is);
    this.saveButton.disabled = !is;
  }

  #show(file, buffer) {
    const { page } = this, { view } = page.editor;
    this.turn++;
    if (this.buffer) this.buffer.state = view.state;
    this.file = file;
    this.buffers.set(file, buffer);
    const parts = file.split("/");
    this.name.replaceChildren(...parts.map((part, k) => h(k === parts.length - 1 ? "b" : "span", {}, k ? `/${part}` : part)));
    page.forget();
    for (const look of page.looks) if (look.options) look.options.expand = [];
    for (const look of page.looks) if (look.stage) look.stage.touched = false;
    view.setState(buffer.state ?? page.editor.state(buffer.text, file));
    page.changed();
    view.focus();
  }

  // Whether it could be opened.
  async open(file) {
    if (file === this.file) return true;
    const known = this.buffers.get(file);
    if (known) {
      this.#show(file, known);
      return true;
    }
    const turn = ++this.turn;
    const reply = await this.page.ask("open", { file });
    if (turn !== this.turn) return false;  // another one is wanted by now
    if (reply.error) {
      this.page.say(reply.error, "error");
      return false;
    }
    const text = withLineFeeds(reply.text);
    this.#show(reply.file, this.buffers.get(reply.file) ?? { text, saved: text, stamp: reply.stamp });
    return true;
  }

  // A new text, from a network that ships or from the beginning.
  async begun(from) {
    const turn = ++this.turn, taken = [...this.list, ...this.buffers.keys()];
    const reply = await this.page.ask("new", { from, name: from.split("/").pop() || "net", taken });
    if (turn !== this.turn) return undefined;
    if (reply.error) return this.page.say(reply.error, "error");
    let { file } = reply;
    for (let k = 2; taken.includes(file); k++) file = reply.file.replace(/(\.\w+)$/, `_${k}$1`);
    return this.#show(file, { text: reply.text, saved: null, stamp: null });
  }

  // ---- saving
  save(file = this.file, over = undefined) {
    this.changed();
    return this.#after(() => this.#save(file, over));
  }

  #after(work) {
    const done = this.writing.then(work);
    this.writing = done.catch(() => {});
    return done;
  }

  // `over` is the stamp of the file that may be lost, null if it is gone.
  async #save(file, over) {
    const { page } = this, buffer = this.buffers.get(file);
    if (!this.hello?.can.save || !buffer) return;
    const { text } = buffer;
    if (text === buffer.saved && over === undefined) return;
    const reply = await page.ask("save", { file, text, stamp: over === undefined ? buffer.stamp : over });
    if (reply.conflict) return this.#conflict(file, reply.conflict);
    if (reply.error) return page.say(`${file} is not saved: ${reply.error}`, "error", ...(reply.lost ? [] : [button("Save under another name", "The text is kept", () => { page.notice.hidden = true; this.saveAs(file); })]));
    Object.assign(buffer, { saved: text, stamp: reply.stamp, told: undefined });
    if (!this.list.includes(file)) this.list = [...this.list, file].sort();
    this.changed();
    page.say(`${file} is saved.`);
    if (page.current.name === "changes") page.askLook();
  }

  #conflict(file, { text, stamp }) {
    const { page } = this;
    const gone = text === null;
    const isNew = this.buffers.get(file).stamp === null;
    const said = gone ? `${file} was deleted meanwhile.` : isNew ? `There is a file ${file} already.` : `${file} was changed by another program since it was opened here.`;
    if (document.querySelector("dialog[open]")) return page.say(`Not saved. ${said}`, "error");
    const close = () => dialog.close();
    const acts = [
      button(gone ? "Write it again" : "Write over it", "What is in the file now is lost", () => { close(); this.save(file, stamp); }, "danger"),
      gone ? null : button(isNew ? "Open that one" : "Take what is in the file", "What was written here is lost", () => { close(); this.#take(file); }, "danger"),
      button("Save under another name", "Both are kept", () => { close(); this.saveAs(file); }),
      button("Do nothing", "Go on as it is", close),
    ];
    const dialog = page.dialog("Not saved", h("div", { class: "prose" }, h("p", {}, said), h("div", { class: "choices" }, acts)));
  }

  // Under a name that is free. The page goes to it when it is written, not before.
  saveAs(from) {
    const { page } = this, own = this.buffers.get(from);
    const field = h("input", { type: "text", value: from.replace(/(\.\w+)?$/, "_2$1"), "aria-label": "Name" });
    const why = h("p", { class: "wrong", role: "alert" });
    const form = h("form", {}, h("div", { class: "row" }, field, h("button", { type: "submit" }, "Save")), why);
    const dialog = page.dialog("Save as", form);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const name = field.value.trim().replace(/\/{2,}/g, "/").replace(/^(\.\/)+/, "");
      if (!name) return;
      const file = /\.\w+$/.test(name) ? name : `${name}.yaml`;
      why.textContent = "";
      if (this.buffers.has(file)) {
        why.textContent = `${file} is open already.`;
        return;
      }
      const { text } = own;
      const reply = await this.#after(() => page.ask("save", { file, text, stamp: null }));
      if (!dialog.isConnected && (reply.conflict || reply.error)) return;
      why.textContent = reply.conflict ? `There is a file ${file} already.` : reply.error ?? "";
      if (why.textContent) return;
      dialog.close();
      if (own.text === text) {
        own.text = own.saved ?? own.text;  // the other one stays as it was saved
        delete own.state;
        if (own.saved === null) this.buffers.delete(from);
        if (from === this.file) this.file = "";
      }
      if (!this.list.includes(file)) this.list = [...this.list, file].sort();
      this.#show(file, { text, saved: text, stamp: reply.stamp });
      page.say(`${file} is saved.`);
    });
    field.select();
  }

  async #take(file) {
    const now = await this.page.ask("open", { file });
    if (now.error) this.page.say(now.error, "error");
    else this.#reload(file, withLineFeeds(now.text), now.stamp);
  }

  #reload(file, text, stamp) {
    const { view } = this.page.editor, buffer = this.buffers.get(file);
    Object.assign(buffer, { saved: text, stamp, told: undefined });
    if (file === this.file) view.dispatch({ changes: smallest(view.state.doc.toString(), text), annotations: isolateHistory.of("full") });  // one step to undo
    else Object.assign(buffer, { text, state: undefined });
    this.changed();
  }

  // What other programs have done meanwhile: what is not changed here is read again.
  lookAround() {
    return this.#after(() => this.#lookAround());  // what is being saved is no change of another program
  }

  async #lookAround() {
    const { page } = this;
    if (!this.file || page.isLost) return;
    this.changed();
    const stamps = {};
    for (const [file, { stamp }] of this.buffers) if (stamp) stamps[file] = stamp;
    const reply = await page.ask("state", { stamps });
    if (reply.error) return;
    if (reply.files) this.list = (await page.ask("files")).files ?? this.list;
    const back = Object.keys(stamps).filter((file) => this.buffers.get(file)?.told === "gone" && !reply.gone.includes(file));
    for (const file of new Set([...reply.changed, ...back])) {
      const now = await page.ask("open", { file });
      const buffer = this.buffers.get(file);
      if (now.error || !buffer) continue;
      if (buffer.told === "gone") Object.assign(buffer, { saved: buffer.lost, told: undefined });
      if (now.stamp === buffer.stamp) continue;
      now.text = withLineFeeds(now.text);
      if (buffer.text === buffer.saved) {
        this.#reload(file, now.text, now.stamp);
        if (file === this.file) page.say(`${file} was changed elsewhere, and read again.`);
      } else if (buffer.told !== now.stamp) {
        buffer.told = now.stamp;
        page.say(`${file} was changed elsewhere; here it is not saved.`, "doubt",
          button("Take what is in the file", "What was written here is lost", () => { page.notice.hidden = true; this.#take(file); }),
          button("Keep mine", "Saving asks again", () => { page.notice.hidden = true; }));
      }
    }
    for (const file of reply.gone) {
      const buffer = this.buffers.get(file);
      if (!buffer || buffer.told === "gone") continue;
      Object.assign(buffer, { told: "gone", lost: buffer.saved, saved: null });
      page.say(`${file} was deleted elsewhere. The text here is kept: Save writes it again.`, "doubt");
    }
    this.changed();
    page.askAnswer();
  }

  // ---- choosing
  choose() {
    const { page } = this;
    const field = h("input", { type: "search", placeholder: "Find", "aria-label": "Find a file or a network", autocomplete: "off", spellcheck: "false" });
    const files = h("ul", { class: "list" }), ships = h("ul", { class: "list" });
    const close = (act) => () => { dialog.close(); act(); };
    const entry = (label, detail, act, mark) => h("li", {}, h("button", { type: "button", onclick: close(act) }, h("b", {}, label), mark ? h("i", { class: "dot" }) : null, detail ? h("span", {}, detail) : null));
    const fill = () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      const fits = (...texts) => words.every((word) => texts.join(" ").toLowerCase().includes(word));
      const names = [...new Set([...this.buffers.keys(), ...this.list])].sort();
      files.replaceChildren(...names.filter((name) => fits(name)).slice(0, 300).map((name) => {
        const buffer = this.buffers.get(name);
        return entry(name, "", () => this.open(name), buffer && buffer.text !== buffer.saved);
      }));
      ships.replaceChildren(
        ...(fits("empty starter new") ? [entry("A small network to start from", "with comments", () => this.begun(""))] : []),
        ...this.hello.shipped.filter(({ name, title }) => fits(name, title ?? "")).map(({ name, title }) => entry(name, title ?? "", () => this.begun(name))));
    };
    field.addEventListener("input", fill);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        (files.querySelector("button") ?? ships.querySelector("button"))?.click();
      }
      if (event.key === "ArrowDown") {
        event.preventDefault();
        (files.querySelector("button") ?? ships.querySelector("button"))?.focus();
      }
    });
    const move = (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step || event.target === field) return;
      event.preventDefault();
      const every = [...dialog.querySelectorAll(".list button")];
      const next = every[every.indexOf(document.activeElement) + step];
      (next ?? field).focus();
    };
    fill();
    const dialog = page.dialog("Open", h("div", { class: "chooser" }, field,
      h("div", { class: "columns" },
        h("section", {}, h("h3", {}, this.hello.folder ? `Files in ${this.hello.folder}` : "Files"), files),
        h("section", {}, h("h3", {}, "New, from a network that ships"), ships))), "broad");
    dialog.addEventListener("keydown", move);
    field.focus();
  }

  take() {
    const { page } = this;
    const picture = page.looks[0];
    const depth = page.looks[1].depth;
    const rows = this.hello.formats.map((format) => h("li", {}, h("button", { type: "button", onclick: async () => {
      const options = { ...picture.chosen(), theme: "light" };
      const reply = await page.ask("download", { format, options, depth });
      dialog.close();
      if (reply.error) return page.say(`No file: ${reply.error}.`, "error");
      save(reply.name, Uint8Array.from(atob(reply.data), (c) => c.charCodeAt(0)));
      return page.say(reply.warnings.length ? `${reply.name}: ${reply.warnings.join("; ")}` : `${reply.name} is downloaded.`);
    } }, h("b", {}, `.${format}`), h("span", {}, FORMATS[format] ?? format))));
    const own = h("li", {}, h("button", { type: "button", onclick: () => { dialog.close(); save(this.file.split("/").pop(), new TextEncoder().encode(page.editor.text())); } }, h("b", {}, "Text"), h("span", {}, "The spec itself")));
    const dialog = page.dialog("Download", h("div", {}, h("p", { class: "muted" }, "Pictures are as they are shown now. A Keras model is made by `archspec compile`."), h("ul", { class: "list" }, own, rows)));
  }
}

// As the editor has them: else what was opened would differ from what is shown.
const withLineFeeds = (text) => text.replace(/\r\n?/g, "\n");

function save(name, bytes) {
  const url = URL.createObjectURL(new Blob([bytes]));
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
