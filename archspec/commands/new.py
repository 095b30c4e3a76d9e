"""``archspec new``: a spec to start from."""

import os

import click

from archspec.commands._options import complete_shipped, leave_writing


@click.command()
@click.argument("name", type=click.Path())
@click.option(
    "--from",
    "origin",
    metavar="NETWORK",
    shell_complete=complete_shipped,
    help="Begin with a network that ships; `archspec list` lists them.",
)
@click.option("--force", is_flag=True, help="Write over a file that exists.")
def command(name: str, origin: str | None, force: bool) -> None:
    """Write a spec to start from: NAME.yaml, or the file NAME if it ends in .yaml or .yml.

    The spec passes `archspec check`, and comments say what its parts are. With --from, it is a
    network that ships, with what it extends and uses put in.
    """
    from archspec.files import WriteError, write_safely

    path = name if name.endswith((".yaml", ".yml")) else name + ".yaml"
    title = os.path.splitext(os.path.basename(path))[0]
    _check_name(title)
    text = _starter(title) if origin is None else _copy(title, origin)
    try:
        write_safely(path, text, force)
    except WriteError as error:
        leave_writing(error)
    click.echo(f"{path} is written; `archspec check {path}` checks it")


def _check_name(name: str) -> None:
    from archspec.constructs import is_wire_name

    if not is_wire_name(name):
        raise click.UsageError(
            f"`{name}` cannot be the name of a network: use letters, digits, `_` and `-`"
        )


def _copy(name: str, origin: str) -> str:
    from archspec.commands._options import shaped_or_exit
    from archspec.emit.blocks import blocks_data
    from archspec.emit.written import document
    from archspec.layers import nearest
    from archspec.shipped import find_shipped, shipped_specs

    path = find_shipped(origin)
    if path is None:
        near = nearest(origin, list(shipped_specs()))
        hint = f" Did you mean `{near}`?" if near else " `archspec list` lists them."
        raise click.UsageError(f"No network `{origin}` ships.{hint}")
    return document({**blocks_data(shaped_or_exit(path)), "name": name})


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
