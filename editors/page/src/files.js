// Which files there are, which is open, what of it is not saved. Nothing is written unasked.
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
    if (this.buffer) this.buffer.state = view.state;
    this.file = file;
    this.buffers.set(file, buffer);
    const parts = file.split("/");
    this.name.replaceChildren(...parts.map((part, k) => h(k === parts.length - 1 ? "b" : "span", {}, k ? `/${part}` : part)));
    page.looked = false;
    page.shownText = null;
    for (const look of page.looks) if (look.options) look.options.expand = [];
    for (const look of page.looks) if (look.stage) look.stage.touched = false;
    view.setState(buffer.state ?? page.editor.state(buffer.text, file));
    page.changed();
    view.focus();
    page.transport.opened?.(file, buffer.text);
  }

  // Whether it could be opened.
  async open(file) {
    if (file === this.file) return true;
    const known = this.buffers.get(file);
    if (known) {
      this.#show(file, known);
      return true;
    }
    const reply = await this.page.ask("open", { file });
    if (reply.error) {
      this.page.say(reply.error, "error");
      return false;
    }
    this.#show(reply.file, { text: reply.text, saved: reply.text, stamp: reply.stamp });
    return true;
  }

  // A new text, from a network that ships or from the beginning.
  async begun(from) {
    const taken = [...this.list, ...this.buffers.keys()];
    const reply = await this.page.ask("new", { from, name: from.split("/").pop() || "net", taken });
    if (reply.error) return this.page.say(reply.error, "error");
    let { file } = reply;
    for (let k = 2; taken.includes(file); k++) file = reply.file.replace(/(\.\w+)$/, `_${k}$1`);
    return this.#show(file, { text: reply.text, saved: null, stamp: null });
  }

  // ---- saving
  async save(force = false) {
    const { page, buffer, file } = this;
    if (!this.hello?.can.save || !buffer) return;
    this.changed();
    if (buffer.text === buffer.saved && !force) return;
    const { text } = buffer;
    const reply = await page.ask("save", { file, text, stamp: buffer.stamp, force });
    if (reply.conflict) return this.#conflict(file, reply.conflict);
    if (reply.error) return page.say(`${file} is not saved: ${reply.error}`, "error");
    buffer.saved = text;
    buffer.stamp = reply.stamp;
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
    const close = () => dialog.close();
    const acts = [
      button(gone ? "Write it again" : "Write over it", "What is in the file now is lost", () => { close(); this.save(true); }, "danger"),
      gone ? null : button(isNew ? "Open that one" : "Take what is in the file", "What was written here is lost", () => { close(); this.#reload(file, text, stamp); }, "danger"),
      button("Save under another name", "Both are kept", () => { close(); this.saveAs(); }),
      button("Do nothing", "Go on as it is", close),
    ];
    const dialog = page.dialog("Not saved", h("div", { class: "prose" }, h("p", {}, said), h("div", { class: "choices" }, acts)));
  }

  saveAs() {
    const field = h("input", { type: "text", value: this.file.replace(/(\.\w+)?$/, "_2$1"), "aria-label": "Name" });
    const form = h("form", { class: "row" }, field, h("button", { type: "submit" }, "Save"));
    const dialog = this.page.dialog("Save as", form);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const file = field.value.trim();
      if (!file) return;
      dialog.close();
      const { text } = this.buffer;
      if (this.buffers.has(file)) return this.page.say(`${file} is open already.`, "error");
      const own = this.buffer;
      own.text = own.saved ?? own.text;  // the other one stays as it was saved
      delete own.state;
      if (own.saved === null) this.buffers.delete(this.file);
      this.file = "";
      this.#show(file, { text, saved: null, stamp: null });
      this.save();
    });
    field.select();
  }

  #reload(file, text, stamp) {
    const { view } = this.page.editor, buffer = this.buffers.get(file);
    buffer.saved = text;
    buffer.stamp = stamp;
    if (file === this.file) view.dispatch({ changes: smallest(view.state.doc.toString(), text) });
    else Object.assign(buffer, { text, state: undefined });
    this.changed();
  }

  // What other programs have done meanwhile: what is not changed here is read again.
  async lookAround() {
    const { page } = this;
    if (!this.file || page.isLost) return;
    this.changed();
    const stamps = {};
    for (const [file, { stamp }] of this.buffers) if (stamp) stamps[file] = stamp;
    const reply = await page.ask("state", { stamps });
    if (reply.error) return;
    if (reply.files) this.list = (await page.ask("files")).files ?? this.list;
    for (const file of reply.changed) {
      const now = await page.ask("open", { file });
      const buffer = this.buffers.get(file);
      if (now.error || !buffer || now.stamp === buffer.stamp) continue;
      if (buffer.text === buffer.saved) {
        this.#reload(file, now.text, now.stamp);
        if (file === this.file) page.say(`${file} was changed elsewhere, and read again.`);
      } else if (buffer.told !== now.stamp) {
        buffer.told = now.stamp;
        page.say(`${file} was changed elsewhere; here it is not saved.`, "doubt",
          button("Take what is in the file", "What was written here is lost", () => { page.notice.hidden = true; this.#reload(file, now.text, now.stamp); }),
          button("Keep mine", "Saving asks again", () => { page.notice.hidden = true; }));
      }
    }
    for (const file of reply.gone) {
      const buffer = this.buffers.get(file);
      if (!buffer || buffer.told === "gone") continue;
      buffer.told = "gone";
      buffer.saved = null;
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
      const isPicture = !["py", "md", "csv", "json"].includes(format);
      const options = isPicture ? { ...picture.options_(), theme: "light" } : undefined;
      if (isPicture && ["dot", "mmd", "html"].includes(format) && options.view === "volumes") Object.assign(options, { view: "graph", shape: undefined });
      if (format === "mmd") delete options.theme;
      for (const key in options) if (options[key] === undefined) delete options[key];
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

function save(name, bytes) {
  const url = URL.createObjectURL(new Blob([bytes]));
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
