"""Mistakes that values bring into the file of another one: they are told at the values."""

from collections.abc import Callable

from archspec.diagnostics.codes import is_error
from archspec.diagnostics.fixes import Fix, replace
from archspec.diagnostics.sink import Diagnostic, Note, Place, Sink
from archspec.diagnostics.tried import Tried
from archspec.formulas.values import show
from archspec.spec.check_values import Maker
from archspec.spec.types import Spec

_MOST_VALUES = 4
"""So many values are tried: each try expands the network again."""


Expand = Callable[[Spec, Sink, Maker], object]
"""Expands a spec, and reports what is wrong."""


def tell_at_values(spec: Spec, sink: Sink, before: int, expand: Expand) -> None:
    """Move errors to the values of `extends` without which there are none.

    Args:
        spec: the spec that was expanded.
        sink: holds the errors.
        before: how many were known before it was expanded.
        expand: tries other values.
    """
    own = spec.place.document
    found = [
        d
        for d in sink.found[before:]
        if is_error(d.code) and isinstance(d.place, Place) and d.place.document is not own
    ]
    names = [n for n in spec.given if spec.values[n] != spec.params[n].default]
    for name in names[:_MOST_VALUES] if found else ():
        place = spec.given[name]
        if spec.params[name].required or place.document is not own:
            continue
        values = {**spec.values, name: spec.params[name].default}
        left = _told(spec._replace(values=values, given={}), expand)
        for each in found:
            if _place_of(each) not in left:
                _move(each, name, place, spec)
        found = [d for d in found if _place_of(d) in left]


def _told(spec: Spec, expand: Expand) -> set[object]:
    """The places at which errors are found in a spec."""
    sink = Sink()
    expand(spec, sink, Maker(sink))
    return {_place_of(d) for d in sink.found if is_error(d.code)}


def _place_of(found: Diagnostic) -> object:
    place = found.place
    return (id(place.document), place.path) if isinstance(place, Place) else place


def _move(found: Diagnostic, name: str, place: Place, spec: Spec) -> None:
    """Tell an error at a value, with what is meant by it."""
    assert isinstance(found.place, Place)
    declared = Place(found.place.document, ("params", name))
    advice: list[str | Fix | Tried] = []
    for each in found.advice:
        if isinstance(each, str):
            advice.append(each)
        elif isinstance(each, Fix) and {e.place for e in each.edits} == {declared}:
            edits = tuple(e._replace(place=place) for e in each.edits)
            advice.append(each._replace(edits=edits))
    if not any(isinstance(a, Fix) for a in advice):
        default = spec.params[name].default
        advice.append(replace(f"`{name}: {show(default)}`, as declared, would do", place, default))
    found.notes = (*found.notes, Note("it is used here", found.place))
    found.place = place
    found.advice = tuple(advice)
