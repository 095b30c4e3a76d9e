"""What folding makes of networks: their texts beside this file, and what must hold for any.

``pytest tests/importer/test_fold.py --rewrite`` writes the texts anew: read what has changed.
"""

from pathlib import Path

import pytest

import archspec
from archspec.diagnostics.sink import Sink
from archspec.emit.flat_networks import FlatNetworks
from archspec.importer.bring import bring
from archspec.importer.flat_graph import flat_graph
from archspec.importer.fold.effort import Effort, TooMuchError
from archspec.importer.fold.fold import fold
from archspec.importer.fold.structure import structure
from archspec.importer.fold.tree import Split, all_bodies
from archspec.importer.prove import differences
from archspec.spec.written import document
from tests.conftest import ROOT, expect_text

FOLDED = Path(__file__).parent / "folded"
SPECS = (
    "resnet18",  # residual units, with a projection in the first one of a stage
    "resnet152",  # a block, not thirty-five equal rounds
    "mobilenet_v2",  # borders where the strides are 2
    "showcase/efficientnet_b0",  # squeeze and excitation; a first unit without expansion
    "papers/mobilenet_v3_small",  # activations of two kinds
    "densenet121",
    "inception_v1",
    "papers/gpt2",
    "papers/yolo_v3",
    "showcase/siamese",  # shared layers stay where they are
    "showcase/two_inputs_two_outputs",
    "vgg16",
)


def _folded(text: str) -> str:
    graph = flat_graph(archspec.loads(text))
    return document(fold(graph).data)


@pytest.mark.parametrize("name", SPECS)
def test_text(name: str, rewrite: bool) -> None:
    graph = flat_graph(archspec.load(ROOT / "specs" / f"{name}.yaml"))
    brought = bring(graph, name, lambda _: None, Sink())
    assert brought is not None
    assert brought.unfolded == ""
    expect_text(FOLDED / f"{Path(name).name}.yaml", brought.text, rewrite)
    again = bring(flat_graph(brought.shaped), name, lambda _: None, Sink())
    assert again is not None
    assert again.text == brought.text


CONV = "Conv2D: {filters: 8, kernel_size: 3, padding: same}"


def _chain(entries: list[str]) -> str:
    layers = "".join(f"  - {entry}\n" for entry in entries)
    return f"archspec: 1\nname: net\ninput: [16, 16, 8]\nlayers:\n{layers}"


def test_equal_layers_are_a_loop_from_three_on() -> None:
    assert "repeat" not in _folded(_chain([CONV] * 2))
    assert "times: 3" in _folded(_chain([CONV] * 3))


def test_a_long_network_of_one_round() -> None:
    text = _folded(_chain([CONV, "BatchNormalization", "Activation: relu"] * 2000))
    assert len(text.splitlines()) == 10
    assert "times: 2000" in text


def test_what_takes_too_long_stays_as_it_is() -> None:
    entries = [f"Conv2D: {{filters: {8 + n}, kernel_size: 3, padding: same}}" for n in range(900)]
    graph = flat_graph(archspec.loads(_chain(entries)))
    text = document(fold(graph).data)
    assert differences(graph, archspec.loads(text)) == []


def test_effort_is_bounded() -> None:
    effort = Effort(10)
    effort.spend(10)
    with pytest.raises(TooMuchError):
        effort.spend(1)


def test_a_layer_is_not_parted_from_its_normalization() -> None:
    unit = [CONV, "BatchNormalization", "Activation: relu"]
    text = _folded(
        _chain([*unit, "MaxPooling2D", *unit, "Dropout: 0.1", *unit, "AveragePooling2D: 2"])
    )
    assert "    - Conv2D" in text.split("layers:")[0]
    assert text.count("BatchNormalization") == 1


def test_branches_lie_in_each_other() -> None:
    text = """
archspec: 1
input: [16, 16, 8]
layers:
  - Conv2D: {name: a, filters: 8, kernel_size: 1}
  - Conv2D: {name: b, filters: 8, kernel_size: 1, from: input}
  - Conv2D: {name: c, filters: 8, kernel_size: 1, from: b}
  - Conv2D: {name: d, filters: 8, kernel_size: 1, from: b}
  - Add: {name: e, from: [c, d]}
  - Concatenate: {name: f, from: [a, e]}
"""
    main = structure(flat_graph(archspec.loads(text)), FlatNetworks())
    outer = main.items[-1]
    assert isinstance(outer, Split)
    assert [type(item).__name__ for item in outer.branches[1].items] == ["Leaf", "Split"]
    assert len(all_bodies(main)) == 5


def test_a_reader_outside_keeps_branches_open() -> None:
    """What is read from elsewhere too is wired by name, and nothing is lost."""
    text = """
archspec: 1
name: net
input: [16, 16, 8]
layers:
  - Conv2D: {name: a, filters: 8, kernel_size: 1}
  - Conv2D: {name: b, filters: 8, kernel_size: 1}
  - Conv2D: {name: c, filters: 8, kernel_size: 1, from: a}
  - Add: {name: e, from: [b, c]}
  - Add: {name: f, from: [e, b]}
"""
    graph = flat_graph(archspec.loads(text))
    folded = document(fold(graph).data)
    assert "residual" not in folded.split("Add")[0]
    assert differences(graph, archspec.loads(folded)) == []


def test_names_that_python_or_the_language_has() -> None:
    unit = "lambda: [Conv2D: {filters: 8, kernel_size: 3, padding: same}, Dropout: 0.1, Conv2D: {filters: 8, kernel_size: 1}]"
    text = f"""
archspec: 1
name: net
input: [16, 16, 8]
blocks:
  {unit.replace("lambda", "lambda_")}
layers:
  - lambda_
  - MaxPooling2D
  - lambda_
  - AveragePooling2D: 2
  - lambda_
"""
    graph = flat_graph(archspec.loads(text))
    named = graph._replace(
        nodes=[node._replace(name=node.name.replace("lambda_", "class")) for node in graph.nodes]
    )
    assert differences(graph, archspec.loads(document(fold(named).data))) == []


def test_defaults_do_not_reach_layers_in_wrappers() -> None:
    convs = ["Conv2D: {filters: 8, kernel_size: 3, padding: same, use_bias: false}"] * 2
    wrapped = "SpectralNormalization: {Conv2D: {filters: 8, kernel_size: 3, padding: same}}"
    entries = [*convs, "MaxPooling2D", *convs, "Dropout: 0.1", *convs, wrapped]
    graph = flat_graph(archspec.loads(_chain(entries)))
    assert differences(graph, archspec.loads(document(fold(graph).data))) == []
