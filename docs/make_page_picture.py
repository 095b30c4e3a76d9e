"""Write docs/page.svg: the page of `archspec serve` as a browser shows it, in vectors.

Needs playwright and chromium. Run it when the page has another look:

    python docs/make_page_picture.py
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SIZE = (1360, 700)
"""Of the window, in pixels of CSS."""

# Boxes, borders, letters and pictures of the page as elements of SVG, in the order in which they are
# painted. Every run of letters is as long as the browser made it, so other fonts change little.
_WALK = r"""
() => {
  const out = [], round = (v) => Math.round(v * 10) / 10;
  const escape = (t) => t.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const seen = (color) => color !== "transparent" && !/, 0\)$/.test(color);
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const hex = (color) => {
    probe.clearRect(0, 0, 1, 1);
    probe.fillStyle = "#fff"; probe.fillRect(0, 0, 1, 1);
    probe.fillStyle = color; probe.fillRect(0, 0, 1, 1);
    return "#" + [...probe.getImageData(0, 0, 1, 1).data].slice(0, 3).map((v) => v.toString(16).padStart(2, "0")).join("");
  };
  const cut = (a, b) => ({ left: Math.max(a.left, b.left), top: Math.max(a.top, b.top), right: Math.min(a.right, b.right), bottom: Math.min(a.bottom, b.bottom) });
  const rect = (r, fill, radius, line) => out.push(`<rect x="${round(r.left)}" y="${round(r.top)}" width="${round(r.right - r.left)}" height="${round(r.bottom - r.top)}"${radius ? ` rx="${radius}"` : ""} fill="${fill}"${line ? ` stroke="${line}"` : ""}/>`);
  const letters = (text, left, top, height, width, style) => {
    const size = parseFloat(style.fontSize), mono = /mono/i.test(style.fontFamily);
    out.push(`<text x="${round(left)}" y="${round(top + height / 2 + size * 0.35)}" font-size="${round(size)}" fill="${hex(style.color)}" textLength="${round(width)}" lengthAdjust="spacingAndGlyphs"${mono ? ' class="m"' : ""}${style.fontWeight >= 550 ? ' font-weight="600"' : ""}${style.fontStyle === "italic" ? ' font-style="italic"' : ""}>${escape(text)}</text>`);
  };
  const run = (node, clip) => {
    const style = getComputedStyle(node.parentElement), range = document.createRange();
    let start = 0, top = null;
    const put = (end) => {
      if (end <= start) return;
      let text = node.data.slice(start, end);
      range.setStart(node, start);
      range.setEnd(node, end);
      let box = range.getBoundingClientRect();
      while (text && box.right > clip.right + 0.5) {
        text = text.slice(0, -1);
        range.setEnd(node, start + text.length);
        box = range.getBoundingClientRect();
      }
      if (!text.trim() || box.left < clip.left - 1 || box.bottom > clip.bottom + 4 || box.top < clip.top - 4) return;
      letters(text, box.left, box.top, box.height, box.width, style);
      if (node.parentElement.closest(".cm-lintRange-error")) out.push(`<path d="M${round(box.left)} ${round(box.bottom)}${"q2 -3 4 0t4 0".repeat(Math.round(box.width / 8))}" fill="none" stroke="#c81e1e"/>`);
    };
    for (let k = 0; k < node.length; k++) {
      range.setStart(node, k);
      range.setEnd(node, k + 1);
      const at = range.getBoundingClientRect();
      if (top !== null && at.width && Math.abs(at.top - top) > 4) {
        put(k);
        start = k;
      }
      if (at.width) top = at.top;
    }
    put(node.length);
  };
  const control = (e, box, style) => {
    if (e.type === "range") {
      const y = (box.top + box.bottom) / 2, x = box.left + 8 + ((e.value - e.min) / (e.max - e.min)) * (box.width - 16), blue = hex(style.accentColor);
      out.push(`<path d="M${round(box.left)} ${round(y)}H${round(box.right)}" stroke="#cbd5e1" stroke-width="5" stroke-linecap="round"/><path d="M${round(box.left)} ${round(y)}H${round(x)}" stroke="${blue}" stroke-width="5" stroke-linecap="round"/><circle cx="${round(x)}" cy="${round(y)}" r="7" fill="${blue}"/>`);
    } else {
      const text = e.tagName === "SELECT" ? e.selectedOptions[0].textContent : e.value;
      const width = Math.min(box.width - 14, text.length * 7.2);
      letters(text, box.left + 7, box.top, box.height, width, style);
      if (e.tagName === "SELECT") out.push(`<path d="M${round(box.right - 14)} ${round(box.top + box.height / 2 - 2)}l3.5 4 3.5 -4" fill="none" stroke="#566378"/>`);
    }
  };
  const walk = (e, clip) => {
    const style = getComputedStyle(e);
    if (style.display === "none" || style.visibility === "hidden" || e.tagName === "SCRIPT") return;
    const box = e.getBoundingClientRect();
    if (e.tagName === "svg") {
      const copy = e.cloneNode(true);
      for (const style of copy.querySelectorAll("style, title, desc, metadata")) style.remove();
      for (const lit of copy.querySelectorAll(".lit > :first-child")) lit.setAttribute("style", "stroke:#2563eb;stroke-width:2.2");
      for (const box of copy.querySelectorAll(".dimmed-box")) box.setAttribute("opacity", ".62");
      for (const each of copy.querySelectorAll("*")) for (const name of ["id", "tabindex", "role", "aria-label", "data-layers", "data-from", "data-to", "class"]) each.removeAttribute(name);
      const { width, height } = e.viewBox.baseVal;
      out.push(`<g transform="translate(${round(box.left)} ${round(box.top)}) scale(${(box.width / width).toFixed(4)})" font-family="Helvetica,Arial,'Liberation Sans',sans-serif">${copy.innerHTML.replace(/\s*\n\s*/g, "")}</g>`);
      return;
    }
    const within = box.left < clip.right && box.right > clip.left && box.top < clip.bottom && box.bottom > clip.top;
    const radius = Math.min(parseFloat(style.borderTopLeftRadius) || 0, box.height / 2);
    if (within && box.width && seen(style.backgroundColor) && e !== document.body && e !== document.documentElement) rect(cut(box, clip), hex(style.backgroundColor), round(radius));
    if (within && box.width) {
      const sides = ["Top", "Right", "Bottom", "Left"].map((s) => parseFloat(style[`border${s}Width`]) && style[`border${s}Style`] !== "none" && seen(style[`border${s}Color`]));
      if (sides.every(Boolean)) rect({ left: box.left + 0.5, top: box.top + 0.5, right: box.right - 0.5, bottom: box.bottom - 0.5 }, "none", round(radius), hex(style.borderTopColor));
      else {
        if (sides[0]) out.push(`<path d="M${round(box.left)} ${round(box.top + 0.5)}H${round(box.right)}" stroke="${hex(style.borderTopColor)}"/>`);
        if (sides[2]) out.push(`<path d="M${round(box.left)} ${round(box.bottom - 0.5)}H${round(box.right)}" stroke="${hex(style.borderBottomColor)}"/>`);
      }
    }
    for (const pseudo of ["::before"]) {
      const own = getComputedStyle(e, pseudo);
      if (own.content !== "none" && own.content !== "normal" && e.classList.contains("status")) out.push(`<circle cx="${round(box.left + 4)}" cy="${round(box.top + box.height / 2)}" r="4" fill="${hex(own.backgroundColor)}"/>`);
      if (e.classList.contains("divider")) rect({ left: box.left + 4, right: box.right - 4, top: box.top, bottom: box.bottom }, hex(own.backgroundColor));
    }
    if (["INPUT", "SELECT"].includes(e.tagName)) return control(e, box, style);
    const inner = style.overflowX === "visible" && style.overflowY === "visible" ? clip : cut(clip, box);
    for (const child of e.childNodes) {
      if (child.nodeType === 3) run(child, inner);
      else if (child.nodeType === 1) walk(child, inner);
    }
  };
  walk(document.body, { left: 0, top: 0, right: innerWidth, bottom: innerHeight });
  return out.join("\n");
}
"""


def main() -> None:
    sys.path.insert(0, str(ROOT))
    from playwright.sync_api import sync_playwright

    from tests.programs import browser_path

    command = [sys.executable, "-m", "archspec", "serve", "specs/alexnet.yaml", "--no-browser"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found is not None
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=browser_path(), args=["--no-sandbox"]
            )
            width, height = SIZE
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(found[0])
            page.wait_for_selector(".stage .box")
            body = _drawn(page)
            browser.close()
    finally:
        server.terminate()
    _write(body)


def _drawn(page: Any) -> str:
    page.evaluate(
        "async () => { const p = await window.archspec; await p.settled();"
        " await p.goTo({line: 7, column: 5}); p.editor.view.scrollDOM.scrollLeft = 0;"
        " document.body.style.setProperty('--share', .5); await p.settled(); }"
    )
    page.wait_for_timeout(2200)  # the line that is pointed to fades
    return str(page.evaluate(_WALK))


def _write(body: str) -> None:
    width, height = SIZE
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        " font-family=\"system-ui,'Segoe UI',Helvetica,Arial,'DejaVu Sans',sans-serif\" role=\"img\">\n"
        "<title>archspec serve: AlexNet as text, with shapes at the ends of lines, and as a picture</title>\n"
        "<style>.m{font-family:ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre}</style>\n"
        f'<rect x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="10" fill="#fff" stroke="#cbd5e1"/>\n'
        f"{body}\n</svg>\n"
    )
    (ROOT / "docs" / "page.svg").write_text(text, "utf-8")
    print(f"docs/page.svg: {len(text) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
