// What is wrong, with what would mend it.
import { h, button, keyName } from "./dom.js";
import { placeOf } from "./editor.js";

const SIGNS = { error: "✕", warning: "!", note: "i" };

// A diagnostic with its notes, its help, and a button for each fix.
export function diagnosticCard(each, page) {
  const fixes = fixButtons(each, page);
  const said = each.help.filter((help) => !each.fixes.some((fix) => fix.message === help));
  return h("div", { class: `card ${each.severity}` },
    h("p", { class: "message" }, each.message, " ", codeLink(each, page)),
    each.notes.map((note) => h("p", { class: "note-line" }, note.message, note.file && note.file !== page.files?.file ? ` (${note.file}:${note.line})` : "")),
    said.map((help) => h("p", { class: "help-line" }, help)),
    fixes.length ? h("div", { class: "fixes" }, fixes) : null);
}

function fixButtons(each, page) {
  if (page.files && each.file !== page.files.file) return [];
  return each.fixes.map((fix) => button([h("span", {}, fix.message)], `Apply: ${fix.message}`, (event) => {
    event.stopPropagation();
    if (page.isAnswered) page.apply(fix.edits);  // else the text is another by now
  }, fix.certain ? "fix certain" : "fix"));
}

const codeLink = (each, page) => (each.page
  ? h("a", { href: "#", class: "code", title: `${each.title}: what that means`, onclick: (event) => { event.preventDefault(); event.stopPropagation(); page.explain(each.code); } }, each.code)
  : h("span", { class: "code" }, each.code));

export class Problems {
  constructor(page) {
    this.page = page;
    this.list = h("ol");
    this.all = button("Mend all that is certain", "Apply every fix that can hardly be meant otherwise", () => this.mendAll(), "fix certain");
    this.head = h("div", { class: "summary" }, h("b"), this.all);
    this.element = h("div", { class: "problems", hidden: true, role: "region", "aria-label": "What is wrong" }, this.head, this.list);
  }

  show(found) {
    this.found = found;
    this.element.hidden = !found.length;
    if (!found.length) {
      this.list.replaceChildren();
      return;
    }
    const certain = found.filter((each) => each.fixes.some((fix) => fix.certain)).length;
    this.all.hidden = certain < 2;
    const count = (severity) => found.filter((each) => each.severity === severity).length;
    const parts = ["error", "warning", "note"].map((kind) => [count(kind), kind]).filter(([n]) => n);
    this.head.firstElementChild.textContent = parts.map(([n, kind]) => `${n} ${kind}${n > 1 ? "s" : ""}`).join(", ");
    this.list.replaceChildren(...found.slice(0, 100).map((each) => this.#item(each)));
  }

  #item(each) {
    const { page } = this;
    const elsewhere = page.files && each.file !== page.files.file;
    const where = each.line === null ? each.file : `${elsewhere ? `${each.file}:` : ""}${each.line}`;
    const go = () => each.line !== null && page.goTo(each);
    const card = diagnosticCard(each, page);
    card.prepend(h("button", { type: "button", class: "where", title: "To that place", onclick: go }, h("i", { class: "sign" }, SIGNS[each.severity]), where));
    return h("li", {}, card);
  }

  async mendAll() {
    const { editor } = this.page, before = editor.text();
    const reply = await this.page.ask("mend");
    if (reply.text === undefined || editor.text() !== before || reply.text === before) return;
    editor.view.dispatch({ changes: smallest(before, reply.text), userEvent: "input.fix" });
    this.page.say(`${reply.done} mended. ${keyName("Mod-z")} takes it back.`);
  }

  // Applies the first fix of what is wrong on the line of the cursor.
  mendHere() {
    const { view } = this.page.editor;
    if (!this.page.isAnswered) return true;
    const { line } = placeOf(view.state.doc, view.state.selection.main.head);
    const here = (this.found ?? []).filter((each) => each.file === this.page.files.file && each.line <= line && line <= each.end_line && each.fixes.length);
    if (!here.length) return false;
    const fixes = here[0].fixes;
    this.page.apply((fixes.find((fix) => fix.certain) ?? fixes[0]).edits);
    return true;
  }
}

// One change that makes one text another: what is alike at both ends stays.
export function smallest(before, after) {
  let start = 0, end = 0;
  const most = Math.min(before.length, after.length);
  while (start < most && before[start] === after[start]) start++;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}
