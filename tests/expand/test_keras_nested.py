"""Blocks in wrappers: one layer of the network, a model in Keras, and the same in every form."""

from pathlib import Path

import pytest

from archspec.diagnostics.sink import Sink
from archspec.emit.keras import build_model
from archspec.emit.python import write
from archspec.layers.network import network_in
from archspec.pipeline import shape_file
from archspec.weights.comparison.verify import verify
from tests.conftest import ROOT
from tests.expand.test_expand import again, shaped

CASE = (ROOT / "tests" / "cases" / "wrapped_blocks.yaml").read_text(encoding="utf-8")
BLOCKS = """
archspec: 1
input: {shape: [3, 2, 7], dtype: int32}
blocks:
  words:
    params: {units: int}
    layers:
      - Embedding: {input_dim: 100, output_dim: units, trainable: false}
      - LSTM: {name: last, units: units, return_state: true}
      - Dense: {name: first, units: 3, from: last.state_h}
      - Dense: {name: again, units: 3}
      - apply: {layer: again, from: first}
  branches:
    - parallel:
        branches:
          a: [Dense: 2]
          b: [Dense: 4, Dense: 3]
    - residual: [Dense: 5]
  deep:
    - TimeDistributed: {words: 4}
    - TimeDistributed: {layer: branches, trainable: false}
    - Flatten
layers:
  - TimeDistributed: {layer: deep, name: a}
  - TimeDistributed: {layer: {TimeDistributed: {words: 2}}, from: input, name: b}
  - apply: {layer: b, name: c, from: input}
  - Flatten: {name: d, from: b}
  - Flatten: {from: a, name: e}
  - Flatten: {from: c, name: f}
  - Concatenate: {from: [d, e, f]}
"""


@pytest.fixture(scope="module", params=["case", "blocks"])
def text(request: pytest.FixtureRequest) -> str:
    return CASE if request.param == "case" else BLOCKS


@pytest.mark.parametrize("style", ["flat", "blocks"])
def test_it_is_the_same_written_out(text: str, style: str) -> None:
    network = shaped(text)
    other = again(network, style)
    for total in ("params", "trainable_params", "macs"):
        assert getattr(other, total) == getattr(network, total)
    assert [n.facts.outputs for n in other.nodes] == [n.facts.outputs for n in network.nodes]


def test_keras_makes_the_same_model(text: str, tmp_path: Path) -> None:
    keras = pytest.importorskip("keras")
    network = shaped(text)
    built = build_model(network, Sink())
    assert built is not None
    found = verify(network, built)
    assert found.sound, [row for row in found.rows if row.problems] + found.problems
    assert found.inputs is not None, "it was calculated"
    paths = [w.path for w in built.model.weights]
    assert len(set(paths)) == len(paths)
    built.model.save(tmp_path / "it.keras")
    again = keras.models.load_model(tmp_path / "it.keras")
    assert [w.shape for w in again.weights] == [w.shape for w in built.model.weights]


def test_the_source_makes_the_same_model(text: str) -> None:
    written = write(shaped(text))
    assert (written.plain, written.fault) == ("a block in a wrapper", "")


def test_equal_calls_are_one_network() -> None:
    network = shaped(
        "archspec: 1\ninput: [4, 6]\nblocks: {b: {params: {n: 1}, layers: [Dense: n]}}\n"
        "layers:\n  - TimeDistributed: {b: 6}\n  - TimeDistributed: {b: 3 + 3}\n"
        "  - TimeDistributed: {b: 5}\n"
    )
    first, second, third = [network_in(n.layer) for n in network.nodes[1:]]
    assert first is second
    assert third is not first


def test_a_used_network_is_wrapped(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(
        "archspec: 1\nparams: {n: 4}\ninputs: {photo: [8, 8, 1]}\nlayers:\n"
        "  - Conv2D: {filters: n, kernel_size: 3, expect: [6, 6, 4]}\n  - Flatten\n",
        "utf-8",
    )
    path = tmp_path / "it.yaml"
    path.write_text(
        "archspec: 1\ninput: [5, 8, 8, 1]\nuse: {net: net.yaml}\n"
        "layers: [TimeDistributed: {net: {n: 2}}]\nexpect: {params: 3*3*2 + 2}\n",
        "utf-8",
    )
    sink = Sink()
    found = shape_file(str(path), sink)
    assert found is not None, sink.diagnostics
    assert found.nodes[1].output_shape == (5, 72)
