"""What is told of two networks: what somebody changed, in few lines."""

import time
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

import archspec
from archspec.diff.compare import Given, compare
from archspec.diff.text import text
from archspec.diff.words import labels, same
from archspec.importer.flat_data import flat_data
from archspec.importer.flat_graph import flat_graph
from archspec.infer.infer import ShapedGraph
from archspec.spec.written import document
from tests.conftest import ROOT
from tests.diff.holding import compare_both_ways, equal_graphs
from tests.diff.reading import compared, shaped, told
from tests.diff_run import draw_case


def shipped(name: str, **values: Any) -> ShapedGraph:
    return archspec.load(str(ROOT / "specs" / f"{name}.yaml"), **values)


def test_itself() -> None:
    found = compared(shipped("inception_v3"), shipped("inception_v3"))
    assert found.same
    assert len(text(found)) == 1
    assert found.kept.tensors == found.kept.all_tensors


def test_more_rounds() -> None:
    lines = text(compared(shipped("resnet50"), shipped("resnet101")))
    assert [line for _, line in lines] == [
        "resnet50 → resnet101: 25,610,152 → 44,654,504 params (+19,044,352), 3.86 G → 7.57 G MACs",
        "stage3.unit  6 → 23 rounds of bottleneck  +19,044,352 params",
        "  weights: 267 of 522 tensors can be taken over (57.4 % of the values)",
    ]


def test_a_parameter() -> None:
    found = compare(
        Given(shipped("resnet50")), Given(shipped("resnet50", classes=5), values={"classes": 5})
    )
    assert labels(found) == ("resnet50", "resnet50 (classes=5)")
    assert [line for sign, line in text(found) if sign] == [
        "predictions  Dense units 1000 → 5  −2,038,755 params"
    ]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("families/densenet", {"growth": 48}),
        ("mobilenet_v2", {"alpha": 1.4}),
        ("families/vgg", {"size": 64}),
        ("resnet50", {"size": 192}),
        ("families/resnet", {"output_stride": 16}),
    ],
)
def test_one_value_is_told_in_a_line_or_two(name: str, values: dict[str, Any]) -> None:
    lines = told(shipped(name), shipped(name, **values))
    assert len(lines) <= (2 if "output_stride" in values else 1), lines


def test_widths_that_are_those_of_the_next_stage() -> None:
    spec = """
layers:
  - repeat:
      name: stage
      for: {width: WIDTHS}
      layers:
        - Conv2D: {filters: width, kernel_size: 3, padding: same}
        - Conv2D: {filters: width, kernel_size: 3, padding: same}
        - MaxPooling2D: 2
"""
    ours, theirs = (spec.replace("WIDTHS", w) for w in ("[16, 32, 64]", "[32, 64, 128]"))
    assert told(ours, theirs) == [
        "~ stage1.conv2d … stage3.conv2d_1 (×6)  Conv2D filters 16 → 32, 32 → 64, 64 → 128"
        "  +214,928 params"
    ]


def test_rows_of_layers() -> None:
    assert told(shipped("vgg16"), shipped("vgg19")) == [
        "+ block3.conv2d_3 … block5.conv2d_3 (×3)  Conv2D  +5,309,696 params"
    ]


def test_two_networks_that_have_little_in_common() -> None:
    lines = text(compared(shipped("inception_v3"), shipped("inception_v4")))
    assert len(lines) <= 40
    shown = "\n".join(line for _, line in lines)
    assert "inception_a_3  inception_a (round), 23 layers  +318,240 params" in shown
    assert "dropout  Dropout {rate: 0.2}" in shown
    assert "mixed4 … mixed7 → inception_b … inception_b_3 (×4)  renamed" in shown


BLOCKS = """
blocks:
  unit:
    params: {filters: int}
    layers:
      - Conv2D: {filters: filters, kernel_size: 3, padding: same}
      - BatchNormalization
      - ReLU
layers:
  - unit: {filters: 8}
  - unit: {filters: 16}
  - unit: {name: last, filters: 32}
  - GlobalAveragePooling2D
  - Dense: {units: 10}
"""
RESIDUAL = """
  - residual:
      layers:
        - unit: {filters: 16}
"""


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        (
            "BatchNormalization",
            "BatchNormalization: {momentum: 0.9}",
            [
                "~ unit.batch_normalization … last.batch_normalization (×3)"
                "  BatchNormalization momentum 0.99 → 0.9"
            ],
        ),
        (
            "BatchNormalization\n",
            "BatchNormalization\n      - Dropout: 0.5\n",
            ["+ unit.dropout … last.dropout (×3)  Dropout {rate: 0.5}"],
        ),
        ("- ReLU", "- Activation: gelu", ["~ unit.re_lu → unit.activation", "(×3)", "ReLU → Act"]),
        ("- GlobalAv", "- Dropout: 0.5\n  - GlobalAv", ["+ dropout  Dropout {rate: 0.5}"]),
        ("  - unit: {filters: 16}\n", "", ["- unit_1  unit, 3 layers  −1,232 params"]),
        ("name: last, ", "", ["~ last → unit_2  renamed (unit, 3 layers)"]),
        (
            "  - unit: {filters: 16}\n",
            "  - unit: {filters: 16}" + RESIDUAL,
            ["+ unit_2 … add  residual, 4 layers  +2,384 params"],
        ),
        ("{units: 10}", "{units: 10, trainable: false}", ["~ dense  Dense trained → frozen"]),
        ("{units: 10}", "{units: 10, dtype: float16}", ["~ dense  Dense dtype null → float16"]),
        ("layers:\n  - unit: {filters: 8}", "input: [64, 64, 3]\nlayers:\n  - unit: {filters: 8}",
         ["~ input  Input shape 32×32×3 → 64×64×3"]),
    ],
)  # fmt: skip
def test_one_edit_is_one_line(old: str, new: str, lines: list[str]) -> None:
    after = BLOCKS.replace(old, new, 1)
    assert after != BLOCKS
    found = compared(BLOCKS, after)
    shown = [f"{sign} {line}" for sign, line in text(found) if sign]
    if "renamed" in lines[0]:
        assert found.same
        assert "under other names: last → unit_2" in same(found)
    elif len(lines) == 1:
        assert shown == lines
    else:
        assert len(shown) == 1


def test_a_renamed_block_is_told_where_all_else_is_the_same() -> None:
    found = compared(BLOCKS, BLOCKS.replace("unit:", "cell:"))
    assert found.same
    (line,) = text(found)
    assert "the same network under other names: unit … last → cell … last (×3); 6,586" in line[1]


def test_a_renamed_block_in_another_network() -> None:
    after = BLOCKS.replace("unit:", "cell:").replace("units: 10", "units: 5")
    lines = told(BLOCKS, after)
    assert len(lines) == 2
    assert "renamed (unit → cell, 3 layers)" in lines[0]
    assert lines[1] == "~ dense  Dense units 10 → 5  −165 params"


def test_layers_in_another_block_are_the_same() -> None:
    flat = """
layers:
  - Conv2D: {filters: 8, kernel_size: 3}
  - ReLU
  - Conv2D: {filters: 16, kernel_size: 3}
  - ReLU
"""
    blocks = """
blocks:
  unit: {params: {n: int}, layers: [{Conv2D: {filters: n, kernel_size: 3}}, ReLU]}
layers:
  - unit: {n: 8}
  - unit: {n: 16}
"""
    assert compared(flat, blocks).same
    changed = told(flat, blocks.replace("n: 16", "n: 32"))
    assert changed == ["~ conv2d_1 → unit_1.conv2d  Conv2D filters 16 → 32  +1,168 params"]


WIRED = """
layers:
  - Dense: {name: a, units: 8}
  - Dense: {name: b, units: 8}
  - Dense: {name: c, units: 8}
  - Add: {from: [a, c], name: sum}
"""


def test_wires() -> None:
    flat = "input: [8]" + WIRED
    assert told(flat, flat.replace("[a, c]", "[b, c]")) == ["~ sum  Add reads b instead of a"]
    assert told(flat, flat.replace("[a, c]", "[a, b, c]")) == ["~ sum  Add also reads b"]
    assert compared(flat, flat.replace("[a, c]", "[c, a]")).same, "a sum has no order"
    joined = flat.replace("Add", "Concatenate")
    assert told(joined, joined.replace("[a, c]", "[c, a]")) == [
        "~ sum  Concatenate reads the same in another order"
    ]
    more = flat.replace("  - Add", "  - ReLU: {name: r}\n  - Add").replace("[a, c]", "[a, r]")
    assert told(flat, more) == ["+ r  ReLU"], "that `sum` reads it follows"


def test_shared_weights() -> None:
    ours = """
inputs: {x: [8], y: [8]}
layers:
  - Dense: {name: a, units: 8, from: x}
  - Dense: {name: b, units: 8, from: y}
  - Add: {from: [a, b]}
"""
    own = "Dense: {name: b, units: 8, from: y}"
    theirs = ours.replace(own, "apply: {name: b, layer: a, from: y}")
    assert told(ours, theirs) == ["~ b  Dense has the weights of a  −72 params"]


def test_inputs_and_outputs() -> None:
    ours = """
inputs: {x: [8], y: [8]}
layers:
  - Dense: {name: a, units: 8, from: x}
  - Dense: {name: b, units: 8, from: y}
outputs: [a, b]
"""
    assert told(ours, ours.replace("[a, b]", "[b, a]")) == ["~ outputs  the same in another order"]
    turned = ours.replace("{x: [8], y: [8]}", "{y: [8], x: [8]}")
    assert told(ours, turned) == ["~ inputs  order x, y → y, x"]
    more = ours.replace("y: [8]}", "y: [8], z: [4]}")
    assert told(ours, more) == ["+ z  Input {shape: [4]}"]


def test_an_output_that_a_layer_has_no_more() -> None:
    ours = """
input: [5, 8]
layers:
  - LSTM: {name: r, units: 4, return_state: true}
  - Dense: {name: a, units: 4, from: r.state_c}
  - Dense: {name: b, units: 4, from: r}
outputs: [a, b]
"""
    lines = told(ours, ours.replace("state_c", "state_h"))
    assert lines == ["~ a  Dense reads r.state_h instead of r.state_c"]
    without = ours.replace(", return_state: true", "").replace("r.state_c", "r")
    assert told(ours, without) == [
        "~ r  LSTM return_state true → false",
        "~ a  Dense reads r instead of r.state_c",
    ]


def test_a_layer_that_leads_nowhere_any_more() -> None:
    ours = "input: [8]\nlayers:\n  - Dense: {name: a, units: 8}\n  - Dense: {name: b, units: 8}\n"
    found = compared(ours + "outputs: [b]\n", ours + "outputs: [a]\n")
    assert [c.kind for c in found.changes.all] == ["outputs"]
    assert found.changes.follows.params == -72


def test_frozen_as_a_whole() -> None:
    found = told(shipped("resnet50"), shipped("resnet50"))
    assert found == []
    frozen = BLOCKS.replace("- unit: {filters: 8}", "- unit: {filters: 8, trainable: false}")
    assert told(BLOCKS, frozen) == ["~ unit  unit trained → frozen, 2 layers with weights"]


def test_scopes_of_several_sizes() -> None:
    ours = """
layers:
  - repeat:
      name: stage
      for: {n: [1, 3]}
      layers:
        - Dense: 8
        - repeat: {times: n, layers: [Dense: 8, ReLU]}
"""
    theirs = ours.replace("        - repeat: {times: n, layers: [Dense: 8, ReLU]}\n", "")
    assert told(ours, theirs) == [
        "- stage1.dense_1 … stage1.re_lu, stage2.dense_1 … stage2.re_lu_2 (×2)  repeat, 2 to 6 layers  −288 params"
    ]


def test_a_block_in_a_wrapper() -> None:
    ours = """
input: [5, 8]
blocks:
  step: {layers: [{Dense: 4}, {Dense: 3}]}
layers:
  - TimeDistributed: step
"""
    (line,) = told(ours, ours.replace("{Dense: 3}", "{Dense: 2}"))
    assert line.startswith("~ time_distributed  TimeDistributed layer step → another step")


def test_random_edits(tmp_path: Path) -> None:
    """A few of what tests/diff_run.py draws."""
    compared_ones = 0
    last: ShapedGraph | None = None
    for number in range(60):
        case = draw_case(Random(f"quick/{number}"), tmp_path)
        if case is None:
            continue
        before, after, edit = case
        found = compare_both_ways(before, after)
        assert found.same == equal_graphs(before, after), (number, edit)
        if last is not None:
            compare_both_ways(last, before)
        last = before
        compared_ones += 1
    assert compared_ones > 20


def test_two_thousand_layers() -> None:
    def spec(filters: int, edits: int) -> str:
        random = Random(edits)
        layers: list[Any] = []
        for k in range(500):
            conv = {"filters": filters + k % 5, "kernel_size": 3, "padding": "same"}
            layers += [{"Conv2D": conv}, "BatchNormalization", "ReLU", {"Dropout": 0.1}]
        for _ in range(edits):
            layers.insert(random.randrange(len(layers)), {"Activation": "softsign"})
            layers.pop(random.randrange(len(layers)))
        return yaml.safe_dump({"layers": layers})

    ours, theirs = shaped(spec(8, 0)), shaped(spec(9, 30))
    start = time.process_time()
    compare(Given(ours), Given(theirs))
    assert time.process_time() - start < 1


def flat(network: ShapedGraph) -> ShapedGraph:
    """The same network without blocks, its layers under names that are counted."""
    return archspec.loads(document(flat_data(flat_graph(network))))


@pytest.mark.parametrize("name", ["inception_v3", "vgg16", "families/densenet", "showcase/unet"])
def test_a_flat_network_and_one_with_blocks(name: str) -> None:
    ours = shipped(name)
    assert compared(flat(ours), ours).same
    changed = told(flat(ours), ours if name == "showcase/unet" else shipped(name, classes=3))
    assert [line for line in changed if "renamed" not in line] == (
        [] if name == "showcase/unet" else [line for line in changed if "units 1000 → 3" in line]
    )


def test_more_rounds_than_a_flat_network_has() -> None:
    lines = [x for x in told(flat(shipped("resnet50")), shipped("resnet101")) if "ren" not in x]
    assert lines == [
        "+ stage3.unit7 … stage3.unit23 (×17)  bottleneck (round), 10 layers  +19,044,352 params"
    ]
