"""The keys of a spec and the constructs of its language, as records.

Like the layers, each is one class whose fields say what it takes; the JSON Schema and the
reference derive from them. What stands in ``layers`` is checked item by item elsewhere.
"""

import re
from typing import Annotated, Any, ClassVar, Literal

from archspec.records.record import ArgumentType, Kind, Record
from archspec.records.schemas import (
    anything,
    boolean,
    either,
    list_of,
    mapping,
    nullable,
    text,
    whole,
)

LONGEST_NAME = 100
"""Most characters of a name."""
NAME_PATTERN = r"^[\w$][\w${}-]*$"
_FORMULA_IN_NAME = r"\$\("


def is_wire_name(name: str) -> bool:
    """Whether layers can read from it by that name."""
    return re.fullmatch(r"\w[\w-]*", name) is not None


Name = Annotated[
    str,
    ArgumentType(
        text(NAME_PATTERN, LONGEST_NAME),
        "a name: letters, digits, `_` and `-`",
        text=True,
        kind=Kind.NAME,
    ),
]
EntryName = Annotated[
    str,
    ArgumentType(
        text(rf"{NAME_PATTERN}|{_FORMULA_IN_NAME}", LONGEST_NAME),
        "a name: letters, digits, `_` and `-`",
        text=True,
        kind=Kind.NAME,
    ),
]
Layers = Annotated[
    list[Any],
    ArgumentType(list_of(anything()), "a list of layers", nested=True, kind=Kind.LAYERS),
]
Formula = Annotated[
    Any,
    ArgumentType(
        either(whole(), text(), boolean()),
        "a number or a formula",
    ),
]
Columns = Annotated[
    Any,
    ArgumentType(
        either(
            mapping(either(list_of(anything()), text()), min_length=1),
            list_of(text(), min_length=1),
        ),
        "columns such as {filters: [64, 128], strides: [1, 2]}",
    ),
]
Rows = Annotated[
    list[Any],
    ArgumentType(
        either(list_of(anything()), text()),
        "rows such as [[64, 1], [128, 2]], or a parameter that holds them",
    ),
]
Branches = Annotated[
    dict[str, Any],
    ArgumentType(
        mapping(nullable(list_of(anything())), min_length=1),
        "branches such as {left: [layers], right: [layers]}",
        nested=True,
        kind=Kind.BRANCHES,
    ),
]
Merge = Annotated[
    Any,
    ArgumentType(
        either(text(), mapping(min_length=1, max_length=1)),
        "a merging layer such as Concatenate or {Dot: {axes: 1}}",
        nested=True,
    ),
]
Mapping = Annotated[
    dict[str, Any],
    ArgumentType(mapping(), "names with values, such as {width: 64}"),
]
Names = Annotated[
    Any,
    ArgumentType(
        either(text(), list_of(text(), min_length=1)),
        "a name, or a list of names",
        text=True,
        kind=Kind.NAMES,
    ),
]
BlockOutputs = Annotated[
    Any,
    ArgumentType(
        either(text(), list_of(text(), min_length=1), mapping(text(), min_length=1)),
        "a name, a list of names, or outputs such as {high: conv2d_3, low: input}",
        text=True,
        kind=Kind.NAMES,
    ),
]
Wires = Annotated[
    Any,
    ArgumentType(
        either(
            text(),
            list_of(text(), min_length=1),
            mapping(either(text(), list_of(text(), min_length=1)), min_length=1),
        ),
        "a name, a list of names, or inputs such as {query: x, value: memory}",
        text=True,
        kind=Kind.NAMES,
    ),
]
Use = Annotated[
    dict[str, Any],
    ArgumentType(
        mapping(either(text(), mapping())),
        "names and files such as {conv_bn: blocks.yaml}",
    ),
]
Sizes = Annotated[
    Any,
    ArgumentType(
        anything(), "a list of sizes such as [224, 224, 3]: height, width, channels, no batch"
    ),
]
Anything = Annotated[Any, ArgumentType(anything(), "a value")]
Codes = Annotated[
    Any,
    ArgumentType(
        either(text(), list_of(text(), min_length=1)),
        "a code such as AS902, or a list of codes",
        text=True,
    ),
]
LintMapping = Annotated[
    dict[str, Any],
    ArgumentType(mapping(), "a mapping such as {ignore: [AS902]}"),
]


class Construct(Record):
    """A word of the language that stands where a layer may stand."""

    word: ClassVar[str]
    short: ClassVar[str | None] = None
    """The argument that a value stands for when it is not a mapping."""


class Repeat(Construct):
    """The same layers again: a number of times, or once for each row of a table."""

    word = "repeat"

    times: Formula | None = None
    """How many times."""
    for_: Columns | None = None
    """Columns of a table, all of one length, or their names alone, for `rows`: the layers come once for each row, whose values have the columns' names. A word that is no parameter is text."""
    rows: Rows | None = None
    """The rows of a table whose columns have the names under `for`."""
    as_: Name | None = None
    """A name for the number of the round, counted from 0, for use in formulas."""
    let: Mapping | None = None
    """Names for what is worked out in each round: `{hidden: 4*width}`."""
    layers: Layers
    """The layers of one round."""


class Parallel(Construct):
    """Branches that all read the same input, and a layer that merges them."""

    word = "parallel"

    branches: Branches
    """Each branch by name; an empty list is the input itself."""
    merge: Merge | None = "Concatenate"
    """The layer that takes the branches' outputs; null for none, if each goes its own way."""


class Residual(Construct):
    """Layers and a shortcut around them, added (He et al., 2015): a `parallel` with two branches."""

    word = "residual"
    short = "layers"

    layers: Layers
    """The main path; its names are those of the surroundings."""
    shortcut: Layers | None = None
    """Layers on the shortcut, named `shortcut.…`; the identity if left out."""
    skip: Formula | None = None
    """Whether there is a shortcut; if it is false, the main path stands alone: `strides == 1 and channels() == filters`."""
    merge: Merge | None = "Add"
    """The layer that takes both."""


class DenseBlock(Construct):
    """Layers whose output is put beside their input, again and again (Huang et al., 2016): a `repeat` of a `parallel`."""

    word = "dense_block"

    times: Formula
    """How many times."""
    as_: Name | None = None
    """A name for the number of the round, counted from 0."""
    layers: Layers
    """The layers that make the new channels of one round."""
    merge: Merge | None = "Concatenate"
    """The layer that takes the input and the new channels."""


class Apply(Construct):
    """An earlier layer or block once more, with the same weights (siamese networks)."""

    word = "apply"
    short = "layer"

    layer: Annotated[str, ArgumentType(text(), "the name of an earlier layer or block", text=True)]
    """Name or path of the layer, block or construct that is applied again."""


CONSTRUCTS: dict[str, type[Construct]] = {
    c.word: c for c in (Repeat, Parallel, Residual, DenseBlock, Apply)
}


class ItemKeys(Record):
    """The keys that every item takes beside its own arguments."""

    name: EntryName | None = None
    """A name for wires, errors and the compiled layer; automatic if left out."""
    from_: Wires | None = None
    """What it reads: a name, a path such as `stage2.unit1.add`, a list, or names of inputs with what they read: `{query: x, value: memory}`; the item before it if left out."""
    when: Formula | None = None
    """A condition; if it is false the item is left out and its input goes on."""
    expect: Anything | None = None
    """The output shape that it must have, or `{shape, params, trainable_params, macs, source, note}`."""
    trainable: Annotated[Any, ArgumentType(anything(), "`true`, `false` or a formula")] = True
    """False freezes its weights."""


class Expectation(Record):
    """Numbers that must come out."""

    shape: Anything | None = None
    """Output shape without the batch; null for a size that may be anything."""
    params: Formula | None = None
    """Total number of parameters."""
    trainable_params: Formula | None = None
    """Number of parameters that training changes."""
    macs: Formula | None = None
    """Multiply-accumulate operations for one example."""
    source: str | None = None
    """Where the numbers come from: a paper, a table, a calculation."""
    note: str | None = None
    """A remark."""


class BlockKeys(Record):
    """A block: layers under a name, with parameters."""

    params: Mapping | None = None
    """Parameters: a default value, or one of the words int, float, bool, str, list for one that must be given; `int | list` takes either."""
    inputs: Names | None = None
    """Names for its inputs, if it has several; `input` is the name of a single one."""
    let: Mapping | None = None
    """Names for what is worked out of its parameters and inputs: `{squeezed: channels(input)//16}`."""
    layers: Layers
    """Its layers."""
    outputs: BlockOutputs | None = None
    """What it gives, if not only its last layer: names with the wires in it, or a list of wires."""
    title: str | None = None
    """A title for pictures."""


class UseKeys(Record):
    """A block of another file, with other values for the parameters of that file."""

    from_: Annotated[str, ArgumentType(text(), "the name of a file", text=True)]
    """The file."""
    params: Mapping | None = None
    """Values for the parameters at the top of that file, which its blocks see."""


class LintKeys(Record):
    """Which warnings and notes are told of a file."""

    ignore: Codes | None = None
    """Codes that are not told of this file, such as AS902; AS9 stands for all warnings, ALL for the notes too."""


class SpecKeys(Record):
    """The top of a file."""

    archspec: Literal[1]
    """Version of the format."""
    name: Name | None = None
    """Name of the network; the file's name if left out."""
    title: str | None = None
    """Title for people."""
    description: str | None = None
    """What it is, where it comes from, what to look at."""
    extends: str | None = None
    """A file whose network this one is, with other values for its parameters."""
    use: Use | None = None
    """Blocks from other files: a name and the file that has a block of that name, or whose network becomes the block; `{from: FILE, params: {…}}` gives that file's parameters other values."""
    params: Mapping | None = None
    """Knobs and their default values; with `extends`, new values for the knobs of the other file."""
    let: Mapping | None = None
    """Names for what is worked out of the parameters: `{hidden: 4*width}`."""
    defaults: Mapping | None = None
    """Other defaults for arguments of the layers that are written in this file: `{Conv2D: {use_bias: false}}`."""
    input: Sizes | None = None
    """Shape of the only input, or `{shape, dtype}`."""
    inputs: Mapping | None = None
    """Several inputs by name, each a shape or `{shape, dtype}`."""
    blocks: Mapping | None = None
    """Blocks by name."""
    layers: Layers | None = None
    """The network."""
    outputs: Names | None = None
    """The layers whose outputs the network gives; the last one if left out."""
    expect: Anything | None = None
    """Numbers that must come out for the whole network."""
    lint: LintMapping | None = None
    """Which warnings and notes are told of this file: `{ignore: [AS902]}`."""


REFERENCES = ("extends", "use")
"""Keys of a spec that name other files."""

INPUT_SHAPES = frozenset(("input_shape", "batch_input_shape", "batch_shape"))
"""Arguments with which a first layer of Keras 2 says what the network reads."""
