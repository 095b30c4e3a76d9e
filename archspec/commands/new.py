"""``archspec new``: a spec or a recipe to start from."""

import os
import re

import click

from archspec.commands._leave import refuse_error
from archspec.commands._options import complete_shipped
from archspec.commands._say import say


@click.command()
@click.argument("name", type=click.Path())
@click.option(
    "--from",
    "origin",
    metavar="NAME",
    shell_complete=complete_shipped,
    help="Begin with what ships: `alexnet`, `recipes/lenet5_mnist`; `archspec list` lists it.",
)
@click.option("--force", is_flag=True, help="Write over a file that exists.")
def command(name: str, origin: str | None, force: bool) -> None:
    """Write a spec to start from: NAME.yaml, or the file NAME if it ends in .yaml or .yml.

    The spec passes `archspec check`, and comments say what its parts are. With --from, it is a
    network that ships, with what it extends and uses put in; or a recipe that ships, and its
    network in a file beside it.

    \b
    Examples:
      archspec new first
      archspec new second --from resnet18
      archspec new third --from recipes/lenet5_mnist
    """
    from archspec.files.writing import WriteError, write_all

    path = name if name.endswith((".yaml", ".yml")) else name + ".yaml"
    title = os.path.splitext(os.path.basename(path))[0]
    _check_name(title)
    files = {path: _starter(title)} if origin is None else _copies(path, title, origin)
    try:
        write_all(files, force)
    except WriteError as error:
        refuse_error(error)
    told = " and ".join(files) + (" are" if len(files) > 1 else " is")
    say(f"{told} written; `archspec check {path}` checks it")


def _check_name(name: str) -> None:
    from archspec.spec.words import is_wire_name

    if not is_wire_name(name):
        raise click.UsageError(
            f"`{name}` cannot be the name of a network: use letters, digits, `_` and `-`"
        )


def _copies(path: str, name: str, origin: str) -> dict[str, str]:
    """The text of each file that is written: the network, or the recipe after its network."""
    from archspec.diagnostics.spelling import as_sentence, suggest
    from archspec.files.shipped import find_shipped, shipped_recipes, shipped_specs

    source = find_shipped(origin)
    if source is None:
        there = [*shipped_specs(), *shipped_recipes()]
        hint = as_sentence(suggest(origin, there, "`archspec list` lists them."))
        raise click.UsageError(f"Nothing of the name `{origin}` ships.{hint}")
    if origin not in shipped_recipes():
        return {path: _network(source, name)}
    text = _read(source)
    reference = re.search(r"^spec: (\S+)$", text, re.MULTILINE)
    assert reference is not None, "a recipe that ships names its network on a line of its own"
    network = os.path.join(os.path.dirname(source), reference[1])
    inner = os.path.splitext(os.path.basename(network))[0]
    inner += "_network" * (inner == name)
    beside = os.path.join(os.path.dirname(path), f"{inner}.yaml")
    text = text.replace(reference[0], f"spec: {inner}.yaml")
    return {beside: _network(network, inner), path: text}


def _network(path: str, name: str) -> str:
    """The spec of a network: as it stands if it needs no other file, else with them put in."""
    from archspec.commands._options import shaped_or_leave
    from archspec.emit.blocks import blocks_data
    from archspec.spec.words import REFERENCES
    from archspec.spec.written import document

    text = _read(path)
    if re.search(rf"^({'|'.join(REFERENCES)}):", text, re.MULTILINE):
        return document({**blocks_data(shaped_or_leave(path)), "name": name})
    return re.sub(r"^name: .*$", f"name: {name}", text, count=1, flags=re.MULTILINE)


def _read(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


def _starter(name: str) -> str:
    return _STARTER.replace("NAME", name)


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
