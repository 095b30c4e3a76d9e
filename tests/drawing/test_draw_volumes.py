"""The picture of feature maps: what is on it, that nothing overlaps, and that it cannot be misled."""

import io
from pathlib import Path
from xml.etree import ElementTree

import pytest

from archspec.diagnostics.sink import Sink
from archspec.drawing.scene.scene import Label, Polygon, mix
from archspec.drawing.scene.volumes import MOST, draw_volumes, draw_volumes_png, scene
from archspec.drawing.style.text_width import text_width
from archspec.drawing.style.theme import DARK, LIGHT
from archspec.infer.infer import ShapedGraph
from archspec.pipeline import find_files, shape_file

SPECS = Path(__file__).parent.parent.parent / "specs"
NETWORKS = [p for p in find_files([str(SPECS)]) if "blocks" not in Path(p).relative_to(SPECS).parts]
SVG = "{http://www.w3.org/2000/svg}"


def shaped(path: Path | str) -> ShapedGraph:
    found = shape_file(str(path), Sink())
    assert found is not None
    return found


def texts(graph: ShapedGraph) -> list[str]:
    root = ElementTree.fromstring(draw_volumes(graph))
    return [t.text or "" for t in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("path", NETWORKS, ids=lambda p: Path(p).stem)
def test_nothing_overlaps(path: str) -> None:
    drawn = scene(shaped(path), LIGHT)
    labels = [p for p in drawn.parts if isinstance(p, Label) and p.text]
    for one in labels:
        wide = text_width(one.text, one.size, one.bold)
        left = one.x - wide / 2 if one.middle else one.x
        assert left >= 0
        assert left + wide <= drawn.width
        for other in labels:
            if other is not one and other.y == one.y:
                reach = text_width(other.text, other.size, other.bold)
                start = other.x - reach / 2 if other.middle else other.x
                assert start >= left + wide or left >= start + reach
    for part in drawn.parts:
        if isinstance(part, Polygon):
            assert all(0 <= x <= drawn.width and 0 <= y <= drawn.height for x, y in part.points)
    boxes = [p for p in drawn.parts if isinstance(p, Polygon) and p.tip]
    assert 3 <= len(boxes) <= 3 * MOST


def test_alexnet_has_its_maps() -> None:
    said = texts(shaped(SPECS / "alexnet.yaml"))
    for text in ("conv1", "55×55×96", "11×11, stride 4", "34.9 K params", "9216", "fc8"):
        assert text in said


def test_counts_of_a_stage_hold_what_is_beside_the_path() -> None:
    graph = shaped(SPECS / "resnet50.yaml")
    stage = sum(n.params for n in graph.nodes if n.name.startswith("stage4."))
    assert f"{stage / 10**6:.3g} M params" in texts(graph)


def test_a_picture_that_follows_the_page() -> None:
    graph = shaped(SPECS / "lenet5.yaml")
    both = draw_volumes(graph, "auto")
    assert "prefers-color-scheme:dark" in both
    assert DARK.page in both
    assert LIGHT.page in both
    assert DARK.page in draw_volumes(graph, "dark")
    # A style sheet turns colours: equal ones on the light page must be equal on the dark one.
    turned: dict[str, str] = {}
    for light, dark in zip(scene(graph, LIGHT).parts, scene(graph, DARK).parts, strict=True):
        if isinstance(light, Polygon) and isinstance(dark, Polygon):
            assert turned.setdefault(light.fill, dark.fill) == dark.fill


def test_png_can_be_opened() -> None:
    from PIL import Image

    graph = shaped(SPECS / "lenet5.yaml")
    image = Image.open(io.BytesIO(draw_volumes_png(graph)))
    drawn = scene(graph, LIGHT)
    assert image.size == (round(drawn.width * 4) // 2, round(drawn.height * 4) // 2)
    colors = image.convert("RGB").getcolors(10**6)
    assert colors is not None
    assert len(colors) > 50


def test_text_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text(
        "archspec: 1\ntitle: '</text><script>alert(1)</script>&amp; 卷积网络'\ninput: [8, 8, 3]\n"
        "layers:\n  - Conv2D: {name: 卷积, filters: 4, kernel_size: 3}\n",
        encoding="utf-8",
    )
    source = draw_volumes(shaped(path))
    assert "<script>" not in source
    root = ElementTree.fromstring(source)
    assert (
        next(t.text for t in root.iter(f"{SVG}text"))
        == "</text><script>alert(1)</script>&amp; 卷积网络"
    )
    assert "卷积" in [t.text for t in root.iter(f"{SVG}text")]
    assert draw_volumes_png(shaped(path))[:4] == b"\x89PNG"


def test_mixed_colours() -> None:
    assert mix("#000000", "#FFFFFF", 0.0) == "#000000"
    assert mix("#000000", "#FFFFFF", 1.0) == "#FFFFFF"
    assert mix("#102030", "#304050", 0.5) == "#203040"
