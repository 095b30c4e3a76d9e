// The parameters of the spec as sliders and fields: turning one changes the text.
import { h, latest } from "./dom.js";

export class Knobs {
  constructor(page) {
    this.page = page;
    this.rows = h("div", { class: "rows" });
    this.element = h("details", { class: "knobs", hidden: true, open: true }, h("summary", {}, "Parameters"), this.rows);
    this.turn = latest((name, value) => this.#turn(name, value));
  }

  // They are of another file.
  forget() {
    this.element.hidden = true;
    this.fields = undefined;
  }

  show(reply) {
    if (reply.broken) return;  // they stay while there is a mistake
    const knobs = reply.knobs;
    this.element.hidden = !knobs.length;
    const key = JSON.stringify(knobs.map((knob) => [knob.name, typeof knob.value, knob.written]));
    if (key !== this.key || !this.fields) {
      this.key = key;
      this.fields = new Map();
      this.rows.replaceChildren(...knobs.map((knob) => this.#row(knob)));
    }
    for (const knob of knobs) this.fields.get(knob.name)(knob.value);
  }

  #row(knob) {
    const { name } = knob;
    const label = h("span", { class: "name" }, name);
    const hint = knob.written ? `The parameter ${name}` : `${name}: of the spec that this one extends; turning it writes it here`;
    const row = h("label", { class: knob.written ? "knob" : "knob inherited", title: hint }, label);
    if (typeof knob.value === "boolean") {
      const field = h("input", { type: "checkbox", onchange: () => this.turn(name, field.checked) });
      row.append(h("span", { class: "slot" }, field));
      this.fields.set(name, (value) => { field.checked = value; });
    } else if (typeof knob.value === "number") {
      this.#numeric(row, knob);
    } else {
      const field = h("input", { type: "text", onchange: () => this.turn(name, field.value) });
      row.append(field);
      this.fields.set(name, (value) => { if (document.activeElement !== field) field.value = value; });
    }
    return row;
  }

  #numeric(row, { name, type, value }) {
    const whole = Number.isInteger(value) && !/float/.test(type);
    const slider = h("input", { type: "range", "aria-label": `${name}, slider` });
    const field = h("input", { type: "number", step: whole ? "1" : "any", "aria-label": name });
    // From one to four times what it is; wider if it is turned beyond.
    const range = (now) => {
      const size = Math.abs(now) || 1;
      slider.max = whole ? Math.max(8, 4 * size) : 4 * size;
      slider.min = now < 0 ? -slider.max : whole ? Math.min(1, now) : 0;
      slider.step = whole ? 1 : size / 20;
    };
    range(value);
    slider.addEventListener("input", () => {
      const turned = whole ? Math.round(slider.value) : Number(Number(slider.value).toPrecision(3));
      field.value = turned;
      this.turn(name, turned);
    });
    slider.addEventListener("change", () => range(Number(field.value)));
    field.addEventListener("change", () => {
      const typed = Number(field.value);
      if (field.value !== "" && Number.isFinite(typed)) this.turn(name, whole ? Math.round(typed) : typed);
    });
    row.append(slider, field);
    this.fields.set(name, (now) => {
      if (document.activeElement !== field) field.value = now;
      if (document.activeElement === slider && Number(slider.value) === now) return;
      if (now > Number(slider.max) || now < Number(slider.min)) range(now);
      slider.value = now;
    });
  }

  async #turn(name, value) {
    const { page } = this;
    const before = page.editor.text();
    const { edits } = await page.ask("turn", { name, value });
    if (!edits?.length || page.editor.text() !== before) return;
    page.apply(edits);
  }
}
