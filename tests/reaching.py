"""Random layers and random networks whose receptive fields are compared with gradients."""

from math import prod
from random import Random
from typing import NamedTuple

import archspec
from archspec.infer.infer import ShapedGraph
from archspec.layers import Layer, layer_types
from archspec.shapes.shape import Shape
from tests.deviations import has
from tests.gradients import Compared, Need, compare
from tests.random_layers import Case, draw_case
from tests.random_networks import network, single, unfit

MOST_WORK = 200_000
"""Values of an output times values of its input."""

NO_GRADIENT = {
    "Input": "has no input",
    "Embedding": "looks whole numbers up: see test_layers_of_whole_numbers",
    "CategoryEncoding": "counts whole numbers: see test_layers_of_whole_numbers",
    "Discretization": "gives whole numbers: see test_layers_of_whole_numbers",
    **dict.fromkeys(
        (name for name, type in layer_types().items() if type.operation and type.floats_matter),
        "gives whole numbers or truth values",
    ),
    **dict.fromkeys(("Floor", "Ceil", "Round", "Sign"), "changes at single points only"),
    "PositionEmbedding": "sees nothing of its input: see test_keras_registered.py",
    "Weight": "sees nothing of its input: see test_keras_registered.py",
    "Where": "looks at whether a number is 0",
    "RandomCrop": "gives images on as they are, whatever size it tells: not known if they differ",
    "ContrastLimitedAdaptiveHistogramEqualization": "looks values up in histograms: not known",
}
"""Layers that have no gradient, and why."""

_IN_NETWORKS = [
    "Conv1D",
    "Conv2D",
    "Conv1D",
    "Conv2D",
    "SeparableConv2D",
    "DepthwiseConv1D",
    "Conv1DTranspose",
    "Conv2DTranspose",
    "AveragePooling1D",
    "AveragePooling2D",
    "MaxPooling2D",
    "GlobalAveragePooling1D",
    "Dense",
    "EinsumDense",
    "Permute",
    "Permute",
    "Reshape",
    "Reshape",
    "Flatten",
    "RepeatVector",
    "Cropping1D",
    "Cropping2D",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "UpSampling1D",
    "UpSampling2D",
    "Resizing",
    "CenterCrop",
    "Softmax",
    "LayerNormalization",
    "UnitNormalization",
    "BatchNormalization",
    "AdaptiveAveragePooling1D",
    "LSTM",
    "GRU",
    "Bidirectional",
    "TimeDistributed",
    "MultiHeadAttention",
    "LeakyReLU",
    "Transpose",
    "Mean",
    "Roll",
    "Flip",
    "GetItem",
    "Take",
    "Tile",
    "Pad",
    "Split",
    "Cumsum",
    "Einsum",
]


class Asked(NamedTuple):
    """A network to be compared."""

    text: str
    network: ShapedGraph
    need: Need
    """Where places may see less in a way that is not told: in later steps than a ConvLSTM's first,
    beside what is joined or padded."""

    def compare(self) -> Compared:
        """What gradients say; what interpolation makes 0 is so but for rounding."""
        rounded = any(word in self.text for word in ("lanczos", "bicubic", '"antialias": true'))
        return compare(self.network, 1e-6 if rounded else 0.0, self.need)


def draw_layer(random: Random, type: type[Layer]) -> Asked | None:
    """A random layer by itself, if it is one that can be compared."""
    case = draw_case(random, type, bad=0)
    if not _fits(case):
        return None
    # Later steps of a ConvLSTM see more than earlier ones.
    steps = has(case.call, "ConvLSTM")
    return _asked(single(case.call, case.shapes), case.shapes, "largest" if steps else "all")


def _fits(case: Case) -> bool:
    if not case.shapes or any(None in shape for shape in case.shapes):
        return False
    if has(case.call, "AdaptiveMax") and _ends_process(case):
        return False
    if any(has(case.call, name) for name in NO_GRADIENT):
        return False
    return not unfit(case.call, case.shapes[0], case.shapes[0])


def _ends_process(case: Case) -> bool:
    """Whether TensorFlow divides by zero, for a size of 1 or a pooling to it."""
    size = case.call.arguments.get("output_size", 1)
    sizes = size if isinstance(size, list | tuple) else [size]
    return 1 in sizes or any(1 in shape for shape in case.shapes)


def draw_network(random: Random) -> Asked | None:
    """A random network, if it can be compared."""
    text, shape = network(random, [layer_types()[name] for name in _IN_NETWORKS])
    if any(f'"{name}"' in text for name in NO_GRADIENT) or '"AdaptiveMax' in text:
        return None
    # Of axes that are joined, places beside the join see what only one of the parts sees.
    joins = '"Concatenate"' in text and '"axis": -1' not in text
    pads = '"ZeroPadding' in text or '"Pad"' in text or '"pad_to_aspect_ratio": true' in text
    beside = joins or pads
    return _asked(text, (shape,), "enough" if beside else "largest")


def _asked(text: str, shapes: tuple[Shape, ...], need: Need) -> Asked | None:
    try:
        found = archspec.loads(text)
    except archspec.SpecError:
        return None
    out = next(n.output_shape for n in found.nodes if (n.index, 0) in found.graph.outputs)
    work = prod(size or 0 for size in out) * sum(prod(size or 0 for size in s) for s in shapes)
    return Asked(text, found, need) if 0 < work <= MOST_WORK else None
