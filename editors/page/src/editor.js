// The text: an editor that asks what is wrong, what may stand here, and what a word means.
import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, snippet } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentLess, insertTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, foldGutter, foldKeymap, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { forEachDiagnostic, lintGutter, nextDiagnostic, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { crosshairCursor, Decoration, drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, hoverTooltip, keymap, lineNumbers, rectangularSelection, WidgetType } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { h } from "./dom.js";
import { shown } from "./markdown.js";

// ---- columns are code points there, and UTF-16 units here
export function offsetOf(doc, line, column) {
  const found = doc.line(Math.min(Math.max(line, 1), doc.lines));
  if (/^[\0-\x7f]*$/.test(found.text)) return found.from + Math.min(Math.max(column - 1, 0), found.length);
  return found.from + [...found.text].slice(0, Math.max(column - 1, 0)).join("").length;
}
export function placeOf(doc, offset) {
  const line = doc.lineAt(offset);
  return { line: line.number, column: [...line.text.slice(0, offset - line.from)].length + 1 };
}
export const changesOf = (doc, edits) => edits.map((edit) => ({
  from: offsetOf(doc, edit.line, edit.column),
  to: offsetOf(doc, edit.end_line, edit.end_column),
  insert: edit.text,
}));

// ---- colours
const colors = HighlightStyle.define([
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: "var(--code-key)" },
  { tag: [tags.string, tags.attributeValue, tags.content], color: "var(--code-text)" },
  { tag: [tags.keyword, tags.bool, tags.null, tags.modifier, tags.controlKeyword, tags.moduleKeyword, tags.definitionKeyword], color: "var(--code-word)" },
  { tag: tags.number, color: "var(--code-number)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.className], color: "var(--code-key)" },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace, tags.operator], color: "var(--muted)" },
]);
const look = EditorView.theme({
  "&": { height: "100%", fontSize: "13.5px", backgroundColor: "var(--page)", color: "var(--ink)" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
  ".cm-gutters": { backgroundColor: "var(--page)", color: "var(--faint)", border: "0" },
  ".cm-activeLine": { backgroundColor: "var(--active)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--active)", color: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--chosen)" },
  ".cm-selectionMatch": { backgroundColor: "var(--match)" },
  "&.cm-focused": { outline: "none" },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: "8px", boxShadow: "var(--shadow)" },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "17em" },
  ".cm-tooltip-autocomplete > ul > li": { padding: "3px 8px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionDetail": { fontFamily: "var(--sans)", fontStyle: "normal", color: "var(--muted)", marginLeft: "1em" },
  "li[aria-selected] .cm-completionDetail": { color: "inherit" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--raised)", border: "1px solid var(--line)", color: "var(--muted)" },
  ".cm-searchMatch": { backgroundColor: "var(--match)" },
});
export const painted = [syntaxHighlighting(colors), look];

// ---- what comes out, at the ends of lines
const setHints = StateEffect.define();
class Hint extends WidgetType {
  constructor(label, stale) {
    super();
    this.label = label;
    this.stale = stale;
  }
  ignoreEvent() {
    return false;  // a click there is one on the line
  }
  eq(other) {
    return other.label === this.label && other.stale === this.stale;
  }
  toDOM() {
    return h("span", { class: this.stale ? "hint stale" : "hint", title: this.stale ? "as it was before the error" : undefined, "aria-hidden": "true" }, this.label);
  }
}
const hintsField = StateField.define({
  create: () => Decoration.none,
  update(value, transaction) {
    value = value.map(transaction.changes);
    for (const effect of transaction.effects) if (effect.is(setHints)) value = effect.value;
    return value;
  },
  provide: (field) => EditorView.decorations.from(field),
});
export function showHints(view, hints, stale) {
  const { doc } = view.state;
  const found = hints.filter((each) => each.line <= doc.lines).map((each) =>
    Decoration.widget({ widget: new Hint(each.label, stale), side: 1 }).range(doc.line(each.line).to));
  view.dispatch({ effects: setHints.of(Decoration.set(found, true)) });
}

// ---- a line that the picture points to
const setPointed = StateEffect.define();
const pointedField = StateField.define({
  create: () => Decoration.none,
  update(value, transaction) {
    value = value.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setPointed)) {
        value = effect.value === null ? Decoration.none : Decoration.set([Decoration.line({ class: "pointed" }).range(effect.value)]);
      }
    }
    return value;
  },
  provide: (field) => EditorView.decorations.from(field),
});
export function goTo(view, place, focus = true) {
  const { doc } = view.state;
  const from = offsetOf(doc, place.line, place.column), to = offsetOf(doc, place.end_line ?? place.line, place.end_column ?? place.column);
  view.dispatch({
    selection: { anchor: from, head: from },
    effects: [setPointed.of(doc.lineAt(from).from), EditorView.scrollIntoView(from, { y: "center", yMargin: 60 })],
    userEvent: "select",
  });
  setTimeout(() => view.dispatch({ effects: setPointed.of(null) }), 1400);
  if (focus) view.focus();
  return { from, to };
}

// ---- what is wrong
const SEVERITY = { error: "error", warning: "warning", note: "info" };
export function showDiagnostics(view, found, acts) {
  const { doc } = view.state;
  const told = found.filter((each) => each.line !== null).map((each) => {
    const from = offsetOf(doc, each.line, each.column);
    let to = Math.max(from, offsetOf(doc, each.end_line, each.end_column));
    if (to === from && doc.lineAt(from).to > from) to = from + 1;
    return { from, to, severity: SEVERITY[each.severity], message: each.message, renderMessage: () => acts.card(each) };
  });
  view.dispatch(setDiagnostics(view.state, told));
}

// ---- completion
const TYPES = { layer: "class", construct: "keyword", block: "function", argument: "property", parameter: "variable", value: "enum", wire: "variable", key: "property", class: "class" };
const source = (acts) => async (context) => {
  const { doc } = context.state;
  const line = doc.lineAt(context.pos), before = line.text.slice(0, context.pos - line.from);
  if (!context.explicit && !/(?:^\s*-\s+|[\w$]|[{,:[]\s*)$/.test(before)) return null;
  const found = await acts.ask("complete", placeOf(doc, context.pos));
  if (context.aborted || !found?.words?.length) return null;
  const place = placeOf(doc, context.pos).line;
  const begun = /\w$/.test(before), used = new Set(doc.toString().match(/\w+/g));
  return {
    from: offsetOf(doc, place, found.start),
    to: offsetOf(doc, place, found.end),
    validFor: /^[\w$.-]*$/,
    options: found.words.map((word, k) => ({
      label: word.label,
      type: TYPES[word.kind],
      detail: word.required ? `${word.detail}  (must be given)` : word.detail,
      info: word.documentation || undefined,
      // What must be given first, then what this text uses; of the rest short ones, or the order given.
      boost: (word.required ? 60 : 0) + (used.has(word.label) ? 20 : 0) - (begun ? word.label.length / 2 : k / 100),
      apply: /: (?=[,}])/.test(word.text) ? snippet(word.text.replace(/[{}]/g, "\\$&").replace(/: (?=,|\\\})/g, ": #{}")) : word.text,
    })),
  };
};

// ---- meanings
const meaning = (acts) => hoverTooltip(async (view, pos) => {
  const { doc } = view.state;
  const line = doc.lineAt(pos);
  if (pos === line.to && pos > line.from) return null;
  let wrong = false;
  forEachDiagnostic(view.state, (each, from, to) => { wrong ||= from <= pos && pos <= to; });
  if (wrong) return null;
  const { markdown } = (await acts.ask("hover", placeOf(doc, pos))) ?? {};
  if (!markdown) return null;
  const word = view.state.wordAt(pos);
  return { pos: word?.from ?? pos, end: word?.to ?? pos, above: true, create: () => ({ dom: h("div", { class: "meaning prose" }, shown(markdown)) }) };
}, { hoverTime: 350 });

// An editor; `acts` has ask(word, given), changed(), moved(), card(diagnostic), keys.
export function makeEditor(parent, acts) {
  const extensions = (json) => [
    lineNumbers(), highlightActiveLineGutter(), highlightSpecialChars(), history(), foldGutter({ openText: "⌄", closedText: "›" }),
    drawSelection(), EditorState.allowMultipleSelections.of(true), indentOnInput(), bracketMatching(), closeBrackets(),
    rectangularSelection(), crosshairCursor(), highlightActiveLine(), highlightSelectionMatches(),
    indentUnit.of("  "), EditorState.tabSize.of(2), json ? [] : yaml(), painted, lintGutter(), hintsField, pointedField,
    autocompletion({ override: [source(acts)], activateOnTypingDelay: 60, icons: true }), meaning(acts),
    keymap.of([
      ...acts.keys,
      { key: "Enter", run: newLine },
      { key: "Tab", run: acceptCompletion },
      { key: "Tab", run: (view) => (view.state.selection.main.empty ? insertSpaces(view) : insertTab(view)), shift: indentLess },
      ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...completionKeymap,
      { key: "F8", run: nextDiagnostic },
    ]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) acts.changed();
      if (update.selectionSet || update.docChanged) acts.moved();
    }),
    EditorView.contentAttributes.of({ "aria-label": "The spec, as text", spellcheck: "false" }),
    EditorView.domEventHandlers({
      click: (event, view) => {
        if (!(event.ctrlKey || event.metaKey)) return false;
        const pos = view.posAtCoords({ x: event.clientX, y: event.clientY });
        if (pos !== null) acts.define(placeOf(view.state.doc, pos));
        return true;
      },
    }),
  ];
  const view = new EditorView({ parent, state: EditorState.create({ extensions: extensions(false) }) });
  return {
    view,
    text: () => view.state.doc.toString(),
    state: (text, file) => EditorState.create({ doc: text, extensions: extensions(/\.json$/i.test(file)) }),
  };
}

// A line below is indented like the one that it follows; deeper if that ends with a colon.
function newLine(view) {
  const { state } = view, { from, to } = state.selection.main;
  const line = state.doc.lineAt(from), before = line.text.slice(0, from - line.from);
  if (state.selection.ranges.length > 1 || /[{[(,]\s*$/.test(before) || opened(before) > 0) return false;
  const indent = before.match(/^\s*/)[0];
  const code = before.replace(/(^|\s)#.*$/, "").trimEnd();
  const deeper = code.endsWith(":") ? (/^\s*- /.test(code) ? 4 : 2) : 0;
  view.dispatch(state.update({ changes: { from, to, insert: state.lineBreak + indent + " ".repeat(deeper) }, selection: { anchor: from + 1 + indent.length + deeper }, scrollIntoView: true, userEvent: "input" }));
  return true;
}
const opened = (text) => (text.match(/[{[]/g) ?? []).length - (text.match(/[}\]]/g) ?? []).length;

function insertSpaces(view) {
  const { from } = view.state.selection.main, line = view.state.doc.lineAt(from);
  const count = 2 - ((from - line.from) % 2);
  view.dispatch(view.state.replaceSelection(" ".repeat(count)), { scrollIntoView: true, userEvent: "input" });
  return true;
}
