"""Python source of a spec builds the same model as the spec."""

import ast
import math
import os
from pathlib import Path
from typing import Any

import pytest

from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source
from archspec.emit import python
from archspec.emit.python import RehearsalError, emit, write
from archspec.emit.python.flat import flat_source
from archspec.emit.python.naming import UnstructuredError
from archspec.emit.python.rehearsal import difference
from archspec.emit.python.structured import structured_source
from archspec.infer.infer import ShapedGraph
from archspec.parse import parse
from archspec.pipeline import find_files, shape_document, shape_file
from tests.conftest import Run

SPECS = Path(__file__).parent.parent.parent / "specs"
NETWORKS = [p for p in find_files([str(SPECS)]) if "blocks" not in Path(p).relative_to(SPECS).parts]
FLAT = {
    "cbam_resnet50": "shared weights",
    "deeplab_v3_plus": "a table that is worked out",
    "fpn_resnet50": "a table that is worked out",
    "gpt2": "shared weights",
    "inception_v1_flowers": "a wire whose name is a parameter",
    "inception_v1_flowers_connected": "a wire whose name is a parameter",
    "inception_v3_catdog": "a frozen block",
    "nasnet_mobile": "a block with outputs",
    "siamese": "shared weights",
    "squeezenet": "names that depend on the round of a repeat and on a condition",
    "squeezenet_1_1": "names that depend on the round of a repeat and on a condition",
    "transfer": "a frozen block",
    "unet": "a wire whose name is worked out",
    "vgg11_lrn": "names that depend on the round of a repeat and on a condition",
    "wavenet": "layers that lead nowhere",
    "yolo_v3": "a wire whose name is worked out",
}
"""Specs whose source is a line for each layer, and why."""

SMALL = (
    "lenet5",
    "alexnet_grouped",
    "inception_v1",
    "showcase/seq2seq",
    "showcase/siamese",
    "showcase/transformer_encoder",
    "showcase/two_inputs_two_outputs",
    "showcase/squeezenet",
    "papers/vae",
)


def shaped(path: str) -> ShapedGraph:
    found = shape_file(path, Sink())
    assert found is not None
    return found


@pytest.mark.parametrize("path", NETWORKS, ids=lambda p: Path(p).stem)
def test_source_is_structured_and_sound(path: str) -> None:
    graph = shaped(path)
    try:
        source = structured_source(graph)
    except UnstructuredError:
        assert Path(path).stem in FLAT
        source = flat_source(graph)
    else:
        assert Path(path).stem not in FLAT
        assert not difference(source, graph)
    ast.parse(source)
    assert max(map(len, source.splitlines())) <= 120
    assert source == emit(graph)


def test_resnet50_is_short() -> None:
    source = emit(shaped(str(SPECS / "resnet50.yaml")))
    assert len(source.splitlines()) < 80
    assert "for i in range(depth):" in source


def test_a_rehearsal_finds_differences() -> None:
    graph = shaped(str(SPECS / "lenet5.yaml"))
    source = emit(graph)
    assert not difference(source, graph)
    for old, new in (("16, 5", "15, 5"), ('name="flatten"', 'name="flat"'), ("(x)", "(inputs)")):
        assert old in source
        assert difference(source.replace(old, new, 1), graph)


def test_text_in_a_title_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    title = r'""" + __import__("os").getcwd() + """ \\ {x}'
    path.write_text(
        f"archspec: 1\ntitle: '{title}'\ninput: [4]\nlayers:\n  - Dense: {{units: 2}}\n"
    )
    tree = ast.parse(emit(shaped(str(path))))
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == "__import__"]
    assert not calls


@pytest.mark.parametrize(
    "name",
    [
        *SMALL,
        *(
            pytest.param(n, marks=pytest.mark.slow)
            for n in (
                "resnet50",
                "mobilenet_v2",
                "papers/mobilenet_v3_small",
                "densenet121",
                "inception_v3",
            )
        ),
    ],
)
def test_source_builds_the_same_model(name: str) -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    pytest.importorskip("keras")
    from archspec.emit.keras.build import build_model, declaring

    graph = shaped(str(SPECS / f"{name}.yaml"))
    with declaring(values=False):  # the weights are not looked at
        built = build_model(graph, Sink())
        made = _run(emit(graph))
    assert built is not None
    assert _layers(made) == _layers(built.model)
    assert made.count_params() == graph.params


def _run(source: str) -> Any:
    space: dict[str, Any] = {"__name__": "source"}
    exec(compile(source, "source", "exec"), space)
    functions = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)]
    return space[functions[-1].name]()


def _layers(model: Any) -> dict[str, Any]:
    import keras

    found = {}
    for layer in model.layers:
        config = keras.saving.serialize_keras_object(layer)
        found[layer.name] = (
            config["class_name"],
            config["config"],
            [tuple(w.shape) for w in layer.weights],
        )
    return found


# What a source must stand


def of(text: str) -> ShapedGraph:
    """The network of a text."""
    sink = Sink()
    document = parse(Source("<text>", text), sink)
    found = shape_document(document, sink) if document else None
    assert found is not None, sink.diagnostics
    return found


def sound(text: str) -> str:
    """The source of a text, which has blocks and loops and makes the same."""
    graph = of(f"archspec: 1\nname: net\n{text}")
    source = write(graph)
    assert (source.plain, source.fault) == ("", "")
    assert not difference(flat_source(graph), graph)
    return source.text


def test_an_entry_that_every_call_leaves_out() -> None:
    source = sound(
        "input: [8, 8, 3]\nblocks: {b: {params: {top: true, n: 5}, layers: "
        "[Conv2D: {filters: 4, kernel_size: 3}, Dense: {units: n, when: top},"
        " LSTM: {units: n, when: top, return_state: true}]}}\nlayers: [b: {top: false}]\n"
    )
    assert "if top:\n        x = layers.Dense(n, " in source, "whoever calls it may want it"
    assert "x, x_state_h, x_state_c = layers.LSTM(n, return_state=True" in source


def test_an_entry_without_outputs_of_its_own() -> None:
    graph = of(
        "archspec: 1\ninput: [8, 3]\nblocks: {b: {params: {top: true, n: 5}, layers: [Dense: 3,"
        " Bidirectional: {when: top, layer: {LSTM: {units: $n}}}]}}\nlayers: [b: {top: false}]\n"
    )
    assert write(graph).plain == (
        "a layer that is always left out, and whose outputs depend on parameters"
    )


def test_a_shipped_network_without_its_top(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text(
        f"archspec: 1\ninput: [64, 64, 3]\nuse: {{net: {SPECS / 'mobilenet_v2.yaml'}}}\n"
        "layers: [net: {include_top: false}]\n"
    )
    source = write(shaped(str(path)))
    assert (source.plain, source.fault) == ("", "")
    assert "if include_top:" in source.text


def test_a_layer_in_a_layer_with_parameters() -> None:
    source = sound(
        "input: [6, 3]\nparams: {u: 4, r: 0.5}\nlayers:\n"
        "  - Bidirectional: {layer: {LSTM: {units: $u, dropout: $r, return_sequences: true}}}\n"
        "  - TimeDistributed: {layer: {Dense: {units: $u, kernel_regularizer: {L2: {l2: $r}}}}}\n"
    )
    assert "layers.LSTM(u, dropout=r, return_sequences=True)" in source.replace("\n", "")
    assert "keras.regularizers.L2(l2=r)" in source


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("[Dense: {name: dense_1, units: 2}, Dense: 2, Dense: 2]", "a name such as"),
        pytest.param("[Dense: {name: größe, units: 2}]", "names that Keras does not take"),
        pytest.param("[Dense: 2, Dense: {units: 2, from: input}]", "layers that lead nowhere"),
        pytest.param(
            "[repeat: {times: 2, as: i, layers: [Dense: {name: d$i, when: i > 5, units: 1//(i - i)}]}, Dense: 2]",
            "",
        ),
        pytest.param(
            "[repeat: {name: r, times: 2, layers: [Dense: {when: false, units: 2}]}, Dense: 2]", ""
        ),
        pytest.param(
            "[repeat: {times: 2, layers: [parallel: {branches: {b: [Dense: 2, Dense: 3], c: []}}]}]",
            "",
        ),
    ],
)
def test_what_blocks_and_loops_do_not_follow(text: str, reason: str) -> None:
    found = write(of(f"archspec: 1\ninput: [4]\nlayers: {text}\n"))
    assert found.plain.startswith(reason)
    assert bool(found.plain) is bool(reason)
    assert not found.fault


def test_parameters_that_are_called_as_python_is() -> None:
    source = sound(
        "input: [4]\nparams: {x: 2, x_2: 3, max: 5, len: [1, 2], model: 2, range: 2}\n"
        "blocks: {range_: {params: {zip: 2}, layers: [Dense: zip]}}\nlayers:\n"
        "  - repeat: {times: range, layers: [Dense: 'max(x, max) + len(len)', Dense: x_2*model]}\n"
        "  - range_: {zip: x}\n"
    )
    assert "x_2=2, x_2_2=3, max_2=5" in source


def test_truth_values_of_a_table_are_no_numbers() -> None:
    source = sound(
        "input: [4]\nblocks: {b: {params: {n: int}, layers: [repeat: {for: {b: [n > 1, false],"
        " c: [n/2, 3]}, layers: [Dense: {units: c, use_bias: b}]}]}}\nlayers: [b: 2]\n"
    )
    assert "use_bias=b," in source
    assert "layers.Dense(int(c)" in source


FROZEN = {
    "TimeDistributed": ("[6, 3]", "{layer: {Dense: {units: 5}}}"),
    "Bidirectional": ("[6, 3]", "{layer: {LSTM: {units: 2}}}"),
    "SpectralNormalization": ("[6, 3]", "{layer: {Dense: {units: 5}}}"),
    "LSTM": ("[6, 3]", "{units: 4}"),
    "MultiHeadAttention": ("[6, 3]", "{num_heads: 2, key_dim: 2}"),
    "ConvLSTM2D": ("[2, 6, 6, 3]", "{filters: 2, kernel_size: 3}"),
    "BatchNormalization": ("[6, 3]", "{}"),
}


def _frozen(kind: str) -> ShapedGraph:
    shape, own = FROZEN[kind]
    own = own.replace("{", "{trainable: false, ", 1).replace(", }", "}")
    return of(f"archspec: 1\nname: net\ninput: {shape}\nlayers: [{{{kind}: {own}}}, Dense: 2]\n")


def test_what_is_frozen_is_frozen_in_all_of_it() -> None:
    """Those of Keras's layers that hold others forget them if they are made frozen."""
    pytest.importorskip("keras")
    from archspec.emit.keras import build_model
    from archspec.emit.keras.save import thawed

    told = []
    for kind in FROZEN:
        graph = _frozen(kind)
        built = build_model(graph, Sink())
        assert built is not None
        models = [built.model, *(_run(s) for s in (emit(graph), flat_source(graph)))]
        trained = [sum(math.prod(w.shape) for w in m.trainable_weights) for m in models]
        assert trained == [graph.trainable_params] * 3, kind
        frozen = [[x.name for x in m.layers if not x.trainable] for m in models]
        assert frozen[0] == frozen[1] == frozen[2]
        told += [kind] * bool(thawed(built.model))
    assert told == ["MultiHeadAttention", "ConvLSTM2D"], "and `compile` warns of them"


def test_frozen_by_a_parameter_and_in_a_loop() -> None:
    source = sound(
        "input: [4]\nparams: {free: false}\nlayers:\n"
        "  - repeat: {times: 3, layers: [Dense: {units: 4, trainable: free}, Dense: {units: 4, trainable: false}]}\n"
    )
    assert "frozen.trainable = free" in source
    assert "frozen.trainable = False" in source


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("frozen.trainable = False", "pass", id="trainable"),
        pytest.param('dtype="int32"', 'dtype="int64"', id="dtype"),
        pytest.param("keras.Model([a, b]", "keras.Model([b, a]", id="order of inputs"),
        pytest.param("[sum_2, c]", "[c, sum_2]", id="order of outputs"),
        pytest.param('name="net"', 'name="ten"', id="name of the model"),
        pytest.param('name="b"', 'name="c"', id="name of an input"),
        pytest.param("frozen(sum_2)", "frozen(e)", id="wire"),
        pytest.param("layers.Dense(", "layers.Dance(", id="an error in the source"),
    ],
)
def test_a_rehearsal_compares_all_that_a_model_is(old: str, new: str) -> None:
    graph = of(
        "archspec: 1\nname: net\ninputs: {a: {shape: [3], dtype: int32}, b: [3, 2]}\nlayers:\n"
        "  - Embedding: {name: e, input_dim: 9, output_dim: 2, from: a}\n"
        "  - Add: {name: sum, from: [e, b]}\n"
        "  - TimeDistributed: {name: c, trainable: false, layer: {Dense: {units: 2}}}\n"
        "outputs: [sum, c]\n"
    )
    source = write(graph)
    assert not source.plain
    assert old in source.text, source.text
    assert not difference(source.text, graph)
    assert difference(source.text.replace(old, new, 1), graph)


def test_a_bug_of_ours_is_told_and_the_plain_source_given(
    monkeypatch: pytest.MonkeyPatch, run: Run, tmp_path: Path
) -> None:
    path, target = str(SPECS / "lenet5.yaml"), tmp_path / "net.py"

    def broken(*arguments: Any) -> str:
        raise KeyError("n")

    monkeypatch.setattr(python, "structured_source", broken)
    assert write(shaped(path)).fault == "KeyError: 'n'"
    done = run("compile", path, "-o", str(target))
    assert done.status == 0
    assert "KeyError: 'n'" in done.err
    assert "bug of archspec" in done.err
    assert target.read_text(encoding="utf-8") == flat_source(shaped(path))
    monkeypatch.setattr(python, "flat_source", lambda graph: flat_source(graph).replace("6,", "7,"))
    with pytest.raises(RehearsalError):
        write(shaped(path))


def test_a_branch_that_is_empty_in_some_rounds_has_no_name_there() -> None:
    """Its label is counted only where something is in it, which a loop cannot follow."""
    branches = "{a: [Dense: {units: 2, when: not last}], b: []}"
    text = f"[parallel: {{branches: {branches}}}, PReLU]"
    repeat = f"[repeat: {{for: {{last: [true, false, true]}}, layers: {text}}}]"
    found = write(of(f"archspec: 1\ninput: [2]\nlayers: {repeat}\n"))
    assert (found.plain, found.fault) == ("a branch that may be empty", "")


def test_shapes_are_asked_of_variables(tmp_path: Path) -> None:
    """What a formula asks of shapes, conditions that ask, and a block that sees its file."""
    path = tmp_path / "net.yaml"
    path.write_text(
        """
archspec: 1
params: {width: 8, act: relu}
input: [8, 8, 3]
blocks:
  fit:
    params: {filters: int, strides: 1}
    let: {changes: channels(input) != filters}
    layers:
      - residual:
          skip: strides == 1 and height() > 4
          layers:
            - Conv2D: {when: channels() < filters, filters: filters, kernel_size: 1}
            - Conv2D: {filters: filters, kernel_size: 3, strides: strides, padding: same, activation: $act}
          shortcut:
            - Conv2D: {when: changes, filters: filters, kernel_size: 1}
      - Dense: channels(input) + width()
layers:
  - Conv2D: {filters: width, kernel_size: 1}
  - repeat:
      name: unit
      for: {filters: [8, 16], strides: [1, 1]}
      layers: [fit: {filters: filters, strides: strides}]
  - fit: {filters: 4}
  - fit: {name: last, filters: 4}
  - Dense: {units: channels(last)*2 + width(input), when: height() == 8}
"""
    )
    graph = shaped(str(path))
    source = structured_source(graph)
    assert not difference(source, graph)
    assert "adds = strides == 1 and" in source
    assert "last.shape[-1] * 2" in source


def test_blocks_of_a_file_with_other_values_are_other_functions(tmp_path: Path) -> None:
    (tmp_path / "blocks.yaml").write_text(
        "archspec: 1\nparams: {bias: true}\nlet: {kernel: 3 if bias else 1}\nblocks:\n"
        "  conv: [Conv2D: {filters: 4, kernel_size: kernel, use_bias: bias}]\n"
    )
    path = tmp_path / "net.yaml"
    path.write_text(
        "archspec: 1\nparams: {bias: false}\ninput: [8, 8, 3]\n"
        "use: {conv: {from: blocks.yaml, params: {bias: bias}}}\n"
        "layers: [conv, Conv2D: {filters: 3, kernel_size: 1, use_bias: bias}]\n"
    )
    source = structured_source(shaped(str(path)))
    assert "layers.Conv2D(4, 1, use_bias=False" in source
