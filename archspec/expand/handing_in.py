"""A layer that a block reads from outside of it: handed in as another input of the block."""

from collections.abc import Iterator
from typing import Any

from archspec.diagnostics.fixes import Edit, Fix, How
from archspec.diagnostics.place import Path, Place
from archspec.parse.document import Document
from archspec.spec.entries import with_arguments


def hand_in(name: str, place: Place) -> Fix | None:
    """The fix: `inputs` of the block, `from` where it is called; None where that is not simple.

    Args:
        name: the layer outside, by the name that it has there.
        place: where the block reads it.
    """
    document, path = place.document, place.path[:2]
    assert isinstance(document, Document)
    block = document.at(path)
    entries = block.get("layers") if isinstance(block, dict) else block
    if not isinstance(entries, list) or not entries or not isinstance(block, dict | list):
        return None
    if isinstance(block, dict) and "inputs" in block:
        return None
    main = next(n for n in ("main", "stream", "read") if n != name)
    inner = [_read_by(entry, main, first=not n) for n, entry in enumerate(entries)]
    if None in inner:
        return None
    edits: list[Edit] = []
    if isinstance(block, list):
        edits.append(Edit(Place(document, path), {"inputs": [main, name], "layers": inner}))
    else:
        edits.append(Edit(Place(document, path), [main, name], How.ADD, "inputs"))
        changed = zip(entries, inner, strict=True)
        steps = (*path, "layers")
        edits += [
            Edit(Place(document, (*steps, n)), b) for n, (a, b) in enumerate(changed) if a != b
        ]
    calls = [*_calls(document.at(("layers",)), str(path[1]), ("layers",))]
    for values, at, number in calls:
        call = _called(values, at, number, str(path[1]), name, document)
        if call is None:
            return None
        edits += call
    message = f"a block sees what is in it: `inputs: [{main}, {name}]` hands it in"
    return Fix(message, tuple(edits), guess=True) if calls else None


def _read_by(entry: Any, main: str, first: bool) -> Any:
    """An entry of the block that reads its first input by the name; None if that is not simple."""
    word, given = _parts(entry)
    wires = given.get("from") if isinstance(given, dict) else None
    if wires is None:
        return with_arguments(word, given, {"from": main}) if first else entry
    if isinstance(wires, str):
        meant: Any = main if wires == "input" else wires
    elif isinstance(wires, list):
        meant = [main if w == "input" else w for w in wires]
    else:
        return None
    return {word: {**given, "from": meant}}


def _called(
    values: list[Any], at: Path, number: int, block: str, name: str, document: Document
) -> list[Edit] | None:
    """The edits of a call, which reads what it read and the layer."""
    word, given = _parts(values[number])
    before = given.get("from") if isinstance(given, dict) else None
    edits = []
    if before is None and number:
        other, inner = _parts(values[number - 1])
        before = inner.get("name") if isinstance(inner, dict) else None
        if before is None:
            before = "before"
            named = with_arguments(other, inner, {"name": before})
            if named is None:
                return None
            edits.append(Edit(Place(document, (*at, number - 1)), named))
    if not isinstance(before, str):
        return None
    kept = given if isinstance(given, dict | None) else None
    if given is not None and kept is None:
        return None
    call = {block: {**(kept or {}), "from": [before, name]}}
    return [*edits, Edit(Place(document, (*at, number)), call)] if word == block else None


def _calls(values: Any, block: str, path: Path) -> Iterator[tuple[list[Any], Path, int]]:
    """The lists in which a block is called, and the numbers of the calls."""
    for n, entry in enumerate(values if isinstance(values, list) else ()):
        word, given = _parts(entry)
        if word == block:
            yield values, path, n
        if isinstance(given, dict):
            yield from _calls(given.get("layers"), block, (*path, n, word, "layers"))


def _parts(entry: Any) -> tuple[str, Any]:
    if isinstance(entry, dict) and len(entry) == 1:
        ((word, given),) = entry.items()
        return str(word), given
    return str(entry), None
