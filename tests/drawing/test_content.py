"""What stands on cards, against the graph: every layer somewhere, every wire true, and in words what is left out."""

from collections.abc import Iterator
from itertools import combinations
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archspec.drawing.content.art import Branches, Pill, Repeated, Rows, every_pill
from archspec.drawing.content.cards import diagram
from archspec.drawing.content.diagram import DETAILS, Card, Diagram, Wire
from archspec.drawing.content.marks import Marks
from archspec.drawing.content.pill_text import pill_text
from archspec.drawing.write.mermaid import mermaid
from archspec.infer.infer import ShapedGraph
from archspec.layers import Layer, layer_types
from archspec.layers.measure import measure
from archspec.records.arguments import ACTIVATIONS
from archspec.records.record import ArgumentError, fields
from archspec.shapes.shape import ShapeError
from tests.conftest import ROOT, examples
from tests.drawing.random_wiring import Wires
from tests.drawing.test_draw_graph import SPECS
from tests.drawing.test_draw_graph import shaped_of as of_file
from tests.drawing.test_draw_text import random_network
from tests.drawing.test_draw_text import shaped_of as of_data
from tests.expand.test_expand import shaped as of_text
from tests.random_layers import draw_case

HEAD = "archspec: 1\nname: net\ninput: [8, 8, 4]\n"


def spec(name: str) -> ShapedGraph:
    return of_file(str(ROOT / "specs" / f"{name}.yaml"))


def check(shaped: ShapedGraph, drawing: Diagram) -> None:
    """That a drawing says what is so."""
    check_layers(shaped, drawing)
    check_pills(shaped, drawing)
    check_inner_wires(shaped, drawing)
    check_wires(shaped, drawing)
    mermaid(drawing)


def check_layers(shaped: ShapedGraph, drawing: Diagram) -> None:
    """Every layer is on one card, once, and its parameters with it."""
    assert sorted(n for c in drawing.cards for n in c.nodes) == list(range(len(shaped.nodes)))
    assert sum(c.params for c in drawing.cards) == shaped.params
    for card in drawing.cards:
        nodes = [shaped.nodes[n] for n in card.nodes]
        assert list(card.nodes) == sorted(card.nodes)
        assert card.layers == [n.name for n in nodes]
        dead = sum(not n.live for n in nodes)
        assert card.faded == (bool(nodes) and dead == len(nodes)) or not nodes
        if 0 < dead < len(nodes):
            assert f"{dead:,} layer{'s lead' if dead > 1 else ' leads'} nowhere" in card.note


def check_pills(shaped: ShapedGraph, drawing: Diagram) -> None:
    """Every layer of a block is on one of its pills, or the note tells of it; equal ones are equal."""
    for card in drawing.cards:
        if not card.rows:
            assert not card.noted
            continue
        shown = [n for pill in every_pill(card.rows) for n in pill.nodes]
        assert sorted([*shown, *card.noted]) == list(card.nodes)
        assert card.note or not card.noted
        for pill in every_pill(card.rows):
            assert pill.nodes
            assert pill.faded == (not any(shaped.nodes[n].live for n in pill.nodes))
            if pill.family and not card.note:
                size = len(pill.nodes) // pill.times
                once = [id(shaped.nodes[n].layer) for n in pill.nodes[: size // card_times(card)]]
                again = [id(shaped.nodes[n].layer) for n in pill.nodes]
                assert once
                assert again == once * (len(again) // len(once))


def card_times(card: Card) -> int:
    """How often each layer of a pill is on it because of what is around: nobody knows but 1 is safe."""
    return 1 if card.times == 1 else card.times


def claims(rows: Rows) -> tuple[list[Pill], set[tuple[int, int]], set[int]]:
    """The pills, the wires between them by their numbers (-1 for above), those that are left open."""
    pills: list[Pill] = []
    wires: set[tuple[int, int]] = set()
    left_open: set[int] = set()

    def read(rows: Rows, above: set[int] | None) -> set[int] | None:
        for row in rows:
            if isinstance(row, Pill):
                number = len(pills)
                pills.append(row)
                if above is None:
                    left_open.add(number)
                else:
                    wires.update((source, number) for source in above)
                above = {number}
            elif isinstance(row, Repeated):
                above = read(row.rows, above)
            else:
                below: set[int] | None = set()
                for k, column in enumerate(row.columns):
                    start = (above if row.hangs(k) else set()) if not row.knotted else None
                    end = read(column, start)
                    if row.leads(k):
                        below = None if below is None or end is None else below | end
                above = None if row.knotted else below
        return above

    read(rows, {-1})
    return pills, wires, left_open


def check_inner_wires(shaped: ShapedGraph, drawing: Diagram) -> None:
    """The rows show the wires that there are, in the first time of everything, and no others."""
    for card in drawing.cards:
        if not card.rows or card.noted:
            continue
        pills, wires, left_open = claims(card.rows)
        number = {n: k for k, pill in enumerate(pills) for n in pill.nodes}
        real = {
            (number[source], number[index])
            for index in card.nodes
            for source, _ in shaped.nodes[index].node.inputs
            if source in number
        }
        left_out = {k for k, pill in enumerate(pills) if pill.text.startswith("…")}
        # What goes back to a pill, or on to itself, is the next time of a repeat.
        real = {
            (a, b) for a, b in real if a < b and b not in left_open | left_out and a not in left_out
        }
        shown = {(a, b) for a, b in wires if a >= 0 and b not in left_out and a not in left_out}
        assert shown == real, (card.key, card.rows)


def check_wires(shaped: ShapedGraph, drawing: Diagram) -> None:
    """What layers read on other cards is on the wires, with the places where it goes out and in."""
    place: dict[int, tuple[str, int]] = {}
    order = {card.key: k for k, card in enumerate(drawing.cards)}
    for card in drawing.cards:
        for node in card.nodes:
            place[node] = card.key, -1
        for k, pill in enumerate(every_pill(card.rows)):
            place.update(dict.fromkeys(pill.nodes, (card.key, k)))
    wanted = set()
    for index, read in enumerate(shaped.graph.nodes):
        for source, _ in read.inputs:
            a, b = place[source][0], place[index][0]
            if order[a] < order[b]:
                wanted.add((a, b))
    between = [w for w in drawing.wires if not w.target.startswith("out")]
    assert {(w.source, w.target) for w in between} == wanted
    keys = [(w.source, w.target, place.get(w.tap), place.get(w.entry)) for w in between]
    assert len(set(keys)) == len(keys)
    for wire in drawing.wires:
        assert wire.tap < 0 or place[wire.tap][0] == wire.source
        assert wire.entry < 0 or place[wire.entry][0] == wire.target
        if wire.tap < 0:
            # It leaves from the end: then something that is read stands there.
            card = next(c for c in drawing.cards if c.key == wire.source)
            reading = {
                s
                for index, node in enumerate(shaped.graph.nodes)
                if place[index][0] == wire.target
                for s, _ in node.inputs
            }
            if not wire.target.startswith("out"):
                assert reading & set(card.nodes)


def every_drawing(shaped: ShapedGraph, details: tuple[str, ...] = DETAILS) -> Iterator[Diagram]:
    for detail in details:
        yield diagram(shaped, detail)
    chains = [n.node.scope.chain() for n in shaped.nodes]
    opened = sorted({s.word for chain in chains for s in chain if s.kind in ("block", "repeat")})
    for word in opened[:2]:
        try:
            yield diagram(shaped, "blocks", (word,))
        except LookupError:
            continue


@settings(max_examples=examples(16))
@given(st.integers(0, 2**32))
def test_any_wiring(seed: int) -> None:
    shaped = of_data(Wires(Random(seed)).spec())
    for drawing in every_drawing(shaped):
        check(shaped, drawing)


@settings(max_examples=examples(8))
@given(st.integers(0, 2**32))
def test_any_structure(seed: int) -> None:
    shaped = of_data(random_network(Random(seed)))
    for drawing in every_drawing(shaped):
        check(shaped, drawing)


@pytest.mark.parametrize("path", [p for p in SPECS if "nasnet" not in p][::9])
def test_networks_of_papers(path: str) -> None:
    shaped = of_file(path)
    for drawing in every_drawing(shaped, ("auto", "stages")):
        check(shaped, drawing)


def card_of(drawing: Diagram, title: str) -> Card:
    return next(c for c in drawing.cards if c.title == title)


def texts(card: Card) -> list[str]:
    return [pill.text for pill in every_pill(card.rows)]


def layer(word: str, **arguments: Any) -> Layer:
    return layer_types()[word](**arguments)


def test_pills_say_what_makes_shapes_and_weights() -> None:
    said = {
        "Conv 3×3, 128 g32": layer(
            "Conv2D", filters=128, kernel_size=(3, 3), groups=32, padding="same"
        ),
        "Conv 3×3, 8 d2": layer(
            "Conv2D", filters=8, kernel_size=(3, 3), dilation_rate=(2, 2), padding="same"
        ),
        "Conv transpose 2×2, 8 /2": layer(
            "Conv2DTranspose", filters=8, kernel_size=(2, 2), strides=(2, 2)
        ),
        "Conv transpose 3×3, 8 /2": layer(
            "Conv2DTranspose", filters=8, kernel_size=(3, 3), strides=(2, 2), padding="same"
        ),
        "Conv 3×3, 8 d2×1": layer(
            "Conv2D", filters=8, kernel_size=(3, 3), dilation_rate=(2, 1), padding="same"
        ),
        "Conv 3×3, 8 valid": layer("Conv2D", filters=8, kernel_size=(3, 3)),
        "Conv 1D 2, 8 d4 causal": layer(
            "Conv1D", filters=8, kernel_size=(2,), dilation_rate=(4,), padding="causal"
        ),
        "Depthwise conv 3×3 ×2": layer(
            "DepthwiseConv2D", kernel_size=(3, 3), depth_multiplier=2, padding="same"
        ),
        "Max pooling 3×3 /2": layer("MaxPooling2D", pool_size=(3, 3), strides=(2, 2)),
        "Max pooling 3×3 /2 same": layer(
            "MaxPooling2D", pool_size=(3, 3), strides=(2, 2), padding="same"
        ),
        "LSTM 8 all steps": layer("LSTM", units=8, return_sequences=True),
        "Bidirectional LSTM 8 all steps merge mode sum": layer(
            "Bidirectional", layer=layer("LSTM", units=8, return_sequences=True), merge_mode="sum"
        ),
        "Concatenate axis 1": layer("Concatenate", axis=1),
        "ReLU6": layer("ReLU", max_value=6.0),
    }
    for text, made in said.items():
        assert pill_text(made) == text


UNTOLD = ("use_bias", "keepdims")
"""Told of a layer beside others that do otherwise; one axis of 1 more."""


def test_layers_whose_shapes_differ_are_called_otherwise() -> None:
    types = sorted(layer_types().values(), key=lambda type: type.__name__)
    random = Random(7)
    for _ in range(600):
        case = draw_case(random, random.choice(types), bad=0)
        try:
            one = case.call.make()
            facts = measure(one, case.shapes)
        except (ArgumentError, ShapeError):
            continue
        for name in one.arguments():
            field = fields(type(one))[name]
            if name in UNTOLD or field.required:
                continue
            try:
                other = one.replace(**{name: field.default})
                others = measure(other, case.shapes)
            except (ArgumentError, ShapeError):
                continue
            ours, theirs = ([w.shape for w in f.weights] for f in (facts, others))
            if facts.outputs != others.outputs or ours != theirs:
                assert pill_text(one) != pill_text(other), name


def test_groups_and_activations_of_networks() -> None:
    resnext = [t for c in diagram(spec("showcase/resnext50")).cards for t in texts(c)]
    assert "Conv 3×3, 128 g32" in resnext
    shufflenet = [t for c in diagram(spec("showcase/shufflenet")).cards for t in texts(c)]
    assert any(t.endswith(" g3") for t in shufflenet)
    excite = diagram(spec("showcase/squeeze_excite"))
    marks = {p.text: p.marks for c in excite.cards for p in every_pill(c.rows)}
    assert [(m.letter, m.name) for m in marks["Dense 256"]] == [("σ", "Sigmoid")]
    assert [(m.letter, m.name) for m in marks["Dense 16"]] == [("R", "ReLU")]
    assert [(m.family, m.letter, m.name) for m in marks["Conv 3×3, 64"]] == [
        ("norm", "B", "BN"),
        ("activation", "R", "ReLU"),
    ]


def test_no_two_activations_look_alike() -> None:
    own = [layer("Dense", units=1, activation=a) for a in ACTIVATIONS if a != "linear"]
    others = [
        layer("LeakyReLU", negative_slope=0.1),
        layer("LeakyReLU", negative_slope=0.2),
        layer("ReLU", negative_slope=0.1),
        layer("PReLU"),
        layer("Softmax"),
    ]
    marks = Marks([*own, *others])
    found = [marks.of_activation(made) for made in own] + [marks.of_layer(m) for m in others]
    named = {(m.name, m.letter) for m in found if m is not None}
    same = {"SiLU": "Swish", "Hard silu": "Hard swish"}
    for (name, letter), (other, second) in combinations(sorted(named), 2):
        alike = same.get(name, name) == same.get(other, other)
        assert (letter == second) == alike, (name, other, letter)
    norms = [layer(w) for w in ("BatchNormalization", "LayerNormalization", "GroupNormalization")]
    letters = Marks(norms)
    assert [letters.of_layer(made).letter for made in norms] == ["B", "L", "G"]


def test_layers_that_differ_are_no_two_times_one() -> None:
    shaped = of_text(
        HEAD + "blocks: {b: {layers: ["
        "Conv2D: {filters: 4, kernel_size: 1, activation: relu},"
        "Conv2D: {filters: 4, kernel_size: 1, activation: tanh},"
        "Conv2D: {filters: 4, kernel_size: 1, activation: tanh},"
        "Conv2D: {filters: 4, kernel_size: 1, activation: tanh, use_bias: false}]}}\n"
        "layers: [b: {name: first}, Flatten]\n"
    )
    pills = list(every_pill(card_of(diagram(shaped, "blocks"), "B").rows))
    assert [(p.text, p.times) for p in pills] == [
        ("Conv 1×1, 4", 1),
        ("Conv 1×1, 4", 2),
        ("Conv 1×1, 4 no bias", 1),
    ]
    assert pills[1].nodes == (2, 3)


@pytest.mark.parametrize("count", [2, 5, 6, 8, 12])
def test_branches_stand_beside_each_other(count: int) -> None:
    branches = ", ".join(
        f"b{k}: [Conv2D: {{filters: {k + 1}, kernel_size: 1}}, ReLU, Conv2D: {{filters: 2, kernel_size: 1}}]"
        for k in range(count)
    )
    shaped = of_text(
        HEAD
        + f"blocks: {{b: {{layers: [parallel: {{branches: {{{branches}}}}}]}}}}\nlayers: [b, Flatten]\n"
    )
    drawing = diagram(shaped, "blocks")
    check(shaped, drawing)
    (first, last) = card_of(drawing, "B").rows
    assert isinstance(first, Branches)
    assert not first.knotted
    assert isinstance(last, Pill)
    if count < 10:
        assert [len(column) for column in first.columns] == [2] * count
    else:
        assert "branches, " in texts(card_of(drawing, "B"))[-2]


def test_what_is_left_out_is_counted() -> None:
    layers = ", ".join(f"Conv2D: {{filters: {k + 1}, kernel_size: 1}}" for k in range(60))
    shaped = of_text(HEAD + f"blocks: {{b: {{layers: [{layers}]}}}}\nlayers: [b, Flatten]\n")
    card = card_of(diagram(shaped, "blocks"), "B")
    assert len(card.rows) == 20
    (more,) = [p for p in every_pill(card.rows) if p.text.startswith("…")]
    params = sum(shaped.nodes[n].facts.params for n in more.nodes)
    assert len(more.nodes) == 41
    assert more.text == f"… 41 more layers, {params / 1000:.1f} K params"


def test_knots_say_that_they_are() -> None:
    shaped = of_text(
        HEAD + "blocks: {b: {layers: ["
        "Conv2D: {name: p, filters: 1, kernel_size: 1}, Conv2D: {name: q, filters: 2, kernel_size: 1},"
        "Conv2D: {name: r, from: p, filters: 3, kernel_size: 1}, Concatenate: {name: s, from: [p, q]},"
        "Concatenate: {name: t, from: [q, r]}, Concatenate: {from: [r, s, t]}]}}\n"
        "layers: [b, Flatten]\n"
    )
    drawing = diagram(shaped, "blocks")
    check(shaped, drawing)
    assert any(isinstance(row, Branches) and row.knotted for row in card_of(drawing, "B").rows)


def wires_into(drawing: Diagram, key: str) -> list[Wire]:
    return [wire for wire in drawing.wires if wire.target == key]


def test_skips_leave_before_the_pooling_and_enter_at_the_side() -> None:
    shaped = spec("showcase/unet")
    drawing = diagram(shaped)
    up = next(c for c in drawing.cards if c.foot == "up1")
    main, skip = wires_into(drawing, up.key)
    if main.entry >= 0:
        main, skip = skip, main
    names = [n.name for n in shaped.nodes]
    assert (main.tap, main.entry) == (-1, -1)
    assert names[skip.entry] == "up1.skip"
    assert shaped.nodes[skip.tap].name.startswith("down4.convs.conv2d")
    branches = up.rows[0]
    assert isinstance(branches, Branches)
    assert branches.from_above == (True, False)
    assert [c[0].text for c in branches.columns if isinstance(c[0], Pill)] == [
        "Conv transpose 2×2, 512 /2",
        "Cropping 4",
    ]


def test_a_gate_of_two_inputs() -> None:
    shaped = of_text(
        HEAD + "blocks: {gate: {inputs: [x, g], layers: ["
        "Conv2D: {name: theta, from: x, filters: 4, kernel_size: 1},"
        "Conv2D: {name: phi, from: g, filters: 4, kernel_size: 1},"
        "Add: {from: [theta, phi]}, ReLU,"
        "Conv2D: {name: psi, filters: 1, kernel_size: 1, activation: sigmoid},"
        "Multiply: {from: [psi, x]}]}}\n"
        "layers: [Conv2D: {name: coarse, filters: 4, kernel_size: 3, padding: same},"
        " Conv2D: {name: fine, from: input, filters: 4, kernel_size: 1},"
        " gate: {from: [fine, coarse]}]\n"
    )
    drawing = diagram(shaped, "blocks")
    check(shaped, drawing)
    gate = card_of(drawing, "Gate")
    assert [isinstance(row, Branches) for row in gate.rows] == [True, False]
    entries = {w.source: w.entry for w in wires_into(drawing, gate.key)}
    named = {n.name: n.index for n in shaped.nodes}
    assert entries["n1"] == named["gate.phi"]
    assert entries["n2"] == -1


def merged(layers: str) -> list[str]:
    """Titles of the blocks in a flat network that comes three times in a row."""
    body = layers.replace("\n", "")
    text = HEAD + f"layers: [repeat: {{times: 3, name: u, layers: [{body}]}}]\n"
    from archspec.emit.flat import flat_spec

    flat = of_text(flat_spec(of_text(text)))
    return [c.title for c in diagram(flat, "stages").cards if c.rows]


@pytest.mark.parametrize(
    ("title", "inner", "merge"),
    [
        ("Residual block", "Conv2D: {filters: 4, kernel_size: 1}", "Add"),
        ("Gate", "Conv2D: {filters: 4, kernel_size: 1, activation: sigmoid}", "Multiply"),
        ("Scale", "Conv2D: {filters: 4, kernel_size: 1}", "Multiply"),
        ("Maximum block", "Conv2D: {filters: 4, kernel_size: 1}", "Maximum"),
        ("Average block", "Conv2D: {filters: 4, kernel_size: 1}", "Average"),
    ],
)
def test_blocks_are_called_by_what_they_do(title: str, inner: str, merge: str) -> None:
    residual = f"residual: {{layers: [{inner}], merge: {merge}}}"
    assert merged(residual) == [title]


def test_one_input_three_times() -> None:
    shaped = of_text(HEAD + "layers: [ReLU: {name: x}, Concatenate: {from: [x, x, x]}, Flatten]\n")
    drawing = diagram(shaped)
    assert [w.label for w in drawing.wires] == ["8×8×4", "×3 · 8×8×4", "8×8×12", ""]
    shaped = of_text(
        HEAD + "blocks: {b: {layers: [Concatenate: {from: [input, input, input]}, ReLU]}}\n"
        "layers: [ReLU: {name: x}, b, Flatten]\n"
    )
    drawing = diagram(shaped, "blocks")
    assert "×3 · 8×8×4" in [w.label for w in drawing.wires]


def test_dead_layers_look_dead() -> None:
    shaped = spec("article/inception_v1_flowers")
    drawing = diagram(shaped)
    card = next(c for c in drawing.cards if c.foot == "module1.inception")
    assert card.note == "4 layers lead nowhere"
    dead = [p for p in every_pill(card.rows) if p.faded]
    assert [p.text for p in dead] == ["Conv 1×1, 96", "Conv 1×1, 16"]
    branches = card.rows[0]
    assert isinstance(branches, Branches)
    assert branches.to_below == (True, False, True, False, True, True)
    assert "Conv 1×1, 96 · ReLU · BN #40;leads nowhere#41;" in mermaid(drawing)


def test_stages_say_how_often_blocks_come() -> None:
    stages = [c for c in diagram(spec("densenet121"), "stages").cards if c.title == "Stage"]
    assert [c.rows[0].times for c in stages if isinstance(c.rows[0], Repeated)] == [6, 12, 24, 16]


def test_units_that_differ_are_told_of() -> None:
    for card in diagram(spec("papers/regnety_200mf"), "stages").cards:
        assert bool(card.noted) == card.note.startswith("first: 16 other layers, ")
    resnet = diagram(spec("resnet50"), "stages")
    assert [len(c.noted) for c in resnet.cards if c.title == "Bottleneck"] == [2, 2, 2, 2]


def test_the_addition_stands_with_the_block_it_closes() -> None:
    drawing = diagram(spec("mobilenet_v2"))
    assert "Add" not in [c.title for c in drawing.cards]
    ends = [c.rows[-1] for c in drawing.cards if c.title == "Bottleneck" and len(c.rows) == 2]
    assert [p.text for p in ends if isinstance(p, Pill)].count("Add") == 5


def test_a_total_that_is_not_known_is_not_said() -> None:
    for name in ("showcase/lstm_text", "showcase/seq2seq", "papers/wavenet"):
        assert "MACs" not in "".join(diagram(spec(name)).subtitle)


def test_mermaid_says_what_is_fused_and_where_wires_leave() -> None:
    text = mermaid(diagram(spec("showcase/unet")))
    assert "Conv 3×3, 64 valid · ReLU ×2<br/>" in text
    assert "from Conv 3×3, 64 valid<br/>to Cropping 88" in text
    faded = of_text(
        HEAD
        + "layers: [Flatten, Dense: {name: lost, units: 2}, Dense: {units: 3, from: flatten}]\n"
    )
    assert "class n2 faded_" in mermaid(diagram(faded))


def test_blocks_without_a_name_are_called_by_what_they_are() -> None:
    titles = [c.title for c in diagram(spec("papers/yolo_v3")).cards if c.rows]
    assert titles.count("Residual block") == 5
    assert "Add" not in titles


def test_layers_that_share_weights_say_so() -> None:
    unit = next(c for c in diagram(spec("papers/cbam_resnet50"), "stages").cards if c.noted)
    assert [t for t in texts(unit) if t.startswith("Dense")] == [
        "Dense 16",
        "Dense 256",
        "Dense 16, shared",
        "Dense 256, shared",
    ]
    assert "weights of" not in unit.note
    twins = [c for c in diagram(spec("showcase/siamese")).cards if c.title == "Twin"]
    assert [c.note for c in twins] == ["", "weights of a"]
    assert texts(twins[0]) == texts(twins[1])


def test_what_is_not_seen_of_units_that_differ_is_told() -> None:
    for other, note in (
        (
            "Conv2D: {filters: 4, kernel_size: 1, kernel_initializer: zeros}",
            "other kernel initializer",
        ),
        ("Conv2D: {filters: 4, kernel_size: 1, trainable: false}", "frozen"),
        (
            "Conv2D: {filters: 4, kernel_size: 1, activation: tanh}",
            "+ Conv 1×1, 4 · Tanh · ReLU; − Conv 1×1, 4 · ReLU",
        ),
    ):
        text = (
            HEAD + "blocks:\n  u: {params: {f: 0}, layers: [residual: {layers: ["
            f"{with_when(other, 'f == 1')}, "
            "Conv2D: {filters: 4, kernel_size: 1, when: f == 0}, ReLU]}]}\n"
            "  stage: {layers: [u: {f: 1}, u, u]}\nlayers: [stage, Flatten]\n"
        )
        card = diagram(of_text(text), "stages").cards[1]
        assert (card.times, card.note) == (3, f"first: {note}")


def with_when(layer: str, condition: str) -> str:
    return f"{layer[:-1]}, when: {condition}}}"


def test_a_block_in_a_wrapper_says_how_large_it_is() -> None:
    shaped = of_text(
        "archspec: 1\ninput: [10, 16, 16, 3]\nblocks:\n"
        "  encode: {layers: [Conv2D: {filters: 8, kernel_size: 3}, ReLU, GlobalAveragePooling2D]}\n"
        "  whole: {layers: [TimeDistributed: {layer: encode}, Bidirectional: {layer: {GRU: 3}}]}\n"
        "layers: [whole, Dense: 2]\n"
    )
    assert texts(card_of(diagram(shaped, "blocks"), "Whole")) == [
        "Time distributed encode  ·  3 layers",
        "Bidirectional GRU 3",
    ]
    assert diagram(shaped).cards[1].details == ["encode  ·  3 layers"]
