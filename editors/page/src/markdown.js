// Markdown that archspec writes, as elements. Markup in it is shown as text, and no link leads out.
import MarkdownIt from "markdown-it";
import { h, markup } from "./dom.js";

const reader = new MarkdownIt({ html: false, linkify: false });
reader.renderer.rules.image = (tokens, k) => reader.utils.escapeHtml(tokens[k].content);
// A link to the page of another error stays one, `explain` shows it; any other is its words.
reader.renderer.rules.link_open = (tokens, k) => {
  const [code] = (tokens[k].attrGet("href") ?? "").match(/AS\d{3}/) ?? [];
  return code ? `<a href="#" data-code="${code}">` : "<a>";
};

export function shown(text) {
  const element = h("div", { class: "markdown" });
  markup(element, reader.render(text));
  return element;
}
