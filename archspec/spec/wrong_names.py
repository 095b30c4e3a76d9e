"""Arguments and keys that a class has not, and those that it lacks: what is meant by them."""

from collections.abc import Iterable, Mapping
from typing import Any

from archspec.diagnostics.elsewhere import EXAMPLES, bare
from archspec.diagnostics.fixes import Edit, Fix, How, add, remove, renamed
from archspec.diagnostics.foreign_names import Foreign, refuse_foreign
from archspec.diagnostics.sink import Place, Sink
from archspec.diagnostics.spelling import did_you_mean
from archspec.formulas.values import show
from archspec.layers import Layer, layer_type
from archspec.records.record import Record, bare_field, fields
from archspec.spec.bad_values import expected
from archspec.spec.entries import entry_of, in_wrapper
from archspec.spec.meant_arguments import Meant, argument_meaning, has_wires, meant_argument
from archspec.spec.meant_forms import argument_names, example_input
from archspec.spec.meant_values import accepts, as_written
from archspec.spec.misplaced import behind_fixes, flag_fixes, moved_input, refuse_misplaced
from archspec.spec.other_tops import inner_top_fix
from archspec.spec.translated_entries import ITEM_KEYS
from archspec.spec.unknown_words import rank_at
from archspec.spec.words import Apply, SpecKeys


def refuse_names(
    type: type[Record],
    names: Mapping[str, Any],
    unknown: list[str],
    missing: list[str],
    place: Place,
    sink: Sink,
    subject: str,
    also: Iterable[str],
    codes: tuple[str, str],
) -> None:
    """Report names that a class has not, and those that it lacks but for what they stand for."""
    arguments = codes[0] == "AS202"
    if arguments:
        told = refuse_misplaced(type, names, missing, place, sink, subject, also)
        unknown = [n for n in unknown if n not in told]
        missing = [n for n in missing if n not in told]
    written = place.document.at(place.path) if type is Apply else None
    extra = [n for n in written or () if n not in fields(type) and n not in ITEM_KEYS]
    if isinstance(written, dict) and missing == ["layer"] and len(extra) == 1:
        (word,) = extra
        value = written[word]
        if word != "layers" and isinstance(value, str) and has_wires(word, place):
            at = place.at(word)
            edits = [Edit(at.key(), "layer"), Edit(at, word)]
            said = f"`layer: {word}, name: {value}`"
            if "name" not in written:
                edits.append(Edit(place, value, How.ADD, "name"))
            else:  # the word says what is applied again
                edits, said = edits[:1], f"`layer: {value}`"
            fix = Fix(said, tuple(edits))
            message = f"{subject} has no argument `{word}`, which is the name of a layer"
            sink.report(codes[0], at.key(), message, help=[fix])
            return
    growth = next((n for n in unknown if bare(n) in ("growthrate", "growth", "k")), None)
    if type.__name__ == "DenseBlock" and "layers" in missing and growth is not None:
        at = place.at(growth)
        message = f"{subject} has no argument `{growth}`: its layers say how many channels they add"
        sink.report(codes[0], at.key(), message, help=[_grown(names, growth, place)])
        return
    if arguments and unknown and (block := _block_meant(type, unknown, place)):
        fix = renamed(place.key(), block)._replace(message=did_you_mean(block, "the block"))
        message = f"{subject} has no argument `{unknown[0]}`"
        sink.report(codes[0], place.at(unknown[0]).key(), message, help=[fix])
        return
    kind = "argument" if arguments else "key"
    of_pairs: set[str] = set()
    taken = dict(names)
    foreign: list[Foreign] = []
    help: list[str | Fix]
    for name in unknown:
        if name in of_pairs:
            continue
        if issubclass(type, Layer) and name in type.role_names:
            message = f"`{name}` is an input of {subject}, not an argument"
            help = _named_input(type, name, names[name], place)
            sink.report(codes[0], place.at(name).key(), message, help=help)
            continue
        meant = _meant(type, name, taken, place, also)
        of_pairs.update(*(m.others for m in meant))
        missing = [m for m in missing if m not in [w.name for w in meant]]
        at = place.at(name)
        found = [argument_meaning(m, name, names[name], at) for m in meant]
        if arguments and (moved := moved_input(name, names[name], at)):
            found = [moved]
        if arguments and found and found[0].foreign:
            foreign.append(Foreign(name, at, found))
            taken |= {meant[0].name: meant[0].value} if meant and meant[0].name else {}
            continue
        help = [m.fix for m in found]
        if type is SpecKeys and (top := inner_top_fix(name, dict(names), place)):
            help = [*top]
        if arguments and not help and (other := _accepted(type, names[name], missing)):
            missing = [m for m in missing if m != other]
            help = [renamed(at.key(), other)._replace(message=f"is `{other}` meant?")]
        help = help or _otherwise(type, name, names[name], place, subject, kind, also)
        sink.report(codes[0], at.key(), f"{subject} has no {kind} `{name}`", help=help)
    refuse_foreign(foreign, codes[0], f"{subject} has no {kind}", sink)
    if missing:
        words = _listed([f"`{m}`" for m in missing])
        known = fields(type)
        help = [f"`{m}`: {expected(known[m], type)}" for m in missing]
        if type is Apply:
            help += _earlier_fixes(place)
        elif codes[1] == "AS203":
            help += example_fixes(missing, place)
            help += _next_entry_inside(missing, place)
        if type is SpecKeys:
            help = _help_for_top(missing, names, place) or help
        sink.report(codes[1], place.key(), f"{subject} needs {words}", help=help)


def _accepted(type: type[Record], value: Any, missing: list[str]) -> str | None:
    """The argument that is lacking, and takes the value of one that is not known."""
    return next((m for m in missing if value is not None and accepts(type, m, value)), None)


def _grown(names: Mapping[str, Any], growth: str, place: Place) -> Fix:
    """A dense block with layers that add so many channels (Huang et al., 2016)."""
    numbers = [v for n, v in names.items() if n != growth and n not in ITEM_KEYS]
    times = next((v for v in numbers if isinstance(v, int | str)), EXAMPLES["times"])
    conv = {"filters": names[growth], "kernel_size": 3, "padding": "same"}
    layers = ["BatchNormalization", "ReLU", {"Conv2D": conv}]
    kept = {n: v for n, v in names.items() if n in ITEM_KEYS}
    return Fix(
        "for example with these layers", (Edit(place, {"times": times, "layers": layers, **kept}),)
    )


def _block_meant(type: type[Record], unknown: list[str], place: Place) -> str | None:
    """The block of the file that has these arguments, and the layer's name but for its spelling."""
    blocks = place.document.at(("blocks",)) if issubclass(type, Layer) else None
    for name, block in blocks.items() if isinstance(blocks, dict) else ():
        params = block.get("params") if isinstance(block, dict) else None
        takes = params.keys() if isinstance(params, dict) else ()
        if bare(str(name)) == bare(type.__name__) and set(unknown) <= {*takes}:
            return str(name)
    return None


def _meant(
    type: type[Record], name: str, names: Mapping[str, Any], place: Place, also: Iterable[str]
) -> list[Meant]:
    """What a name may stand for; a wire only if there is something that it could lead to."""
    meant = meant_argument(type, name, names[name], names, also)
    kept = [m for m in meant if m.name != "from" or has_wires(m.value, place)]
    if not kept and meant and meant[0].name == "from":
        return [Meant(None, why="a layer reads the one before it")]
    return kept or meant


def _otherwise(
    type: type[Record],
    name: str,
    value: Any,
    place: Place,
    subject: str,
    kind: str,
    also: Iterable[str],
) -> list[str | Fix]:
    """What to say of a name that stands for no other."""
    help: list[str | Fix] = []
    if issubclass(type, Layer):
        help += flag_fixes(type, name, value, place, also)
        help += behind_fixes(type, name, value, place)
    if help:
        return help
    outer = place._replace(path=place.path[:-2], part="value")
    if name in ITEM_KEYS and place.path[-2:-1] == ("layer",):
        edits = (Edit(place.at(name), how=How.REMOVE), Edit(outer, value, How.ADD, name))
        return [Fix(f"`{name}` belongs to the wrapper, beside `layer`", edits)]
    known = list(fields(type))
    help = [f"{subject} takes {_listed(known)}" if known else f"{subject} takes no {kind}s"]
    if issubclass(type, Layer) and name in argument_names():
        message = f"leave it out: `{name}` is an argument of other layers"
        help.append(remove(message, place.at(name)))
    elif type.__name__ == "Input":
        help.append(remove(f"or leave `{name}` out", place.at(name)))
    return help


def _named_input(type: type[Layer], name: str, value: Any, place: Place) -> list[str | Fix]:
    """What to say of a wire that stands among the arguments: it belongs into `from`."""
    first = type.role_names[0]
    written = place.document.at(place.path)
    read = written.get("from") if isinstance(written, dict) else None
    wires = read if isinstance(read, dict) else {first: read}
    if name == first or not isinstance(value, str | list) or not isinstance(read, str | dict):
        return [f"inputs are named in `from`: `from: {{{first}: x, {name}: m}}`"]
    edits = (
        Edit(place.at(name), how=How.REMOVE),
        Edit(place.at("from"), {**wires, name: value}),
    )
    shown = as_written({"from": {**wires, name: value}})
    return [Fix(f"`{shown.removeprefix('{').removesuffix('}')}`", edits)]


def _help_for_top(missing: list[str], names: Mapping[str, Any], place: Place) -> list[str | Fix]:
    """What to say of a spec without a version or an input; nothing if it lacks more."""
    if missing == ["archspec"]:
        return [add("begin with `archspec: 1`", place, "archspec", 1, certain=True)]
    known = fields(SpecKeys)
    if missing == ["layers"]:
        sentence = f"`layers`: {expected(known['layers'], SpecKeys)}"
        return [sentence, add("for example `layers: [Flatten]`", place, "layers", ["Flatten"])]
    if "input" not in missing or not set(missing) <= {"archspec", "input"}:
        return []
    sizes = example_input(names.get("layers"), rank_at(place))
    given = [Edit(place, 1, How.ADD, "archspec")] if "archspec" in missing else []
    edits = (*given, Edit(place, sizes, How.ADD, "input"))
    sentences = [f"`{m}`: {expected(known[m], SpecKeys)}" for m in missing]
    return [*sentences, Fix(f"for example `input: {as_written(sizes)}`", edits)]


def _earlier_fixes(place: Place) -> list[Fix]:
    """The last named entry before an `apply` that does not say what it applies."""
    entry = entry_of(place.at("layer"))
    if entry is None:
        return []
    before = entry.document.at(entry.path[:-1])[: entry.path[-1]]
    inner = [next(iter(e.values())) for e in before if isinstance(e, dict) and e]
    names = [i["name"] for i in inner if isinstance(i, dict) and isinstance(i.get("name"), str)]
    return [add(f"for example `layer: {n}`", place, "layer", n) for n in names[-1:]]


def example_fixes(missing: list[str], place: Place) -> list[Fix]:
    """The fix of missing arguments: values that they may have; none, if one has no such value."""
    if any(m not in EXAMPLES for m in missing):
        return []
    written = place.document.at(place.path)
    given = {name: EXAMPLES[name] for name in missing}
    shown = ", ".join(f"{n}: {show(v) if not isinstance(v, str) else v}" for n, v in given.items())
    message = f"for example `{shown}`"
    if isinstance(written, dict):
        return [Fix(message, tuple(Edit(place, v, How.ADD, n) for n, v in given.items()))]
    if written is None or isinstance(place.path[-1], int):
        word = written if isinstance(written, str) else str(place.path[-1])
        at = place if isinstance(place.path[-1], int) else place._replace(path=place.path[:-1])
        at = at._replace(part="value").as_it_stands()
        return [Fix(message, (Edit(at, in_wrapper(at, {word: given})),))]
    type = layer_type(str(place.path[-1]))
    if type is None:
        return []
    return [Fix(message, (Edit(place, {bare_field(type): written, **given}),))]


def _next_entry_inside(missing: list[str], place: Place) -> list[Fix]:
    """The entry behind a `repeat` without layers, as its layers."""
    entry = entry_of(place.at("layers"))
    written = place.document.at(place.path)
    number = entry.path[-1] if entry is not None and entry.path else None
    if missing != ["layers"] or entry is None or not isinstance(written, dict):
        return []
    if not isinstance(number, int):
        return []
    following = entry._replace(path=(*entry.path[:-1], number + 1))
    value = following.document.at(following.path)
    if value is None:
        return []
    edits = (Edit(place, {**written, "layers": [value]}), Edit(following, how=How.REMOVE))
    return [Fix("with the entry behind it under `layers:` it would do", edits)]


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
