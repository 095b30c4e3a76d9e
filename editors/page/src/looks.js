// What a text becomes: picture, table, worksheet, Python source, what has changed.
import { python } from "@codemirror/lang-python";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { button, h, listed } from "./dom.js";
import { painted } from "./editor.js";
import { shown } from "./markdown.js";
import { Stage } from "./stage.js";

export const makeLooks = (page) => [new Picture(page), new Table(page), new Worksheet(page), new Source(page), new Changes(page)];

const choice = (title, options, value, act) => {
  const field = h("select", { title, "aria-label": title, onchange: () => act(field.value) }, options.map(([name, label]) => h("option", { value: name, selected: name === value }, label)));
  return field;
};
const NOTHING = "There is no network in this file, or it never was without a mistake.";
const empty = (text) => h("p", { class: "empty" }, text);

class Picture {
  name = "picture";
  label = "Picture";
  word = "picture";

  constructor(page) {
    this.page = page;
    this.options = { view: "graph", detail: "auto", direction: "TB", shape: "auto", expand: [] };
    this.stage = new Stage({ goTo: (layers) => page.goToLayers(layers), open: (name) => this.open(name) });
    this.opened = h("div", { class: "opened" });
    this.warnings = h("p", { class: "warnings", hidden: true });
    this.element = h("div", { class: "fill" }, this.warnings, this.stage.element);
    const set = (name) => (value) => {
      this.options[name] = value;
      if (name === "detail" || name === "view") this.options.expand = [];
      if (name !== "shape") this.stage.touched = false;
      this.#relevant();
      page.askLook();
    };
    this.view = choice("Cards, or feature maps", [["graph", "Cards"], ["volumes", "Volumes"]], "graph", set("view"));
    this.detail = choice("How much is shown", [["auto", "Auto"], ["blocks", "Blocks"], ["stages", "Stages"], ["fused", "Fused"], ["layers", "Layers"]], "auto", set("detail"));
    this.direction = choice("Direction", [["TB", "↓"], ["LR", "→"]], "TB", set("direction"));
    this.shape = choice("Shape", [["auto", "Auto"], ["line", "Line"], ["u", "U"]], "auto", set("shape"));
    this.tools = [this.opened, this.view, this.detail, this.direction, this.shape];
    this.#relevant();
    new ResizeObserver(() => {
      clearTimeout(this.resized);
      if (this.options.view === "volumes" && Math.abs(this.#width() - this.asked) > 20) this.resized = setTimeout(() => page.askLook(), 150);
    }).observe(this.stage.element);
  }

  // Of the window, in points: volumes stand in rows that fit.
  #width() {
    return Math.max(280, Math.floor((this.stage.element.clientWidth - 24) * 0.75));
  }

  #relevant() {
    const volumes = this.options.view === "volumes";
    this.direction.hidden = volumes;
    this.shape.hidden = !volumes;
    this.opened.replaceChildren(...this.options.expand.map((name) => button([`${name} `, h("b", {}, "×")], `Close ${name}`, () => this.close(name), "chip")));
  }

  // The options that a picture of this kind takes, as `archspec render` has them.
  chosen() {
    const { view, detail, direction, shape, expand } = this.options;
    const given = view === "volumes" ? { view, detail, shape } : { view, detail, direction };
    if (expand.length && detail !== "layers" && detail !== "fused") given.expand = expand;
    return given;
  }

  given = () => {
    const options = { ...this.chosen(), theme: this.page.theme };
    if (options.view === "volumes" && !this.tight) options.width = this.asked = this.#width();
    return { options };
  };

  open(name) {
    this.options.expand = [...this.options.expand, name];
    this.stage.touched = false;
    this.#relevant();
    this.page.askLook();
  }

  close(name) {
    this.options.expand = this.options.expand.filter((other) => other !== name && !other.startsWith(`${name}.`));
    this.stage.touched = false;
    this.#relevant();
    this.page.askLook();
  }

  show(reply) {
    if (reply.svg) {
      this.stage.show(reply.svg, reply.blocks);
      this.tight = false;
    } else if (this.options.view === "volumes" && reply.error && !this.tight) {
      this.tight = true;  // no room in this window: as wide as it is then
      this.page.askLook();
      return;
    } else if (this.options.expand.length && reply.error) {  // what was open is there no more
      this.options.expand = [];
      this.#relevant();
      this.page.askLook();
      return;
    } else {
      this.stage.clear(empty(reply.error || "There is no picture yet: the text has a mistake."));
    }
    const { warnings = [] } = reply;
    this.warnings.hidden = !warnings.length;
    this.warnings.textContent = warnings.join("; ");
  }

  light(layers, seek) {
    this.stage.light(layers, seek);
  }
}

class Table {
  name = "table";
  label = "Table";
  word = "table";

  constructor(page) {
    this.page = page;
    this.depth = 1;
    this.element = h("div", { class: "scrolled" });
    this.tools = [choice("How many levels of blocks are shown", [["1", "1 level"], ["2", "2 levels"], ["3", "3 levels"], ["9", "All levels"]], "1", (value) => {
      this.depth = Number(value);
      page.askLook();
    })];
  }

  given = () => ({ depth: this.depth });

  show(reply) {
    if (!reply.rows.length) {
      this.element.replaceChildren(empty(NOTHING));
      this.rows = [];
      return;
    }
    const side = (k) => (reply.right.includes(k) ? "right" : "");
    const cells = (tag, row) => row.map((cell, k) => {
      const depth = k === 0 ? cell.length - cell.trimStart().length : 0;
      return h(tag, { class: side(k), style: depth ? `padding-left:${12 + depth * 8}px` : undefined }, cell.trimStart());
    });
    this.rows = reply.rows.map(({ cells: row, layers }) => {
      const nodes = listed(layers);
      const line = h("tr", { tabindex: "0", onclick: () => this.page.goToLayers(nodes), onkeydown: (event) => { if (event.key === "Enter") this.page.goToLayers(nodes); } }, cells("td", row));
      return { line, nodes: new Set(nodes) };
    });
    this.element.replaceChildren(h("table", {},
      h("thead", {}, h("tr", {}, cells("th", reply.header))),
      h("tbody", {}, this.rows.map(({ line }) => line)),
      h("tfoot", {}, reply.totals.map((row) => h("tr", {}, cells("td", row))), reply.costs.map((text) => h("tr", { class: "cost" }, h("td", { colspan: String(reply.header.length) }, text))))));
  }

  light(layers, seek) {
    let first = null;
    for (const { line, nodes } of this.rows ?? []) {
      const here = layers.some((n) => nodes.has(n));
      line.classList.toggle("here", here);
      if (here) first ??= line;
    }
    if (seek) first?.scrollIntoView({ block: "nearest" });
  }
}

class Worksheet {
  name = "worksheet";
  label = "Worksheet";
  word = "worksheet";
  tools = [];
  element = h("div", { class: "scrolled prose" });

  given = () => ({});

  show(reply) {
    const { scrollTop } = this.element;
    this.element.replaceChildren(reply.markdown ? shown(reply.markdown) : empty(NOTHING));
    this.element.scrollTop = scrollTop;
  }
}

class Source {
  name = "source";
  label = "Source";
  word = "source";
  element = h("div", { class: "fill source" });

  constructor() {
    this.tools = [button("Copy", "Copy the Python source", () => navigator.clipboard.writeText(this.text ?? ""))];
  }

  given = () => ({});

  show(reply) {
    this.text = reply.text;
    if (!reply.text) {
      this.view = null;
      this.element.replaceChildren(empty(NOTHING));
      return;
    }
    if (!this.view) {
      this.element.replaceChildren();
      const extensions = [python(), painted, lineNumbers(), EditorState.readOnly.of(true), EditorView.contentAttributes.of({ "aria-label": "Python source" })];
      this.view = new EditorView({ parent: this.element, extensions });
    }
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: reply.text } });
  }
}

class Changes {
  name = "changes";
  label = "Changes";
  word = "compare";
  tools = [];

  constructor(page) {
    this.page = page;
    this.lines = h("div", { class: "lines" });
    this.stage = new Stage({ goTo: (layers) => page.goToLayers(layers), open: () => {} });
    this.element = h("div", { class: "fill" }, this.lines, this.stage.element);
  }

  given = () => ({ before: this.page.files?.saved ?? undefined, options: { theme: this.page.theme } });

  show(reply) {
    this.stage.element.hidden = !reply.svg;
    const { files } = this.page;
    if (reply.error || reply.same) {
      const text = files && files.saved === undefined ? "It is not saved yet: there is nothing to compare with." : reply.error ? `Nothing can be compared: ${reply.error}.` : "The network is the one that is saved.";
      this.lines.replaceChildren(empty(text));
      return;
    }
    const kind = { "+": "added", "-": "removed", "~": "changed" };
    this.lines.replaceChildren(...reply.lines.map(([sign, text]) => h("p", { class: kind[sign] ?? "" }, h("b", {}, sign), text.trim())));
    if (reply.svg) this.stage.show(reply.svg);
  }
}
