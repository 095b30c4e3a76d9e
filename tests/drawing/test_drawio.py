"""A file of diagrams.net, read back: every layer, wire and text is in it, where it is on the SVG."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import archspec
from archspec.drawing.options import Options
from archspec.drawing.render import picture, render
from archspec.drawing.scene.scene import Curve, Group, Label, Rect, Scene, line
from archspec.drawing.write.drawio import drawio
from archspec.drawing.write.flatten import flat_curve
from archspec.infer.infer import ShapedGraph
from tests.conftest import ROOT, Run
from tests.drawing.complete import findings
from tests.svg_picture import Area, Drawn, Point, read_svg

SPECS = ("alexnet", "resnet50", "showcase/unet", "showcase/shufflenet")
KINDS = ("box", "wire", "cluster", "head", "legend", "note")
BUNDLED = Options(dot="bundled")


class Cell:
    """A cell of a file, with its properties."""

    def __init__(self, element: ET.Element) -> None:
        self.about = dict(element.attrib)
        cell = element if element.tag == "mxCell" else element.find("mxCell")
        assert cell is not None
        assert element is cell or not {"id", "value"} & set(cell.attrib)
        self.cell = dict(cell.attrib)
        self.key = self.about["id"]
        self.parent = self.cell.get("parent", "")
        self.text = self.about.get("label", self.about.get("value", ""))
        pairs = [p.partition("=") for p in self.cell.get("style", "").split(";")]
        self.style = {name: value for name, _, value in pairs}
        self.geometry = cell.find("mxGeometry")

    def number(self, name: str) -> float:
        assert self.geometry is not None
        return float(self.geometry.get(name, "0"))

    def points(self) -> list[Point]:
        """Of an edge: the points that it goes through, its ends aside."""
        assert self.geometry is not None
        return [
            (float(p.get("x", "")), float(p.get("y", ""))) for p in self.geometry.iter("mxPoint")
        ]


def cells_of(data: str | bytes) -> dict[str, Cell]:
    """The cells of a file by their identifiers; what the format wants of them is so."""
    root = ET.fromstring(data)
    assert (root.tag, root.get("compressed")) == ("mxfile", "false")
    (diagram,) = root
    assert diagram.get("id")
    assert diagram.get("name")
    (model,) = diagram
    (top,) = model
    assert (diagram.tag, model.tag, top.tag) == ("diagram", "mxGraphModel", "root")
    cells = [Cell(element) for element in top]
    found = {c.key: c for c in cells}
    assert len(found) == len(cells)
    assert [c.key for c in cells[:2]] == ["0", "1"]
    before = {"0"}
    for cell in cells[1:]:
        assert cell.parent in before  # a parent comes before what is in it
        before.add(cell.key)
    for cell in cells[2:]:
        assert cell.geometry is not None
        assert cell.geometry.get("as") == "geometry"
        vertex, edge = cell.cell.get("vertex"), cell.cell.get("edge")
        assert (vertex, edge) in (("1", None), (None, "1"))
        assert cell.style["html"] == "0"
        for name in ("source", "target"):
            assert cell.cell.get(name, "1") in found
        if edge:
            ends = [p.get("as") for p in cell.geometry.iter("mxPoint")]
            assert {"sourcePoint", "targetPoint"} <= set(ends)
    return found


def corner(cell: Cell, cells: dict[str, Cell]) -> Point:
    """The left upper corner on the page."""
    x = y = 0.0
    while cell.geometry is not None:
        if "vertex" in cell.cell:
            x, y = x + cell.number("x"), y + cell.number("y")
        cell = cells[cell.parent]
    return x, y


def area(cell: Cell, cells: dict[str, Cell]) -> Area:
    x, y = corner(cell, cells)
    return Area(x, y, x + cell.number("width"), y + cell.number("height"))


def read_drawio(data: bytes) -> list[Drawn]:
    """Boxes, wires and texts of a file, as of an SVG."""
    cells = cells_of(data)
    inside: dict[str, list[Cell]] = {}
    for cell in cells.values():
        inside.setdefault(cell.parent, []).append(cell)
    return [_drawn(c, cells, inside) for c in cells.values() if c.about.get("kind") in KINDS]


def _drawn(cell: Cell, cells: dict[str, Cell], inside: dict[str, list[Cell]]) -> Drawn:
    about = cell.about
    own = [cell, *[c for c in inside.get(cell.key, []) if "kind" not in c.about]]
    is_wire = "edge" in cell.cell
    place = None if is_wire else area(cell, cells)
    texts = [(c.text, area(c, cells)) for c in own if c.text and "vertex" in c.cell]
    layers: list[int] = []
    for part in about.get("layers", "").split():
        first, _, last = part.partition("-")
        layers += range(int(first), int(last or first) + 1)
    ways = []
    if is_wire:
        first_, last_ = (_end(cell, name, cells) for name in ("exit", "entry"))
        points = cell.points()
        assert points[0] == pytest.approx(first_, abs=0.1)
        assert points[1] == pytest.approx(last_, abs=0.1)
        ways = [[first_, *points[2:], last_]]
    return Drawn(
        about["kind"],
        cell.key,
        place,
        texts,
        about.get("tooltip", ""),
        tuple(layers),
        (cell.cell.get("source", ""), cell.cell.get("target", "")),
        ways,
        "faded" in about,
        int(about.get("times", "1")),
        len([c for c in own if c.style.get("dashed")]),
        [],
    )


def _end(cell: Cell, name: str, cells: dict[str, Cell]) -> Point:
    """Where an edge meets its box."""
    box = area(cells[cell.cell["source" if name == "exit" else "target"]], cells)
    x, y = float(cell.style[f"{name}X"]), float(cell.style[f"{name}Y"])
    return box.left + x * (box.right - box.left), box.top + y * (box.bottom - box.top)


def shaped_of(name: str) -> ShapedGraph:
    return archspec.load(ROOT / "specs" / f"{name}.yaml")


@pytest.mark.parametrize("name", SPECS)
def test_all_of_a_network_is_in_it(name: str) -> None:
    shaped = shaped_of(name)
    found = picture(shaped, BUNDLED)
    data = render(found, "drawio")
    assert data == render(found, "drawio")
    parts = read_drawio(data)
    assert findings(shaped, parts) == []
    seen = {p.key: p for p in read_svg(render(found, "svg")) if p.key}
    there = {p.key: p for p in parts}
    assert {*seen} <= {*there}
    for key, part in seen.items():
        other = there[key]
        if part.kind != "wire":  # labels of wires are texts of the page
            assert sorted(t for t, _ in part.texts) == sorted(t for t, _ in other.texts)
            assert part.area == pytest.approx(other.area, abs=0.02)
        assert (part.layers, part.ends, part.times) == (other.layers, other.ends, other.times)
    labels = [t for p in seen.values() if p.kind == "wire" for t, _ in p.texts]
    loose = [c.text for c in cells_of(data).values() if c.parent == "1" and c.text]
    assert not [text for text in labels if text not in loose]


@pytest.mark.parametrize("options", [Options(expand=("stage2",)), Options(detail="layers")])
def test_opened_blocks_and_all_layers(options: Options) -> None:
    shaped = shaped_of("resnet50")
    data = render(picture(shaped, options._replace(dot="bundled")), "drawio")
    parts = read_drawio(data)
    assert findings(shaped, parts) == []
    cells = cells_of(data)
    for part in parts:
        if part.kind == "cluster":
            held = [c for c in cells.values() if c.parent == part.key and "layers" in c.about]
            assert held  # they move with it
            assert cells[part.key].style["container"] == "1"


def test_volumes() -> None:
    shaped = shaped_of("showcase/unet")
    data = render(picture(shaped, Options(view="volumes")), "drawio")
    parts = read_drawio(data)
    assert findings(shaped, parts, "volumes") == []
    shapes = [c.style.get("shape") for c in cells_of(data).values()]
    assert "mxgraph.basic.polygon" in shapes


def small(*texts: str) -> Scene:
    shapes = (
        Rect(10, 10, 100, 60, "conv.fill", "conv.line", 7),
        Label(60, 28, texts[0], 12, "conv.ink", True),
        Rect(20, 40, 80, 16, "pool.fill", "pool.line", 4),
        Label(60, 51.2, texts[1], 9, "pool.ink"),
    )
    other = (Rect(10, 110, 100, 30, "io.fill", "io.line", 7, dashed=True),)
    wire = Group("wire", "w0", (line((60, 70), (60, 110), "edge", 1.3, True),), ends=("a", "b"))
    box = Group("box", "a", shapes, texts[2], (0, 1, 2), params=9)
    groups = (box, Group("box", "b", other, nodes=(3,), faded=True), wire)
    return Scene("net", texts[0], "", 120, 150, groups)


def test_a_small_picture() -> None:
    cells = cells_of(drawio(small("Conv", "Pool", "a tip"), stamp={"archspec-picture": "0" * 16}))
    assert cells["0"].about["archspec-picture"] == "0" * 16
    box = cells["a"]
    assert (box.text, box.about["layers"], box.about["tooltip"]) == ("Conv", "0-2", "a tip")
    assert box.style["fillColor"] == "#dbeafe"
    pill = next(c for c in cells.values() if c.text == "Pool")
    assert (pill.parent, pill.number("x"), pill.number("y")) == ("a", 10, 30)
    assert (cells["w0"].cell["source"], cells["w0"].cell["target"]) == ("a", "b")
    assert cells["w0"].style["endArrow"] == "block"
    assert cells["b"].about["faded"] == "1"
    dark = cells_of(drawio(small("Conv", "Pool", ""), "dark"))
    assert dark["a"].style["fillColor"] == "#172b54"


def test_a_curve_is_followed() -> None:
    curve = Curve(((60, 70), (60, 90), (160, 90), (160, 110)), "edge", arrow=True)
    scene = small("a", "b", "")
    far = Group("box", "c", (Rect(150, 110, 20, 20, "io.fill"),))
    wire = Group("wire", "w1", (curve,), ends=("a", "c"))
    cells = cells_of(drawio(scene._replace(groups=(*scene.groups, far, wire))))
    points = cells["w1"].points()
    assert points[:2] == [(60, 70), (160, 110)]
    assert 4 <= len(points) < 12
    for x, y in points[2:]:
        assert min((x - u) ** 2 + (y - v) ** 2 for u, v in flat_curve(curve, 1.0)) < 1


@pytest.mark.parametrize(
    "text", ["<b>&amp;\"'</b>", "x\x00\x1b\u202e\ud800y", "a\n\tb", "%name%", "卷" * 10_000]
)
def test_hostile_texts(text: str) -> None:
    data = drawio(small(text, text, text)._replace(name=text), stamp={"archspec": text}).encode()
    cells = cells_of(data)
    assert "placeholders" not in data.decode()
    shown = re.sub(r"[\x00-\x1f\u202e\ud800]", " ", text).strip()
    assert cells["a"].text == shown
    assert "<b>" not in cells["a"].about["tooltip"]  # it is HTML there


def test_the_command(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHSPEC_DOT", "bundled")
    target = tmp_path / "net.drawio"
    spec = str(ROOT / "specs" / "alexnet.yaml")
    assert run("render", spec, "-o", str(target), "--width", "16cm").status == 0
    assert run("render", spec, "-o", str(target), "--width", "16cm", "--check").status == 0
    assert run("render", spec, "-o", str(target), "--check").status == 1
    assert run("render", spec, "-o", str(tmp_path / "c.drawio"), "--layer", "conv1").status == 2


def test_pages_are_those_of_the_paper() -> None:
    shaped = shaped_of("resnet50")
    data = render(picture(shaped, BUNDLED._replace(paper="a4", detail="layers")), "drawio")
    model = next(ET.fromstring(data).iter("mxGraphModel"))
    sizes = float(model.get("pageWidth", "")), float(model.get("pageHeight", ""))
    assert sizes == pytest.approx((595.28, 841.89), abs=0.1)
