"""What to say of a value that an argument or a key does not take."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from archspec.diagnostics.elsewhere import EXAMPLES
from archspec.diagnostics.fixes import Edit, Fix, How, guesses, remove, replace
from archspec.diagnostics.sink import Note, Place, Sink
from archspec.diagnostics.spelling import as_sentence, did_you_mean
from archspec.formulas.mend import like_formulas, spoken_number
from archspec.formulas.values import show
from archspec.layers import Layer, layer_type
from archspec.parse.document import holds_hole
from archspec.records.record import LARGEST_FLOAT, Field, Kind, Record, fields
from archspec.spec.defaults import defaulted
from archspec.spec.entries import entry_of, named_layer, wires_by_number
from archspec.spec.meant_forms import form_fixes
from archspec.spec.meant_padding import meant_padding
from archspec.spec.meant_tables import (
    columns_in_words,
    declared_names,
    named_inputs,
    other_values,
    rows_of_columns,
)
from archspec.spec.meant_values import accepts, as_written, meant_values
from archspec.spec.sources_of_values import Written, places_of_value
from archspec.spec.type_words import TYPES, meant_type
from archspec.spec.words import SpecKeys

_CHANNELS_FIRST = ("channels_first", "nchw", "ncdhw", "ncw", "first", "th")


def report_bad_value(
    field: Field,
    owner: type[Record],
    value: Any,
    place: Place,
    sink: Sink,
    subject: str,
    code: str = "AS204",
    scope: Iterable[str] = (),
) -> None:
    """Say what an argument takes, and what it got; nothing, if that could not be read."""
    if holds_hole(value):
        return
    expects, kind = expected(field, owner), field.type.kind_for(owner)
    message = f"`{field.name}` of {subject} must be {expects}, not {show(value)}"
    if kind is Kind.BRANCHES and isinstance(value, dict) and value:
        odd = next((n for n, v in value.items() if not isinstance(v, list | None)), None)
        if odd is not None:  # that branch is the mistake, not all of them
            message = f"branch `{odd}` must be a list of layers, not {show(value[odd])}"
            sink.report(
                code, place.at(odd).key(), message, help=_help_for_branch(odd, owner, place)
            )
            return
    notes: list[Note | str] = []
    around = place._replace(path=place.path[:-1])
    if given := defaulted(owner, [field.name], around):
        sink.report(code, around.key(), message, notes=given.values())
        return
    if not isinstance(place.document.at(place.path[:-1]), dict) and subject == owner.__name__:
        notes.append(f"a value alone stands for the first argument, here `{field.name}`")
    place = place.as_it_stands()
    written = place.document.at(place.path)
    if written != value:
        notes += used_parameters([written], scope)
        help = _help_for_formula(written, value, kind, place)
        name = re.fullmatch(r"\$?(\w+)|\$\{(\w+)\}", str(written))
        if name is not None:
            if _report_type_word(name[1] or name[2], message, place, sink, code):
                return
            source = places_of_value(name[1] or name[2], value, place)
            help = help or _help_at_source(field, owner, value, source)
            if source.is_given:
                notes.append(Note("it is used here", place))
                place = source.places[0]
    else:
        help = _help_for_value(field, owner, value, place, kind, scope)
    if type(value) is int and value > 0 and expects.startswith("a list of sizes"):
        help = [replace(did_you_mean(f"[{written}]"), place, [written], certain=True)]
    if type(value) in (int, float) and abs(value) > LARGEST_FLOAT and kind is not Kind.WHOLE:
        help = ["32-bit floats go up to 3.4e38"]
    sink.report(code, place, message, notes=notes, help=help)


def _report_type_word(name: str, message: str, place: Place, sink: Sink, code: str) -> bool:
    """Report a parameter of a block that is declared with a word for a type that is none here."""
    at = Place(place.document, (*place.path[:2], "params", name))
    declared = at.document.at(at.path)
    meant = meant_type(declared)
    if place.path[:1] != ("blocks",) or meant is None:
        return False
    fix = replace(f"a type is one of the words {', '.join(TYPES)}: `{name}: {meant}`", at, meant)
    notes = [f"`{declared}` is a text here, for what nothing is given"]
    sink.report(code, at, message, notes=[*notes, Note("it is used here", place)], help=[fix])
    return True


def _help_for_branch(name: str, owner: type[Record], branches: Place) -> list[str | Fix]:
    """What to say of a branch that is no list: a key of the construct, or a layer alone."""
    at = branches.at(name)
    value = at.document.at(at.path)
    if name in fields(owner):
        around = branches._replace(path=branches.path[:-1])
        edits = (Edit(at, how=How.REMOVE), Edit(around, value, How.ADD, name))
        return [Fix(f"`{name}` stands beside `branches`", edits, certain=True)]
    word = next(iter(value), None) if isinstance(value, dict) and len(value) == 1 else value
    known = isinstance(word, str) and word.isidentifier()
    return [replace("a branch of one layer is a list too", at, [value], certain=True)] * known


def used_parameters(written: Iterable[Any], scope: Iterable[str]) -> list[str]:
    """The values of the parameters in formulas; nothing where they have none yet."""
    if not isinstance(scope, Mapping):
        return []
    text = " ".join(w for w in written if isinstance(w, str))
    used = [n for n in sorted(scope) if n and re.search(rf"(?<!\w){n}(?!\w)", text)]
    return [", ".join(f"`{n}` is {show(scope[n])}" for n in used) + " here"] if used else []


def expected(field: Field, owner: type[Record]) -> str:
    """What would be right; that an optional argument can be null says nothing."""
    type = field.type
    return type.value_for(owner) if field.default is None else type.expects_for(owner)


def _help_at_source(
    field: Field, owner: type[Record], value: Any, source: Written
) -> list[str | Fix]:
    """What to say of the value of a parameter that is no value for an argument."""
    return [
        Fix(did_you_mean(as_written(m)), tuple(Edit(at, m) for at in source.places), certain)
        for m, certain in meant_values(owner, field.name, value)[:2]
        if source.places
    ]


def _help_for_formula(written: Any, value: Any, kind: Kind, place: Place) -> list[str | Fix]:
    """What to say of a formula whose value is wrong."""
    declared = place.document.at(("params", str(written)))
    if isinstance(value, str) and declared == value:
        at = Place(place.document, ("params", str(written)))
        if re.fullmatch(r"\d+", value):
            message = f"in quotes it is text: `{written}: {value}` is a number"
            return [replace(message, at, int(value), certain=True)]
        number = spoken_number(value)
        if number is not None:
            return [replace(did_you_mean(f"{written}: {number}"), at, number)]
    if not isinstance(written, str):
        return []
    tried = [*guesses(place, like_formulas(written)), *other_values(written, place)]
    if kind is not Kind.WHOLE or not isinstance(value, float):
        return [*tried]
    whole = re.sub(r"(?<!/)/(?!/)", "//", written)
    fixes: list[str | Fix] = []
    if whole != written:
        said = did_you_mean(whole) + as_sentence("`//` divides without a rest")
        fixes.append(replace(said, place, whole))
    said = "floor(), ceil() or round() makes a whole number"
    fixes.append(replace(said, place, f"floor({written})"))
    if whole == written:
        fixes.append(replace(did_you_mean(f"ceil({written})"), place, f"ceil({written})"))
    return [*fixes, *tried]


def _help_for_value(
    field: Field,
    owner: type[Record],
    value: Any,
    place: Place,
    kind: Kind,
    scope: Iterable[str],
) -> list[str | Fix]:
    """What to say of a value that stands there as it is."""
    if isinstance(value, str) and value in scope:
        message = f"for the parameter write `{field.name}: ${value}`"
        return [replace(message, place, f"${value}", certain=True)]
    formula = re.sub(r"^\$\{(.+)\}$", r"\1", value.strip()) if isinstance(value, str) else ""
    if field.type.text and " if " in formula and " else " in formula:
        said = f"a text takes a formula in `$(…)`: `$({formula})`"
        return [replace(said, place, f"$({formula})", certain=True)]
    if isinstance(value, str) and value.lower() in _CHANNELS_FIRST:
        said = "shapes are channels-last here: height, width, channels"
        return [said, remove("leave it out", place)] if field.name == "data_format" else [said]
    help = _help_for_form(field, owner, value, place, kind)
    if help:
        return help
    found = meant_values(owner, field.name, value)[:2]
    for meant, certain in found[:1] if found and found[0][1] else found:
        message = did_you_mean(as_written(meant))
        if meant is None:
            message = "leave it out, or write `null`"
        elif isinstance(meant, str) and isinstance(value, int | float):
            message = f'in quotes it is text: `{field.name}: "{meant}"`'
        help.append(replace(message, place, meant, certain))
    if help:
        return help
    if isinstance(value, str):
        help += _help_for_word(field, owner, value, place, kind)
    elif kind in (Kind.TEXT, Kind.NAME) and isinstance(value, int | float):
        message = f'in quotes it is text: `{field.name}: "{show(value)}"`'
        help.append(replace(message, place, show(value), certain=True))
    elif isinstance(value, int | float) and field.name in EXAMPLES:
        example = EXAMPLES[field.name]
        if accepts(owner, field.name, example):
            help.append(replace(f"for example `{field.name}: {example}`", place, example))
    return help


def _help_for_form(
    field: Field, owner: type[Record], value: Any, place: Place, kind: Kind
) -> list[str | Fix]:
    """What to say of a value that has another form than is needed."""
    if kind is Kind.LAYERS and not isinstance(value, str):
        return _help_for_layers(value, place)
    fixes = form_fixes(field.name, owner, value, place)
    if fixes:
        return [*fixes]
    if kind is Kind.LAYERS:
        return _help_for_layers(value, place)
    if kind is Kind.BRANCHES and isinstance(value, list):
        message = "each branch has a name, and a list of layers: `left: [Conv2D: {…}]`"
        named = {f"branch{n}": v if isinstance(v, list) else [v] for n, v in enumerate(value, 1)}
        return [replace(message, place, named)] if value else [message]
    if field.name == "inputs" and owner is SpecKeys and isinstance(value, list):
        sizes = all(type(v) is int or v is None for v in value)
        if sizes:
            return [replace(did_you_mean("input"), place.key(), "input", certain=True)]
        return [*named_inputs(value, place)]
    if field.name == "params" and isinstance(value, list):
        return [*declared_names(value, place)]
    if field.name == "rows" and isinstance(value, dict):
        return [*rows_of_columns(value, place)]
    if field.name == "layer" and isinstance(value, list) and len(value) == 1:
        inner = value[0]
        if isinstance(inner, dict | str):
            said = f"it is one layer, no list: `{as_written(inner)}`"
            return [replace(said, place, inner, certain=True)]
    if field.name == "for" and isinstance(value, str):
        columns = columns_in_words(value, place)
        if columns:
            return [*columns]
        rounds = re.fullmatch(r"\s*(\w+) in range\((\w+)\)\s*", value)
        at = place._replace(path=place.path[:-1])
        holder = place.document.at(at.path)
        if rounds and isinstance(holder, dict):
            times = int(rounds[2]) if rounds[2].isdecimal() else rounds[2]
            rest = {n: v for n, v in holder.items() if n not in ("for", "as", "times")}
            made = {"times": times, "as": rounds[1], **rest}
            return [replace(f"`times: {times}` and `as: {rounds[1]}`", at, made, certain=True)]
    if kind is Kind.BRANCHES and isinstance(value, dict):
        listed = {n: v if isinstance(v, list | None) else [v] for n, v in value.items()}
        message = "each branch is a list of layers"
        return [replace(message, place, listed)]
    if kind is Kind.NAMES:
        numbers = value if isinstance(value, list) else [value]
        if any(isinstance(n, int) for n in numbers):
            fix = wires_by_number(numbers, place)
            if fix is not None:
                return [fix]
            return ["wires are names, not numbers: `name: left` there, `left` here"]
    if field.name == "padding" and value == "full" and issubclass(owner, Layer):
        kernel = (place.document.at(place.path[:-1]) or {}).get("kernel_size")
        if type(kernel) is int and owner.__name__.startswith("Conv"):
            return _help_for_padding(owner, kernel - 1, place)
    if field.name == "padding" and issubclass(owner, Layer):
        amount = value if isinstance(value, int | list) else None
        if amount is not None and not isinstance(value, bool):
            return _help_for_padding(owner, amount, place)
    if field.name == "activation" and issubclass(owner, Layer) and owner.__name__ != "Activation":
        return _help_for_activation(value, place)
    return []


def _help_for_layers(value: Any, place: Place) -> list[str | Fix]:
    if isinstance(value, str):
        message = "begin the list in the next line, each layer with `- `"
        return [replace(message, place, [value])] if layer_type(value) else [message]
    if not isinstance(value, dict) or not value:
        return []
    glued = [w for w in value if re.match(r"-\w", str(w))]
    message = (
        f"a space follows the dash: `- {glued[0][1:]}`" if glued else "begin each layer with `- `"
    )
    entries = []
    for word, inner in value.items():
        word = re.sub(r"^-(?=\w)", "", word)
        named = None if layer_type(word) else named_layer(word, inner, ())
        entries.append(named or (word if inner is None else {word: inner}))
    return [replace(message, place, entries, certain=len(value) == len(entries))]


def _help_for_padding(owner: type[Record], amount: Any, place: Place) -> list[str | Fix]:
    """What puts so many zeros on the border."""
    entry, word = entry_of(place), owner.__name__
    if "Padding" in word:
        numbers = amount if isinstance(amount, list) else [amount]
        if entry is None or not all(type(n) is int and n < 0 for n in numbers):
            return []
        rank = word[-2:]
        less = [-n for n in numbers] if isinstance(amount, list) else -amount
        meant = {f"Cropping{rank}": less}
        return [replace(did_you_mean(as_written(meant)[1:-1]), entry, meant)]
    given = place.document.at(place.path[:-1])
    if isinstance(given, dict):
        from archspec.spec.translated_entries import translated_arguments

        others = {name: value for name, value in given.items() if name != "padding"}
        given = translated_arguments(owner, others, word)[0]
    help: list[str | Fix] = []
    for found in meant_padding(word, given if isinstance(given, dict) else {}, amount):
        if found.before is None:
            message = f"`padding: {found.word}` does the same"
            help.append(replace(message, place, found.word, found.certain))
        elif entry is not None:
            edits = (Edit(place, how=How.REMOVE), Edit(entry, found.before, How.BEFORE))
            message = f"`{as_written(found.before)[1:-1]}` before it puts zeros on the border"
            help.append(Fix(message, edits, found.certain))
    return help


def _help_for_activation(value: Any, place: Place) -> list[str | Fix]:
    """An activation that is a layer of its own: it comes behind."""
    from archspec.spec.meant_entries import meant_entries

    given = None
    if isinstance(value, dict) and len(value) == 1:
        ((value, given),) = value.items()
    if not isinstance(value, str):
        return []
    entry = entry_of(place)
    word = value.partition("(")[0].rpartition(".")[2]
    plain = word.replace("_", "").lower()
    bare_word = given is None and "(" not in value
    if entry is None or (bare_word and plain != "prelu"):
        return []
    own = {"prelu": "PReLU", "leakyrelu": "LeakyReLU", "elu": "ELU", "relu": "ReLU"}.get(plain)
    if own is None or (bare_word and own != "PReLU"):
        return []
    text = value.replace(value.partition("(")[0], own)
    found = (
        meant_entries(text, None, (), None) if "(" in value else meant_entries(own, given, (), None)
    )
    if value.endswith("()") and own != "PReLU":
        return []
    if "(" in value and not found:
        return []
    behind = found[0].entry if found else {own: given} if given else own
    edits = (Edit(place, how=How.REMOVE), Edit(entry, behind, How.AFTER))
    shown = as_written(behind)
    message = f"it is a layer of its own: `- {shown[1:-1] if isinstance(behind, dict) else shown}`"
    return [Fix(message, edits)]


def _help_for_word(
    field: Field, owner: type[Record], value: str, place: Place, kind: Kind
) -> list[str | Fix]:
    words = list(field.type.choices)
    return [f"there are {', '.join(words)}"] if words and kind is not Kind.CHOICE else []
