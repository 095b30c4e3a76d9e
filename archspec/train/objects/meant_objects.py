"""What a word, an argument or a form that a recipe does not take probably means."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from archspec.diagnostics.elsewhere import bare
from archspec.diagnostics.spelling import Near, near_words
from archspec.records.field_values import takes
from archspec.records.objects import Kinds
from archspec.records.record import Record, fields
from archspec.spec.meant_values import meant_values
from archspec.train.objects.foreign_words import (
    ARGUMENTS,
    KERAS_ONLY,
    NEEDLESS_ARGUMENTS,
    OBJECTS,
)

_NAME_KEYS = ("name", "type", "class_name", "class", "kind", "algorithm", "method")
_INNER_KEYS = ("config", "params", "args", "kwargs", "arguments", "options", "parameters")
_LONGEST = 200


class MeantObject(NamedTuple):
    """An object as a recipe has it."""

    value: Any
    certain: bool = False


class MeantName(NamedTuple):
    """The name of an argument."""

    name: str
    certain: bool = False
    misspelt: bool = False
    """It is spelt much like that, and no word of another tool."""


def meant_objects(value: Any, kinds: Kinds) -> list[MeantObject]:
    """What something that is no object of these kinds may mean, best first."""
    found = [MeantObject(v) for v in _alone(value, kinds)]
    if kinds.word == "a kind of data":
        found += _data_of_path(value)
    for word, arguments, sure in _forms(value, kinds):
        for meant, more, certain in _meanings(word, kinds):
            given = {**_translated(kinds.names[meant], arguments), **more}
            if kinds.word == "a schedule":
                given = _of_torch(given, arguments)
            new = MeantObject({meant: given} if given else meant, sure and certain)
            if new.value != value and new.value not in [f.value for f in found]:
                found.append(new)
    return found


def _of_torch(given: dict[str, Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """A schedule of PyTorch, which counts epochs, and whose first rate is the optimizer's."""
    words = {bare(name): value for name, value in arguments.items()}
    if "tmax" in words:  # all of the training, which is what a schedule takes by itself
        given = {n: v for n, v in given.items() if n != "decay_steps"}
    if words.get("etamin") == 0:
        given = {n: v for n, v in given.items() if bare(n) not in ("etamin", "endlearningrate")}
    return {"initial_learning_rate": 1e-3, **given}


def _alone(value: Any, kinds: Kinds) -> list[Any]:
    """Each of several objects, where there can be one only."""
    if not isinstance(value, dict) or len(value) < 2 or not all(w in kinds.names for w in value):
        return []
    return [{word: inner} if inner else word for word, inner in value.items()]


def _data_of_path(value: Any) -> list[MeantObject]:
    """The data that a path alone stands for, or a path under a key."""
    if isinstance(value, dict) and len(value) == 1:
        ((word, inner),) = value.items()
        value = inner if bare(word) in ("path", *ARGUMENTS["path"].split()) else None
    if not isinstance(value, str):
        return []
    if bare(value) in KERAS_ONLY["a kind of data"]:
        return [MeantObject({"arrays": {"path": f"{value}.npz"}})]
    if value.endswith(".npz"):
        return [MeantObject({"arrays": {"path": value}}, True)]
    if value.endswith(".csv"):
        return [MeantObject({"image_table": {"path": value}}, True)]
    return [MeantObject({"image_folder": {"path": value}}, True)] if "/" in value else []


def is_of_keras(word: str, kinds: Kinds) -> bool:
    """Whether Keras has a class of this name that recipes do not know."""
    return bare(word) in KERAS_ONLY.get(kinds.word, ())


def _forms(value: Any, kinds: Kinds) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """A word and its arguments, from the forms in which other files have them."""
    if isinstance(value, list) and len(value) == 1:
        yield from _forms(value[0], kinds)
    elif isinstance(value, str) and len(value) <= _LONGEST:
        yield from _of_text(value)
    elif isinstance(value, dict) and len(value) == 1:
        ((word, inner),) = value.items()
        if word in _NAME_KEYS and isinstance(inner, str):
            yield inner, {}, True
        elif isinstance(inner, dict):
            yield word.rpartition(".")[2], inner, True
        elif inner is None:
            yield word.rpartition(".")[2], {}, True
        elif isinstance(inner, list) and len(inner) == 1:
            yield word.rpartition(".")[2], {"": inner[0]}, True
        else:
            yield word.rpartition(".")[2], {"": inner}, True
    elif isinstance(value, dict):
        yield from _of_keys(value, kinds)


def _of_text(text: str) -> Iterator[tuple[str, dict[str, Any], bool]]:
    call = re.fullmatch(r"([\w.]+)\((.*)\)", text.strip())
    if call is None:
        yield re.split(r"[.:/]", text.strip())[-1], {}, True
        return
    try:
        tree = ast.parse(f"f({call[2]})", mode="eval").body
        assert isinstance(tree, ast.Call)
        named = {k.arg: ast.literal_eval(k.value) for k in tree.keywords if k.arg}
        placed = [ast.literal_eval(a) for a in tree.args]
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return
    if len(placed) <= 1 and not any(isinstance(v, tuple) for v in named.values()):
        yield call[1].rpartition(".")[2], {**({"": placed[0]} if placed else {}), **named}, True


def _of_keys(value: dict[str, Any], kinds: Kinds) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Several keys: one of them names the object."""
    for key in _NAME_KEYS:
        word = value.get(key)
        if isinstance(word, str) and key not in kinds.names:
            rest = {k: v for k, v in value.items() if k != key}
            for inner in [k for k in rest if k in _INNER_KEYS and isinstance(rest[k], dict)]:
                deeper = rest.pop(inner)
                rest = {**rest, **deeper}
            rest = {k: v for k, v in rest.items() if k not in ("module", "registered_name")}
            yield word, rest, True
            return
    words = [k for k in value if k in kinds.names]
    if len(words) == 1 and not isinstance(value[words[0]], list):
        rest = {k: v for k, v in value.items() if k != words[0]}
        known, inner = fields(kinds.names[words[0]]), value[words[0]]
        if inner is not None and not isinstance(inner, dict):
            value = {words[0]: {lone_argument(kinds.names[words[0]], inner) or "": inner}}
        if all(k in known or meant_names(kinds.names[words[0]], k, ()) for k in rest):
            yield words[0], {**(value[words[0]] or {}), **rest}, True


def _meanings(word: str, kinds: Kinds) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Words of these kinds, with arguments that come with them."""
    if word in kinds.names:
        yield word, {}, True
        return
    style = [n for n in kinds.names if n.islower() == word.islower()]
    style = style or list(kinds.names)
    plain = word.lower()
    if plain in kinds.names:
        style = [*style, plain]
    for words, meant in OBJECTS.get(kinds.word, {}).items():
        if bare(word) in words.split():
            for each in meant:
                name, more = next(iter(each.items())) if isinstance(each, dict) else (each, {})
                yield _styled(name, more, word, kinds), more, len(meant) == 1
            return
    if is_of_keras(word, kinds):
        return
    near = alike_words(word, style)
    for each in near.words or alike_words(word, list(kinds.names)).words:
        yield each, {}, near.certain


def _styled(name: str, more: Mapping[str, Any], word: str, kinds: Kinds) -> str:
    """A class name, or Keras's string for it where the word is in small letters."""
    if more or not word.islower():
        return name
    kind = kinds.names[name]
    strings = [n for n, k in kinds.names.items() if k is kind and n.islower()]
    snake = [n for n in strings if "_" in n and len(n) > len(name)] or strings
    short = [n for n in strings if len(n) <= 4]
    return next(iter(short if len(word) <= 4 and short else snake), name)


def _translated(kind: type[Record], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments under their names here, with values of the right type where that is plain."""
    found: dict[str, Any] = {}
    for name, value in arguments.items():
        if name == "":
            name = lone_argument(kind, value) or name
        if name not in fields(kind):
            if bare(name) in NEEDLESS_ARGUMENTS:
                continue
            names = meant_names(kind, name, arguments)
            name = names[0].name if names else name
        if name in fields(kind) and not isinstance(value, dict) and not takes(kind, name, value):
            value = next((v for v, _ in meant_values(kind, name, value)), value)
        found[name] = value
    return found


def lone_argument(kind: type[Record], value: Any) -> str | None:
    """The argument that a value alone stands for: `EarlyStopping: 5` is its patience."""
    known = list(fields(kind))
    if isinstance(value, int | float) and "patience" in known:
        return "patience"
    if isinstance(value, str) and "path" in known:
        return "path"
    return known[0] if known else None


def meant_names(kind: type[Record], name: str, given: Any) -> list[MeantName]:
    """The argument of a class that another name probably stands for, best first."""
    word = bare(name)
    free = [n for n in fields(kind) if n not in given]
    for other in free:
        if bare(other) == word:
            return [MeantName(other, True)]
    called = [n for n in free if word in ARGUMENTS.get(n, "").split()]
    if called:
        return [MeantName(n, len(called) == 1) for n in called]
    if word in NEEDLESS_ARGUMENTS:
        return []
    near = alike_words(name, free)
    return [MeantName(n, near.certain, misspelt=True) for n in near.words]


def alike_words(word: str, words: Iterable[str]) -> Near:
    """The words that are spelt much like one; what other tools call layers says nothing here."""
    known = list(words)
    plain = bare(word)
    number = [w for w in known if bare(w) in (plain.removesuffix("s"), f"{plain}s")]
    if len({bare(w) for w in number}) == 1:
        return Near((number[0],), True)
    return near_words(word, known, elsewhere=False)
