"""Arguments in the words of other tools: those of one entry are one mistake, told once."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from archspec.diagnostics.fixes import Edit, Fix, How
from archspec.diagnostics.place import Place
from archspec.diagnostics.sink import Sink
from archspec.diagnostics.spelling import as_sentence, did_you_mean


class Meaning(NamedTuple):
    """What a name stands for, and the edits that make it that."""

    edits: tuple[Edit, ...]
    certain: bool = False
    meant: str = ""
    """As a spec says it; empty if it stands for no name there."""
    said: str = ""
    """What else is to be said; all of it, if nothing is meant."""
    foreign: bool = True
    """Whether it is a word of another tool, and not one that is misspelt."""

    @property
    def fix(self) -> Fix:
        """The fix of this name alone."""
        if not self.meant:
            return Fix(self.said, self.edits, self.certain)
        message = did_you_mean(self.meant) + as_sentence(self.said)
        return Fix(message, self.edits, self.certain)

    @property
    def key(self) -> str:
        """The name that takes the place of this one; empty if none does."""
        keys = [e.value for e in self.edits if isinstance(e.place, Place) and e.place.part == "key"]
        return str(keys[0]) if keys else ""


class Foreign(NamedTuple):
    """A name of another tool, and all that it may mean, best first."""

    name: str
    place: Place
    meanings: Sequence[Meaning]


def refuse_foreign(names: Sequence[Foreign], code: str, what: str, sink: Sink) -> None:
    """Report names in the words of other tools: those whose fixes go together, as one mistake.

    Args:
        names: in the order of the text.
        code: of the error.
        what: what has no such names, as ``Conv2D has no argument``.
        sink: takes the errors.
    """
    while names:
        together: list[Foreign] = []
        apart: list[Foreign] = []
        for each in names:
            firsts = [n.meanings[0] for n in (*together, each)]
            (apart if _joined(firsts) is None else together).append(each)
        words = _listed([f"`{n.name}`" for n in together])
        plural = "s" if len(together) > 1 else ""
        sink.report(code, together[0].place.key(), f"{what}{plural} {words}", help=_fixes(together))
        names = apart


def _fixes(names: Sequence[Foreign]) -> list[str | Fix]:
    """The fix of all names as they are meant first, and those with another meaning of one."""
    if len(names) == 1:
        return [m.fix for m in names[0].meanings]
    firsts = [n.meanings[0] for n in names]
    chosen = [firsts]
    for number, name in enumerate(names):
        chosen += [[*firsts[:number], m, *firsts[number + 1 :]] for m in name.meanings[1:]]
    found: list[str | Fix] = []
    for meanings in chosen[:_MOST_FIXES]:
        edits = _joined(meanings)
        if edits is not None:
            message = _said([n.name for n in names], meanings)
            found.append(Fix(message, edits, all(m.certain for m in meanings)))
    return found


_MOST_FIXES = 3


def _said(names: Sequence[str], meanings: Sequence[Meaning]) -> str:
    """What becomes of each name."""
    new: list[str] = []
    rest: dict[str, list[str]] = {}
    for name, each in zip(names, meanings, strict=True):
        if each.meant:
            new.append(f"`{each.meant}` for `{name}`")
        if each.said:
            rest.setdefault(each.said, []).append(f"`{name}`")
    parts = [did_you_mean(_listed(new)[1:-1])] if new else []
    parts += [f"{_listed(words)}: {said}" for said, words in rest.items()]
    return parts[0] + "".join(
        f"; {p}" if n or not new else f" {p}" for n, p in enumerate(parts[1:])
    )


def _joined(meanings: Sequence[Meaning]) -> tuple[Edit, ...] | None:
    """The edits of several names; None if they do not go together."""
    found: dict[Any, Edit] = {}
    edits = [edit for each in meanings for edit in each.edits]
    for number, edit in enumerate(edits):
        key: Any = (edit.place, edit.how, edit.name)
        if edit.how in (How.BEFORE, How.AFTER):
            key = number
        value = edit.value
        if key in found and found[key].value != value:
            value = _merged(found[key].value, value)
            if value is None:
                return None
        found[key] = edit._replace(value=value)
    return tuple(found.values())


def _merged(one: Any, other: Any) -> Any:
    """Two values in one; None if they say something else of the same."""
    if isinstance(one, list) and isinstance(other, list):
        return [*one, *other]
    if not isinstance(one, dict) or not isinstance(other, dict):
        return None
    made = {**one, **other}
    for name in one.keys() & other.keys():
        made[name] = one[name] if one[name] == other[name] else _merged(one[name], other[name])
    # Two names for one thing, an optimizer of two kinds: nobody knows which one is meant.
    several = one.keys() != other.keys() and not all(map(_is_argument, made))
    return None if several or None in made.values() else made


def _is_argument(name: str) -> bool:
    return name.islower()


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
