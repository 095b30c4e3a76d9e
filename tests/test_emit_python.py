"""Python source of a spec builds the same model as the spec."""

import ast
import os
from pathlib import Path
from typing import Any

import pytest

from archspec.diagnostics import Sink
from archspec.emit.python import emit
from archspec.emit.python.flat import flat_source
from archspec.emit.python.naming import UnstructuredError
from archspec.emit.python.rehearsal import difference
from archspec.emit.python.structured import structured_source
from archspec.infer import ShapedGraph
from archspec.pipeline import find_files, shape_file

SPECS = Path(__file__).parent.parent / "specs"
NETWORKS = [p for p in find_files([str(SPECS)]) if "blocks" not in Path(p).relative_to(SPECS).parts]
FLAT = {
    "inception_v1_flowers": "a wire whose name is a parameter",
    "inception_v1_flowers_connected": "a wire whose name is a parameter",
    "inception_v3_catdog": "a frozen block",
    "siamese": "shared weights",
    "squeezenet": "names that depend on the round of a repeat and on a condition",
    "squeezenet_1_1": "names that depend on the round of a repeat and on a condition",
    "transfer": "a frozen block",
    "unet": "a wire whose name is worked out",
    "vgg11_lrn": "names that depend on the round of a repeat and on a condition",
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
            for n in ("resnet50", "mobilenet_v2", "densenet121", "inception_v3")
        ),
    ],
)
def test_source_builds_the_same_model(name: str) -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    pytest.importorskip("keras")
    from archspec.emit.keras import build_model

    graph = shaped(str(SPECS / f"{name}.yaml"))
    sink = Sink()
    built = build_model(graph, sink)
    assert built is not None
    made = _run(emit(graph))
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
