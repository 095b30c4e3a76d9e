"""The picture of feature maps: all of the network is on it, nothing twice, and nothing overlaps."""

import random
import time
from collections.abc import Iterator
from functools import cache
from itertools import pairwise, product
from pathlib import Path

import pytest

from archspec.diagnostics.sink import Sink
from archspec.drawing.content import words
from archspec.drawing.content.diagram import DETAILS
from archspec.drawing.scene.scene import Curve, Group, Label, Point, Polygon, Rect, Scene, moved
from archspec.drawing.style.text_width import broadest
from archspec.drawing.volumes.boxes import MOST
from archspec.drawing.volumes.volumes import NoSuchShape, volumes
from archspec.infer.hierarchy import counts
from archspec.infer.infer import ShapedGraph
from archspec.pipeline import find_files, shape_file
from tests.pictures_run import _network as random_network

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


def bounds(points: list[Point]) -> Frame:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def touch(one: Frame, other: Frame) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


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
            around = bounds(list(curve.points))
            near = [(t, f) for t, f in frames if touch(f, around)]
            others = [(k, p) for k, p in solid if k not in group.ends and touch(bounds(p), around)]
            for x, y in way(curve):
                dot = (x - 0.5, y - 0.5, x + 0.5, y + 0.5)
                if not (0 <= x <= scene.width and 0 <= y <= scene.height):
                    found.append(f"{group.key} is outside")
                found += [f"{group.key} crosses {t}" for t, f in near if touch(f, (x, y, x, y))]
                found += [f"{group.key} crosses box {k}" for k, p in others if meet(dot, p)]
    return found


def _sign(group: Group, label: Label) -> bool:
    """Whether a label is the sign in a circle."""
    rects = [s for s in group.shapes if isinstance(s, Rect) and s.width > 10]
    return any(r.x < label.x < r.x + r.width and r.y < label.y < r.y + r.height for r in rects)


SOME = [pair for k, pair in enumerate(product(NETWORKS, DETAILS)) if k % 13 == 0]


@pytest.mark.parametrize(("path", "detail"), SOME)
def test_all_of_the_network_is_there(path: str, detail: str) -> None:
    graph = shaped(path)
    assert faults(volumes(graph, detail, width=PAPER), graph) == []


@pytest.mark.parametrize("path", NETWORKS[::3], ids=lambda p: Path(p).stem)
def test_nothing_overlaps_on_paper(path: str) -> None:
    scene = volumes(shaped(path), width=PAPER)
    assert overlaps(scene) == []
    assert scene.width <= PAPER
    assert len(of_kind(scene, "box")) <= 28


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("showcase/unet", "fused"),
        ("showcase/unet", "auto"),
        ("article/mobilenet_dogs", "fused"),
        ("papers/vae", "layers"),
        ("mobilenet_v2", "blocks"),
        ("showcase/siamese", "layers"),
    ],
)
@pytest.mark.parametrize("width", [None, PAPER])
def test_branches_keep_clear(path: str, detail: str, width: float | None) -> None:
    scene = volumes(shaped(str(SPECS / f"{path}.yaml")), detail, width=width)
    assert overlaps(scene) == []


def test_random_networks() -> None:
    found = 0
    for number in range(16):
        chance = random.Random(f"volumes {number}")
        graph = random_network(chance)
        if graph is None:
            continue
        found += 1
        scene = volumes(graph, chance.choice(DETAILS), width=chance.choice([None, PAPER]))
        assert faults(scene, graph) + (overlaps(scene) if len(scene.groups) < 90 else []) == [], (
            number
        )
    assert found > 8


def test_what_is_missing_is_found() -> None:
    graph = shaped(str(SPECS / "showcase/unet.yaml"))
    scene = volumes(graph)
    for group in (*of_kind(scene, "box"), *of_kind(scene, "wire")):
        rest = scene._replace(groups=tuple(g for g in scene.groups if g is not group))
        assert faults(rest, graph) != []
    box = of_kind(scene, "box")[5]
    for other in (
        box._replace(nodes=box.nodes[1:]),
        box._replace(params=box.params + 1),
        box._replace(shapes=box.shapes[:3]),
        box._replace(faded=True),
    ):
        planted = scene._replace(groups=tuple(other if g is box else g for g in scene.groups))
        assert faults(planted, graph) != []
    over = box._replace(shapes=tuple(moved(shape, 0, -60) for shape in box.shapes))
    assert overlaps(scene._replace(groups=(*scene.groups, over._replace(key="x")))) != []


def test_alexnet_has_its_maps() -> None:
    said = texts(volumes(shaped(str(SPECS / "alexnet.yaml"))))
    for text in ("conv1", "55×55×96", "11×11, stride 4", "34.9 K params", "9216", "fc8"):
        assert text in said


def test_vgg_shows_its_pools() -> None:
    graph = shaped(str(SPECS / "vgg16.yaml"))
    said = texts(volumes(graph))
    for text in ("block1", "224×224×64", "→ 112×112×64", "conv ×2, max pooling", "block5"):
        assert text in said
    assert len(of_kind(volumes(graph, "layers"), "box")) == 23


def test_stages_as_the_paper_counts_them() -> None:
    scene = volumes(shaped(str(SPECS / "mobilenet_v2.yaml")))
    shapes = [t for t in texts(scene) if t.count("×") == 2]
    assert "56×56×24" in shapes
    assert not [s for s in shapes if s.endswith(("×96", "×144"))][1:]  # 14×14×96 is one
    names = [next(s.text for s in g.shapes if isinstance(s, Label)) for g in of_kind(scene, "box")]
    assert [f"stage{n}" in names for n in range(1, 8)] == [True] * 7


def ways(scene: Scene) -> dict[tuple[str, str], tuple[Point, ...]]:
    return {
        g.ends: s.points
        for g in of_kind(scene, "wire")
        for s in g.shapes
        if isinstance(s, Curve) and s.arrow
    }


def test_a_u() -> None:
    graph = shaped(str(SPECS / "showcase/unet.yaml"))
    scene = volumes(graph)
    wires = ways(scene)
    keys = [g.key for g in of_kind(scene, "box")]
    for down in range(1, 5):
        start, *_, end = wires[keys[down], keys[10 - down]]
        assert start[1] == end[1]
        assert start[0] < end[0]
    assert wires[keys[1], keys[2]][0][1] < wires[keys[1], keys[2]][-1][1]  # down
    assert wires[keys[8], keys[9]][0][1] > wires[keys[8], keys[9]][-1][1]  # and up
    for detail in ("blocks", "fused"):  # the croppings stand on the skips
        tall = volumes(graph, detail, shape="u")
        assert tall.height > 3 * tall.width
        assert faults(tall, graph) + overlaps(tall) == []
    line = volumes(graph, shape="line")
    assert line.width > 2 * scene.width
    assert faults(line, graph) == []
    for name in ("alexnet", "resnet50", "showcase/two_inputs_two_outputs"):
        with pytest.raises(NoSuchShape, match=r"[a-z]{3}"):
            volumes(shaped(str(SPECS / f"{name}.yaml")), shape="u")


def test_a_height() -> None:
    graph = shaped(str(SPECS / "alexnet.yaml"))
    tall = volumes(graph, width=912)
    low = volumes(graph, width=912, height=0.7 * tall.height)
    assert low.height <= 0.7 * tall.height
    assert low.width <= 912
    assert overlaps(low) + faults(low, graph) == []
    assert volumes(graph, width=912, height=10) == tall  # it goes on, on the next page


def test_weights_that_are_shared() -> None:
    scene = volumes(shaped(str(SPECS / "showcase/siamese.yaml")))
    said = texts(scene)
    assert "shares a.conv2d" in said
    assert sum(g.params for g in of_kind(scene, "box")) == 38_951_745
    assert len([t for t in said if t == "96×96×64"]) == 2


def test_axes_by_their_names() -> None:
    heads = {
        name: " ".join(texts(volumes(shaped(str(SPECS / f"showcase/{name}.yaml"))), "head"))
        for name in ("seq2seq", "conv3d_video", "unet")
    }
    assert "steps×features" in heads["seq2seq"]
    assert "height" not in heads["seq2seq"]
    assert "time or depth×height×width×channels" in heads["conv3d_video"]
    assert "height×width×channels" in heads["unet"]
    video = texts(volumes(shaped(str(SPECS / "showcase/conv3d_video.yaml"))))
    assert "1×2×2, stride 1×2×2" in video
    assert "?×256" in texts(volumes(shaped(str(SPECS / "showcase/seq2seq.yaml"))))


def test_windows_say_all(tmp_path: Path) -> None:
    graph = spec(
        tmp_path,
        "input: [32, 32, 6]\nlayers:\n"
        "  - Conv2D: {filters: 6, kernel_size: [3, 5], dilation_rate: 2, groups: 3}\n"
        "  - Conv2D: {filters: 6, kernel_size: 3, strides: [2, 1]}\n",
    )
    said = texts(volumes(graph))
    assert "3×5, dilation 2, 3 groups" in said
    assert "3×3, stride 2×1" in said


def test_a_kernel_lies_on_the_map_before() -> None:
    scene = volumes(shaped(str(SPECS / "papers/vae.yaml")), "layers")
    graph = shaped(str(SPECS / "papers/vae.yaml"))
    node_of = {g.key: g.nodes for g in of_kind(scene, "box")}
    kernels = [g for g in of_kind(scene, "wire") if isinstance(g.shapes[0], Polygon)]
    assert kernels
    for group in kernels:
        layer = graph.nodes[node_of[group.ends[1]][0]]
        assert layer.layer.windows()
        assert layer.node.inputs == ((node_of[group.ends[0]][-1], 0),)


def test_dead_layers_are_told(tmp_path: Path) -> None:
    graph = spec(
        tmp_path,
        "input: [8, 8, 3]\nlayers:\n  - Conv2D: {name: a, filters: 4, kernel_size: 3}\n"
        "  - Conv2D: {name: b, filters: 4, kernel_size: 3}\n  - Flatten: {name: c, from: a}\n"
        "outputs: c\n",
    )
    scene = volumes(graph)
    assert faults(scene, graph) == []
    assert [g.nodes for g in of_kind(scene, "box") if g.faded] == [(2,)]
    flowers = shaped(str(SPECS / "article/inception_v1_flowers.yaml"))
    scene = volumes(flowers)
    note = next(g for g in of_kind(scene, "note"))
    assert len(note.nodes) == 36
    assert "36 layers lead to no output" in scene.description


CHAIN = "".join(f"  - Dense: {{units: {k % 97 + 1}}}\n" for k in range(1500))
MANY = ", ".join(f"i{k}" for k in range(300))
ALL = "".join(
    f"  - Dense: {{name: d{k}, units: 8}}\n"
    f"  - Add: {{name: a{k}, from: [input, {', '.join(f'd{j}' for j in range(k + 1))}]}}\n"
    for k in range(40)
)
TITLE = "x" * 9000 + " </text>\\u202e<script> 💥 卷积网络 " * 30
HOSTILE = {
    "one layer": "input: [8]\nlayers: [Flatten]\n",
    "long": f"input: [64]\nlayers:\n{CHAIN}",
    "scalars": "input: [4]\nlayers:\n  - Mean: {axis: 1}\n  - Activation: {activation: relu}\n",
    "unknown": "input: [null, null, 3]\nlayers: [{Conv2D: {filters: 4, kernel_size: 3}}]\n",
    "empty": "input: [8, 0, 3]\nlayers: [Flatten]\n",
    "large": "input: [100000, 1000000, 3]\nlayers:\n  - Conv2D: {filters: 99999, kernel_size: 1}\n",
    "inputs": f"inputs: {{{MANY.replace(',', ': [4],')}: [4]}}\nlayers:\n"
    f"  - Concatenate: {{from: [{MANY}]}}\n",
    "all to all": f"input: [8]\nlayers:\n{ALL}",
    "title": f'title: "{TITLE}"\ninput: [8, 8, 3]\nlayers: [Flatten]\n',
    "outputs": "input: [8]\nlayers:\n"
    + "".join(f"  - Dense: {{name: i{k}, units: 8, from: input}}\n" for k in range(300))
    + f"outputs: [{MANY}]\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_networks(name: str, tmp_path: Path) -> None:
    sink = Sink()
    path = tmp_path / "net.yaml"
    path.write_text(f"archspec: 1\n{HOSTILE[name]}", encoding="utf-8")
    graph = shape_file(str(path), sink)
    if graph is None:
        assert name == "empty"  # it is refused before anything is drawn
        return
    for width in (None, PAPER):
        start = time.process_time()
        scene = volumes(graph, width=width)
        assert time.process_time() - start < 4
        assert faults(scene, graph) == []
        assert len(of_kind(scene, "box")) <= MOST
        assert width is None or scene.width <= width
        if len(scene.groups) < 100:
            assert overlaps(scene) == []


def test_the_same_picture_every_time() -> None:
    path = str(SPECS / "papers/yolo_v3.yaml")
    first, second = shape_file(path, Sink()), shape_file(path, Sink())
    assert first is not None
    assert second is not None
    assert volumes(first, width=PAPER) == volumes(second, width=PAPER)
