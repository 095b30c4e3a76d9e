// The page: pan and zoom, search, keys, what is said of a box.
const stage = $(".stage"), aside = $("aside"), field = $(".search input"), told = $(".search output");
const root = document.documentElement;
const PAINT = ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-size", "font-weight", "text-anchor"];
const NARROW = 900;  // of the window, as in page.css
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
    light(null);
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
    copy.prepend(make("rect", { width: "100%", height: "100%", fill: getComputedStyle(document.body).backgroundColor }));
    light(chosen);
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
const wanted = rows.findIndex((row) => "#" + encodeURIComponent(row.cells[0].textContent) === location.hash);
if (wanted >= 0) reveal(wanted);
