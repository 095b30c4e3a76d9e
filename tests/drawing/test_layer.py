"""A layer as a moving picture: its window reads what the layer reads, and nothing is left out unsaid."""

import random
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

import archspec
from archspec.drawing.layer.axis import MOST_CELLS, Axis, shown
from archspec.drawing.layer.maps import maps
from archspec.drawing.layer.picture import Moving, moving, standing
from archspec.drawing.layer.slide import NotSliding, Slide, UnknownLayer, slide_of
from archspec.drawing.layer.steps import stops
from archspec.drawing.options import Options
from archspec.drawing.render import picture, render
from archspec.drawing.scene.scene import Label, Rect
from archspec.drawing.style.text_width import broadest
from archspec.drawing.write.moving import LONGEST
from archspec.infer.infer import ShapedGraph
from archspec.shapes.shape import Window
from tests.conftest import ROOT, Run

LENET = str(ROOT / "specs" / "lenet5.yaml")
RESNET = str(ROOT / "specs" / "resnet50.yaml")
SVG = "{http://www.w3.org/2000/svg}"


def shaped_of(layer: str, shape: list[int | None]) -> ShapedGraph:
    size = str(shape).replace("None", "null")
    text = f"archspec: 1\nname: net\ninput: {size}\nlayers:\n  - {layer}\n"
    return archspec.loads(text)


def slide(layer: str, shape: list[int | None], name: str = "w") -> Slide:
    return slide_of(shaped_of(layer, shape), name)


def random_layers(count: int) -> list[tuple[str, list[int | None]]]:
    rng = random.Random(7)
    found: list[tuple[str, list[int | None]]] = []
    while len(found) < count:
        rank = rng.choice((1, 2, 2))
        kernel = [rng.randint(1, 7) for _ in range(rank)]
        stride = [rng.randint(1, 4) for _ in range(rank)]
        dilation = [1] * rank
        if rng.random() < 0.4:
            stride, dilation = [1] * rank, [rng.randint(1, 3) for _ in range(rank)]
        spans = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
        size = [rng.choice((s, s + rng.randint(0, 20), rng.randint(20, 300))) for s in spans]
        size = [max(s, n) for s, n in zip(spans, size, strict=True)]
        padding = rng.choice(("valid", "same", "causal") if rank == 1 else ("valid", "same"))
        if rng.random() < 0.3:
            pool = rng.choice(("Max", "Average"))
            padding = "same" if padding == "causal" else padding
            same = f"strides: {stride}, padding: {padding}"
            layer = f"{pool}Pooling{rank}D: {{name: w, pool_size: {kernel}, {same}}}"
        else:
            kind = rng.choice(("Conv", "DepthwiseConv", "SeparableConv"))
            padding = "same" if padding == "causal" and kind != "Conv" else padding
            if kind != "Conv":
                stride = [stride[0]] * rank
            filters = "" if kind == "DepthwiseConv" else "filters: 3, "
            same = f"strides: {stride}, padding: {padding}, dilation_rate: {dilation}"
            layer = f"{kind}{rank}D: {{name: w, {filters}kernel_size: {kernel}, {same}}}"
        found.append((layer, [*size, 2]))
    return found


def read(axis: Axis) -> list[list[int | None]]:
    """What a window reads at each position: the cells laid out with their padding, and walked along."""
    cells = [*[None] * axis.before, *range(axis.size), *[None] * axis.after]
    window = axis.window
    last = len(cells) - window.span
    return [cells[k : k + window.span : window.dilation] for k in range(0, last + 1, window.stride)]


@pytest.mark.parametrize(("layer", "shape"), random_layers(120))
def test_the_window_reads_what_the_layer_reads(layer: str, shape: list[int | None]) -> None:
    found = slide(layer, shape)
    output = found.node.output_shape[:-1]
    for one, out in zip((found.rows, found.columns)[-len(output) :], output, strict=True):
        axis = one.axis
        wanted = read(axis)
        assert len(wanted) == axis.positions == out
        same = axis.window.padding == "same"
        assert not same or axis.after - axis.before in (0, 1)
        for position, cells in enumerate(wanted):
            taps = [k if 0 <= k < axis.size else None for k in axis.taps(position)]
            assert taps == cells
            assert axis.padded(position) == cells.count(None)
        for position in (*one.heads, *one.tails):
            for cell in axis.taps(position):
                assert one.cell(cell) >= 0  # it is drawn
            assert one.place(position) >= 0
        assert one.tails[-1] == axis.positions - 1


@pytest.mark.parametrize(("layer", "shape"), random_layers(40))
def test_what_moves(layer: str, shape: list[int | None]) -> None:
    found = slide(layer, shape)
    every = stops(found.rows, found.columns)
    assert sum(s.skipped for s in every) + len(every) == found.positions
    plan = maps(found, 0, 0)
    seen = moving(found)
    for stop, step in zip(every, seen.steps, strict=True):
        assert bool(step.skips) == (stop.skipped > 0)
        moves = (step.window[0] - seen.steps[0].window[0]) / plan.cell
        first = [
            found.columns.cell(found.columns.axis.taps(s.column).start) for s in (stop, every[0])
        ]
        assert moves == pytest.approx(first[0] - first[1])
    values = [s for step in seen.steps for s in (*step.skipped, *step.made)]
    area = sum(r.width * r.height for r in values if isinstance(r, Rect)) / plan.cell**2
    cells = [sum(b - a + 1 for a, b in one.places) for one in (found.rows, found.columns)]
    assert area == pytest.approx(cells[0] * cells[1])  # each value is made once
    data = svg_of(shaped_of(layer, shape))
    assert len(data) < 60_000
    inside(seen)


def inside(seen: Moving) -> None:
    """Texts are within the picture in the widest font."""
    shapes = [s for g in seen.scene.groups for s in g.shapes]
    shapes += [s for step in seen.steps for s in (*step.said, *step.skips)]
    for label in shapes:
        if isinstance(label, Label):
            wide = broadest(label.text, label.size, label.bold)
            left = label.x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor]
            assert left >= 0, label
            assert left + wide <= seen.scene.width, label
            assert label.y <= seen.scene.height - 3


def svg_of(shaped: ShapedGraph, name: str = "w", theme: str = "auto") -> bytes:
    return render(picture(shaped, Options(layer=name, theme=theme)), "svg")


def test_the_svg_of_a_layer() -> None:
    shaped = archspec.load(LENET)
    data = svg_of(shaped, "C1")
    assert data == svg_of(shaped, "C1")
    root = ET.fromstring(data)
    texts = ["".join(t.itertext()) for t in root.iter(SVG + "text")]
    assert "32 − 5 + 1 = 28" in texts
    assert "5·5·1·6 + 6 = 156" in texts
    assert "position 1 of 784: row 1, column 1 reads rows 1–5, columns 1–5" in texts
    assert "… 22 positions …" in texts
    assert b"<script" not in data
    style = "".join(root.find(SVG + "style").itertext())  # type: ignore[union-attr]
    assert "prefers-reduced-motion:reduce" in style
    assert "prefers-color-scheme:dark" in style
    seconds = re.search(r"animation:([\d.]+)s linear infinite", style)
    assert seconds is not None
    assert float(seconds[1]) <= LONGEST
    named = {e.get("style", "").split(";")[0].partition(":")[2] for e in root.iter(SVG + "g")}
    assert {*re.findall(r"@keyframes (\w+)", style)} == named - {""}
    description = root.find(SVG + "desc")
    assert description is not None
    assert "784 positions" in str(description.text)
    still = [e for e in root.iter(SVG + "text") if "position" in str(e.text)]
    parents = {child: parent for parent in root.iter() for child in parent}
    shown_now = [e for e in still if parents[e].get("visibility") != "hidden"]
    assert len(shown_now) == 1  # where nothing moves


def test_a_long_axis_is_cut_in_the_middle() -> None:
    found = slide(
        "Conv2D: {name: w, filters: 64, kernel_size: 7, strides: 2, padding: same}", [224, 224, 3]
    )
    one = found.columns
    assert (one.axis.before, one.axis.after) == (2, 3)
    assert one.cells[0][0] == -2
    assert one.cells[-1][1] == 226
    assert one.places[-1][1] == 111
    assert found.reads(111, 111) == "reads rows 221–224, columns 221–224, 33 cells of padding"
    assert standing(found).height < 1000


def test_what_cannot_be_drawn_of_an_axis() -> None:
    assert shown(Axis(1000, Window(200), 0, 0, 801)) is None
    whole = shown(Axis(MOST_CELLS, Window(90), 0, 0, 7))
    assert whole is not None
    assert len(whole.cells) == 1


@pytest.mark.parametrize(
    ("layer", "shape", "said"),
    [
        ("Conv2D: {filters: 6, kernel_size: 3}", [9, 9, 1], "Each of the 6 filters reads the one"),
        ("Conv2D: {filters: 6, kernel_size: 3, groups: 2}", [9, 9, 4], "2 channels of its group"),
        ("DepthwiseConv2D: {kernel_size: 3}", [9, 9, 4], "Each of the 4 channels by itself"),
        ("SeparableConv2D: {filters: 8, kernel_size: 3}", [9, 9, 4], "then mixes them to 8"),
        ("MaxPooling2D: {pool_size: 2}", [9, 9, 4], "the largest value in the window."),
        ("AveragePooling1D: {pool_size: 2, padding: same}", [9, 4], "the mean in the window. Pad"),
        (
            "SpectralNormalization: {layer: {Conv2D: {filters: 2, kernel_size: 3}}}",
            [9, 9, 1],
            "2 f",
        ),
    ],
)
def test_what_is_said_of_channels(layer: str, shape: list[int | None], said: str) -> None:
    kind, _, rest = layer.partition(": {")
    assert said in slide(f"{kind}: {{name: w, {rest}", shape).channels()


@pytest.mark.parametrize(
    ("layer", "shape", "said"),
    [
        ("Conv2DTranspose: {filters: 6, kernel_size: 3}", [9, 9, 1], "its window writes"),
        ("Conv3D: {filters: 6, kernel_size: 3}", [9, 9, 9, 1], "slides along 3"),
        ("Dense: {units: 3}", [9], "it slides no window"),
        ("GlobalMaxPooling2D: {keepdims: true}", [9, 9, 1], "it slides no window"),
        ("Conv2D: {filters: 6, kernel_size: 3}", [None, 9, 1], "the height of its input"),
        ("Conv1D: {filters: 6, kernel_size: 300}", [999, 1], "a window of 300 is too long"),
    ],
)
def test_what_is_refused(layer: str, shape: list[int | None], said: str) -> None:
    kind, _, rest = layer.partition(": {")
    with pytest.raises(NotSliding, match=re.escape(said)):
        slide(f"{kind}: {{name: w, {rest}", shape)


def test_names() -> None:
    shaped = archspec.load(RESNET)
    some = next(n for n in shaped.nodes if n.layer.windows() and n.name.count(".") > 1)
    assert slide_of(shaped, some.name).node is some
    assert slide_of(shaped, some.name.partition(".")[2]).node.name.endswith(some.name[-5:])
    assert slide_of(shaped, "MaxPooling2D").family == "pool"
    with pytest.raises(NotSliding, match="is a block; take one of its layers, such as `"):
        slide_of(shaped, some.name.rpartition(".")[0])
    with pytest.raises(UnknownLayer) as caught:
        slide_of(shaped, some.name + "x")
    assert caught.value.near == some.name


@pytest.mark.parametrize(
    ("ending", "options", "said"),
    [
        ("svg", "--layer C1 --detail layers", "a layer is drawn as its maps"),
        ("svg", "--layer C1 --width 10cm", "a layer is drawn as its maps"),
        ("svg", "--layer C1 --view volumes", "take one"),
        ("svg", "--layer C1 --block C1", "take one"),
        ("html", "--layer C1", "a layer cannot be written as .html"),
        ("mmd", "--layer C1", "a layer cannot be written as .mmd"),
        ("svg", "--layer C5", "There is no picture of this layer: `C5` is a Dense"),
        ("svg", "--layer zzzz", "There are `C1`, `S2`, `C3`, `S4`, for example."),
        ("svg", "--layer outputt", "Did you mean `output`?"),
    ],
)
def test_what_cannot_apply(ending: str, options: str, said: str, run: Run, tmp_path: Path) -> None:
    target = tmp_path / f"c1.{ending}"
    done = run("render", LENET, "-o", str(target), *options.split())
    assert done.status == 2
    assert said in done.err
    assert not target.exists()


@pytest.mark.parametrize("ending", ["svg", "png", "pdf", "tex"])
def test_files(ending: str, run: Run, tmp_path: Path) -> None:
    target = tmp_path / f"s2.{ending}"
    done = run("render", LENET, "-o", str(target), "--layer", "S2")
    assert done.status == 0, done.err
    assert "196 positions" in done.out
    assert run("render", LENET, "-o", str(target), "--check", "--layer", "S2").status == 0
    assert run("render", LENET, "-o", str(target), "--check", "--layer", "C1").status == 1


def test_in_python() -> None:
    drawing = archspec.draw(LENET, layer="C1")
    assert "position 1 of 784" in drawing.svg
    with pytest.raises(ValueError, match="cannot be written"):
        _: Any = drawing.dot
    with pytest.raises(LookupError, match="nothing"):
        archspec.draw(LENET, layer="nothing")


@pytest.mark.parametrize("title", ["<b>&\"'", "\x1b[31m\u202e]]>", "W" * 10_000, "卷积"])
def test_hostile_titles(title: str) -> None:
    import json

    text = (
        f"archspec: 1\nname: net\ntitle: {json.dumps(title)}\ninput: [9, 9, 1]\nlayers:\n"
        "  - Conv2D: {name: w, filters: 2, kernel_size: 3}\n"
    )
    shaped = archspec.loads(text)
    ET.fromstring(svg_of(shaped))
    inside(moving(slide_of(shaped, "w")))
