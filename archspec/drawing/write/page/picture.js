// Pictures and their blocks, which open in place. Everything drawn is in the page already; this moves
// it. Lengths are in points of the picture.
const SVG = "http://www.w3.org/2000/svg";
const PAD = 14, TITLE = 28, CORNER = 9;  // around what is in an opened block
const OPENING = 260;  // milliseconds
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
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
      return [start[0] === "=" ? start.slice(1) : `${name}: ${start} → ${shape}`, ...(first && !all ? [] : sums)].join("\n");
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
    [this.from, this.to] = element.dataset.ends.split(",").map((k) => (k ? picture.boxes[k] : undefined));
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
