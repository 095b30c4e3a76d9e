"""Receptive fields against the gradients of built networks: every layer, and random networks.

``python tests/reach_run.py`` compares as many as one likes.
"""

import json
import math
import os
from random import Random
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pytest
import tensorflow as tf

import archspec
from archspec.infer.receptive.fields import receptive_fields, views
from archspec.layers import layer_types
from tests.conftest import examples
from tests.gradients import extents_of_the_middle, said_of
from tests.random_layers import draw_case
from tests.random_networks import HEAD, single
from tests.reaching import NO_GRADIENT, draw_layer, draw_network

pytestmark = pytest.mark.filterwarnings("ignore:You are using a softmax", "ignore:Layer 'n")

COMPARED = sorted(layer_types().keys() - NO_GRADIENT.keys())


@pytest.mark.parametrize("name", COMPARED)
def test_what_a_layer_sees(name: str) -> None:
    """Place by place, along each axis of each input."""
    random = Random(name)
    asked = (draw_layer(random, layer_types()[name]) for _ in range(200 + examples(2)))
    checked = 0
    for one in asked:
        if one is None:
            continue
        try:
            found = one.compare()
        except tf.errors.OpError:  # TensorFlow has no such operation for these sizes
            continue
        assert not found.wrong, f"{one.text}: {found.wrong}"
        checked += found.checked > 0
        if checked == examples(1):
            return
    assert checked, f"no {name} was compared: it needs arguments by which it can be"


def test_random_networks() -> None:
    """Branches that meet, axes in another order, cut and joined: the largest extent agrees."""
    random = Random("networks")
    compared = checked = 0
    while compared < examples(40):
        asked = draw_network(random)
        if asked is None:
            continue
        try:
            found = asked.compare()
        except tf.errors.OpError:  # TensorFlow has no such operation for these sizes
            continue
        assert not found.wrong, f"{asked.text}: {found.wrong}"
        compared += 1
        checked += found.checked > 0
    assert checked > 0.8 * compared


WHOLE_NUMBERS = sorted(
    name for name, reason in NO_GRADIENT.items() if "test_layers_of_whole_numbers" in reason
)


@pytest.mark.parametrize("name", WHOLE_NUMBERS)
def test_layers_of_whole_numbers(name: str) -> None:
    """They have no gradient: each number is changed, and what changes in the output is looked at."""
    random, compared = Random(name), 0
    while compared < examples(3):
        case = draw_case(random, layer_types()[name], bad=0)
        text = single(case.call, case.shapes)
        if None in case.shapes[0] or case.call.arguments.get("sparse") or "num_bins" in text:
            continue
        try:
            network = archspec.loads(text)
            archspec.build(network)(
                np.ones((1, *(size or 0 for size in case.shapes[0])), "float32")
            )
        except (archspec.SpecError, tf.errors.OpError):  # more dimensions than TensorFlow takes
            continue
        values = _values(case.call.arguments)
        if len(values) < 2:
            continue
        out = network.nodes[-1].output_shape
        ((_, view),) = views(network)[-1][0].items()
        for axis, field in enumerate(view.at_places(out)):
            said = said_of(field, out[:-1] if view.placed else out, out)
            assert said is not None
            assert [one.part for one in said] == _changed(network, axis, view.placed, values)
        compared += 1


def _values(arguments: dict[str, Any]) -> list[float]:
    """Numbers that such a layer takes: in every bin one, or of every category."""
    boundaries = sorted(arguments.get("bin_boundaries") or ())
    if boundaries:
        return [boundaries[0] - 1, *[n + 1e-3 for n in boundaries]]
    return [*range(arguments.get("num_tokens") or arguments["input_dim"])]


def _changed(network: archspec.Network, axis: int, placed: bool, values: list[float]) -> list[Any]:
    """For every place of the output the numbers along an axis with which it changes."""
    model = archspec.build(network)
    sizes = [size or 0 for size in network.nodes[0].output_shape]
    random = np.random.default_rng(1)
    found = []
    for _ in range(200):
        count = math.prod(sizes)
        rows = np.tile(random.choice(values, count), (count + 1, 1))
        rows[np.arange(count), np.arange(count)] = random.choice(values, count)
        outputs = np.asarray(model(rows.reshape(-1, *sizes).astype("float32")))
        differ = outputs[:-1] != outputs[-1]
        differ = differ.any(axis=-1) if placed else differ
        along = differ.reshape(*sizes, -1)
        found.append(along.any(axis=tuple(n for n in range(len(sizes)) if n != axis)))
    return [_ends(column) for column in np.any(found, axis=0).T]


def _ends(column: Any) -> tuple[int, int] | None:
    places = np.flatnonzero(column)
    return (int(places[0]), int(places[-1])) if len(places) else None


CONV = {"Conv2D": {"filters": 4, "kernel_size": 3, "padding": "same"}}
IMAGE = [64, 64, 3]


@pytest.mark.parametrize(
    ("shape", "layers", "extents"),
    [
        (IMAGE, [CONV], (3, 3)),
        (IMAGE, [CONV, {"GroupNormalization": {"groups": 2}}], (64, 64)),
        (IMAGE, [CONV, {"LayerNormalization": {"axis": [1, 2, 3]}}], (64, 64)),
        (IMAGE, [CONV, {"Softmax": {"axis": 1}}], (64, 3)),
        (IMAGE, [CONV, {"UnitNormalization": {"axis": 1}}], (64, 3)),
        ([16, 16, 1], [CONV, {"UpSampling2D": {"interpolation": "bicubic"}}], (6, 6)),
        (IMAGE, [CONV, {"Resizing": {"height": 96, "width": 40}}], (4, 4)),
        (IMAGE, [CONV, {"Resizing": {"height": 8, "width": 8, "antialias": True}}], (18, 18)),
        (
            IMAGE,
            [CONV, {"Permute": [2, 1, 3]}, {"Conv2D": {"filters": 2, "kernel_size": [5, 1]}}],
            (3, 7),
        ),
        (
            IMAGE,
            [CONV, {"EinsumDense": {"equation": "abcd,bx->axcd", "output_shape": [4, 64, 4]}}],
            (64, 3),
        ),
        (
            IMAGE,
            [{"Reshape": [32, 128, 3]}, {"Conv2D": {"filters": 2, "kernel_size": 3}}],
            (6, 64),
        ),
        (
            [3, 16, 16, 1],
            [{"TimeDistributed": {"layer": {"Conv2D": {"filters": 2, "kernel_size": 5}}}}],
            (1, 5, 5),
        ),
        (
            [20, 3],
            [{"LSTM": {"units": 2, "return_sequences": True}}, {"Cropping1D": [0, 5]}],
            (15,),
        ),
    ],
)
def test_what_was_wrong_once(shape: list[int], layers: list[Any], extents: tuple[int, ...]) -> None:
    """The extents of the place that sees most, and so do the gradients of the one in the middle."""
    network = archspec.loads(json.dumps({**HEAD, "input": shape, "layers": layers}))
    text = receptive_fields(network)[-1].text()
    told = extents[0] if len(set(extents)) == 1 else "×".join(map(str, extents))
    assert text == ("global" if list(extents) == shape[:-1] else str(told))
    if "LSTM" not in repr(layers):
        assert extents_of_the_middle(network) == extents
