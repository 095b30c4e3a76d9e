"""Our specs against keras.applications: the same graphs, and the same outputs with their weights."""

import os
from collections.abc import Iterator
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import pytest

import archspec
from archspec.emit.keras.build import declaring
from archspec.files.shipped import shipped_specs
from archspec.weights.comparison.compare import LIMIT, compare, isomorphic, randomize
from archspec.weights.loading.load import load_weights
from archspec.weights.loading.models import application
from archspec.weights.pairing.match import corresponding, match
from archspec.weights.pairing.named import weighted_layers
from archspec.weights.structure.structure import structure_of

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras, about NumPy

SPECS = shipped_specs()
NETWORKS = {
    "VGG16": "vgg16",
    "VGG19": "vgg19",
    "ResNet50": "resnet50_bias",
    "ResNet101": "resnet101_bias",
    "ResNet152": "resnet152_bias",
    "InceptionV3": "inception_v3",
    "InceptionResNetV2": "inception_resnet_v2",
    "DenseNet121": "densenet121",
    "DenseNet169": "densenet169",
    "DenseNet201": "densenet201",
    "MobileNet": "mobilenet",
    "MobileNet(alpha=0.75)": "mobilenet_075",
    "MobileNet(alpha=0.5)": "mobilenet_050",
    "MobileNet(alpha=0.25)": "mobilenet_025",
    "MobileNetV2": "mobilenet_v2",
    "Xception": "xception",
    "ConvNeXtTiny": "papers/convnext_tiny",
}
"""Calls of keras.applications, and the specs of the same networks."""
QUICK = ("MobileNet(alpha=0.25)", "MobileNetV2", "DenseNet121", "ResNet50", "InceptionV3")
"""Those that always run; of the others only the graph, unless all run."""
OTHER_FORM = {
    "MobileNetV3Small(input_shape=[224, 224, 3])": "papers/mobilenet_v3_small",
    "MobileNetV3Large(input_shape=[224, 224, 3])": "papers/mobilenet_v3_large",
    "EfficientNetV2S": "papers/efficientnet_v2_s",
    "NASNetMobile": "papers/nasnet_mobile",
}
"""Where Keras pads, or shapes what it has pooled, by layers of their own. The first one always runs."""
OTHER_ORDER = ("ResNet50", "ResNet101", "ResNet152", "Xception")
"""Keras makes the layers of their shortcuts first, so that these draw other values."""


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    """Let Keras and Python give the memory of a network back: it collects the garbage too."""
    yield
    keras.backend.clear_session()


@pytest.mark.parametrize("call", [c for c in NETWORKS if c not in QUICK])
def test_same_graph(call: str, full: bool) -> None:
    """Without ``--full`` no weights are drawn: hundreds of millions that nobody would look at."""
    if full:
        pytest.skip("test_same_network compares the outputs too")
    with declaring(values=False):
        ours, theirs = archspec.build(SPECS[NETWORKS[call]]), application(call)
    first, second = structure_of(ours), structure_of(theirs)
    found = match(first, second)
    assert found.conflict == ""
    assert isomorphic(first, second, found.pairs)
    assert ours.count_params() == theirs.count_params()


@pytest.mark.parametrize("call", NETWORKS)
def test_same_network(call: str, full: bool) -> None:
    """The same initial weights under one seed, the same graph, and the same outputs."""
    if not full and call not in QUICK:
        pytest.skip("runs with --full")
    keras.utils.set_random_seed(7)
    ours = archspec.build(SPECS[NETWORKS[call]])
    keras.utils.set_random_seed(7)
    theirs = application(call)
    check_initial_weights(call, ours, theirs)
    randomize(theirs)
    x = np.random.default_rng(0).standard_normal((2, *ours.input_shape[1:])).astype("float32")
    comparison = compare(ours, theirs, [x])
    assert comparison.differences == []
    assert comparison.sound
    assert comparison.gap is not None
    assert comparison.gap <= LIMIT == 1e-5
    assert np.abs(np.asarray(theirs(x))).max() > 0


@pytest.mark.parametrize("call", OTHER_FORM)
def test_same_outputs(call: str, full: bool) -> None:
    """With its weights the outputs of a network that is written otherwise."""
    if not full and call != next(iter(OTHER_FORM)):
        pytest.skip("runs with --full")
    ours, theirs = archspec.build(SPECS[OTHER_FORM[call]]), application(call)
    randomize(theirs)
    x = np.random.default_rng(0).standard_normal((2, *ours.input_shape[1:])).astype("float32")
    comparison = compare(ours, theirs, [x])
    assert comparison.verdict == "form"
    assert comparison.sound


def check_initial_weights(call: str, ours: Any, theirs: Any) -> None:
    """Values are drawn in the order of the spec; where that is Keras's, they are the same."""
    pairs = corresponding(structure_of(ours), structure_of(theirs))
    others = dict(weighted_layers(theirs))
    same = [
        all(
            np.array_equal(a, b)
            for a, b in zip(layer.get_weights(), others[pairs[name]].get_weights(), strict=True)
        )
        for name, layer in weighted_layers(ours)
    ]
    if call in OTHER_ORDER:
        assert sum(same) > 0.8 * len(same)
    else:
        assert all(same)


@pytest.mark.parametrize(
    ("spec", "params", "call"),
    [
        ("resnet50", {}, "ResNet50"),  # no biases
        ("vgg16", {}, "VGG19"),
        ("mobilenet", {}, "MobileNet(alpha=0.5)"),
        ("mobilenet_025", {"classes": 10}, "MobileNet(alpha=0.25)"),
    ],
)
def test_other_networks_differ(spec: str, params: dict[str, Any], call: str) -> None:
    with declaring(values=False):  # the weights are not looked at
        ours, theirs = archspec.build(SPECS[spec], **params), application(call)
    assert match(structure_of(ours), structure_of(theirs)).conflict != ""


def test_pretrained_weights_by_structure(tmp_path: Any) -> None:
    """The loading code of pretrained weights, from a file of weights instead of a download."""
    theirs = application("MobileNet(alpha=0.25)")
    randomize(theirs)
    path = str(tmp_path / "trained.weights.h5")
    theirs.save_weights(path)
    ours = archspec.build(SPECS["mobilenet_025"])
    report = load_weights(ours, "keras:MobileNet(alpha=0.25)", pretrained=path)
    assert report.complete
    assert len(report.renamed) == len(list(weighted_layers(theirs)))
    assert report.unused == []
    x = np.random.default_rng(0).standard_normal((1, 224, 224, 3)).astype("float32")
    assert np.allclose(np.asarray(ours(x)), np.asarray(theirs(x)), rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize(
    ("spec", "call"),
    [
        ("showcase/transfer", "MobileNet(alpha=0.25)"),
        ("article/inception_v3_catdog", "InceptionV3"),
    ],
)
def test_pretrained_weights_into_a_frozen_base(
    spec: str, call: str, full: bool, tmp_path: Any
) -> None:
    """Transfer learning: the base takes the weights without the top, the new head keeps its own."""
    if not full and call == "InceptionV3":
        pytest.skip("runs with --full")
    ours = archspec.build(SPECS[spec])
    theirs = application(call, include_top=False, input_shape=ours.input_shape[1:])
    randomize(theirs)
    path = str(tmp_path / "trained_notop.weights.h5")
    theirs.save_weights(path)
    head = ours.get_layer("dense").get_weights()
    report = load_weights(ours, f"keras:{call}", pretrained=path)
    assert report.new == ["dense"]
    assert report.different == []
    assert report.unused == []
    assert len(report.renamed) == len(list(weighted_layers(theirs)))
    kept = ours.get_layer("dense").get_weights()
    assert all(np.array_equal(a, b) for a, b in zip(head, kept, strict=True))
    base = keras.Model(ours.input, ours.get_layer("global_average_pooling2d").input)
    x = np.random.default_rng(0).standard_normal((1, *ours.input_shape[1:])).astype("float32")
    assert np.allclose(np.asarray(base(x)), np.asarray(theirs(x)), rtol=1e-5, atol=1e-9)
    names = {w.path.partition("/")[0] for w in ours.trainable_weights}
    assert names == {"dense"}
