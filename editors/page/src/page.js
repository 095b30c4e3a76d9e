// The page: a text, what is wrong with it, and what it becomes. It knows nothing of networks: it asks.
import { h, button, isBusy, isMac, keyName, latest, listed } from "./dom.js";
import { changesOf, goTo, makeEditor, placeOf, showDiagnostics, showHints } from "./editor.js";
import { Files } from "./files.js";
import { Knobs } from "./knobs.js";
import { makeLooks } from "./looks.js";
import { shown } from "./markdown.js";
import { diagnosticCard, Problems } from "./problems.js";

const LATE = 1500;  // milliseconds after which what is shown is marked, if no answer has come
const REST = 3000;  // milliseconds between two looks at what has changed elsewhere
const stored = (name, otherwise) => {
  try {
    return localStorage.getItem(`archspec.${name}`) ?? otherwise;
  } catch {
    return otherwise;  // a frame may have no storage
  }
};
const store = (name, value) => {
  try {
    localStorage.setItem(`archspec.${name}`, value);
  } catch { /* see above */ }
};

export async function start(transport) {
  const page = new Page(transport);
  await page.begin();
  return page;
}

class Page {
  constructor(transport) {
    this.transport = transport;
    this.inEditor = transport.kind === "editor";  // the text is another program's
    this.reply = null;  // the last answer
    this.stats = { answers: [], looks: [] };  // milliseconds since the key, for measuring
    this.#build();
    this.askAnswer = latest(() => this.#answer());
    this.askLook = latest(() => this.#look());
    this.askLine = latest(() => this.#line());
  }

  // ---- what is asked
  question(word, given = {}) {
    const own = this.inEditor ? {} : { file: this.files.file, text: this.editor.text(), texts: this.files.unsaved() };
    return { ask: word, ...own, ...given };
  }

  async ask(word, given) {
    try {
      const reply = await this.transport.ask(this.question(word, given));
      this.#lost(false);
      if (reply.bug) this.say(`archspec has failed: ${reply.error}. Please report it; the terminal tells more.`, "error");
      return reply;
    } catch (error) {
      this.#lost(true, error);
      return { error: error.message, lost: true };
    }
  }

  get theme() {
    const chosen = document.documentElement.dataset.theme;
    if (chosen !== "auto") return chosen;
    return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }

  // ---- parts of the page
  #build() {
    const saved = stored("theme", "auto");
    if (!this.inEditor) document.documentElement.dataset.theme = saved;
    this.problems = new Problems(this);
    this.status = h("output", { class: "status", "aria-live": "polite" });
    this.notice = h("div", { class: "notice", role: "status", hidden: true });
    this.why = h("div", { class: "why prose", hidden: true, "aria-label": "How the layer on this line is calculated" });
    this.looks = makeLooks(this);
    this.knobs = new Knobs(this);
    this.dialogs = h("div");
    this.tabs = h("nav", { class: "tabs", role: "tablist", "aria-label": "Views" }, this.looks.map((look, k) =>
      h("button", { type: "button", role: "tab", id: `tab-${look.name}`, "aria-controls": "look", title: `${look.label} (${keyName(`Alt-${k + 1}`)})`, onclick: () => this.choose(look.name) }, look.label)));
    this.tools = h("div", { class: "tools" });
    this.lookPlace = h("div", { class: "look", id: "look", role: "tabpanel" });
    const right = h("section", { class: "right" }, h("div", { class: "bar" }, this.tabs, this.tools), this.lookPlace, this.why);
    if (this.inEditor) {
      document.body.classList.add("preview");
      document.body.replaceChildren(this.notice, h("main", {}, right), h("footer", {}, this.status), this.dialogs);
    } else {
      this.files = new Files(this);
      this.#buildEditor();
      const left = h("section", { class: "left" }, this.textPlace, this.problems.element, this.knobs.element);
      const divider = h("div", { class: "divider", role: "separator", tabindex: "0", "aria-orientation": "vertical", "aria-label": "Between text and picture: arrows move it" });
      this.#movable(divider);
      document.body.replaceChildren(this.#header(), this.notice, h("main", {}, left, divider, right), h("footer", {}, this.status), this.dialogs);
    }
    this.choose(stored("look", "picture"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.askLook());
    document.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.("a[data-code]");
      if (!link) return;
      event.preventDefault();
      this.explain(link.dataset.code);
    });
  }

  #buildEditor() {
    this.textPlace = h("div", { class: "text" });
    this.editor = makeEditor(this.textPlace, {
      ask: (word, given) => this.ask(word, given),
      changed: () => this.changed(),
      moved: () => this.moved(),
      define: (place) => this.define(place),
      card: (each) => diagnosticCard(each, this),
      keys: [
        { key: "Mod-s", run: () => (this.files.save(), true) },
        { key: "Mod-.", run: () => this.problems.mendHere() },
        { key: "F12", run: (view) => (this.define(placeOf(view.state.doc, view.state.selection.main.head)), true) },
      ],
    });
  }

  #header() {
    const themes = ["auto", "light", "dark"];
    const narrow = h("button", { type: "button", class: "swap", title: "Text or picture", onclick: () => this.swap() }, "Picture");
    this.swapButton = narrow;
    return h("header", {},
      h("a", { class: "brand", href: "#", onclick: (event) => { event.preventDefault(); this.help(); }, title: "What can be done here (F1)" }, h("i"), h("i"), h("i"), h("b", {}, "archspec")),
      this.files.title,
      h("div", { class: "acts" },
        narrow,
        button("Open", `Open or new (${keyName("Mod-o")})`, () => this.files.choose(), "wide open"),
        this.files.saveButton,
        this.files.takeButton,
        this.transport.link ? button("Copy link", "Copy an address that holds this text", () => this.copyLink(), "wide") : null,
        button("◐", "Light, dark, or as the system has it", () => {
          const root = document.documentElement;
          root.dataset.theme = themes[(themes.indexOf(root.dataset.theme) + 1) % 3];
          store("theme", root.dataset.theme);
          this.say(`Colours: ${root.dataset.theme === "auto" ? "as the system has them" : root.dataset.theme}`);
          this.askLook();
        }, "round"),
        button("?", "Keys and what can be done (F1)", () => this.help(), "round")));
  }

  #movable(divider) {
    const set = (share) => {
      const value = Math.min(0.8, Math.max(0.2, share));
      document.body.style.setProperty("--share", value);
      store("share", value);
    };
    const known = Number(stored("share", ""));
    if (known) set(known);
    const share = () => Number(getComputedStyle(document.body).getPropertyValue("--share")) || 0.44;
    const stacked = () => getComputedStyle(document.querySelector("main")).flexDirection === "column";
    divider.addEventListener("pointerdown", (event) => {
      divider.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    divider.addEventListener("pointermove", (event) => {
      if (!divider.hasPointerCapture(event.pointerId)) return;
      const { left, top, width, height } = document.querySelector("main").getBoundingClientRect();
      set(stacked() ? (event.clientY - top) / height : (event.clientX - left) / width);
    });
    divider.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -0.03, ArrowUp: -0.03, ArrowRight: 0.03, ArrowDown: 0.03 }[event.key];
      if (!step) return;
      event.preventDefault();
      set(share() + step);
    });
    divider.addEventListener("dblclick", () => set(0.44));
  }

  // ---- from the beginning
  async begin() {
    if (this.inEditor) {
      this.transport.on("text", () => this.changed());
      this.transport.on("cursor", ({ line }) => {
        this.line = line;
        this.askLine();
        this.#follow();
      });
      this.transport.on("theme", () => this.askLook());
      this.changed();
      return;
    }
    const hello = await this.ask("hello");
    if (hello.lost) return;
    await this.files.begin(hello);
    let waiting = 0;
    setInterval(() => {
      if (document.hidden || waiting) return;
      waiting = 1;
      this.files.lookAround().finally(() => { waiting = 0; });
    }, REST);
    addEventListener("focus", () => this.files.lookAround());
    addEventListener("beforeunload", (event) => {
      if (this.files.isUnsaved()) event.preventDefault();
    });
  }

  // ---- while somebody writes
  changed() {
    this.since = performance.now();
    this.files?.changed();
    clearTimeout(this.late);
    this.late = setTimeout(() => this.#unsure("…"), LATE);
    this.askAnswer();
  }

  moved() {
    clearTimeout(this.moving);
    this.moving = setTimeout(() => {
      this.askLine();
      this.#follow();
    }, 60);
  }

  // What is shown is of an earlier text, for longer than one overlooks.
  #unsure(said) {
    this.lookPlace.classList.add("late");
    this.status.className = "status";
    this.status.textContent = said;
  }

  // Nothing of one file is said of another.
  forget() {
    this.reply = null;
    this.answered = null;
    this.looked = false;
    this.followed = null;
    this.why.hidden = true;
    this.problems.show([]);
    this.knobs.forget();
    this.#unsure("…");
  }

  // Whether the last answer is about the text as it is: positions in it hold.
  get isAnswered() {
    return this.inEditor || (this.answered?.file === this.files.file && this.answered.text === this.editor.text());
  }

  async #answer() {
    const { since } = this, text = this.editor?.text(), file = this.files?.file;
    const reply = await this.ask("answer");
    if (reply.error) {
      clearTimeout(this.late);
      this.#unsure("not checked: there was no answer");
      if (!reply.lost) this.say(reply.error, "error");
      return;
    }
    if (this.editor && (text !== this.editor.text() || file !== this.files.file)) return;  // asked again already
    clearTimeout(this.late);
    this.reply = reply;
    this.answered = { text, file };
    const count = reply.diagnostics.length;
    if (this.editor) {
      showDiagnostics(this.editor.view, reply.diagnostics.filter((each) => each.file === file), { card: (each) => diagnosticCard(each, this) });
      showHints(this.editor.view, reply.hints, reply.broken);
      this.knobs.show(reply);
    }
    this.problems.show(reply.diagnostics);
    document.body.classList.toggle("broken", reply.broken);
    this.status.className = `status ${reply.errors ? "bad" : count ? "doubtful" : "good"}`;
    this.status.textContent = this.#told(reply);
    this.stats.answers.push(performance.now() - since);
    document.title = `${file ? `${file.split("/").pop()} · ` : ""}archspec`;
    if (this.looked) this.#stale(reply.stale);
    if (!reply.broken || !this.looked) this.askLook();
    this.askLine();
  }

  #told(reply) {
    if (!reply.ours) return "This is no spec and no recipe: it lacks the line `archspec: 1`";
    const errors = reply.diagnostics.filter((each) => each.severity === "error").length;
    const others = reply.diagnostics.length - errors;
    const plural = (count, word) => `${count} ${word}${count > 1 ? "s" : ""}`;
    if (errors) return `${plural(errors, "error")}${reply.line ? `  ·  ${reply.stale ? "before: " : ""}${reply.line}` : ""}`;
    return `ok  ${reply.line}${others ? `  ·  ${plural(others, "warning")}` : ""}`;
  }

  async #look() {
    const { since } = this, look = this.current, text = this.editor?.text(), file = this.files?.file;
    this.looked = true;
    const reply = await this.ask(look.word, look.given());
    if (look !== this.current) return this.askLook();
    if (file !== this.files?.file) return;  // the answer about that one asks again
    if (reply.lost) return;
    look.show(reply);
    if (text === this.editor?.text()) this.#stale(Boolean(reply.stale));  // else the answer says
    this.#follow();
    this.stats.looks.push(performance.now() - since);
  }

  // What is shown is of an earlier text.
  #stale(is) {
    this.lookPlace.classList.remove("late");
    this.lookPlace.classList.toggle("stale", is);
  }

  // How the layer on the line of the cursor is calculated.
  async #line() {
    const line = this.editor ? placeOf(this.editor.view.state.doc, this.editor.view.state.selection.main.head).line : this.line;
    if (!line || !this.reply || this.reply.broken || this.reply.recipe) return;
    const { file } = this.files ?? {};
    const { markdown } = await this.ask("calculation", { line });
    if (file !== this.files?.file) return;
    this.why.hidden = !markdown;
    if (markdown) this.why.replaceChildren(shown(markdown));
  }

  // The picture follows the cursor.
  #follow() {
    const { layers } = this.reply ?? {};
    if (!layers || this.reply.broken) return;
    const line = this.editor ? placeOf(this.editor.view.state.doc, this.editor.view.state.selection.main.head).line : this.line;
    const starts = Object.keys(layers).map(Number).filter((n) => n <= line);
    const found = starts.length ? listed(layers[Math.max(...starts)]) : [];
    const key = found.join(" ");
    this.current.light?.(found, key !== this.followed);
    this.followed = key;
  }

  // ---- where something stands
  async goToLayers(layers) {
    const same = this.#same(), place = await this.ask("place", { nodes: layers });
    if (place.file && same()) this.goTo(place);
  }

  async define(place) {
    const same = this.#same(), found = await this.ask("definition", place);
    if (found.file && same()) this.goTo(found);
  }

  // Tells later whether text and file are still those of now.
  #same() {
    const file = this.files?.file, text = this.editor?.text();
    return () => file === this.files?.file && text === this.editor?.text();
  }

  async goTo(place) {
    if (this.inEditor) return this.transport.post({ event: "goto", ...place });
    if (place.file && place.file !== this.files.file && !(await this.files.open(place.file))) return undefined;
    this.swap(false);
    return goTo(this.editor.view, place);
  }

  apply(edits) {
    if (this.inEditor) return this.transport.post({ event: "edits", edits });
    this.editor.view.dispatch({ changes: changesOf(this.editor.view.state.doc, edits), userEvent: "input.fix", scrollIntoView: true });
    return undefined;
  }

  // Until all that was asked is answered and shown.
  async settled() {
    do await new Promise((done) => setTimeout(done, 10));
    while (isBusy());
  }

  // ---- which view
  choose(name) {
    this.current = this.looks.find((look) => look.name === name) ?? this.looks[0];
    store("look", this.current.name);
    for (const tab of this.tabs.children) tab.setAttribute("aria-selected", tab.id === `tab-${this.current.name}`);
    this.tools.replaceChildren(...this.current.tools);
    this.lookPlace.replaceChildren(this.current.element);
    this.lookPlace.setAttribute("aria-labelledby", `tab-${this.current.name}`);
    if (this.reply) this.askLook?.();
  }

  async copyLink() {
    const address = await this.transport.link(this.files.file, this.editor.text());
    if (!address) return this.say("This text is too long for an address: download it.", "error");
    await navigator.clipboard.writeText(address);
    return this.say("An address that holds this text is copied.");
  }

  // In a narrow window text and picture are seen in turn.
  swap(toPicture = !document.body.classList.contains("seen")) {
    document.body.classList.toggle("seen", toPicture);
    if (this.swapButton) this.swapButton.textContent = toPicture ? "Text" : "Picture";
  }

  #key(event) {
    const mod = isMac ? event.metaKey : event.ctrlKey;
    if (document.querySelector("dialog[open]")) {  // one at a time
      if ((mod && /^[os]$/.test(event.key)) || event.key === "F1") event.preventDefault();
      return;
    }
    if (mod && event.key === "o" && this.files) {
      event.preventDefault();
      this.files.choose();
    } else if (mod && event.key === "s" && this.files && !event.defaultPrevented) {
      event.preventDefault();
      this.files.save();
    } else if (event.key === "F1") {
      event.preventDefault();
      this.help();
    } else if (event.altKey && /^Digit[1-9]$/.test(event.code) && this.looks[event.code[5] - 1]) {
      event.preventDefault();
      this.choose(this.looks[event.code[5] - 1].name);
    } else if (event.altKey && event.key === "0" && this.editor) {
      event.preventDefault();
      this.editor.view.focus();
    }
  }

  // ---- what is said
  say(text, kind = "", ...acts) {
    clearTimeout(this.saying);
    this.notice.className = `notice ${kind}`;
    this.notice.replaceChildren(h("span", {}, text), ...acts, button("×", "Close", () => { this.notice.hidden = true; }, "round"));
    this.notice.hidden = false;
    if (!acts.length && kind !== "error") this.saying = setTimeout(() => { this.notice.hidden = true; }, 4000);
  }

  #lost(is, error) {
    if (is === Boolean(this.isLost)) return;
    this.isLost = is;
    if (!is) {
      this.say("archspec answers again.");
      this.askAnswer();
      return;
    }
    const acts = this.editor ? [button("Copy the text", "Copy the text", () => navigator.clipboard.writeText(this.editor.text()))] : [];
    const how = this.transport.kind === "server" ? ": start `archspec serve` again with the same port, or copy the text" : "";
    this.say(`archspec does not answer (${error.message}). The text here is kept${how}.`, "error", ...acts);
    const again = setInterval(() => {
      if (this.isLost) this.transport.ask({ ask: "hello" }).then(() => this.#lost(false), () => {});
      else clearInterval(again);
    }, 2000);
  }

  dialog(title, content, kind = "") {
    const close = button("×", "Close (Esc)", () => dialog.close(), "round");
    const dialog = h("dialog", { class: kind, "aria-label": title }, h("div", { class: "head" }, h("h2", {}, title), close), content);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
    this.dialogs.append(dialog);
    dialog.showModal();
    return dialog;
  }

  async explain(code) {
    const { markdown } = await this.ask("explain", { code });
    if (!markdown) return;
    const page = shown(markdown);
    const title = page.querySelector("h1")?.textContent ?? code;
    page.querySelector("h1")?.remove();
    for (const open of document.querySelectorAll("dialog.page")) open.close();
    this.dialog(title, h("div", { class: "prose" }, page), "page");
  }

  help() {
    const keys = [
      ["Mod-o", "open a file, or begin a new one"], ["Mod-s", "save"], ["Mod-.", "mend what is wrong on this line"],
      ["F8", "the next mistake"], ["F12", "where a block, a parameter or a layer is declared"], ["Ctrl-Space", "what may stand here"],
      ["Alt-1", "… Alt+5: picture, table, worksheet, source, changes"], ["Alt-0", "back to the text"], ["Esc", "then Tab: out of the text"],
    ];
    const seen = [
      ["+ − 0", "larger, smaller, all of it; Ctrl and the wheel as well"], ["← ↑ → ↓", "move; or drag"],
      ["Tab", "from box to box"], ["Enter", "the line of a box; a click does it too"], ["Space", "opens a block; a double click does it too"],
    ];
    const list = (rows) => h("dl", {}, rows.map(([key, does]) => [h("dt", {}, h("kbd", {}, /^Mod|^Alt/.test(key) ? keyName(key) : key)), h("dd", {}, does)]));
    this.dialog("What can be done here", h("div", { class: "prose" },
      h("p", {}, "Write the network on the left. What is wrong is underlined, with what would mend it; the shape that comes out stands at the end of each line. The picture follows the cursor, and a click on a box leads to its line."),
      h("h3", {}, "In the text"), list(keys), h("h3", {}, "In the picture"), list(seen)));
  }
}
