"""Arguments that stand at another place than they should: one mistake, and one error."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from archspec.diagnostics.elsewhere import bare
from archspec.diagnostics.fixes import Edit, Fix, How
from archspec.diagnostics.foreign_names import Meaning
from archspec.diagnostics.sink import Place, Sink
from archspec.formulas.values import show
from archspec.layers import Layer, layer_type, layer_types
from archspec.records.record import Record, bare_field, fields
from archspec.spec.meant_values import accepts, as_written, meant_value, type_is_number
from archspec.spec.python_calls import read_call
from archspec.spec.words import CONSTRUCTS, INPUT_SHAPES, Repeat

_LONGEST_SHOWN = 70
_MOST_LAYERS = 8


def refuse_misplaced(
    type: type[Record],
    names: Mapping[str, Any],
    missing: Iterable[str],
    place: Place,
    sink: Sink,
    subject: str,
    also: Iterable[str],
) -> frozenset[str]:
    """Report arguments that are there, but elsewhere; the names of which nothing more is to be said.

    ``place`` is that of the arguments.
    """
    written = place.document.at(place.path)
    missing = list(missing)
    told = _numbered(type, names, place, sink) or _of_inner(type, names, place, sink, subject)
    if told or not missing:
        return told
    if missing == ["branches"]:
        return _branches_beside(type, names, place, sink, subject, also)
    if "layers" in missing or "layer" in missing:
        return _layers_beside(type, names, missing, place, sink, subject, also)
    if isinstance(written, str) and isinstance(place.path[-1], int):
        written = None
    if written is None and issubclass(type, Layer):
        return _arguments_behind(type, missing, place, sink, subject)
    return _NONE


_NONE: frozenset[str] = frozenset()


def refuse_position(type: type[Layer], value: Any, place: Place, sink: Sink) -> bool:
    """Report a list, or a text, that stands for several arguments; whether it does."""
    names = list(fields(type))
    stand = "in a list"
    if isinstance(value, str):
        value, stand = _pieces(value), "in a text"
    wires = wires_fix(type.__name__, value, place)
    if wires:
        message = (
            f"a value alone stands for `{names[0]}` of {type.__name__}, not for names of layers"
        )
        sink.report("AS204", place, message, help=wires)
        return True
    if not value or not names or accepts(type, names[0], value):
        return False
    word, arguments = type.__name__, _named(type, value)
    if arguments is None:
        if len(value) == 1 or len(value) > len(names) or any(isinstance(v, dict) for v in value):
            return False
        arguments = _in_order(type, names, value)
        for name, inner in arguments.items():
            if not accepts(type, name, inner):
                meant = meant_value(type, name, inner)
                if meant is None:
                    return False
                arguments[name] = meant[0]
        message = f"the arguments of {word} have names, but stand {stand}"
    else:
        message = f"the arguments of {word} are a map, but stand {stand}"
    shown = as_written(arguments)
    help = f"`{word}: {shown}`" if len(shown) <= _LONGEST_SHOWN else "name the arguments"
    notes = [f"a value alone stands for the first argument, here `{names[0]}`"]
    fix = Fix(help, (Edit(place, arguments),), True)
    sink.report("AS204", place, message, notes=notes, help=[fix])
    return True


def _in_order(type: type[Layer], names: list[str], values: list[Any]) -> dict[str, Any]:
    """Values by the names of arguments, in order; a word passes over those that take none."""
    found: dict[str, Any] = {}
    left = iter(names)
    for value in values:
        name = next(left, None)
        word = value if isinstance(value, str) else ""
        known = [n for n in names if n not in found and word in _choices(type, n)]
        if known and word:  # `same` and `relu` are at home in one argument
            left = iter(names[names.index(known[0]) + 1 :])
            name = known[0]
        while name is not None and isinstance(value, str) and not accepts(type, name, value):
            name = next(left, None)
        if name is None:
            return dict(zip(names, values, strict=False))
        found[name] = value
    return found


def _choices(type: type[Layer], name: str) -> Collection[str]:
    return fields(type)[name].type.choices


def _pieces(text: str) -> list[Any]:
    """The arguments in `8, 3` or `filters=8, kernel_size=3`."""
    called = read_call(f"called{text}" if text.startswith("(") else f"called({text})")
    if called is not None and all(isinstance(n, str) or n == i for i, n in enumerate(called[1])):
        return [value if isinstance(n, int) else {n: value} for n, value in called[1].items()]
    found: list[Any] = []
    for piece in text.strip("() ").split(","):
        name, equals, inner = piece.partition("=")
        inner = (inner if equals else name).strip().strip("'\"")
        read: Any = int(inner) if re.fullmatch(r"-?\d+", inner) else inner
        found.append({name.strip(): read} if equals else read)
    return found


def wires_fix(word: str, value: Any, place: Place) -> list[Fix]:
    """The fix of a list of names behind the word of a layer that reads several; none for others."""
    type = layer_type(word)
    if type is None or type.inputs[1] < 2 or not isinstance(value, list) or len(value) < 2:
        return []
    if not all(isinstance(v, str) for v in value):
        return []
    edits = (Edit(place, {"from": value}),)
    return [Fix("what it reads stands under `from`", edits, True)]


def _named(type: type[Layer], value: list[Any]) -> dict[str, Any] | None:
    """Arguments of which each is a map of its own, behind those without a name: ``[8, {kernel_size: 3}]``."""
    named = [entry for entry in value if isinstance(entry, dict)]
    if not named or value[-len(named) :] != named:
        return None
    arguments = _in_order(type, list(fields(type)), value[: -len(named)])
    for entry in named:
        if len(entry) != 1:
            return None
        arguments |= entry
    return arguments if len(arguments) == len(value) and arguments.keys() & fields(type) else None


def _numbered(
    type: type[Record], names: Mapping[str, Any], place: Place, sink: Sink
) -> frozenset[str]:
    """`repeat: {3: [layers]}`, and `for: i in range(3)`."""
    written = place.document.at(place.path)
    if type is not Repeat or not isinstance(written, dict):
        return _NONE
    for name, value in names.items():
        if str(name).isdecimal() and isinstance(value, list):
            made = {"times": int(name), "layers": value}
            message = "`repeat` takes a number of rounds as `times`, and its layers as `layers`"
            made |= {n: v for n, v in written.items() if n not in (name, "times", "layers")}
            said = f"`times: {name}`, and the list under `layers:`"
            fix = Fix(said, (Edit(place, made),), True)
            sink.report("AS202", place.at(name).key(), message, help=[fix])
            return frozenset((str(name), "times", "layers"))
    return _NONE


def _of_inner(
    type: type[Record], names: Mapping[str, Any], place: Place, sink: Sink, subject: str
) -> frozenset[str]:
    """`Bidirectional: {layer: LSTM, units: 32}`: arguments of the layer inside."""
    if "layer" not in fields(type) or not issubclass(type, Layer):
        return _NONE
    inner = names.get("layer")
    word: Any = inner if isinstance(inner, str) else None
    arguments: Any = {}
    if isinstance(inner, dict) and len(inner) == 1:
        ((word, arguments),) = inner.items()
    kind = layer_type(str(word))
    beside = [n for n in names if n not in fields(type)]
    if kind is None or not beside or not fields(kind).keys() >= set(beside):
        return _NONE
    if arguments is not None and not isinstance(arguments, dict):
        arguments = {bare_field(kind): arguments}
    made = {str(word): {**(arguments or {}), **{n: names[n] for n in beside}}}
    edits = (
        Edit(place.at("layer"), made),
        *(Edit(place.at(name), how=How.REMOVE) for name in beside),
    )
    listed = ", ".join(f"`{n}`" for n in beside[:4])
    message = f"{subject} has no argument {listed}: `{word}` inside has"
    fix = Fix(f"put {listed} under `{word}:`", edits, True)
    sink.report("AS202", place.at(beside[0]).key(), message, help=[fix])
    return frozenset(beside)


def flag_fixes(
    type: type[Record], name: str, value: Any, place: Place, also: Iterable[str]
) -> list[Fix]:
    """`bidirectional: true` and `num_layers: 2` of a recurrent layer: other entries say it."""
    written = place.document.at(place.path)
    entry = place._replace(path=place.path[:-1], part="value")
    word = type.__name__
    in_list = entry.path and isinstance(entry.path[-1], int)
    if "return_sequences" not in fields(type) or not isinstance(written, dict) or not in_list:
        return []
    rest = {n: v for n, v in written.items() if n != name}
    if name in ("bidirectional", "bidir") and value is True:
        kept = {n: v for n, v in rest.items() if n in also}
        inner = {n: v for n, v in rest.items() if n not in also}
        made = {"Bidirectional": {"layer": {word: inner}, **kept}}
        return [
            Fix(f"`Bidirectional` is a layer around it: {{layer: {word}}}", (Edit(entry, made),))
        ]
    if (
        name in ("num_layers", "n_layers", "layers", "depth")
        and isinstance(value, int)
        and value > 1
    ):
        if not 1 < value <= _MOST_LAYERS or not set(rest).isdisjoint(("name", "from")):
            return []
        first = {word: {**rest, "return_sequences": True}}
        edits = [Edit(entry, first)]
        edits += [Edit(entry, first, How.AFTER)] * (value - 2)
        edits.append(Edit(entry, {word: rest}, How.AFTER))
        message = f"{value} entries, all but the last with `return_sequences: true`"
        return [Fix(message, tuple(edits))]
    return []


def behind_fixes(type: type[Record], name: str, value: Any, place: Place) -> list[Fix]:
    """`dropout: 0.5` and `batch_norm: true` of a layer: a layer behind it does so."""
    entry = place._replace(path=place.path[:-1], part="value")
    if not entry.path or not isinstance(entry.path[-1], int):
        return []
    word = bare(name)
    behind: Any = None
    if word in ("dropout", "dropoutrate", "droprate", "drop", "dropoutprob") and type_is_number(
        value
    ):
        behind = {"Dropout": value} if 0 < value < 1 else None
    elif word in ("batchnorm", "batchnormalization", "batchnormalize", "bn", "norm", "usebn"):
        behind = "BatchNormalization" if value in (True, 1, "batch", "bn") else None
    if behind is None:
        return []
    edits = (Edit(place.at(name), how=How.REMOVE), Edit(entry, behind, How.AFTER))
    shown = as_written(behind)
    message = (
        f"a layer of its own does so: `- {shown[1:-1] if isinstance(behind, dict) else shown}`"
    )
    return [Fix(message, edits)]


def _layers_beside(
    type: type[Record],
    names: Mapping[str, Any],
    missing: list[str],
    place: Place,
    sink: Sink,
    subject: str,
    also: Iterable[str],
) -> frozenset[str]:
    """`repeat: {times: 3, Conv2D: …}`: the layers stand beside the other arguments."""
    key = "layers" if "layers" in missing else "layer"
    known = fields(type)
    unknown = [n for n in names if n not in known and n not in also]
    called = {*(place.document.at(("blocks",)) or ()), *(place.document.at(("use",)) or ())}
    beside = [n for n in unknown if n in layer_types() or n in CONSTRUCTS or n in called]
    if not beside or missing != [key]:
        return _NONE
    written = place.document.at(place.path)
    if not isinstance(written, dict) or (key == "layer" and len(beside) > 1):
        return _NONE
    entries = [n if written[n] is None else {n: written[n]} for n in beside]
    inner = entries[0] if key == "layer" else entries
    if key == "layer" and isinstance(inner, str):
        inner = {inner: {}}
    made = {n: v for n, v in written.items() if n not in beside}
    made[key] = inner
    listed = ", ".join(f"`{n}`" for n in beside[:4])
    message = f"{subject} has its layer{'s' if key == 'layers' else ''} under `{key}`"
    help = [Fix(f"put {listed} under `{key}:`", (Edit(place, made),), True)]
    at = place.at(beside[0]).key()
    sink.report("AS202", at, message, help=help)
    return frozenset((*beside, key))


def _branches_beside(
    type: type[Record],
    names: Mapping[str, Any],
    place: Place,
    sink: Sink,
    subject: str,
    also: Iterable[str],
) -> frozenset[str]:
    """`parallel: {left: […], right: […]}`: the branches stand where their map should."""
    beside = [n for n in names if n not in fields(type) and n not in also]
    written = place.document.at(place.path)
    if not beside or not all(isinstance(names[n], list | None) for n in beside):
        return _NONE
    if not isinstance(written, dict) or not written.keys() >= {*beside}:
        return _NONE
    made = {n: v for n, v in written.items() if n not in beside}
    made["branches"] = {n: written[n] for n in beside}
    listed = ", ".join(f"`{n}`" for n in beside[:4])
    message = f"{subject} has its branches under `branches`"
    help = [Fix(f"put {listed} under `branches:`", (Edit(place, made),), True)]
    sink.report("AS202", place.at(beside[0]).key(), message, help=help)
    return frozenset((*beside, "branches"))


def _arguments_behind(
    type: type[Layer], missing: list[str], place: Place, sink: Sink, subject: str
) -> frozenset[str]:
    """`- Conv2D` and, as entries of their own behind it, its arguments."""
    path = place.path if isinstance(place.path[-1], int) else place.path[:-1]
    if not path or not isinstance(path[-1], int):
        return _NONE
    values = place.document.at(path[:-1])
    if not isinstance(values, list):
        return _NONE  # it stands elsewhere in the text than where it is read
    arguments: dict[str, Any] = {}
    number = path[-1] + 1
    while number < len(values):
        value = values[number]
        if not isinstance(value, dict) or not value.keys() <= fields(type).keys() | {"name"}:
            break
        if layer_type(next(iter(value))) is not None:
            break
        arguments |= value
        number += 1
    if not arguments.keys() & set(missing):
        return _NONE
    entry = place._replace(path=path, part="value")
    behind = [entry._replace(path=(*path[:-1], n)) for n in range(path[-1] + 1, number)]
    edits = [Edit(entry, {type.__name__: arguments}), *(Edit(at, how=How.REMOVE) for at in behind)]
    listed = ", ".join(f"`{n}`" for n in list(arguments)[:4])
    message = f"{subject} has no arguments: {listed} stand as entries of their own"
    help = [Fix(f"indent them under `{subject}:`, without `- `", tuple(edits), True)]
    sink.report("AS203", place.key(), message, help=help)
    return frozenset(missing)


def moved_input(name: str, value: Any, place: Place) -> Meaning | None:
    """What becomes of the shape of the input at the first layer, in a spec that does not say it."""
    top = place.document.at(())
    if (
        name not in INPUT_SHAPES
        or not isinstance(top, dict)
        or not {"input", "inputs"}.isdisjoint(top)
    ):
        return None
    if not isinstance(value, list) or place.path[:2] != ("layers", 0):
        return None
    shape = value if name == "input_shape" else value[1:]
    root = place._replace(path=(), part="value")
    edits = (Edit(place, how=How.REMOVE), Edit(root, shape, How.ADD, "input"))
    return Meaning(edits, True, said=f"it stands at the top: `input: {show(shape)}`")
