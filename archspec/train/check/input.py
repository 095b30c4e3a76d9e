"""Whether the network takes the examples as they are prepared, and what augmentation does to them."""

from math import isqrt, prod
from typing import Any

from archspec.diagnostics.fixes import Edit, Fix, How, add, remove, replace
from archspec.diagnostics.sink import Place, Sink, SourcePlace
from archspec.layers.measure import measure
from archspec.shapes.shape import Shape, ShapeError, format_shape
from archspec.train.check.draft import Draft
from archspec.train.data.look import Seen
from archspec.train.objects.data import Arrays
from archspec.train.objects.read_objects import leave_out
from archspec.train.recipe.keys import PREPROCESSING, Prepare

ExampleShape = tuple[int, ...]


def check_input(draft: Draft, seen: Seen, sink: Sink) -> ExampleShape:
    """The shape of an example before padding and flattening; empty if it is wrong or not known."""
    shaped, prepare = draft.shaped, draft.prepare
    if shaped is None or prepare is None:
        return ()
    if seen.shape is None and isinstance(draft.data, Arrays):
        return ()  # an array that is not here may have any shape
    wanted = shaped.shape((next(iter(shaped.graph.inputs.values())), 0))
    shape = seen.shape
    if shape is not None and len(shape) == 2 and (len(wanted) == 3 or prepare.flatten):
        shape = (*shape, 1)  # grey pictures
    if shape is not None and len(shape) != 3:
        return _numbers(draft, prepare, shape, wanted, sink)
    size = _size(draft, prepare, shape, wanted, sink)
    if size is None:
        return ()
    pad = 2 * prepare.pad
    area = (size[0] + pad) * (size[1] + pad)
    if shape is not None:
        channels = shape[2]
    elif prepare.flatten:
        channels = max(1, (wanted[0] or 1) // area)
    else:
        channels = wanted[2] or 3
    fed = (size[0] + pad, size[1] + pad, channels)
    if not _check_fed(draft, prepare, fed, wanted, sink):
        return ()
    if shape is None and channels not in (1, 3, 4):
        message = f"pictures have 1, 3 or 4 channels, but `{shaped.name}` takes {channels}"
        sink.report("AS604", draft.place.at("spec"), message)
        return ()
    family = prepare.preprocess
    if family is not None and PREPROCESSING[family] != "tf" and channels != 3:
        message = f"the preprocessing of {family} is for 3 channels, not {channels}"
        place = draft.place.at("prepare", "preprocess")
        said = "for others: `rescale` and `offset`"
        others = [k for k in draft.keys.prepare or {} if k != "preprocess"]
        edits = (Edit(place, how=How.REMOVE), _set(draft, "rescale", "1/255"))
        fix = replace(said, draft.place.at("prepare"), {"rescale": "1/255"})
        help = [Fix(said, edits) if others else fix]
        sink.report("AS604", place, message, help=help)
        return ()
    return (*size, channels)


def _numbers(
    draft: Draft, prepare: Prepare, shape: ExampleShape, wanted: Shape, sink: Sink
) -> ExampleShape:
    """Examples that are no pictures."""
    sound = True
    for key in ("size", "pad"):
        if key in prepare.arguments():
            message = f"`{key}` is for pictures, but an example is {_told(shape)}"
            place = draft.place.at("prepare", key)
            sink.report("AS604", place, message, help=[remove(f"leave `{key}` out", place)])
            sound = False
    fed = (prod(shape),) if prepare.flatten else shape
    if not sound or not _fits(fed, wanted):
        if sound:
            _report_shape(draft, prepare, fed, wanted, sink)
        return ()
    return shape


def _size(
    draft: Draft, prepare: Prepare, shape: ExampleShape | None, wanted: Shape, sink: Sink
) -> tuple[int, int] | None:
    """Height and width to which pictures are resized, or None after reporting."""
    assert draft.shaped is not None
    name, place = draft.shaped.name, _place(draft, "size")
    if prepare.size is not None:
        return prepare.size
    if shape is not None:
        return shape[0], shape[1]
    side = _side(wanted[0] or 0) if len(wanted) == 1 else 64
    example = f"for example `prepare: {{flatten: true, size: [{side}, {side}]}}`"
    if prepare.flatten:
        message = "`flatten` needs the `size` of pictures that are not all of one size"
        help = [Fix(example, (_set(draft, "size", [side, side]),))]
        sink.report("AS604", draft.place.at("prepare", "flatten"), message, help=help)
    elif len(wanted) != 3:
        message = (
            f"`{name}` takes {format_shape(wanted)}, but a picture is height × width × channels"
        )
        help = [prepared(draft, example, flatten=True, size=[side, side])]
        sink.report("AS604", place, message, help=help)
    elif wanted[0] is None or wanted[1] is None:
        message = f"the sizes of `{name}`'s input are not known"
        help = [prepared(draft, "write `prepare: {size: [224, 224]}`", size=[224, 224])]
        sink.report("AS604", place, message, help=help)
    else:
        size = wanted[0] - 2 * prepare.pad, wanted[1] - 2 * prepare.pad
        if min(size) > 0:
            return size
        message = f"{prepare.pad} zeros on each side leave nothing of {wanted[0]}×{wanted[1]}"
        place = draft.place.at("prepare", "pad")
        sink.report("AS604", place, message, help=[remove("leave `pad` out", place)])
    return None


def _place(draft: Draft, *keys: str) -> Place | SourcePlace:
    """Where the form of examples is said: at one of these keys of `prepare`, or at the data."""
    given = draft.keys.prepare or {}
    for key in keys:
        if key in given:
            return draft.place.at("prepare", key)
    return draft.place.at("prepare") if given else draft.data_place


def _set(draft: Draft, key: str, value: Any) -> Edit:
    """A key of `prepare`, with another value or new."""
    if key in (draft.keys.prepare or {}):
        return Edit(draft.place.at("prepare", key), value)
    return Edit(draft.place.at("prepare"), value, How.ADD, key)


def prepared(draft: Draft, message: str, **keys: Any) -> Fix:
    """Keys of `prepare`, with other values or new; without those that are None."""
    given = draft.keys.prepare
    if given:
        gone = [k for k, v in keys.items() if v is None and k in given]
        edits = [_set(draft, k, v) for k, v in keys.items() if v is not None]
        if gone and edits:
            kept = {k: v for k, v in {**given, **keys}.items() if k not in gone and v is not None}
            return replace(message, draft.place.at("prepare"), kept)
        if len(gone) == len(given) and not edits:
            return remove(message, draft.place.at("prepare"))
        edits += [Edit(draft.place.at("prepare", k), how=How.REMOVE) for k in gone]
        return Fix(message, tuple(edits))
    whole = {k: v for k, v in keys.items() if v is not None}
    if "prepare" in draft.document_keys:
        return replace(message, draft.place.at("prepare"), whole)
    return add(message, draft.place, "prepare", whole)


def _side(values: int) -> int:
    """Sides of a square picture, in colour or grey, that has so many values; 64 if none has."""
    for channels in (3, 1):
        side = isqrt(values // channels)
        if values and channels * side * side == values:
            return side
    return 64


def _fits(fed: ExampleShape, wanted: Shape) -> bool:
    return len(fed) == len(wanted) and all(
        b is None or a == b for a, b in zip(fed, wanted, strict=True)
    )


def _told(shape: Shape) -> str:
    return format_shape(shape) if len(shape) != 1 else f"{format_shape(shape)} numbers"


def _check_fed(
    draft: Draft, prepare: Prepare, fed: ExampleShape, wanted: Shape, sink: Sink
) -> bool:
    flat = (prod(fed),) if prepare.flatten else fed
    if _fits(flat, wanted):
        return True
    _report_shape(draft, prepare, flat, wanted, sink)
    return False


def _report_shape(
    draft: Draft, prepare: Prepare, fed: ExampleShape, wanted: Shape, sink: Sink
) -> None:
    assert draft.shaped is not None
    name = draft.shaped.name
    ready = " after `prepare`" if draft.keys.prepare else ""
    message = f"`{name}` takes {_told(wanted)}, but an example is {_told(fed)}{ready}"
    help, culprit = _shape_fixes(draft, prepare, fed, wanted)
    sink.report("AS604", _place(draft, *culprit), message, help=help)


def _shape_fixes(
    draft: Draft, prepare: Prepare, fed: ExampleShape, wanted: Shape
) -> tuple[list[str | Fix], tuple[str, ...]]:
    """What would make an example fit, best first; and the keys of `prepare` that may be wrong."""
    given = draft.keys.prepare or {}
    if len(wanted) == 1 and len(fed) == 3:
        said = "`prepare: {flatten: true}` makes one row of a picture"
        fixes = [prepared(draft, said, flatten=True)]
        if prod(fed) != wanted[0]:
            size = _square(prepare, fed[2], wanted[0])
            fixes = (
                [
                    prepared(
                        draft,
                        f"`prepare: {{flatten: true, size: {size}}}` does",
                        flatten=True,
                        size=size,
                    )
                ]
                if size
                else []
            )
        return [*fixes], ("flatten",)
    if len(wanted) == 1 and prepare.flatten:
        changed = [k for k in ("size", "pad") if k in given]
        words = " and ".join(f"`{k}`" for k in changed)
        fixes = [prepared(draft, f"leave {words} out", **dict.fromkeys(changed))] if changed else []
        size = _square(prepare, 3 if fed[0] % 3 == 0 else 1, wanted[0]) or _square(
            prepare, 1, wanted[0]
        )
        if size:
            fixes.append(prepared(draft, f"`size: {size}` makes as many", size=size))
        return [*fixes], (*changed, "flatten")
    if len(wanted) == 3 and prepare.flatten:
        return [prepared(draft, "leave `flatten` out", flatten=None)], ("flatten",)
    if len(wanted) != 3 or len(fed) != 3:
        return [], ()
    if wanted[2] not in (None, fed[2]):
        sizes = ", ".join(map(str, fed))
        return [f"`input: [{sizes}]` in the spec takes them, if its weights are new"], ("size",)
    if not wanted[0] or not wanted[1]:
        return [], ("size",)
    fixes = []
    rows, columns = wanted[0] - fed[0], wanted[1] - fed[1]
    pad = prepare.pad + rows // 2
    if rows == columns and rows % 2 == 0 and pad >= 0:
        said = f"`prepare: {{pad: {pad}}}` puts zeros around them" if pad else "leave `pad` out"
        if pad or "pad" in given:
            fixes.append(prepared(draft, said, pad=pad or None))
    size = [wanted[0] - 2 * prepare.pad, wanted[1] - 2 * prepare.pad]
    if min(size) > 0:
        said = f"`prepare: {{size: [{size[0]}, {size[1]}]}}` resizes them"
        resized = prepared(draft, said, size=size)
        fixes = [resized, *fixes] if "size" in given and "pad" not in given else [*fixes, resized]
    return [*fixes], ("size", "pad")


def _square(prepare: Prepare, channels: int, values: int | None) -> list[int] | None:
    """The size of square pictures that have so many values after padding."""
    side = isqrt((values or 0) // channels)
    size = side - 2 * prepare.pad
    return [size, size] if size > 0 and channels * side * side == values else None


def check_augmentation(draft: Draft, picture: ExampleShape, sink: Sink) -> None:
    """Every augmentation takes the pictures and leaves their shape alone."""
    if not picture:
        return
    for number, layer in enumerate(draft.augment):
        if layer is None:
            continue
        place, _ = draft.object_place("augment", number)
        name = type(layer).__name__
        if len(picture) != 3:
            message = f"{name} is for pictures, but an example is {_told(picture)}"
            fix = remove(f"leave {name} out", draft.place.at("augment", number))
            sink.report("AS604", place, message, help=[fix])
            continue
        try:
            facts = measure(layer, (picture,))
        except ShapeError as error:
            at = draft.argument_place(error.argument or "", "augment", number)
            sink.report(error.code, at, str(error), help=[error.help] if error.help else [])
            continue
        if facts.outputs[0] != picture:
            before, after = format_shape(picture), format_shape(facts.outputs[0])
            message = f"{name} makes {after} of {before}, but augmentation must keep the shape"
            help = ["sizes are changed under `prepare`, for training and for use"]
            gone = leave_out(draft.place.at("augment", number), "", certain=False)
            sink.report("AS604", place.key(), message, help=[*help, gone])
        elif facts.params:
            message = f"{name} has weights, but augmentation is not part of the network"
            gone = leave_out(draft.place.at("augment", number), "", certain=False)
            help = ["layers that learn stand in the spec"]
            sink.report("AS604", place.key(), message, help=[*help, gone])
