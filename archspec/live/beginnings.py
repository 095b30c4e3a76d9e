"""Texts to begin with: a small network of one's own, or one that ships."""

import os
import re

from archspec.files.shipped import find_shipped, shipped_specs
from archspec.spec.words import REFERENCES


def starter(name: str) -> str:
    """A small network, whose comments say what its parts are."""
    return _STARTER.replace("NAME", name)


def copy_of(path: str, name: str) -> str:
    """The spec of a network under another name.

    As it stands if it needs no other file, else with what it extends and uses put in.

    Args:
        path: of a spec that ships, which has no errors.
        name: what it is called from now on.
    """
    from archspec.diagnostics.sink import Sink
    from archspec.emit.blocks import blocks_data
    from archspec.pipeline import shape_file
    from archspec.spec.written import document

    text = _read(path)
    if re.search(rf"^({'|'.join(REFERENCES)}):", text, re.MULTILINE):
        shaped = shape_file(path, Sink())
        assert shaped is not None, "what ships is sound"
        return document({**blocks_data(shaped), "name": name})
    return re.sub(r"^name: .*$", f"name: {name}", text, count=1, flags=re.MULTILINE)


def recipe_copies(path: str, name: str, beside: str) -> dict[str, str]:
    """A recipe that ships, and its network in a file of its own, which comes first.

    Args:
        path: of the recipe that ships.
        name: of the recipe's copy, without its ending.
        beside: where the copy is written; the network comes beside it.
    """
    text = _read(path)
    reference = re.search(r"^spec: (\S+)$", text, re.MULTILINE)
    assert reference is not None, "a recipe that ships names its network on a line of its own"
    network = os.path.join(os.path.dirname(path), reference[1])
    inner = os.path.splitext(os.path.basename(network))[0]
    inner += "_network" * (inner == name)
    text = text.replace(reference[0], f"spec: {inner}.yaml")
    there = os.path.join(os.path.dirname(beside), f"{inner}.yaml")
    return {there: copy_of(network, inner), beside: text}


def shipped_titles() -> dict[str, str]:
    """What the networks that ship are, by their names."""
    return {name: _title(path) for name, path in shipped_specs().items()}


def shipped_network(name: str) -> str | None:
    """Path of a network that ships; None if there is none of that name."""
    path = find_shipped(name)
    return path if path in shipped_specs().values() else None


def _title(path: str) -> str:
    """The title on a line of its own, as it stands in all specs that ship."""
    found = re.search(r"^title: *(.*)$", _read(path), re.MULTILINE)
    return found[1].strip("\"'") if found else ""


def _read(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


_STARTER = """\
# A small network to start from. The words are Keras's; `archspec layers` lists the layers.
archspec: 1
name: NAME
title: What it is, and where it comes from

# Knobs, with their values; `archspec check --set classes=100 NAME.yaml` tries another one.
params: {classes: 10, width: 32}

# Height, width, channels: shapes are without the batch.
input: [28, 28, 1]

# Blocks are called like layers. `int` is a parameter that must be given, `1` a default.
blocks:
  conv_bn:
    params: {filters: int, strides: 1}
    layers:
      - Conv2D: {filters: filters, kernel_size: 3, strides: strides, padding: same, use_bias: false}
      - BatchNormalization
      - Activation: relu

# Each layer reads the one before it; `from: name` reads another. Numbers may be formulas.
layers:
  - conv_bn: {filters: width, strides: 2, expect: [14, 14, 32]}
  - conv_bn: {filters: 2*width, strides: 2, expect: [7, 7, 64]}
  - repeat:
      times: 2
      layers:
        - residual:  # what is in it, plus its input
            layers:
              - conv_bn: {filters: 2*width}
  - GlobalAveragePooling2D
  - Dense: {name: predictions, units: classes, activation: softmax}

# `archspec check` compares what comes out with what is expected.
# 288 + 128, 18_432 + 256, 2·(36_864 + 256), 640 + 10
expect: {params: 93_994}
"""
