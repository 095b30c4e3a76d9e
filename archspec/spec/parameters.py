"""Parameters: their declarations, their types, and other values for them."""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from archspec.diagnostics.fixes import Edit, Fix, remove, renamed, replace
from archspec.diagnostics.sink import REPORTED, Note, Path, Place, Sink
from archspec.diagnostics.spelling import as_sentence, did_you_mean, near_words
from archspec.formulas.expressions import is_name
from archspec.parse.document import holds_hole
from archspec.spec.check_values import show
from archspec.spec.lint import lint_parameters
from archspec.spec.type_words import TYPES, meant_type, type_words
from archspec.spec.types import Body, Parameter, Spec

ELSEWHERE = "its file lies outside this folder: with `--root DIR` its parameters are told"


def declared_parameters(values: dict[str, Any], place: Place, sink: Sink) -> dict[str, Parameter]:
    """The parameters of a spec or a block: names with a default, or with a type."""
    params = {}
    for name, value in values.items():
        at = place.at(name)
        if not is_name(name):
            message = f"`{name}` cannot be the name of a parameter"
            sink.report("AS106", at.key(), message, help=[name_help(name, at.key())])
            meant = re.sub(r"\W", "_", name.strip())  # what uses it under that name is silent
            if is_name(meant) and meant not in values:
                params[meant] = Parameter(meant, "any", REPORTED, False, at)
            continue
        words = type_words(value)
        if holds_hole(value):
            params[name] = Parameter(name, "any", REPORTED, False, at)
            continue
        if isinstance(value, dict):
            message = f"parameter `{name}` must be a number, a truth value, text or a list"
            help: list[str | Fix] = [*_default_fixes(value, at)]
            if not help:
                help = [f"write its default, such as `{name}: 1`, or its type: `{name}: int`"]
            sink.report("AS107", at, f"{message}, not {show(value)}", help=help)
            params[name] = Parameter(name, "any", REPORTED, False, at)
            continue
        params[name] = Parameter(
            name,
            words or type_name(value),
            None if words else value,
            words is not None,
            at,
        )
    lint_parameters(params, sink)
    return params


def set_parameters(
    spec: Spec, values: Mapping[str, Any], places: Mapping[str, Place], sink: Sink
) -> Spec:
    """The spec with other values for its parameters; reports those that it does not have."""
    merged = dict(spec.values)
    given = dict(spec.given)
    for name, value in values.items():
        place = places[name]
        param = spec.params.get(name)
        if param is None:
            listed = ", ".join(f"`{n}`" for n in spec.params)
            near = near_words(name, [n for n in spec.params if n not in values], elsewhere=False)
            help: list[str | Fix] = [renamed(place.key(), n, near.certain) for n in near.words]
            if not help:
                free = [p for n, p in spec.params.items() if n not in values]
                fits = [p.name for p in free if p.type in (type_name(value), "any")]
                help = [f"it has {listed or 'none'}"]
                help += [renamed(place.key(), n) for n in fits if len(free) == 1]
                help.append(remove("or leave it out", place))
            message = f"`{spec.name}` has no parameter `{name}`"
            made_of = derived(spec.body, name)
            if made_of is not None:
                message = f"`{name}` is no parameter: `let` works it out"
                help = derived_help(name, made_of, spec.params)
            if sink.withholds(spec.body.place):
                message, help = f"the network has no parameter `{name}`", [ELSEWHERE]
            sink.report("AS110", place.key(), message, help=help)
        elif holds_hole(value):
            merged[name] = REPORTED
        elif check_type(param, value, place, sink):
            merged[name] = value
            given[name] = place
    changed = spec.changed or merged != spec.values
    return spec._replace(values=merged, given=given, changed=changed)


def derived(body: Body, name: str) -> list[str] | None:
    """The names of which a `let` of a body makes a name; None, if it makes no such."""
    for known, template in body.lets:
        if known == name:
            return sorted(template.names)
    return None


def derived_help(name: str, made_of: list[str], params: Mapping[str, Parameter]) -> list[str | Fix]:
    """The help for a value of a derived name: what it is made of can be given."""
    listed = " and ".join(f"`{n}`" for n in made_of if n in params)
    if not listed:
        return ["what `let` works out cannot be set: make it a parameter"]
    return [f"it follows from {listed}, which can be set"]


def require_values(spec: Spec, sink: Sink) -> None:
    """Report the parameters of a network that have a type but no value."""
    for param in spec.params.values():
        if param.required and spec.values[param.name] is None:
            message = f"parameter `{param.name}` needs a value here"
            help: list[str | Fix] = [
                f"write a default instead of `{param.type}`, or give one: `--set {param.name}=…`"
            ]
            if param.type in _EXAMPLES and param.place.document is spec.place.document:
                example = _EXAMPLES[param.type]
                message_of_fix = f"for example `{param.name}: {show(example)}`"
                help.append(replace(message_of_fix, param.place, example))
            sink.report("AS107", param.place, message, help=help)


_EXAMPLES: dict[str, int | float | bool] = {"int": 10, "float": 1.0, "bool": True}


def type_name(value: Any) -> str:
    """The type of a parameter with that default; null takes anything."""
    if value is None:
        return "any"
    return "float" if isinstance(value, float) else type(value).__name__


def check_type(param: Parameter, value: Any, place: Place, sink: Sink) -> bool:
    """Whether a value has the type of a parameter; reports if not."""
    words = param.type.split(" | ")
    wanted = tuple([t for w in words for t in TYPES.get(w, ())])
    if not wanted or (param.default is None and value is None and not param.required):
        return True
    if isinstance(value, wanted) and ("bool" in words or not isinstance(value, bool)):
        return True
    if holds_hole(value):
        return False
    help: list[str | Fix] = []
    notes: list[Note] = []
    written = place.document.at(place.path)
    said = meant_type(param.default)
    if said is None and param.type == "str":
        said = next(iter(near_words(str(param.default), TYPES, elsewhere=False).words), None)
    if said and param.type == "str" and not sink.withholds(param.place):
        message = f"a type is one of the words {', '.join(TYPES)}: `{param.name}: {said}`"
        help.append(replace(message, param.place, said, certain=True))
        wanted = ()
        if param.place.document is place.document:
            notes.append(Note(f"it gets {show(value)} here", place))
            place = param.place
    for meant in _readings(value):
        if isinstance(meant, wanted) and ("bool" in words or not isinstance(meant, bool)):
            certain = not isinstance(meant, list) and not isinstance(value, bool)
            at: tuple[Place, ...] = (place.as_it_stands(),)
            if isinstance(written, str) and is_name(written):
                from archspec.spec.sources_of_values import places_of_value

                at = places_of_value(written, value, place).places or at
            edits = tuple(Edit(p, meant) for p in at)
            help.append(Fix(did_you_mean(show(meant)), edits, certain))
            break
    if param.type == "int" and isinstance(value, float) and not help:
        if isinstance(written, str):
            said = "floor(), ceil() or round() makes a whole number"
            from archspec.spec.meant_tables import other_values

            whole = re.sub(r"(?<!/)/(?!/)", "//", written)
            if whole != written:
                message = did_you_mean(whole) + as_sentence("`//` divides without a rest")
                help.append(replace(message, place, whole))
            help.append(replace(said, place, f"floor({written})"))
            help += other_values(written, place)
        else:
            help.append(f"{math.floor(value)} or {math.ceil(value)}?")
        if not param.required and not sink.withholds(param.place):
            message = f"for fractions, declare the default as `{param.name}: {param.default}.0`"
            share = not isinstance(written, str) and param.default in (0, 1)  # hardly a typo
            fix = replace(message, param.place, float(param.default), certain=share)
            help.insert(0 if share else len(help), fix)
    if isinstance(value, list) and written == value and not help:
        help += _by_name(param, value, place.as_it_stands())
    if not help and not param.required and place.path != param.place.path:
        help.append(remove(f"leave it out, and it is {show(param.default)}", place))
    message = f"parameter `{param.name}` is of type {param.type}, not {show(value)}"
    notes = notes or [Note("it is declared here", param.place.key())]
    sink.report("AS111", place, message, help=help, notes=notes)
    return False


def _by_name(param: Parameter, values: list[Any], place: Place) -> Iterator[Fix]:
    """The arguments of a call of a block, which stand in a list there, by their names."""
    if len(param.place.path) < 2 or param.place.path[-2] != "params":
        return
    params = param.place.document.at(param.place.path[:-1])
    if next(iter(params)) == param.name and 1 < len(values) <= len(params):
        given = dict(zip(params, values, strict=False))
        shown = ", ".join(f"{n}: {show(v)}" for n, v in given.items())
        yield replace(f"the arguments have names: `{{{shown}}}`", place, given, certain=True)


def _readings(value: Any) -> Iterator[Any]:
    """What a value of another type obviously means."""
    if isinstance(value, float) and value.is_integer():
        yield int(value)
    if isinstance(value, str):
        text = value.strip()
        words = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
        yield from (words[w] for w in (text.lower(),) if w in words)
        if re.fullmatch(r"[+-]?\d+", text):
            yield int(text)
        elif re.fullmatch(r"[\[(]?\d+( *, *\d+)+[\])]?", text):
            yield [int(n) for n in re.findall(r"\d+", text)]
        elif re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text):
            yield float(text)
    elif isinstance(value, list) and len(value) == 1:
        yield value[0]
    elif isinstance(value, int | float):
        yield from (bool(value), [value], str(value)) if value in (0, 1) else ([value], str(value))


def _default_fixes(value: dict[str, Any], place: Place) -> Iterator[Fix]:
    """`{type: int, default: 64}`: the default, which tells the type; or the type alone."""
    by_name = {str(k).lower(): v for k, v in value.items()}
    for name in ("default", "value"):
        if name in by_name and not isinstance(by_name[name], dict | None):
            message = f"the default tells the type: `{place.path[-1]}: {show(by_name[name])}`"
            yield replace(message, place, by_name[name], certain=True)
            return
    said = by_name.get("type")
    word = meant_type(said) or said
    if isinstance(word, str) and type_words(word):
        message = f"the type stands alone: `{place.path[-1]}: {word}`"
        yield replace(message, place, word, certain=True)


def name_help(name: str, place: Place) -> str | Fix:
    """The help for a name that formulas cannot use: another one, if there is one."""
    better = re.sub(r"\W", "_", name.strip())
    message = "use letters, digits and `_`" + better_name(name)
    if not is_name(better) or better == name:
        return message
    return name_fix(message, place, name, better)


def name_fix(message: str, place: Place, name: str, better: str) -> Fix:
    """The fix of a name, which stands as a key at a place, and of all that use it."""
    edits = [Edit(place, better)]
    for path, key, text in texts_with(place.document.at(()), name):
        at = Place(place.document, path, "key" if key else "value")
        if at.path != place.path:
            edits.append(Edit(at, re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", better, text)))
    return Fix(message, tuple(edits))


def texts_with(value: Any, name: str, path: Path = ()) -> Iterator[tuple[Path, bool, str]]:
    """Where a name stands in the texts and keys of values: path, whether it is a key, the text."""
    pattern = rf"(?<!\w){re.escape(name)}(?!\w)"
    if isinstance(value, str):
        if re.search(pattern, value):
            yield path, False, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key == name:
                yield (*path, key), True, key
            yield from texts_with(inner, name, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from texts_with(inner, name, (*path, number))


def better_name(name: str) -> str:
    """A name that is allowed and looks like another, for a message; empty if there is none."""
    better = re.sub(r"\W", "_", name.strip())
    return f": `{better}`" if is_name(better) and better != name else ""
