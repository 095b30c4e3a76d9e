"""Networks and options that pictures once were untrue of, or fell over."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

import archspec
from archspec.diagnostics.sink import Sink
from archspec.drawing.content import words
from archspec.drawing.content.art import every_pill
from archspec.drawing.content.cards import diagram
from archspec.drawing.content.levels import UnknownBlock
from archspec.drawing.fit import PAPERS, Unfit, fit_paper
from archspec.drawing.layout import graph
from archspec.drawing.layout.engine import Engine, EngineError
from archspec.drawing.options import Options
from archspec.drawing.render import picture, render
from archspec.drawing.scene.scene import Group, Rect, Scene
from archspec.infer.infer import ShapedGraph
from archspec.pipeline import shape_file
from tests.drawing.complete import collisions, findings
from tests.svg_picture import Drawn, read_svg


@pytest.fixture
def net(tmp_path: Path) -> Any:
    """Makes a network of its layers and, perhaps, other keys."""

    def made(layers: list[Any], **more: Any) -> ShapedGraph:
        data = {"archspec": 1, "name": "net", "input": [8, 8, 4], **more, "layers": layers}
        if "inputs" in data:
            del data["input"]
        path = tmp_path / "net.json"
        path.write_text(json.dumps(data))
        shaped = shape_file(str(path), Sink())
        assert shaped is not None
        return shaped

    return made


def _drawn(shaped: ShapedGraph, **options: Any) -> list[Drawn]:
    made = Options(**{"dot": "bundled", **options})
    parts = read_svg(render(picture(shaped, made), "svg"))
    assert not findings(shaped, parts, made.view) + collisions(parts, made.view)
    return parts


def _conv(name: str, kernel: int, source: str) -> dict[str, Any]:
    return {
        "Conv2D": {
            "name": name,
            "filters": 4,
            "kernel_size": kernel,
            "padding": "same",
            "from": source,
        }
    }


def test_wires_of_many_inputs_go_past_other_pills(net: Any) -> None:
    names = ["a", "b", "c", "d"]
    mix = {
        "inputs": ["p", "q", "r", "s"],
        "outputs": {"one": "add1", "two": "c2", "three": "c3"},
        "layers": [
            *[_conv(f"c{k}", 2 * k + 1, source) for k, source in enumerate("pqrs")],
            {"Add": {"name": "add1", "from": ["c0", "c1", "c2", "c3"]}},
        ],
    }
    shaped = net(
        [
            {"mix": {"name": "m1", "from": names}},
            {"mix": {"name": "m2", "from": ["m1.one", "m1.two", "m1.three", "d"]}},
            {"Concatenate": {"from": ["m2.one", "m2.two", "m2.three"]}},
        ],
        inputs={name: [8, 8, 4] for name in names},
        blocks={"mix": mix},
    )
    parts = _drawn(shaped, detail="blocks")
    cards = diagram(shaped, "blocks")
    entries = [w.entry for w in cards.wires if w.entry >= 0]
    assert len(set(entries)) >= 3
    # Wires to different pills do not end at one point.
    ends = {(p.ends[1], p.ways[0][-1]) for p in parts if p.kind == "wire" and p.area is None}
    assert len(ends) == len(set(entries))


def test_ways_that_graphviz_loses_end_anywhere(monkeypatch: pytest.MonkeyPatch, net: Any) -> None:
    asked: list[str] = []

    def run(engine: Engine, text: str, *arguments: str) -> bytes:
        asked.append(text)
        if len(asked) == 1:
            raise EngineError("AS505", "it ended with status 1: Error: lost n2 n184 edge")
        return b"{}"

    monkeypatch.setattr(graph, "run", run)
    assert graph._run(Engine("dot", False), "n2:t5:e -> n3:e7:w [x]\nn4 -> n5") == b"{}"
    assert asked[1] == "n2 -> n3 [x]\nn4 -> n5"


def test_cards_say_all_that_makes_a_layer(net: Any) -> None:
    conv = {"filters": 8, "kernel_size": 3, "strides": [1, 2], "groups": 2, "padding": "same"}
    shaped = net(
        [
            {"Conv2D": conv},
            {"Reshape": {"target_shape": [2, 4, 4, 8]}},
            {"TimeDistributed": {"Conv2D": {**conv, "activation": "relu"}}},
            {"TimeDistributed": {"Conv2D": {**conv, "filters": 16}}},
        ]
    )
    told = [", ".join(c.details) for c in diagram(shaped, "layers").cards]
    assert "8 filters, 2 groups, stride 1×2, same" in told
    assert "Conv 3×3, 8 filters, 2 groups, stride 1×2, same, ReLU" in told
    assert "Conv 3×3, 16 filters, 2 groups, stride 1×2, same" in told
    _drawn(shaped)


def test_numbers_go_on_from_999() -> None:
    told = {999: "999", 999_499: "999 K", 999_500: "1 M", 999_999_999: "1 G", 1_000: "1 K"}
    assert {number: words.count(number) for number in told} == told


def test_layers_of_opened_rounds_have_their_full_names(net: Any) -> None:
    inner = [_conv("c", 3, "input"), {"BatchNormalization": {}}]
    shaped = net([{"repeat": {"name": "u", "times": 2, "layers": inner}}, _conv("c", 1, "u1.c")])
    feet = {c.foot for c in diagram(shaped, "fused").cards}
    assert {"u1.c", "u2.c", "c"} <= feet
    opened = {c.foot for c in diagram(shaped, "blocks").cards}
    assert "c" in opened


def test_pills_with_some_dead_layers_say_so(net: Any) -> None:
    block = {"layers": [{"Dense": {"name": "a", "units": 4}}, {"Dense": {"name": "b", "units": 4}}]}
    unit = {
        "outputs": {"y": "pass", "z": "aux"},
        "layers": [
            {"inner": {"name": "pass"}},
            {
                "parallel": {
                    "name": "aux",
                    "branches": {"p": [{"inner": {}}], "q": []},
                    "merge": "Add",
                }
            },
        ],
    }
    rest = [{"unit": {"name": f"u{k}", **({"from": f"u{k - 1}.y"} if k else {})}} for k in range(3)]
    shaped = net(
        [*rest, {"Add": {"from": ["u2.y", "u2.z"]}}], blocks={"inner": block, "unit": unit}
    )
    for detail in ("blocks", "stages"):
        _drawn(shaped, detail=detail)
    for card in diagram(shaped, "stages").cards:
        for pill in every_pill(card.rows):
            dead = sum(not shaped.nodes[n].live for n in pill.nodes)
            assert pill.faded == (0 < dead == len(pill.nodes))
            assert pill.text.endswith(", some dead") == (0 < dead < len(pill.nodes))


def test_volumes_of_scalars(net: Any) -> None:
    shaped = net(
        [{"Add": {"from": ["t", "u"]}}, {"Multiply": {"from": ["add", "t"]}}],
        inputs={"t": [], "u": []},
    )
    for detail in ("auto", "layers", "stages"):
        _drawn(shaped, view="volumes", detail=detail, dot=None)


def test_a_page_that_is_too_low_is_told_as_that() -> None:
    high = Group("box", "n0", (Rect(0, 0, 10, 10_000, "", "edge"),))
    scene = Scene("n", "n", "", 10, 10_000, (high,))
    with pytest.raises(Unfit, match="higher than a page") as raised:
        fit_paper(lambda room: scene, PAPERS["slide"], 9, 9)
    assert not re.search(r"\d{4} cm", str(raised.value))


@pytest.mark.parametrize(
    "given",
    [
        {"columns": 0},
        {"columns": True},
        {"columns": "3"},
        {"columns": 2.5},
        {"width": float("nan")},
        {"width": -1},
        {"width": [1]},
        {"paper": "poster", "min_text": "9"},
        {"paper": "poster", "min_text": float("nan")},
        {"expand": 3},
        {"expand": [3]},
        {"expand": ""},
        {"block": 3},
        {"block": ""},
        {"dot": 3},
    ],
    ids=str,
)
def test_options_that_cannot_be(net: Any, given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=re.escape(f"{[*given][-1]}=")):
        archspec.draw(net([{"Dense": 2}]), **given)


def test_a_block_that_is_not_there_is_named(net: Any) -> None:
    with pytest.raises(UnknownBlock, match="there is no block `nope`"):
        archspec.draw(net([{"Dense": 2}]), block="nope")


@pytest.mark.parametrize("option", ["--block", "--expand"])
def test_names_of_blocks_are_not_empty(run: Any, tmp_path: Path, option: str) -> None:
    path = tmp_path / "net.yaml"
    path.write_text("archspec: 1\ninput: [4]\nlayers: [Dense: 2]\n")
    done = run("render", str(path), "-o", str(tmp_path / "net.svg"), option, "")
    assert done.status == 2
    assert "without a name" in done.err


def test_names_from_right_to_left_leave_numbers_where_they_are(net: Any) -> None:
    shaped = net([{"Dense": {"name": "מוצא", "units": 2}}], input=[300])
    text = render(picture(shaped, Options(dot="bundled")), "svg").decode()
    assert "מוצא\u200e  ·  602 params" in text


def test_blocks_that_begin_with_opened_blocks_have_frames_of_their_own(net: Any) -> None:
    inner = {"layers": [_conv("a", 3, "input"), {"Add": {"from": ["a", "input"]}}]}
    outer = {
        "layers": [
            {"inner": {"name": "first"}},
            {"inner": {"name": "second"}},
            _conv("z", 1, "second"),
        ]
    }
    shaped = net(
        [{"outer": {"name": f"o{k}"}} for k in range(2)] + [{"Flatten": {}}],
        blocks={"inner": inner, "outer": outer},
    )
    parts = _drawn(shaped, detail="blocks", expand=("o0.first",))
    frames = [p.key for p in parts if p.kind == "cluster"]
    assert len(frames) == len(set(frames)) == 2


@pytest.mark.parametrize("name", ["o1", "o2", "unit"])
def test_one_of_equal_blocks_is_opened_with_all(net: Any, name: str) -> None:
    unit = {"layers": [_conv("a", 3, "input"), {"Add": {"from": ["a", "input"]}}]}
    layers = [{"unit": {"name": f"o{k}"}} for k in range(4)]
    shaped = net([*layers, {"Flatten": {}}], blocks={"unit": unit})
    parts = _drawn(shaped, detail="blocks", expand=(name,))
    assert [p.times for p in parts if p.kind == "cluster"] == [4]


@pytest.mark.parametrize("name", ["net", "residual", "repeat"])
def test_words_of_the_language_are_no_blocks(net: Any, name: str) -> None:
    layers = [{"Dense": 4}, {"Dense": 4}]
    shaped = net([{"repeat": {"times": 2, "layers": [{"residual": layers}]}}])
    with pytest.raises(UnknownBlock):
        diagram(shaped, "blocks", (name,))


def test_a_block_that_is_fused_into_others_is_drawn_by_itself(net: Any) -> None:
    shaped = net(
        [{"Dense": 4}, {"act": {"name": "x"}}, {"Dense": 2}],
        blocks={"act": {"layers": [{"BatchNormalization": {}}, {"Activation": "relu"}]}},
    )
    drawing = picture(shaped, Options(block="x")).drawing
    assert drawing is not None
    assert [c.title for c in drawing.cards][1:-1] == ["Batch normalization", "ReLU"]
