// Where the picture is seen: larger and smaller, moved, its boxes pointed at, chosen, opened.
import { button, h, listed, markup } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const round = (value) => Math.round(value * 100) / 100;

export class Stage {
  // acts: goTo(layers), open(name), told(text): what is said of a box.
  constructor(acts) {
    this.acts = acts;
    this.inner = h("div", { class: "inner" });
    this.note = h("div", { class: "note", hidden: true });
    this.zoomed = h("div", { class: "zoom" },
      button("+", "Larger (+)", () => this.zoom(1.25)),
      button("−", "Smaller (−)", () => this.zoom(0.8)),
      button("⤢", "All of it (0)", () => this.fit(true)));
    this.element = h("div", { class: "stage", tabindex: "0", role: "group", "aria-label": "The picture: + and − for larger and smaller, arrows to move, Tab from box to box" }, this.inner, this.note, this.zoomed);
    this.scale = 1;
    this.x = this.y = 0;
    this.touched = false;  // whether somebody has chosen what is seen
    this.boxes = [];
    this.#listen();
    new ResizeObserver(() => this.touched || this.fit()).observe(this.element);
  }

  // ---- the picture
  show(svg, blocks = {}) {
    const before = this.width;
    markup(this.inner, svg);
    const picture = this.picture = this.inner.firstElementChild;
    const [, , width, height] = picture.getAttribute("viewBox").split(" ").map(Number);
    this.width = width;
    this.height = height;
    picture.setAttribute("width", width);
    picture.setAttribute("height", height);
    picture.querySelector(":scope > rect")?.remove();  // the page has that colour
    this.boxes = [...picture.querySelectorAll("g.box")].map((element) => this.#box(element, blocks));
    for (const title of picture.querySelectorAll("title")) if (title.parentElement !== picture) title.remove();
    if (!this.touched || before === undefined) this.fit();
    else this.#place();
    this.note.hidden = true;
    this.light(this.lit ?? []);
  }

  #box(element, blocks) {
    const tip = element.querySelector(":scope > title")?.textContent ?? "";
    const box = { element, tip, layers: new Set(listed(element.dataset.layers)), name: blocks[element.id] };
    element.setAttribute("tabindex", "0");
    element.setAttribute("role", "button");
    element.setAttribute("aria-label", tip.split("\n")[0] || element.textContent.trim());
    if (box.name) this.#sign(box);
    return box;
  }

  // The sign by which a block is opened.
  #sign(box) {
    const area = box.element.getBBox();
    const sign = document.createElementNS(SVG, "g");
    sign.setAttribute("class", "more");
    const at = [round(area.x + area.width - 4), round(area.y + 4)];
    sign.innerHTML = `<circle cx="${at[0]}" cy="${at[1]}" r="7.5"/><path d="M${at[0] - 3.5} ${at[1]}h7M${at[0]} ${at[1] - 3.5}v7"/>`;
    sign.addEventListener("click", (event) => {
      event.stopPropagation();
      this.acts.open(box.name);
    });
    box.element.append(sign);
  }

  clear(element) {
    this.inner.replaceChildren(element);
    this.picture = null;
    this.width = undefined;
    this.boxes = [];
    this.inner.style.transform = "";
  }

  // ---- which boxes are meant
  light(layers, seek = false) {
    this.lit = layers;
    const wanted = new Set(layers);
    let found = [];
    if (wanted.size) {
      const touching = this.boxes.filter((box) => [...box.layers].some((n) => wanted.has(n)));
      const within = touching.filter((box) => [...box.layers].every((n) => wanted.has(n)));
      found = within.length ? within : touching;
    }
    for (const box of this.boxes) box.element.classList.toggle("lit", found.includes(box));
    this.element.classList.toggle("dimmed", found.length > 0 && found.length < this.boxes.length);
    if (seek && found.length) this.seek(found[0].element);
  }

  seek(element) {
    if (!this.picture) return;
    const outer = this.element.getBoundingClientRect(), area = element.getBoundingClientRect();
    const move = (low, high, from, to) => {
      if (high - low > to - from - 32) return from + 16 - low;
      return Math.max(from + 16 - low, 0) + Math.min(to - 16 - high, 0);
    };
    const dx = move(area.left, area.right, outer.left, outer.right), dy = move(area.top, area.bottom, outer.top, outer.bottom);
    if (Math.abs(dx) < 1 && Math.abs(dy) < 1) return;
    this.x += dx;
    this.y += dy;
    this.#place(true);
  }

  // ---- how it is seen
  fit(all = false) {
    if (!this.width) return;
    const { width, height } = this.element.getBoundingClientRect();
    if (width < 20 || height < 20) return;
    const across = (width - 24) / this.width, down = (height - 24) / this.height;
    let scale = Math.min(across, down, 1.6);
    if (!all && scale < 0.6) scale = Math.min(0.6, Math.max(across, scale));  // text that can be read
    this.scale = scale;
    this.x = Math.max((width - this.width * scale) / 2, 12);
    this.y = Math.max((height - this.height * scale) / 2, 12);
    if (this.width * scale > width) this.x = (width - this.width * scale) / 2;
    this.touched = false;
    this.#place();
  }

  zoom(factor, x, y) {
    const { width, height } = this.element.getBoundingClientRect();
    x ??= width / 2;
    y ??= height / 2;
    const scale = Math.min(8, Math.max(0.05, this.scale * factor));
    this.x = x - ((x - this.x) * scale) / this.scale;
    this.y = y - ((y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.touched = true;
    this.#place();
  }

  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.touched = true;
    this.#place();
  }

  #place(slowly = false) {
    this.inner.classList.toggle("slowly", slowly && !calm.matches);
    this.inner.style.transform = this.picture ? `translate(${round(this.x)}px, ${round(this.y)}px) scale(${this.scale.toFixed(4)})` : "";
  }

  // ---- what is done with it
  #boxAt(target) {
    const element = target instanceof Element ? target.closest("g.box") : null;
    return element && this.boxes.find((box) => box.element === element);
  }

  #listen() {
    const { element } = this;
    element.addEventListener("wheel", (event) => {
      if (!this.picture) return;
      event.preventDefault();
      const { left, top } = element.getBoundingClientRect();
      const unit = event.deltaMode === 1 ? 18 : 1;
      if (event.ctrlKey || event.metaKey) this.zoom(Math.exp((-event.deltaY * unit) / 300), event.clientX - left, event.clientY - top);
      else this.pan(-event.deltaX * unit, -event.deltaY * unit);
    }, { passive: false });
    const fingers = new Map();
    let moved = 0;
    element.addEventListener("pointerdown", (event) => {
      if (event.button || event.target.closest?.(".zoom, .more")) return;
      fingers.set(event.pointerId, [event.clientX, event.clientY]);
      moved = 0;
    });
    element.addEventListener("pointermove", (event) => {
      const before = fingers.get(event.pointerId);
      if (!before) return this.#hover(event);
      const [x, y] = [event.clientX, event.clientY];
      if (fingers.size === 1) {
        moved += Math.abs(x - before[0]) + Math.abs(y - before[1]);
        if (moved > 4) {
          if (!element.hasPointerCapture(event.pointerId)) element.setPointerCapture(event.pointerId);
          element.classList.add("dragged");
          this.pan(x - before[0], y - before[1]);
        }
      } else if (fingers.size === 2) {
        const [other] = [...fingers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
        const { left, top } = element.getBoundingClientRect();
        const apart = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]) || 1;
        this.zoom(apart([x, y], other) / apart(before, other), (x + other[0]) / 2 - left, (y + other[1]) / 2 - top);
        moved = 99;
      }
      fingers.set(event.pointerId, [x, y]);
    });
    const lift = (event) => {
      fingers.delete(event.pointerId);
      element.classList.remove("dragged");
    };
    element.addEventListener("pointerup", lift);
    element.addEventListener("pointercancel", lift);
    element.addEventListener("pointerleave", () => { this.#hover(null); });
    element.addEventListener("click", (event) => {
      if (moved > 4) return;
      const box = this.#boxAt(event.target);
      if (box?.layers.size) this.acts.goTo([...box.layers]);
    });
    element.addEventListener("dblclick", (event) => {
      const box = this.#boxAt(event.target);
      if (box?.name) this.acts.open(box.name);
    });
    element.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const keys = {
        "+": () => this.zoom(1.25), "=": () => this.zoom(1.25), "-": () => this.zoom(0.8), 0: () => this.fit(true),
        ArrowLeft: () => this.pan(60, 0), ArrowRight: () => this.pan(-60, 0), ArrowUp: () => this.pan(0, 60), ArrowDown: () => this.pan(0, -60),
      };
      const box = this.#boxAt(event.target);
      if (box && event.key === "Enter") keys.Enter = () => (event.shiftKey && box.name ? this.acts.open(box.name) : this.acts.goTo([...box.layers]));
      if (box?.name && event.key === " ") keys[" "] = () => this.acts.open(box.name);
      if (!keys[event.key]) return;
      event.preventDefault();
      keys[event.key]();
    });
    element.addEventListener("focusin", (event) => {
      const box = this.#boxAt(event.target);
      if (box && event.target.matches(":focus-visible")) this.seek(box.element);
    });
  }

  // A card beside the pointer with what is said of a box.
  #hover(event) {
    const box = event && !event.buttons ? this.#boxAt(event.target) : null;
    if (box === this.hovered) return;
    this.hovered = box;
    clearTimeout(this.resting);
    this.note.hidden = true;
    if (!box?.tip) return;
    this.resting = setTimeout(() => {
      this.note.replaceChildren(...tipLines(box.tip));
      if (box.name) this.note.append(h("p", { class: "does" }, "double-click opens it"));
      this.note.hidden = false;
      const { width, height } = this.note.getBoundingClientRect();
      const area = box.element.getBoundingClientRect();
      let x = area.right + 10;
      if (x + width > innerWidth - 8) x = area.left - width - 10;
      if (x < 8) x = Math.max(8, Math.min(innerWidth - width - 8, area.left));
      this.note.style.left = `${x}px`;
      this.note.style.top = `${Math.max(8, Math.min(area.top, innerHeight - height - 8))}px`;
    }, 220);
  }
}

// The tip of a box, its results bold.
function tipLines(tip) {
  return tip.split("\n").map((line, k) => {
    const [, name, layer, shape] = line.match(/^(.+?): (.*) → (.*)$/) ?? [];
    if (shape !== undefined) return h("p", { class: "layer" }, h("b", {}, name), ` ${layer} → `, h("b", {}, shape));
    const sum = line.lastIndexOf(" = ");
    if (sum < 0) return h("p", { class: k ? "" : "layer" }, line);
    return h("p", { class: "sum" }, line.slice(0, sum + 3), h("b", {}, line.slice(sum + 3)));
  });
}
