"""The picture of feature maps: all of the network is on it, nothing twice, and nothing overlaps."""

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from archspec.diagnostics.sink import Sink
from archspec.drawing.content import words
from archspec.drawing.content.diagram import DETAILS
from archspec.drawing.scene.scene import Curve, Group, Label, Point, Polygon, Rect, Scene
from archspec.drawing.style.text_width import broadest
from archspec.drawing.volumes.boxes import MOST
from archspec.drawing.volumes.volumes import volumes
from archspec.infer.hierarchy import counts
from archspec.infer.infer import ShapedGraph
from archspec.pipeline import find_files, shape_file

SPECS = Path(__file__).parent.parent.parent / "specs"
NETWORKS = [
    str(p) for p in find_files([str(SPECS)]) if "blocks" not in Path(p).relative_to(SPECS).parts
]
PAPER = 453.5
"""16 cm in points."""


@cache
def shaped(path: str) -> ShapedGraph:
    found = shape_file(path, Sink())
    assert found is not None
    return found


def spec(tmp_path: Path, text: str) -> ShapedGraph:
    path = tmp_path / "net.yaml"
    path.write_text(f"archspec: 1\n{text}", encoding="utf-8")
    sink = Sink()
    found = shape_file(str(path), sink)
    assert found is not None, [d.message for d in sink.diagnostics]
    return found


def of_kind(scene: Scene, kind: str) -> list[Group]:
    return [g for g in scene.groups if g.kind == kind]


def texts(scene: Scene, kind: str = "box") -> list[str]:
    return [s.text for g in of_kind(scene, kind) for s in g.shapes if isinstance(s, Label)]


def faults(scene: Scene, graph: ShapedGraph) -> list[str]:
    """In what a picture and its network differ."""
    found = []
    boxes, notes = of_kind(scene, "box"), of_kind(scene, "note")
    live = sorted(n for g in boxes if not g.faded for n in g.nodes)
    dead = sorted(n for g in (*boxes, *notes) if g.faded for n in g.nodes)
    if live != [n for n, alive in enumerate(graph.live) if alive]:
        found.append("live layers are not in one box each")
    if dead != [n for n, alive in enumerate(graph.live) if not alive]:
        found.append("dead layers are not all told")
    each = counts(graph)
    for group in boxes:
        params = sum(each[n].params for n in group.nodes)
        said = [s.text for s in group.shapes if isinstance(s, Label)]
        if group.params != params or (params and words.params(params) not in said):
            found.append(f"{group.key} has {params} parameters")
    if sum(g.params for g in boxes) != graph.params:
        found.append("parameters are missing")
    box_of = {n: g.key for g in boxes for n in g.nodes}
    edges = {
        (box_of.get(i, ""), box_of.get(n, ""))
        for n, node in enumerate(graph.graph.nodes)
        for i, _ in node.inputs
        if graph.live[n] or n in box_of
    }
    wires = [g.ends for g in of_kind(scene, "wire")]
    if {(a, b) for a, b in edges if a != b} != set(wires) or len(set(wires)) != len(wires):
        found.append("wires are not the edges between boxes")
    keys = [g.key for g in scene.groups]
    if len(set(keys)) != len(keys):
        found.append("two groups have one key")
    return found


Frame = tuple[float, float, float, float]


def frame(label: Label) -> Frame:
    """Left, top, right and bottom of a text in the widest font."""
    wide = broadest(label.text, label.size, label.bold)
    left = label.x - {"start": 0.0, "middle": wide / 2, "end": wide}[label.anchor]
    return left, label.y - 0.76 * label.size, left + wide, label.y + 0.22 * label.size


def corners(shape: Polygon | Rect) -> list[Point]:
    if isinstance(shape, Polygon):
        return list(shape.points)
    x, y, w, h = shape.x, shape.y, shape.width, shape.height
    return [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]


def meet(frame: Frame, points: list[Point]) -> bool:
    """Whether a rectangle and a convex polygon overlap."""
    left, top, right, bottom = frame
    xs, ys = [x for x, _ in points], [y for _, y in points]
    if max(xs) <= left or min(xs) >= right or max(ys) <= top or min(ys) >= bottom:
        return False
    other = [(left, top), (right, top), (right, bottom), (left, bottom)]
    for (a, b), (c, d) in pairwise([*points, points[0]]):
        mine = [(d - b) * x - (c - a) * y for x, y in points]
        theirs = [(d - b) * x - (c - a) * y for x, y in other]
        if max(mine) <= min(theirs) or max(theirs) <= min(mine):
            return False
    return True


def way(curve: Curve) -> Iterator[Point]:
    for k in range(0, len(curve.points) - 1, 3):
        p = curve.points[k : k + 4]
        for n in range(13):
            t = n / 12
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            yield (
                sum(w * x for w, (x, _) in zip(weights, p, strict=True)),
                sum(w * y for w, (_, y) in zip(weights, p, strict=True)),
            )


def overlaps(scene: Scene) -> list[str]:
    """What lies on something else, or outside of the page."""
    found = []
    frames: list[tuple[str, Frame]] = []
    for group in scene.groups:
        for shape in group.shapes:
            if isinstance(shape, Label) and not _sign(group, shape):
                frames.append((shape.text, frame(shape)))
                if shape.size < 8.5:
                    found.append(f"{shape.text} is too small")
    solid = [
        (g.key, corners(s))
        for g in of_kind(scene, "box")
        for s in g.shapes
        if isinstance(s, (Polygon, Rect))
    ]
    for text, (left, top, right, bottom) in frames:
        if left < 0 or top < 0 or right > scene.width or bottom > scene.height:
            found.append(f"{text} is outside")
    for _, points in solid:
        if any(not (0 <= x <= scene.width and 0 <= y <= scene.height) for x, y in points):
            found.append("a box is outside")
    frames.sort(key=lambda f: f[1][1])
    for k, (text, one) in enumerate(frames):
        for other_text, other in frames[k + 1 :]:
            if other[1] >= one[3]:
                break
            if other[0] < one[2] - 0.01 and one[0] < other[2] - 0.01:
                found.append(f"{text} lies on {other_text}")
        found += [f"{text} lies on box {key}" for key, points in solid if meet(one, points)]
    for group in of_kind(scene, "wire"):
        for curve in [s for s in group.shapes if isinstance(s, Curve) and s.arrow]:
            for x, y in way(curve):
                if not (0 <= x <= scene.width and 0 <= y <= scene.height):
                    found.append(f"{group.key} is outside")
                dot = (x - 0.5, y - 0.5, x + 0.5, y + 0.5)
                found += [
                    f"{group.key} crosses {text}"
                    for text, (left, top, right, bottom) in frames
                    if left < x < right and top < y < bottom
                ]
                found += [
                    f"{group.key} crosses box {key}"
                    for key, points in solid
                    if key not in group.ends and meet(dot, points)
                ]
    return found


def _sign(group: Group, label: Label) -> bool:
    """Whether a label is the sign in a circle."""
    rects = [s for s in group.shapes if isinstance(s, Rect) and s.width > 10]
    return any(r.x < label.x < r.x + r.width and r.y < label.y < r.y + r.height for r in rects)


@pytest.mark.parametrize("path", NETWORKS, ids=lambda p: Path(p).stem)
def test_all_of_the_network_is_there(path: str) -> None:
    graph = shaped(path)
    for detail in DETAILS:
        assert faults(volumes(graph, detail), graph) == [], detail


@pytest.mark.parametrize("path", NETWORKS, ids=lambda p: Path(p).stem)
def test_nothing_overlaps(path: str) -> None:
    graph = shaped(path)
    for width in (None, PAPER):
        scene = volumes(graph, width=width)
        assert overlaps(scene) == []
        assert width is None or scene.width <= width
        assert len(of_kind(scene, "box")) <= max(MOST, 28)
