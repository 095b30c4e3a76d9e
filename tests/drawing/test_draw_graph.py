"""The graph view: DOT against expected files; pictures of every spec, read back."""

from pathlib import Path

import pytest

from archspec.diagnostics.sink import Sink
from archspec.drawing.content.cards import diagram
from archspec.drawing.content.diagram import DETAILS
from archspec.drawing.content.levels import UnknownBlock
from archspec.drawing.options import Options
from archspec.drawing.render import Picture, picture, render
from archspec.infer.infer import ShapedGraph
from archspec.pipeline import find_files, shape_file
from tests.conftest import ROOT, expect_text
from tests.drawing.complete import collisions
from tests.expand.test_expand import shaped as of_text
from tests.svg_picture import read_svg

FOLDER = ROOT / "tests" / "drawings"
SPECS = [
    path
    for path in find_files([str(ROOT / "specs")])
    if "/blocks/" not in path and "/families/" not in path
]
NAMES = [str(Path(p).relative_to(ROOT / "specs").with_suffix("")) for p in SPECS]
BUNDLED = Options(dot="bundled")

EXPECTED = {
    "small": ("tests/drawings/small.yaml", Options()),
    "small_layers_right": (
        "tests/drawings/small.yaml",
        Options(detail="layers", direction="LR", theme="dark"),
    ),
    "small_opened": ("tests/drawings/small.yaml", Options(expand=("unit1",), detail="blocks")),
    "alexnet": ("specs/alexnet.yaml", Options()),
    "resnet50_stages": ("specs/resnet50.yaml", Options(detail="stages")),
}


def shaped_of(path: str) -> ShapedGraph:
    sink = Sink()
    shaped = shape_file(path, sink)
    assert shaped is not None, sink.diagnostics
    return shaped


def drawn(path: str, options: Options = BUNDLED) -> tuple[Picture, bytes]:
    found = picture(shaped_of(path), options)
    return found, render(found, "svg")


@pytest.mark.parametrize("name", EXPECTED)
def test_dot_text(name: str, rewrite: bool) -> None:
    path, options = EXPECTED[name]
    found = picture(shaped_of(str(ROOT / path)), options)
    expect_text(FOLDER / f"{name}.dot", render(found, "dot").decode(), rewrite)


def test_mermaid_text(rewrite: bool) -> None:
    found = picture(shaped_of(str(FOLDER / "small.yaml")))
    expect_text(FOLDER / "small.mmd", render(found, "mmd").decode(), rewrite)


@pytest.mark.parametrize("path", SPECS, ids=NAMES)
def test_default_picture(path: str) -> None:
    """Few cards, a small file, each card with its title; what is on it is tested beside."""
    found, svg = drawn(path)
    assert found.drawing is not None
    assert len(found.drawing.cards) <= 40
    assert len(svg) < 200_000
    boxes = {p.key: p for p in read_svg(svg) if p.kind == "box"}
    assert set(boxes) == {c.key for c in found.drawing.cards}
    for card in found.drawing.cards:
        assert card.title in [said for said, _ in boxes[card.key].texts]


@pytest.mark.parametrize("path", SPECS, ids=NAMES)
def test_every_layer_is_on_one_card(path: str) -> None:
    shaped = shaped_of(path)
    for detail in DETAILS:
        shown = [name for card in diagram(shaped, detail).cards for name in card.layers]
        assert sorted(shown) == sorted(node.name for node in shaped.nodes), detail


def test_totals_of_cards_are_those_of_the_network() -> None:
    for name in ("resnet50", "densenet121", "showcase/siamese", "inception_v3"):
        shaped = shaped_of(str(ROOT / "specs" / f"{name}.yaml"))
        for detail in DETAILS:
            assert sum(c.params for c in diagram(shaped, detail).cards) == shaped.params, detail


def test_stages_of_resnet() -> None:
    shown = diagram(shaped_of(str(ROOT / "specs/resnet152.yaml")), "stages").cards
    assert [c.times for c in shown if c.title == "Bottleneck"] == [3, 8, 36, 3]
    assert [c.note for c in shown if c.title == "Bottleneck"][:2] == [
        "first: + Conv 1×1, 256",
        "first: + Conv 1×1, 512 /2; stride 2",
    ]


def test_flat_graphs_fold_by_structure() -> None:
    from archspec.diagnostics.source import Source
    from archspec.emit.flat import flat_spec
    from archspec.parse import parse
    from archspec.pipeline import shape_document

    expected = {
        "resnet50": [2, 3, 5, 2],
        "resnet152": [2, 7, 35, 2],
        "densenet121": [6, 12, 24, 16],
    }
    for name, times in expected.items():
        text = flat_spec(shaped_of(str(ROOT / f"specs/{name}.yaml")))
        sink = Sink()
        document = parse(Source(name, text), sink)
        assert document is not None
        flat = shape_document(document, sink)
        assert flat is not None
        found = diagram(flat)
        assert [c.times for c in found.cards if c.times > 1 and c.rows] == times
        assert len(found.cards) <= 24


def test_a_block_of_one_layer_has_nothing_to_open() -> None:
    """It is drawn as its layer; that there is no such block would not be so."""
    network = of_text(
        "archspec: 1\ninput: [4]\nblocks: {b: {layers: [Dense: 3]}}\n"
        "layers: [b: {name: first}, Flatten, Dense: 2]\n"
    )
    plain = picture(network, Options(detail="blocks")).drawing
    assert plain is not None
    for name in ("b", "first"):
        found = picture(network, Options(detail="blocks", expand=(name,))).drawing
        assert found is not None
        assert found.told() == plain.told()


def test_expand_opens_a_block() -> None:
    shaped = shaped_of(str(ROOT / "specs/inception_v1.yaml"))
    closed = {c.key for c in diagram(shaped, "blocks").cards}
    opened = diagram(shaped, "blocks", ("3a",))
    titles = [c.title for c in opened.cards if c.key not in closed]
    assert titles.count("Concatenate") == 1
    assert len(opened.cards) == len(closed) - 1 + 8
    parts = read_svg(render(picture(shaped, BUNDLED._replace(expand=("3a",))), "svg"))
    assert len([p for p in parts if p.kind == "cluster"]) == 1
    with pytest.raises(UnknownBlock) as caught:
        diagram(shaped, "blocks", ("3aa",))
    assert caught.value.near == "3a"


def test_columns_and_direction_are_as_asked() -> None:
    path = str(ROOT / "specs/vgg16.yaml")
    lefts = {}
    for columns in (1, 2, 4):
        _, svg = drawn(path, BUNDLED._replace(columns=columns))
        parts = read_svg(svg)
        cards = [p.area for p in parts if p.kind == "box" and p.area]
        middles = {round((a.left + a.right) / 2) for a in cards}
        lefts[columns] = len(middles)
        assert collisions(parts) == []
    assert lefts == {1: 1, 2: 2, 4: 4}
    for rows in (1, 3):
        _, svg = drawn(path, BUNDLED._replace(direction="LR", columns=rows))
        cards = [p.area for p in read_svg(svg) if p.kind == "box" and p.area]
        middles = {round((a.top + a.bottom) / 2) for a in cards}
        assert len(middles) == rows
