"""The course's networks and programs: the shapes that its text gives, and the faults in it."""

from pathlib import Path

import pytest

from archspec.diagnostics.sink import Diagnostic, Sink
from archspec.diagnostics.source import Source
from archspec.infer.infer import ShapedGraph
from archspec.parse import parse
from archspec.pipeline import shape_document, shape_file
from tests.infer.test_course import ARTICLE, SPECS, shaped


def chain(spec: ShapedGraph) -> list[tuple[int | None, ...]]:
    """The shapes, where they change."""
    shapes = [n.output_shape for n in spec.nodes]
    return [s for n, s in enumerate(shapes) if n == 0 or s != shapes[n - 1]]


def changed(path: Path, old: str, new: str) -> list[Diagnostic]:
    """What is said of a spec in which something else stands."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    sink = Sink()
    document = parse(Source(str(path), text.replace(old, new)), sink)
    assert document is not None
    shape_document(document, sink)
    return sink.diagnostics


def test_shapes_of_lenet5() -> None:
    sizes = [(32, 32, 1), (28, 28, 6), (14, 14, 6), (10, 10, 16), (5, 5, 16)]
    assert chain(shaped(SPECS / "lenet5.yaml")) == [*sizes, (400,), (120,), (84,), (10,)]
    programmed = [(28, 28, 1), (28, 28, 6), (14, 14, 6), (10, 10, 15), (5, 5, 15)]
    assert chain(shaped(ARTICLE / "lenet5_mnist.yaml")) == [
        *programmed,
        (375,),
        (120,),
        (84,),
        (10,),
    ]


@pytest.mark.parametrize("path", ["alexnet", "alexnet_grouped", "article/alexnet_calligraphy"])
def test_shapes_of_alexnet(path: str) -> None:
    sizes = [(227, 227, 3), (55, 55, 96), (27, 27, 96), (27, 27, 256), (13, 13, 256)]
    sizes += [(13, 13, 384), (13, 13, 256), (6, 6, 256)]
    classes = 2 if "calligraphy" in path else 1000
    assert chain(shaped(SPECS / f"{path}.yaml")) == [*sizes, (9216,), (4096,), (classes,)]


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("vgg16_birds", [224, 112, 56, 28, 14, 7]),
        ("inception_v1_flowers", [224, 112, 56, 28, 14, 7, 4, 2, 1]),
        ("resnet50_flowers", [224, 112, 56]),
        ("densenet_gender", [128, 64, 32, 16]),
        ("mobilenet_dogs", [112, 113, 56, 57, 28, 29, 14, 15, 7, 8, 3]),
    ],
)
def test_sizes(name: str, sizes: list[int]) -> None:
    maps = [s[0] for s in chain(shaped(ARTICLE / f"{name}.yaml")) if len(s) == 3]
    assert [s for n, s in enumerate(maps) if n == 0 or s != maps[n - 1]] == sizes


# Faults of the course's text and programs, found by the checker


@pytest.mark.parametrize(
    ("file", "right", "wrong", "code", "said"),
    [
        (
            "alexnet.yaml",
            "filters: 256, kernel_size: 5, ",
            "filters: 256, kernel_size: 5, strides: 2, ",
            "AS405",
            "`conv2` gives 14×14×256, but 27×27×256 is expected",
        ),
        (
            "alexnet.yaml",
            "name: conv5, filters: 256",
            "name: conv5, filters: 384",
            "AS405",
            "`conv5` gives 13×13×384, but 13×13×256 is expected",
        ),
        (
            "article/depthwise_separable.yaml",
            "params: 48",
            "params: 36",
            "AS406",
            "`depthwise_conv2d` has 48 parameters, but 36 are expected",
        ),
    ],
)
def test_slip_is_found(file: str, right: str, wrong: str, code: str, said: str) -> None:
    found = changed(SPECS / file, right, wrong)
    assert [(d.code, d.message) for d in found][:1] == [(code, said)]


def test_dead_layers_are_found(tmp_path: Path) -> None:
    """The program of the article did so: its spec says on the line that this is known."""
    text = (ARTICLE / "inception_v1_flowers.yaml").read_text(encoding="utf-8")
    path = tmp_path / "flowers.yaml"
    path.write_text(text.replace("  # archspec: ignore[AS901]", ""), encoding="utf-8")
    sink = Sink()
    shape_file(str(path), sink)
    assert [d.code for d in sink.diagnostics] == ["AS901", "AS901"]
    lines = path.read_text(encoding="utf-8").splitlines()
    for found in sink.diagnostics:
        assert found.span is not None
        assert "name: reduce" in lines[found.span.line - 1]
        assert len(found.repeats) == 8  # and in the eight other modules


def test_a_third_of_resnet_as_programmed_is_its_last_layer() -> None:
    spec = shaped(ARTICLE / "resnet50_flowers.yaml")
    assert spec.nodes[-1].params == 56 * 56 * 2048 * 3 + 3 > spec.params / 3


def test_blocks_of_densenet_as_programmed_hand_on_32_channels() -> None:
    spec = shaped(ARTICLE / "densenet_gender.yaml")
    transitions = [n for n in spec.nodes if n.name.endswith("transition.conv2d")]
    assert [n.input_shapes[0][-1] for n in transitions] == [32, 32, 32]
