"""Pictures as a page: what is in it, that no name is markup, and that a browser can use it."""

import os
import re
import shutil
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from archspec.diagnostics.sink import Sink
from archspec.drawing.content.opened import Inside, insides, layer_lines
from archspec.drawing.options import Options
from archspec.drawing.render import picture, render
from archspec.drawing.scene.scene import Group, Label, Rect, Scene
from archspec.drawing.write.html import html
from archspec.drawing.write.html_elements import HtmlPicture, LayerRow
from archspec.infer.infer import ShapedGraph
from archspec.pipeline import shape_file

SPECS = Path(__file__).parent.parent.parent / "specs"
SMALL = ("resnet50", "showcase/unet", "showcase/shufflenet", "showcase/seq2seq", "showcase/bert")
LARGEST = 400_000
"""Bytes that a page of a shipped network may have."""


def shaped(name: str) -> ShapedGraph:
    found = shape_file(str(SPECS / f"{name}.yaml"), Sink())
    assert found is not None
    return found


def page(name: str, **how: Any) -> str:
    options = Options(theme="auto", dot="bundled", **how)
    return render(picture(shaped(name), options), "html").decode()


class Page(HTMLParser):
    """The elements of a page: their names and attributes, and the text in each."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), []))

    def handle_data(self, data: str) -> None:
        if self.found:
            self.found[-1][2].append(data)

    def handle_endtag(self, tag: str) -> None:
        self.found.append(("", {}, []))

    def of(self, name: str) -> list[tuple[dict[str, str | None], str]]:
        return [(attributes, "".join(text)) for tag, attributes, text in self.found if tag == name]


def numbers(said: str | None) -> list[int]:
    found: list[int] = []
    for part in (said or "").split():
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


@pytest.mark.parametrize("name", SMALL)
def test_every_layer_is_there(name: str) -> None:
    network = shaped(name)
    text = page(name)
    found = Page(text)
    cells = [said.strip() for _, said in found.of("td")]
    assert cells[0::4] == [node.name for node in network.nodes]
    assert cells[3::4] == [f"{node.params:,}" if node.params else "" for node in network.nodes]
    drawing = Page(text.partition("<template")[0])
    boxes = [a for a, _ in drawing.of("g") if (a.get("class") or "").startswith("box")]
    drawn = sorted({n for box in boxes for n in numbers(box.get("data-layers"))})
    assert drawn == list(range(len(network.nodes)))
    assert len(text.encode()) < LARGEST
    assert text == page(name)


@pytest.mark.slow
def test_the_largest_page(full: bool) -> None:
    if not full:
        pytest.skip("runs with --full")
    assert len(page("papers/nasnet_mobile").encode()) < LARGEST


def blocks(inside: dict[str, Inside]) -> list[Inside]:
    return [b for block in inside.values() for b in (block, *blocks(block.inside))]


@pytest.mark.parametrize("name", SMALL)
def test_what_is_in_blocks(name: str) -> None:
    network = shaped(name)
    nodes = network.graph.nodes
    for block in blocks(insides(network)):
        cards = {card.key: card for card in block.drawing.cards}
        own = {n for card in cards.values() for n in card.nodes}
        of = {n: key for key, card in cards.items() for n in card.nodes}
        wires = {(wire.source, wire.target) for wire in block.drawing.wires}
        assert own
        assert all(wire.source in cards and wire.target in cards for wire in block.drawing.wires)
        for n in own:
            for source, _ in nodes[n].inputs:
                if source in own:
                    assert of[source] == of[n] or (of[source], of[n]) in wires
                else:
                    assert any(a.startswith("in") and b == of[n] for a, b in wires)
        outside = {
            of[s]
            for n, node in enumerate(nodes)
            if n not in own
            for s, _ in node.inputs
            if s in own
        }
        assert outside <= {a for a, b in wires if b.startswith("out")}


def test_a_block_says_of_how_many_it_is_the_first() -> None:
    titles = [block.drawing.title for block in blocks(insides(shaped("resnet50")))]
    assert "Bottleneck  ·  unit2 … unit3  ·  first of 2" in titles
    assert "Stem" in titles


def test_the_list_tells_the_calculation() -> None:
    lines = layer_lines(shaped("alexnet"))
    assert lines[1].shape == "55×55×96"
    assert any(line.endswith("34,944 parameters") for line in lines[1].told)


HOSTILE = (
    "</script><script>alert(1)</script>",
    "</template></style><img src=x onerror=alert(1)>",
    '" onload="alert(1)" x=\'',
    "<!-- -->]]>&lt;&amp;{{layers}}{{title}}",
    "#1 ##2 #3.",
    "\x00\x1b[31m\u2028\u202e\ud800 中文 😀",
    "x" * 10_000,
)


TAGS = """html head meta title link style body header div h1 p nav button form input output main svg g
path rect polygon text aside section table caption thead th tbody tr td span dialog h2 dl dt dd
template script"""


def hostile(depth: int = 2) -> HtmlPicture:
    groups = [
        Group("head", "", (Label(9, 9, HOSTILE[0], 9, "ink"), Label(9, 9, HOSTILE[3], 9, "muted")))
    ]
    for k, name in enumerate(HOSTILE):
        shapes = (
            Rect(0, 50 * k, 90, 30, "conv.fill", "conv.line"),
            Label(5, 50 * k, name, 9, "ink"),
        )
        groups.append(Group("box", f"n{k}", shapes, f"{name}\n{name}", (k,), params=k, times=k))
        groups.append(Group("wire", f"w{k}", (), name, ends=(f"n{k}", "n0")))
    scene = Scene("x", HOSTILE[0] + HOSTILE[3], HOSTILE[1], 99, 999, tuple(groups))
    inside = {f"n{k}": hostile(depth - 1) for k in (0, 2)} if depth else {}
    return HtmlPicture(scene, inside)


def test_no_name_is_markup() -> None:
    rows = [LayerRow(name, name, name, 1, (f"{name}: {name} → {name}", name)) for name in HOSTILE]
    text = html({HOSTILE[0]: hostile(), HOSTILE[3]: hostile()}, rows, "auto", "--> " + HOSTILE[1])
    found = Page(text)
    assert len(found.of("script")) == len(found.of("style")) == 1
    assert not found.of("img")
    assert [a["content"] for a, _ in found.of("meta") if a.get("http-equiv")]
    assert not [
        key for _, attributes, _ in found.found for key in attributes if key.startswith("on")
    ]
    assert {tag for tag, *_ in found.found} - {""} <= set(TAGS.split())
    assert len(found.of("tr")) == len(HOSTILE) + 1
    assert text.encode()
    assert "\x1b" not in text
    assert html({"a": hostile()}, rows) == html({"a": hostile()}, rows)


def test_the_policy_lets_in_what_is_in_the_page_alone() -> None:
    found = Page(page("lenet5"))
    policy = next(a["content"] for a, _ in found.of("meta") if a.get("http-equiv")) or ""
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for tag in ("script", "style"):
        text = found.of(tag)[0][1]
        digest = b64encode(sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    script = found.of("script")[0][1]
    assert not re.search(
        r"\beval\(|new Function|innerHTML|https?://(?!www\.w3\.org/2000/svg)", script
    )


CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

# Whether boxes overlap, and wires begin and end at their boxes.
GEOMETRY = """() => {
  const wrong = [];
  const root = document.querySelector("svg.picture > g"), scale = root.getScreenCTM().a;
  for (const picture of [root, ...document.querySelectorAll(".inner")]) {
    const of = (kind) => [...picture.firstElementChild.children].filter((c) => c.classList.contains(kind));
    const areas = of("box").map((b) => (b.querySelector(":scope > g > .frame")
      ?? b.querySelector(":scope > .card rect")).getBoundingClientRect());
    areas.forEach((a, i) => areas.slice(i + 1).forEach((b, j) => {
      if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
        wrong.push(`boxes ${i} and ${i + 1 + j}`);
    }));
    for (const wire of of("wire")) {
      const path = wire.querySelector("path"), ends = wire.dataset.ends.split(",");
      [0, path.getTotalLength()].forEach((at, k) => {
        let { x, y } = path.getPointAtLength(at).matrixTransform(path.getScreenCTM());
        const { left, right, top, bottom } = areas[ends[k]];
        if (k && wire.querySelector("polygon")) {  // the tip is where the line would go on
          const [u, v] = wire.querySelector("polygon").getAttribute("points").split(/[ ,]/);
          const tip = new DOMPoint(u, v).matrixTransform(path.getScreenCTM());
          [x, y] = [tip.x, tip.y];
        }
        const far = Math.min(...[x - left, right - x, y - top, bottom - y].map(Math.abs));
        const out = Math.max(left - x, x - right, top - y, y - bottom);
        if (far > 2.5 * scale || out > 2.5 * scale) wrong.push(`wire ${ends}, end ${k}`);
      });
    }
  }
  return wrong;
}"""


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")
def test_in_a_browser(tmp_path: Path) -> None:
    sync = pytest.importorskip("playwright.sync_api", reason="there is no playwright")
    (tmp_path / "a.html").write_text(page("showcase/unet"), encoding="utf-8")
    said: list[str] = []
    asked: list[str] = []
    with sync.sync_playwright() as play:
        # In a container nobody but root may start it, and root only without its sandbox.
        arguments = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
        browser = play.chromium.launch(executable_path=CHROMIUM, args=arguments)
        view = browser.new_page(
            viewport={"width": 1280, "height": 800}, color_scheme="dark", reduced_motion="reduce"
        )
        view.on("console", lambda message: said.append(message.text))
        view.on("pageerror", lambda error: said.append(str(error)))
        view.on("request", lambda request: asked.append(request.url))
        view.goto((tmp_path / "a.html").as_uri())
        press = view.keyboard.press
        scale = "document.querySelector('svg.picture > g').getScreenCTM().a"

        # Zoom and colours.
        before = view.evaluate(scale)
        press("+")
        assert view.evaluate(scale) > before
        view.mouse.move(300, 300)
        view.mouse.wheel(0, 500)
        view.wait_for_function(f"{scale} < {before}")
        press("0")
        look = "getComputedStyle(document.body).backgroundColor"
        dark = view.evaluate(look)
        press("t")
        assert view.evaluate(look) != dark

        # By keys: to a block, into it, out of it.
        view.locator(".box").first.focus()
        press("Tab")
        block = view.locator(".box:focus")
        assert block.get_attribute("aria-expanded") == "false"
        press("Enter")
        assert block.get_attribute("aria-expanded") == "true"
        assert "Max pooling 2×2" in block.locator(".inner").first.text_content()
        assert "570×570×64" in view.locator(".details").text_content()
        assert view.evaluate(GEOMETRY) == []
        press("Tab")
        assert view.locator(".inner .box:focus").count() == 1
        press("Escape")
        assert block.get_attribute("aria-expanded") == "false"
        assert view.locator(".inner").count() == 0

        # Search opens what a layer is in.
        press("/")
        view.keyboard.type("up4 transpose")
        assert view.locator("tbody tr:visible").count() == 1
        press("Enter")
        found = view.locator(".box.found")
        assert "Conv transpose" in found.get_attribute("aria-label")
        assert "parameters" in view.locator(".details").text_content()
        assert found.locator("xpath=ancestor::*[contains(@class,'inner')]").count() == 1
        press("Escape")
        view.set_viewport_size({"width": 360, "height": 700})
        assert view.evaluate("document.documentElement.scrollWidth") <= 360
        assert view.evaluate(GEOMETRY) == []
        browser.close()
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
