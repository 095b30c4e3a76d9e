"""The inputs of a spec: ``input: [28, 28, 1]``, or several by name."""

import re
from typing import Any

from archspec.diagnostics.fixes import Edit, Fix, How, remove, replace
from archspec.diagnostics.sink import REPORTED, Place, Reported, Sink
from archspec.formulas.templates import Template
from archspec.layers.core import Input
from archspec.parse.document import holds_hole
from archspec.records.record import fields
from archspec.spec.check_values import check_names, show
from archspec.spec.read_formulas import read_template
from archspec.spec.types import InputDeclaration
from archspec.spec.words import INPUT_SHAPES, SpecKeys, is_wire_name

ANY = ""
"""Among the names of inputs that are lost: there may be more, of any name."""

_INPUT = "write `input: [224, 224, 3]`: height, width, channels, without the batch"


def read_inputs(
    keys: SpecKeys, scope: frozenset[str], place: Place, sink: Sink
) -> tuple[tuple[InputDeclaration, ...], tuple[str, ...]]:
    """The inputs of a spec that are sound, and the names of those that are not.

    ``scope`` holds the names that formulas may use.
    """
    if keys.input is not None and keys.inputs is not None:
        message = "a spec has either `input` or `inputs`"
        help: list[str | Fix] = [
            "`input: [28, 28, 1]` is one; `inputs: {left: [8], right: [8]}` are several"
        ]
        one = remove("leave out `input`", place.at("input"))
        help += [one, remove("leave out `inputs`", place.at("inputs"))]
        sink.report("AS102", place.at("inputs", part="key"), message, help=help)
        return (), ("input", *keys.inputs)
    if keys.inputs is not None and not keys.inputs:
        sink.report("AS104", place.at("inputs"), "`inputs` is empty")
    if keys.input is None and keys.inputs is None:
        given = place.document.at(place.path)
        if "input" in given and given["input"] is None:
            from archspec.spec.meant_forms import example_input  # for what is wrong only
            from archspec.spec.meant_values import as_written
            from archspec.spec.unknown_words import rank_at

            sizes = example_input(keys.layers, rank_at(place))
            example = replace(f"for example `input: {as_written(sizes)}`", place.at("input"), sizes)
            sink.report("AS104", place.at("input"), "`input` is empty", help=[_INPUT, example])
        named = given.get("inputs")
        if named:
            return (), tuple(named) if isinstance(named, dict) else (ANY,)
        return (), ("input",)
    declared = [("input", keys.input, place.at("input"))]
    if keys.inputs is not None:
        declared = [(n, v, place.at("inputs", n)) for n, v in keys.inputs.items()]
    sound, lost = [], []
    for name, value, at in declared:
        found = REPORTED if holds_hole(value) else _read_input(name, value, at, scope, sink)
        if isinstance(value, dict):  # others may be meant by what it has too much
            lost += [other for other in value if other not in fields(Input)]
        if found is REPORTED:
            lost.append(name)
        else:
            sound.append(found)
    return tuple(sound), tuple(lost)


def _read_input(
    name: str, value: Any, at: Place, scope: frozenset[str], sink: Sink
) -> InputDeclaration | Reported:
    if not is_wire_name(name):
        message = f"`{name}` cannot be the name of an input"
        return sink.report("AS106", at.key(), message, help=["use letters, digits and `_`"])
    meant = meant_shape(value)
    if meant is not None:
        message = f"an input is a list of sizes such as [224, 224, 3], not {show(value)}"
        said = f"height, width, channels, without the batch: `{name}: {show(meant)}`"
        fix = replace(said, at, meant, certain=True)
        return sink.report("AS104", at, message, help=[fix])
    short = not isinstance(value, dict)
    arguments: Any = {"shape": value} if short else value
    if short and not isinstance(value, list | str):
        message = f"an input is a list of sizes such as [224, 224, 3], not {show(value)}"
        help: list[str | Fix] = []
        if type(value) is int and value > 0:
            help = [replace(f"one axis of that size is `[{value}]`", at, [value], certain=True)]
        return sink.report("AS104", at, message, help=help)
    if not short and _holds_inputs(value):
        message = "several inputs stand under `inputs`, not under `input`"
        fix = replace("write `inputs:`", at.key(), "inputs", certain=True)
        return sink.report("AS104", at.key(), message, help=[fix])
    if not short and isinstance(value.get("layers"), list) and name == "input":
        return _refuse_layers(value, at, sink)
    if not check_names(Input, arguments, at, sink, f"input `{name}`"):
        arguments = {n: v for n, v in arguments.items() if n in fields(Input)}
        if "shape" not in arguments:
            return REPORTED
    shape = read_template(arguments["shape"], False, at if short else at.at("shape"), scope, sink)
    dtype = read_template(arguments.get("dtype"), True, at.at("dtype"), scope, sink)
    if shape is REPORTED or dtype is REPORTED:
        return REPORTED
    values = {"shape": shape.value, "dtype": dtype.value}
    return InputDeclaration(name, Template(values, shape.names | dtype.names), at, short)


def _refuse_layers(value: dict[str, Any], at: Place, sink: Sink) -> Reported:
    """Report keys of the spec that stand too far right, under `input`."""
    top = at.document.at(())
    moved = [n for n in value if n not in fields(Input)]
    message = f"input `input` has no argument `{moved[0]}`"
    help: list[str | Fix] = ["input `input` takes shape and dtype"]
    if "shape" in value and all(n in fields(SpecKeys) and n not in top for n in moved):
        rest = {n: v for n, v in value.items() if n not in moved}
        kept = rest["shape"] if len(rest) == 1 else rest
        root = Place(at.document, ())
        edits = (Edit(at, kept), *(Edit(root, value[n], How.ADD, n) for n in moved))
        listed = ", ".join(f"`{n}`" for n in moved)
        help = [Fix(f"{listed} stands at the top of the spec", edits, certain=True)]
    return sink.report("AS202", at.at(moved[0]).key(), message, help=help)


def _holds_inputs(value: dict[str, Any]) -> bool:
    """Whether names with shapes stand where the arguments of one input must."""
    known = fields(Input)
    return bool(value) and all(
        name not in known and isinstance(shape, list) for name, shape in value.items()
    )


def meant_shape(value: Any) -> list[Any] | None:
    """The shape that a map of sizes, or a text such as `28x28x1`, stands for; None for others."""
    if isinstance(value, str):
        sizes = re.fullmatch(r"[\[(]?\s*(\d+(?:\s*[x×,* ]\s*\d+)+)\s*,?\s*[\])]?", value)
        return [int(n) for n in re.findall(r"\d+", sizes[1])] if sizes else None
    if not isinstance(value, dict) or "shape" in value:
        return None
    by_axis = {_AXES.get(str(k).lower().replace("_", "")): v for k, v in value.items()}
    if None in by_axis or len(by_axis) < len(value) or "channels" not in by_axis:
        batched = [v for k, v in value.items() if "batch" in str(k) and isinstance(v, list)]
        return batched[0][1:] if len(value) == 1 and batched else None
    order = ("time", "depth", "height", "width", "channels")
    return [by_axis[axis] for axis in order if axis in by_axis]


_AXES = {
    word: axis
    for axis, words in {
        "time": "time length steps timesteps seqlen sequencelength",
        "depth": "depth d frames",
        "height": "height h rows imageheight imgheight y",
        "width": "width w cols columns imagewidth imgwidth x",
        "channels": "channels c ch channel features nchannels colors colours depthchannels",
    }.items()
    for word in words.split()
}


def has_input_among(layers: Any) -> bool:
    """Whether an `Input` stands among the layers, where it is told."""
    if not isinstance(layers, list):
        return False
    words = (next(iter(e)) if isinstance(e, dict) and len(e) == 1 else e for e in layers)
    if any(isinstance(w, str) and w.lower() in ("input", "inputlayer") for w in words):
        return True
    first = next((v for e in layers[:1] if isinstance(e, dict) for v in e.values()), None)
    return isinstance(first, dict) and not INPUT_SHAPES.isdisjoint(first)
