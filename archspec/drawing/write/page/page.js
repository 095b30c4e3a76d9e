"use strict";
// Pan and zoom, blocks that open in place, search. Everything drawn is in the page already;
// this moves it. Lengths are in points of the picture, but for what is named `screen`.
{
const SVG = "http://www.w3.org/2000/svg";
const PAD = 14, TITLE = 28, CORNER = 9;  // around what is in an opened block
const OPENING = 260;  // milliseconds
const PAINT = ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-size", "font-weight", "text-anchor"];
const NARROW = 900;  // of the window, as in page.css
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const root = document.documentElement;
const stage = $(".stage"), aside = $("aside"), field = $(".search input"), told = $(".search output");
const rows = $$("tbody tr");
for (const { cells: [name] } of rows) {
  const parts = name.textContent.split(/(?<=[._])/);  // where a name may be broken
  name.replaceChildren(...parts.flatMap((part, k) => (k ? [document.createElement("wbr"), part] : [part])));
}

function make(name, attributes, parent, text) {
  const element = document.createElementNS(SVG, name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  if (text) element.textContent = text;
  parent?.append(element);
  return element;
}
const numbers = (text) => (text.match(/-?[\d.]+/g) ?? []).map(Number);
// Whole numbers, written as `0-4 7`.
const listed = (text) => text.split(" ").filter(Boolean).flatMap((part) => {
  const [first, last = first] = part.split("-").map(Number);
  return Array.from({ length: last - first + 1 }, (_, k) => first + k);
});
const get = (element, name) => Number(element.getAttribute(name) ?? 0);
const round = (value) => Math.round(value * 100) / 100;
const put = (element, dx, dy) => element.setAttribute("transform", `translate(${round(dx)} ${round(dy)})`);

// A rising, gapless map of one axis: each span becomes at least as long as it needs, everything
// before the first stays, everything else moves on. So what is left of something stays left of it.
function stretched(spans) {
  const cuts = [...new Set(spans.flatMap((s) => [s.from, s.to]))].sort((a, b) => a - b);
  const lengths = cuts.slice(1).map((cut, k) => cut - cuts[k]);
  for (const { from, to, need } of spans.sort((a, b) => a.to - a.from - (b.to - b.from))) {
    const first = cuts.indexOf(from), last = cuts.indexOf(to);
    let own = 0;
    for (let k = first; k < last; k++) own += lengths[k];
    if (own < need) for (let k = first; k < last; k++) lengths[k] *= need / own;
  }
  const starts = [cuts[0]];
  lengths.forEach((length, k) => starts.push(starts[k] + length));
  return (v) => {
    if (!cuts.length || v <= cuts[0]) return v;
    const last = cuts.length - 1;
    if (v >= cuts[last]) return v + starts[last] - cuts[last];
    let k = 0;
    while (cuts[k + 1] < v) k++;
    return starts[k] + ((v - cuts[k]) * lengths[k]) / (cuts[k + 1] - cuts[k]);
  };
}

// A card, or a block that opens.
class Box {
  constructor(element, picture) {
    this.element = element;
    this.picture = picture;
    const { look, at } = element.dataset;
    this.at = numbers(at ?? "0 0");
    if (look) {
      const card = document.importNode($("#cards").content.firstElementChild.children[look], true);
      put(card, ...this.at);
      element.append(card);
    }
    const layers = listed(element.dataset.layers ?? "");
    this.layers = new Set(layers.map((k) => picture.base + k));
    const tip = element.dataset.tip ?? layers.map((k) => `#${k}`).join("\n");
    const own = layers.length || !picture.ends;
    this.tip = own ? this.#told(tip) : picture.ends.shift() ?? "";
    this.sums = own ? this.#told(tip, true) : this.tip;  // the same with all calculations
    this.title = ($("text[data-bold]", element) ?? $("text", element))?.textContent.trim() ?? "";
    this.card = make("g", { class: "card" });
    this.card.append(...element.childNodes);
    element.append(this.card);
    this.area = this.#area();
    const { x, y, width, height } = this.area;
    this.ring = make("rect", { class: "ring", x: x - 3, y: y - 3, width: width + 6, height: height + 6, rx: 10 }, element);
    this.block = element.dataset.inside !== undefined;
    this.open = false;
    this.progress = 0;
    this.inner = null;
    if (this.block) {
      this.more = make("g", { class: "more" }, element);
      make("circle", { cx: x + width - 5, cy: y + 5, r: 7.5 }, this.more);
      this.cross = make("path", {}, this.more);
      this.#sign(x + width - 5, y + 5);
    }
    element.setAttribute("tabindex", "0");
    element.setAttribute("role", "treeitem");
    if (this.tip) element.setAttribute("aria-description", this.tip);
    this.#say();
    boxes.set(element, this);
  }

  // A tip, in which #3 stands for what the list says of the layer base + 3, #3. for the first line.
  #told(text, all = false) {
    return text.split("\n").map((line) => {
      const [, number, first] = line.match(/^#(\d+)(\.?)$/) ?? [];
      if (number === undefined) return line.replace(/^##/, "#");
      const row = rows[this.picture.base + Number(number)];
      if (!row) return "";
      const [name, , shape] = [...row.cells].map((cell) => cell.textContent);
      const [start, ...sums] = (row.dataset.told ?? rows[row.dataset.as].dataset.told).split("\n");
      return [`${name}: ${start} → ${shape}`, ...(first && !all ? [] : sums)].join("\n");
    }).join("\n");
  }

  #area() {
    const rect = $("rect", this.card);
    if (rect) return { x: this.at[0] + get(rect, "x"), y: this.at[1] + get(rect, "y"), width: get(rect, "width"), height: get(rect, "height") };
    const points = $$("polygon", this.card).flatMap((p) => numbers(p.getAttribute("points")));
    const xs = points.filter((_, k) => k % 2 === 0), ys = points.filter((_, k) => k % 2);
    const x = Math.min(...xs), y = Math.min(...ys);
    return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
  }

  #sign(x, y) {
    this.cross.setAttribute("d", `M${x - 3.5} ${y}h7` + (this.open ? "" : `M${x} ${y - 3.5}v7`));
  }

  #say() {
    const { times, params } = this.element.dataset;
    const facts = [this.title];
    if (times) facts.push(`${times} times`);
    if (params) facts.push(`${Number(params).toLocaleString("en")} parameters`);
    this.facts = facts;
    this.element.setAttribute("aria-label", facts.join(", "));
    if (this.block) this.element.setAttribute("aria-expanded", this.open);
  }

  // What is in it, made when it is first asked for.
  content() {
    if (!this.inner) {
      const { size, groups } = document.getElementById(`inside-${this.element.dataset.inside}`).dataset;
      const group = make("g", { class: "inner", role: "group" });
      const content = make("g", { "text-anchor": "middle", "stroke-linejoin": "round" }, group);
      const known = $("#groups").content.firstElementChild.children;
      for (const number of listed(groups)) content.append(document.importNode(known[number], true));
      this.frame = make("g", {});
      this.rect = make("rect", { class: "frame", rx: CORNER }, this.frame);
      this.name = make("text", { class: "frame-title" }, this.frame, this.element.dataset.title);
      this.least = 0;
      this.group = group;
      this.inner = new Picture(group, numbers(size), this);
    }
    return this.inner;
  }

  async toggle(open = !this.open, quick = false) {
    if (!this.block || open === this.open) return;
    this.open = open;
    if (open) {
      this.content();
      this.card.after(this.frame, this.group);
    }
    this.#say();
    const view = this.picture.view();
    const from = this.progress, to = open ? 1 : 0;
    if (open) view.fitted = false;
    await animated(quick ? 0 : OPENING, (share) => {
      this.progress = from + (to - from) * share;
      view.place();
      if (view.fitted && !view.touched) view.fit();
    });
    if (!this.open && this.progress === 0) {
      this.frame.remove();
      this.group.remove();
      view.place();
    }
  }

  // The size that it takes now.
  measure() {
    if (!this.progress) return null;
    const inner = this.inner.measure();
    this.least ||= this.name.getComputedTextLength() + 60;
    const width = Math.max(inner.width + 2 * PAD, this.least), height = inner.height + TITLE + PAD;
    const more = (whole, own) => own + (Math.max(whole, own) - own) * this.progress;
    return { width: more(width, this.area.width), height: more(height, this.area.height) };
  }

  place(fx, fy) {
    const { x, y, width, height } = this.area;
    if (!this.progress) {
      const middle = [x + width / 2, y + height / 2];
      this.dx = fx(...middle) - middle[0];
      this.dy = fy(...middle) - middle[1];
      this.now = { x: x + this.dx, y: y + this.dy, width, height };
      for (const part of [this.card, this.ring, this.more]) if (part) put(part, this.dx, this.dy);
      this.card.style.opacity = "";
      this.card.style.display = "";
    } else {
      const left = fx(x, y), top = fy(x, y), wide = fx(x + width, y) - left, high = fy(x, y + height) - top;
      this.now = { x: left, y: top, width: wide, height: high };
      this.dx = this.dy = null;
      for (const [key, value] of Object.entries(this.now)) this.rect.setAttribute(key, round(value));
      put(this.card, left + (wide - width) / 2 - x, top + (high - height) / 2 - y);
      this.card.style.opacity = Math.max(0, 1 - 2 * this.progress);
      this.card.style.display = this.progress === 1 ? "none" : "";
      put(this.name, left + 12, top + 18);
      const { width: w, height: h } = this.inner.size;
      const share = 0.5 + 0.5 * this.progress;
      const at = [left + (wide - w * share) / 2, top + TITLE * share + (high - (TITLE + PAD + h) * share) / 2];
      this.group.setAttribute("transform", `translate(${round(at[0])} ${round(at[1])}) scale(${round(share)})`);
      this.group.style.opacity = this.name.style.opacity = Math.max(0, 2 * this.progress - 1);
      this.inner.place();
      if (this.more) put(this.more, 0, 0);
    }
    const { now } = this;
    const still = this.progress ? [now.x, now.y] : [x, y];
    for (const [key, value] of [["x", still[0] - 3], ["y", still[1] - 3], ["width", now.width + 6], ["height", now.height + 6]])
      this.ring.setAttribute(key, round(value));
    if (this.progress) put(this.ring, 0, 0);
    if (this.more) {
      const mark = [still[0] + now.width - 5, still[1] + 5];
      $("circle", this.more).setAttribute("cx", round(mark[0]));
      $("circle", this.more).setAttribute("cy", round(mark[1]));
      this.#sign(round(mark[0]), round(mark[1]));
    }
  }
}
const boxes = new WeakMap();

// The triangle at the end of a line.
function arrow(points, length = 6.5) {
  const [x, y] = points[points.length - 1];
  const [u, v] = points.findLast(([u, v]) => Math.hypot(x - u, y - v) > length / 4) ?? [x, y - 1];
  const far = Math.hypot(x - u, y - v), dx = ((x - u) / far) * length, dy = ((y - v) / far) * length;
  const corner = (side) => [x - dx - dy * side, y - dy + dx * side];
  return [[x, y], corner(0.36), corner(-0.36)];
}

// A connection: its line bends with the map, its ends stay at their boxes.
class Wire {
  constructor(element, picture) {
    this.element = element;
    [this.from, this.to] = element.dataset.ends.split(" ").map((k) => (k ? picture.boxes[k] : undefined));
    element.setAttribute("aria-hidden", "true");
    this.ways = $$("path", element).map((path) => {
      const flat = numbers(path.getAttribute("d"));
      const points = [];
      for (let k = 0; k < flat.length; k += 2) points.push([flat[k], flat[k + 1]]);
      return { path, points, straight: points.length === 2 };
    });
    // Heads of arrows are made anew, so that they point where the line does.
    const [line] = this.ways;
    const head = $("polygon", element);
    if (head) {  // where its line ends without it
      const [x, y] = numbers(head.getAttribute("points")), [u, v] = line.points[line.points.length - 1];
      for (const point of line.points.slice(line.straight ? -1 : -2)) [point[0], point[1]] = [point[0] + x - u, point[1] + y - v];
    }
    this.head = head ?? (line?.path.dataset.arrow === undefined ? null : make("polygon", { class: "head" }));
    if (this.head) line.path.after(this.head);
    this.rest = [...element.children].filter((c) => c.tagName === "text" || c.tagName === "rect")
      .map((part) => ({ part, point: [get(part, "x"), get(part, "y")] }));
    const main = this.ways[0]?.points ?? [];
    this.start = main[0];
    this.end = main[main.length - 1];
  }

  place(fx, fy) {
    const warped = ([x, y]) => [fx(x, y) - x, fy(x, y) - y];
    const aside = (point, box) => {
      const [dx, dy] = warped(point);
      return box?.dx === null || box === undefined ? [0, 0] : [box.dx - dx, box.dy - dy];
    };
    if (!this.start) return;
    const first = aside(this.start, this.from), last = aside(this.end, this.to);
    const moves = [];  // [point, how far it moves]
    this.ways.forEach(({ path, points, straight }, number) => {
      const count = points.length - 1, reach = straight ? 1 : 3;
      const moved = points.map((point, k) => {
        const [dx, dy] = warped(point);
        let a = Math.max(0, 1 - k / reach), b = Math.max(0, 1 - (count - k) / reach);
        if (number > 0) {  // a short line where the wire is tied to its box
          const near = Math.hypot(point[0] - this.start[0], point[1] - this.start[1]) < Math.hypot(point[0] - this.end[0], point[1] - this.end[1]);
          [a, b] = near ? [1, 0] : [0, 1];
        }
        const move = [dx + a * first[0] + b * last[0], dy + a * first[1] + b * last[1]];
        if (number === 0) moves.push([point, move]);
        return [round(point[0] + move[0]), round(point[1] + move[1])];
      });
      if (number === 0 && this.head) {
        const [tip, a, b] = arrow(moved);
        this.head.setAttribute("points", [tip, a, b].map((p) => p.map(round).join()).join(" "));
        const back = [0, 1].map((k) => ((a[k] + b[k]) / 2 - tip[k]) * 0.7);  // a sharp tip
        for (const k of straight ? [count] : [count - 1, count]) moved[k] = moved[k].map((v, axis) => round(v + back[axis]));
      }
      const [start, ...others] = moved.map((p) => p.join(" "));
      path.setAttribute("d", `M${start}${straight ? "L" : "C"}${others.join(" ")}`);
    });
    for (const { part, point } of this.rest) {
      let best = [0, 0], least = Infinity;
      moves.forEach(([[x, y], move], k) => {
        const [[u, v], other] = moves[Math.min(k + 1, moves.length - 1)];
        for (const share of [0, 0.25, 0.5, 0.75]) {
          const far = Math.hypot(x + (u - x) * share - point[0], y + (v - y) * share - point[1]);
          if (far < least) {
            least = far;
            best = [move[0] + (other[0] - move[0]) * share, move[1] + (other[1] - move[1]) * share];
          }
        }
      });
      put(part, best[0], best[1]);
    }
  }
}

// Columns, or rows: boxes beside each other that only wires back to the beginning connect, which go
// from the end of one around to the start of the next. `limits` are the places between them.
function bands(picture, start, length, axis) {
  const found = [];  // { low, high, boxes }
  const put = (low, high, items) => {
    const last = found[found.length - 1];
    if (last && low <= last.high) {
      last.high = Math.max(last.high, high);
      last.boxes.push(...items);
    } else found.push({ low, high, boxes: items });
  };
  const all = picture.boxes.map((box) => [box.area[start], box.area[start] + box.area[length], [box]]);
  for (const { at } of picture.clusters) all.push([at[axis], at[axis] + at[axis + 2], []]);
  for (const item of all.sort((a, b) => a[0] - b[0])) put(...item);
  for (let again = true; again;) {
    again = false;
    for (const wire of picture.wires) {
      const from = found.findIndex((b) => b.boxes.includes(wire.from)), to = found.findIndex((b) => b.boxes.includes(wire.to));
      if (from === to || from < 0 || to < 0) continue;
      if (to === from + 1 && wire.end[1 - axis] < wire.start[1 - axis]) continue;
      const parts = found.splice(Math.min(from, to), Math.abs(from - to) + 1);
      found.splice(Math.min(from, to), 0, { low: parts[0].low, high: parts[parts.length - 1].high, boxes: parts.flatMap((p) => p.boxes) });
      again = true;
    }
  }
  if (found.length < 2) return null;
  const limits = found.slice(1).map(({ low }, k) => {
    const gap = picture.wires.flatMap((w) => w.ways[0]?.points ?? []).map((p) => p[axis]).filter((v) => v > found[k].high && v < low);
    const wire = picture.wires.find((w) => found[k].boxes.includes(w.from) && found[k + 1].boxes.includes(w.to));
    const own = wire?.ways[0].points.map((p) => p[axis]).filter((v) => gap.includes(v)).sort((a, b) => a - b) ?? [];
    return own.length ? own[Math.floor(own.length / 2)] + 0.01 : (found[k].high + low) / 2;
  });
  return { axis, limits };
}

// A picture: the one of the page, or what is in a block.
class Picture {
  constructor(element, size, owner) {
    this.element = element;
    [this.width, this.height] = size;
    this.owner = owner;
    const { base = 0, ends = "" } = owner?.element.dataset ?? {};
    this.base = owner ? owner.picture.base + Number(base) : 0;
    this.ends = owner ? ends.split("\n") : null;
    const parts = $$("g", element).filter((g) => g.parentNode.parentNode === element);
    this.boxes = parts.filter((g) => g.classList.contains("box")).map((g) => new Box(g, this));
    this.wires = parts.filter((g) => g.classList.contains("wire")).map((g) => new Wire(g, this));
    this.clusters = parts.filter((g) => g.classList.contains("cluster")).map((g) => ({ rect: $("rect", g), rest: [...g.children].slice(1), at: numbers(["x", "y", "width", "height"].map((n) => get($("rect", g), n)).join(" ")) }));
    this.bands = bands(this, "x", "width", 0) ?? bands(this, "y", "height", 1);
    this.wires.forEach((wire) => lines.set(wire.element, wire));
    this.size = { width: this.width, height: this.height };
  }

  view() {
    return this.owner ? this.owner.picture.view() : views.find((v) => v.picture === this);
  }

  measure() {
    const { limits = [], axis = 0 } = this.bands ?? {};
    const spans = [[], []].map(() => [...limits, 0].map(() => []));  // for each axis, for each band
    const bandOf = (v) => limits.filter((limit) => v > limit).length;
    for (const box of this.boxes) {
      const need = box.measure();
      if (!need) continue;
      const { x, y, width, height } = box.area;
      const band = bandOf(axis ? y : x);
      spans[0][axis ? band : 0].push({ from: x, to: x + width, need: need.width });
      spans[1][axis ? 0 : band].push({ from: y, to: y + height, need: need.height });
    }
    const [across, down] = spans.map((each) => each.map(stretched));
    // Columns grow downward each by itself, rows to the right.
    this.fx = (x, y) => across[axis ? bandOf(y) : 0](x);
    this.fy = (x, y) => down[axis ? 0 : bandOf(x)](y);
    this.size = {
      width: Math.max(...across.map((f) => f(this.width))),
      height: Math.max(...down.map((f) => f(this.height))),
    };
    return this.size;
  }

  place() {
    const fx = (x, y) => this.fx(x, y), fy = (x, y) => this.fy(x, y);
    for (const box of this.boxes) box.place(fx, fy);
    for (const wire of this.wires) wire.place(fx, fy);
    for (const { rect, rest, at: [x, y, width, height] } of this.clusters) {
      const left = fx(x, y), top = fy(x, y);
      const now = { x: left, y: top, width: fx(x + width, y) - left, height: fy(x, y + height) - top };
      for (const key in now) rect.setAttribute(key, round(now[key]));
      for (const part of rest) put(part, left - x, top - y);
    }
  }

  // The smallest box that stands for a layer.
  find(layer) {
    let best = null;
    for (const box of this.boxes)
      if (box.layers.has(layer) && (!best || box.layers.size < best.layers.size)) best = box;
    return best;
  }
}
const lines = new WeakMap();

function animated(time, step) {
  if (calm.matches || !time) {
    step(1);
    return Promise.resolve();
  }
  return new Promise((done) => {
    const start = performance.now();
    const next = (now) => {
      const share = Math.min(1, Math.max(0, (now - start) / time));
      step(share < 0.5 ? 4 * share ** 3 : 1 - (2 - 2 * share) ** 3 / 2);
      if (share < 1) requestAnimationFrame(next);
      else done();
    };
    requestAnimationFrame(next);
  });
}

// Where on the screen a picture is seen, and how large.
class View {
  constructor(svg) {
    this.svg = svg;
    const [, , width, height] = numbers(svg.getAttribute("viewBox"));
    this.layer = make("g", { role: "tree", "aria-label": svg.getAttribute("aria-label") });
    this.layer.append(...svg.childNodes);
    svg.append(this.layer);
    svg.removeAttribute("viewBox");
    this.picture = new Picture(this.layer, [width, height], null);
    this.scale = 1;
    this.x = this.y = 0;
    this.touched = false;
    this.fitted = false;  // whether all of it is wanted
  }

  place() {
    this.picture.measure();
    this.picture.place();
  }

  show() {
    this.layer.setAttribute("transform", `translate(${round(this.x)} ${round(this.y)}) scale(${this.scale.toFixed(4)})`);
  }

  room() {
    const { width, height } = stage.getBoundingClientRect();
    return { width: Math.max(width, 50), height: Math.max(height, 50) };
  }

  // All of it; at first not so small that nothing can be read.
  fit(first = false) {
    const { width, height } = this.room(), { size } = this.picture;
    const below = innerWidth > NARROW && $(".legend") ? 44 : 0;
    const across = (width - 24) / size.width, down = (height - 24 - below) / size.height;
    let scale = Math.min(across, down, 1.5);
    if (first && scale < 0.62) scale = Math.max(scale, Math.min(0.62, Math.max(across, down, 0.5)));
    this.scale = scale;
    const start = this.picture.boxes[0]?.now;
    const put = (length, whole, first, own) => {
      if (whole * scale <= length) return (length - whole * scale) / 2;
      const at = first ? own * scale : (whole * scale) / 2;
      return Math.min(12, Math.max(length - 12 - whole * scale, length / 2 - at));
    };
    this.x = put(width, size.width, first && start, start ? start.x + start.width / 2 : 0);
    this.y = put(height - below, size.height, first && start, start ? start.y + start.height / 2 : 0);
    this.show();
  }

  zoom(factor, x, y) {
    const { width, height } = this.room();
    x ??= width / 2;
    y ??= height / 2;
    const scale = Math.min(8, Math.max(0.04, this.scale * factor));
    this.x = x - ((x - this.x) * scale) / this.scale;
    this.y = y - ((y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.touched = true;
    this.show();
  }

  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.touched = true;
    this.show();
  }

  // Brings a box into sight; smaller if it is too large, larger if it cannot be read.
  async seek(box, close = false) {
    const outer = stage.getBoundingClientRect();
    const part = box.progress ? box.rect : box.card;
    const area = part.getBoundingClientRect();
    let factor = Math.min(1, (outer.width - 40) / area.width, (outer.height - 40) / area.height);
    if (close && this.scale * factor < 0.8) factor = Math.min(1 / this.scale, (outer.width - 40) / area.width, (outer.height - 40) / area.height);
    const edge = close ? Infinity : 20;
    const one = (low, high, from, to, at) => {
      const length = (high - low) * factor;
      const middle = from + (to - from - length) / 2;
      const now = (low - from - at) * factor + at + from;
      if (edge === Infinity) return middle - now;
      return Math.max(from + edge, Math.min(now, Math.max(from + edge, to - edge - length))) - now;
    };
    const dx = one(area.left, area.right, outer.left, outer.right, this.x);
    const dy = one(area.top, area.bottom, outer.top, outer.bottom, this.y);
    if (factor === 1 && Math.abs(dx) < 1 && Math.abs(dy) < 1) return;
    const { x, y, scale } = this;
    await animated(OPENING, (share) => {
      this.scale = scale * (1 + (factor - 1) * share);
      this.x = x + dx * share;
      this.y = y + dy * share;
      this.touched = true;
      this.show();
    });
  }
}

root.classList.add("ready");
const views = [];
for (const svg of $$(".picture")) views.push(new View(svg));
let current = views[0], chosen = null;

// ---- what is said of a box
const details = $(".details");

function write(box, place, said) {
  const part = (name, text, parent, kind) => {
    const element = parent.appendChild(document.createElement(name));
    element.textContent = text;
    if (kind) element.className = kind;
    return element;
  };
  const count = box.layers.size;
  place.replaceChildren();
  part("h2", box.facts[0], place);
  part("p", [...box.facts.slice(1), ...(count > 1 ? [`${count} layers`] : [])].join(" · "), place, "facts");
  const does = part("div", "", place, "does");
  const text = part("div", "", place, "tip");
  for (const line of said.split("\n")) {
    const [, name, layer, shape] = line.match(/^(.+?): (.*) → (.*)$/) ?? [];
    if (shape !== undefined) {
      const said = part("p", "", text, "layer");
      part("b", name, said);
      said.append(" ", layer, " → ");
      part("b", shape, said);
      continue;
    }
    const sum = line.lastIndexOf(" = ");
    const said = part("p", sum < 0 ? line : line.slice(0, sum + 3), text, sum < 0 ? "" : "sum");
    if (sum >= 0) part("b", line.slice(sum + 3), said);
  }
  return does;
}

function tell(box) {
  details.hidden = !box;
  for (const row of $$("tr.here")) row.classList.remove("here");
  if (!box) return;
  const does = write(box, details, box.sums);
  if (box.block) {
    const button = does.appendChild(document.createElement("button"));
    button.textContent = box.open ? "Close" : "Open";
    button.addEventListener("click", () => openBox(box));
  }
  let first = null;
  for (const layer of box.layers) {
    rows[layer]?.classList.add("here");
    first ??= rows[layer];
  }
  if (first && aside.classList.contains("listed")) first.scrollIntoView({ block: "nearest" });
}

// A card beside the pointer, in the window as a whole.
const note = $(".note");
let resting = 0;

function hover(box, event) {
  clearTimeout(resting);
  note.hidden = true;
  if (!box || aside.classList.contains("shown")) return;
  resting = setTimeout(() => {
    write(box, note, box.tip);
    note.hidden = false;
    const { width, height } = note.getBoundingClientRect();
    const x = event.clientX + 18 + width < innerWidth ? event.clientX + 18 : event.clientX - 18 - width;
    note.style.left = `${Math.max(8, x)}px`;
    note.style.top = `${Math.max(8, Math.min(event.clientY + 14, innerHeight - height - 8))}px`;
  }, 180);
}

function choose(box) {
  chosen?.element.classList.remove("chosen");
  chosen = box;
  box?.element.classList.add("chosen");
  light(box);
  tell(box);
  panel();
}

// The panel is there when it has something to say.
function panel() {
  const before = aside.offsetWidth;
  const listed = aside.classList.contains("listed");
  aside.classList.toggle("shown", listed || !!chosen);
  $("[data-act=list]").setAttribute("aria-pressed", listed);
  if (aside.offsetWidth !== before && !current.touched) current.fit(true);
}

function light(box) {
  for (const element of $$(".lit")) element.classList.remove("lit");
  stage.classList.toggle("dimmed", !!box);
  for (const wire of box?.picture.wires ?? []) if (wire.from === box || wire.to === box) wire.element.classList.add("lit");
}

async function openBox(box, open = !box.open) {
  await box.toggle(open);
  if (chosen === box) tell(box);
  if (open) await current.seek(box);
}

// ---- search
let hits = [], at = -1;

function search() {
  const words = field.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  hits = [];
  at = -1;
  rows.forEach((row, k) => {
    const text = row.textContent.toLowerCase();
    const hit = words.length > 0 && words.every((word) => text.includes(word));
    row.hidden = words.length > 0 && !hit;
    row.classList.toggle("hit", hit);
    if (hit) hits.push(k);
  });
  told.textContent = words.length ? `${hits.length} found` : "";
  mark();
  if (words.length && !aside.classList.contains("listed") && innerWidth > NARROW) {
    aside.classList.add("listed");
    panel();
  }
}

function mark() {
  for (const element of $$(".box.hit, .box.found")) element.classList.remove("hit", "found");
  const pictures = [current.picture];
  while (pictures.length) {
    const picture = pictures.pop();
    for (const box of picture.boxes) {
      if (hits.some((k) => box.layers.has(k))) box.element.classList.add("hit");
      if (box.open) {
        box.element.classList.remove("hit");
        pictures.push(box.inner);
      }
    }
  }
}

// Opens what a layer is in, and goes there.
async function reveal(layer) {
  let picture = current.picture, found = null;
  for (;;) {
    const box = picture.find(layer);
    if (!box) break;
    found = box;
    if (!box.block || !box.content().find(layer)) break;
    await box.toggle(true, true);
    picture = box.inner;
  }
  if (!found) return;
  choose(found);
  mark();
  for (const element of $$(".found")) element.classList.remove("found");
  found.element.classList.add("found");
  rows[layer].scrollIntoView({ block: "nearest" });
  try {
    history.replaceState(null, "", "#" + encodeURIComponent(rows[layer].cells[0].textContent));
  } catch { /* a page in a frame may not */ }
  await current.seek(found, true);
}

function next(step) {
  if (!hits.length) return;
  at = (at + step + hits.length) % hits.length;
  told.textContent = `${at + 1} of ${hits.length}`;
  reveal(hits[at]);
}
field.addEventListener("input", search);
$(".search").addEventListener("submit", (event) => event.preventDefault());
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter") next(event.shiftKey ? -1 : 1);
  if (event.key === "Escape") {
    field.value = "";
    search();
    field.blur();
  }
  event.stopPropagation();
});
rows.forEach((row, k) => row.addEventListener("click", () => reveal(k)));

// ---- buttons and keys
const acts = {
  in: () => current.zoom(1.25),
  out: () => current.zoom(0.8),
  fit: () => {
    current.fit();
    current.touched = false;
    current.fitted = true;
  },
  list: () => {
    aside.classList.toggle("listed");
    panel();
  },
  theme: () => {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const order = dark ? ["auto", "light", "dark"] : ["auto", "dark", "light"];
    root.dataset.theme = order[(order.indexOf(root.dataset.theme) + 1) % 3];
  },
  help: () => $(".help").showModal(),
  save: () => {
    const { width, height } = current.picture.size;
    const copy = current.svg.cloneNode(true);
    for (const extra of $$(".more, .ring", copy)) extra.remove();
    const shapes = "rect, path, polygon, circle, text";
    const kept = $$(shapes, current.svg).filter((shape) => !shape.closest(".more, .ring"));
    $$(shapes, copy).forEach((shape, k) => {
      const now = getComputedStyle(kept[k]);
      for (const name of PAINT) if (now[name] && now[name] !== "none" || name === "fill") shape.setAttribute(name, now[name]);
    });
    copy.firstElementChild.removeAttribute("transform");
    for (const [key, value] of Object.entries({ xmlns: SVG, viewBox: `0 0 ${round(width)} ${round(height)}`, width: `${round(width)}pt`, height: `${round(height)}pt` })) copy.setAttribute(key, value);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" }));
    link.download = `${document.title.replace(/[^\w.-]+/g, "_").slice(0, 60) || "picture"}.svg`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  },
};
for (const button of $$("[data-act]")) button.addEventListener("click", () => acts[button.dataset.act]());

const keys = { "+": "in", "=": "in", "-": "out", "−": "out", 0: "fit", l: "list", t: "theme", s: "save", "?": "help" };
const arrows = { ArrowLeft: [70, 0], ArrowRight: [-70, 0], ArrowUp: [0, 70], ArrowDown: [0, -70] };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || $(".help").open) return;
  const box = boxes.get(event.target);
  if (event.key === "/") field.focus();
  else if (event.key in arrows && !aside.contains(event.target)) current.pan(...arrows[event.key]);
  else if (event.key in keys) acts[keys[event.key]]();
  else if (box && (event.key === "Enter" || event.key === " ")) openBox(box);
  else if (event.key === "Escape") escape(box ?? chosen);
  else return;
  event.preventDefault();
});

// Closes the block around, or lets go of what is chosen.
function escape(box) {
  const around = box?.open ? box : box?.picture.owner;
  if (around?.open) {
    openBox(around, false);
    choose(around);
    around.element.focus({ preventScroll: true });
  } else {
    choose(null);
    document.activeElement?.blur?.();
  }
}

// ---- pointer
const boxAt = (target) => boxes.get(target.closest?.(".box"));
const pointers = new Map();
let travelled = 0, spread = 0;

stage.addEventListener("pointerdown", (event) => {
  if (event.target.closest("button") || event.button > 1) return;
  pointers.set(event.pointerId, event);
  hover(null);
  if (pointers.size === 1) travelled = 0;
  spread = 0;
});
addEventListener("pointermove", (event) => {
  const before = pointers.get(event.pointerId);
  if (!before) return;
  pointers.set(event.pointerId, event);
  if (pointers.size === 2) {
    const [a, b] = [...pointers.values()], { left, top } = stage.getBoundingClientRect();
    const now = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
    if (spread) current.zoom(now / spread, (a.clientX + b.clientX) / 2 - left, (a.clientY + b.clientY) / 2 - top);
    spread = now;
    travelled = 99;
  }
  const dx = event.clientX - before.clientX, dy = event.clientY - before.clientY;
  travelled += Math.abs(dx) + Math.abs(dy);
  if (travelled > 5) {
    stage.classList.add("dragged");
    current.pan(dx / pointers.size, dy / pointers.size);
  }
});
for (const name of ["pointerup", "pointercancel"]) addEventListener(name, (event) => {
  pointers.delete(event.pointerId);
  spread = 0;
  if (!pointers.size) stage.classList.remove("dragged");
});
stage.addEventListener("click", (event) => {
  if (travelled > 5 || event.target.closest("button")) return;
  const box = boxAt(event.target);
  if (!box) return choose(null);
  choose(box);
  // An opened block closes by its sign, not by the space around its boxes.
  if (box.block && (!box.open || event.target.closest(".more"))) openBox(box);
});
stage.addEventListener("wheel", (event) => {
  event.preventDefault();
  const { left, top } = stage.getBoundingClientRect();
  const step = event.deltaY * (event.deltaMode === 1 ? 18 : event.deltaMode === 2 ? 300 : 1);
  current.zoom(Math.exp(-step * (event.ctrlKey ? 0.01 : 0.0016)), event.clientX - left, event.clientY - top);
}, { passive: false });
stage.addEventListener("pointerover", (event) => {
  if (pointers.size || event.pointerType === "touch") return;
  const box = boxAt(event.target);
  const wire = lines.get(event.target.closest?.(".wire"));
  if (wire) {
    light(null);
    wire.element.classList.add("lit");
  } else light(box ?? chosen);
  if (box && aside.classList.contains("shown")) tell(box);
  hover(box, event);
});
stage.addEventListener("pointerleave", () => {
  light(chosen);
  hover(null);
  if (aside.classList.contains("shown")) tell(chosen);
});
stage.addEventListener("focusin", (event) => {
  const box = boxAt(event.target);
  if (!box || !event.target.matches(":focus-visible")) return;
  choose(box);
  current.seek(box);
});

// ---- several pictures, windows of other sizes, paper, addresses
const tabs = $$(".tab");
function turn(number) {
  current = views[number];
  views.forEach((view, k) => (view.svg.style.display = k === number ? "" : "none"));
  tabs.forEach((tab, k) => tab.setAttribute("aria-pressed", k === number));
  choose(null);
  if (!current.touched) current.fit(true);
  mark();
}
tabs.forEach((tab, k) => tab.addEventListener("click", () => turn(k)));
new ResizeObserver(() => current.touched || current.fit(true)).observe(stage);
addEventListener("beforeprint", () => {
  const { width, height } = current.picture.size;
  current.svg.setAttribute("viewBox", `0 0 ${round(width)} ${round(height)}`);
  current.layer.removeAttribute("transform");
});
addEventListener("afterprint", () => {
  current.svg.removeAttribute("viewBox");
  current.show();
});
for (const view of views) view.place();
turn(0);
const asked = decodeURIComponent(location.hash.slice(1) || "");
const wanted = asked ? rows.findIndex((row) => row.cells[0].textContent === asked) : -1;
if (wanted >= 0) reveal(wanted);
}
