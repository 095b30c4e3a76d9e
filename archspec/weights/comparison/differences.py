"""All differences of two graphs, in words: which layers, which arguments, which wires.

``→`` is from the first graph to the second. Layers are taken for each other by their names, or by
what they calculate; of the two pairings the one that has less to tell is told.
"""

import json
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from archspec.weights.pairing.match import match_parts
from archspec.weights.structure.plain import WINDOWS
from archspec.weights.structure.vertices import Output, Structure, Vertex

_MOST_ALIGNED = 1_000
"""Layers without a counterpart among which those in the same order are looked for."""
_FORM = WINDOWS | {"axis", "axes", "keepdims", "groups", "target_shape", "dims", "data_format"}
"""Arguments that may differ where the same is calculated in another form."""


class Differences(NamedTuple):
    """What differs, and what the vertices were taken for."""

    told: list[str]
    """A line for each vertex that has no counterpart, or another one's arguments or wires."""
    pairs: dict[int, int]
    """Vertices of the first graph, and their counterparts in the second."""
    valued: bool
    """Whether a value differs: an argument or a constant that is not a matter of form."""


def differences(first: Structure, second: Structure) -> Differences:
    """All differences of two graphs; none if every vertex has an equal counterpart."""
    found = [
        _told(first, second, pairs)
        for pairs in (_by_name(first, second), _by_structure(first, second))
    ]
    return min(found, key=lambda one: len(one.told))


def _by_name(first: Structure, second: Structure) -> dict[int, int]:
    """Vertices of the same name, the n-th call with the n-th; then by structure."""
    theirs = {key: index for index, key in enumerate(_named(second))}
    pairs = {a: theirs[key] for a, key in enumerate(_named(first)) if key in theirs}
    return _completed(first, second, pairs)


def _named(structure: Structure) -> list[tuple[str, bool, int]]:
    """For each vertex its name, whether it is only a part of the layer, and which call it is."""
    counts: dict[tuple[str, bool], int] = {}
    found = []
    for index, vertex in enumerate(structure.vertices):
        if index in structure.inputs:
            found.append(("", False, structure.inputs.index(index)))
            continue
        key = vertex.name, vertex.layer != ""
        counts[key] = counts.get(key, -1) + 1
        found.append((*key, counts[key]))
    return found


def _by_structure(first: Structure, second: Structure) -> dict[int, int]:
    """Vertices that calculate the same, then those of which the same is made."""
    pairs = dict(zip(first.inputs, second.inputs, strict=False))
    taken = set(pairs.values())
    for a, b in match_parts(first, second).items():
        if a not in pairs and b not in taken:
            pairs[a] = b
            taken.add(b)
    readers: dict[object, int] = {}
    ours, theirs = _numbers_of_readers(first, readers), _numbers_of_readers(second, readers)
    _in_order(pairs, ours, theirs)
    return _completed(first, second, pairs)


def _numbers_of_readers(structure: Structure, known: dict[object, int]) -> list[object]:
    """A number for each vertex: equal for those of which the same is made."""
    read: list[list[Any]] = [[] for _ in structure.vertices]
    for number, (index, output) in enumerate(structure.outputs):
        read[index].append((-1, number, output))
    numbers: list[object] = [0] * len(read)
    for index in range(len(read) - 1, -1, -1):
        vertex = structure.vertices[index]
        key = (vertex.label, tuple(sorted(read[index])))
        number = numbers[index] = known.setdefault(key, len(known))
        for position, (source, output) in enumerate(vertex.inputs):
            read[source].append((number, 0 if vertex.commutative else position, output))
    return numbers


def _completed(first: Structure, second: Structure, pairs: dict[int, int]) -> dict[int, int]:
    """The pairs, and those of what is left that stand in the same order: equal ones, like ones."""
    for part in ("label", "kind"):
        _in_order(
            pairs,
            [getattr(v, part) for v in first.vertices],
            [getattr(v, part) for v in second.vertices],
        )
    return pairs


def _in_order(pairs: dict[int, int], ours: list[Any], theirs: list[Any]) -> None:
    """Add the pairs of equal signs in the longest run of them that stands in the same order."""
    taken = set(pairs.values())
    mine = [a for a in range(len(ours)) if a not in pairs]
    others = [b for b in range(len(theirs)) if b not in taken]
    if max(len(mine), len(others)) > _MOST_ALIGNED:
        return
    matcher = SequenceMatcher(
        None, [ours[a] for a in mine], [theirs[b] for b in others], autojunk=False
    )
    for start, other, length in matcher.get_matching_blocks():
        pairs.update(zip(mine[start : start + length], others[other : other + length], strict=True))


def _told(first: Structure, second: Structure, pairs: dict[int, int]) -> Differences:
    told: list[str] = []
    valued = False
    for a, vertex in enumerate(first.vertices):
        if a not in pairs:
            told.append(f"only in ours: {_called(vertex)}")
            continue
        other = second.vertices[pairs[a]]
        changes = []
        if vertex.kind != other.kind:
            changes.append(f"{vertex.kind} → {other.kind}")
        elif vertex.label != other.label:
            found = list(_changes(vertex.arguments, other.arguments, ()))
            changes += [text for _, text in found]
            valued = valued or any(is_value for is_value, _ in found)
        changes += _wires(first, second, pairs, a)
        if changes:
            told.append(f"{_called(vertex, other)}: {', '.join(changes)}")
    there = set(pairs.values())
    for b, vertex in enumerate(second.vertices):
        if b not in there:
            told.append(f"only in theirs: {_called(vertex)}")
    return Differences([*told, *_outputs(first, second, pairs)], pairs, valued)


def _called(vertex: Vertex, other: Vertex | None = None) -> str:
    """A vertex in words; with the other one's name, if that is not the same."""
    if other is None or vertex.name == other.name:
        return f"`{vertex.name}` {vertex.kind}"
    kind = f"{vertex.kind} " if vertex.kind == other.kind else ""
    return f"`{vertex.name}` {kind}(theirs `{other.name}`)"


def _changes(ours: Any, theirs: Any, path: tuple[str, ...]) -> Iterable[tuple[bool, str]]:
    """Whether each change is one of a value, and the change in words."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in {**ours, **theirs}:
            if key not in ours or key not in theirs or _json(ours[key]) != _json(theirs[key]):
                yield from _changes(ours.get(key), theirs.get(key), (*path, str(key)))
        return
    one_for_all = isinstance(ours, list) != isinstance(theirs, list) and None not in (ours, theirs)
    is_value = not one_for_all and not _FORM & {*path[:1]}
    yield is_value, f"{'.'.join(path)} {_text(ours)} → {_text(theirs)}"


def _text(value: Any) -> str:
    """A value in words; what is not there has its default."""
    if value is None:
        return "default"
    told = value if isinstance(value, str) else _json(value)
    return told if len(told) <= 60 else f"{told[:57]}..."


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _wires(first: Structure, second: Structure, pairs: dict[int, int], a: int) -> list[str]:
    """What a vertex reads, if its counterpart reads other things."""
    vertex, other = first.vertices[a], second.vertices[pairs[a]]
    ours = [(pairs.get(source, -1), output) for source, output in vertex.inputs]
    theirs = list(other.inputs)
    same = (
        sorted(ours) == sorted(theirs)
        if vertex.commutative and other.commutative
        else ours == theirs
    )
    if same:
        return []
    return [f"reads {_list(first, vertex.inputs)} → {_list(second, other.inputs)}"]


def _outputs(first: Structure, second: Structure, pairs: dict[int, int]) -> list[str]:
    ours = [(pairs.get(source, -1), output) for source, output in first.outputs]
    if ours == second.outputs:
        return []
    return [f"outputs {_list(first, first.outputs)} → {_list(second, second.outputs)}"]


def _list(structure: Structure, outputs: Iterable[Output]) -> str:
    told = []
    for index, output in outputs:
        name = structure.vertices[index].name
        told.append(f"`{name}`" if not output else f"output {output} of `{name}`")
    return ", ".join(told) or "nothing"
