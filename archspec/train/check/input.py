"""Whether the network takes the examples as they are prepared, and what augmentation does to them."""

from math import isqrt, prod

from archspec.diagnostics.sink import Sink
from archspec.layers.measure import measure
from archspec.shapes.shape import Shape, ShapeError, format_shape
from archspec.train.check.draft import Draft
from archspec.train.data.look import Seen
from archspec.train.objects.data import Arrays
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
        sink.report("AS604", place, message, help=["for others: `rescale` and `offset`"])
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
            sink.report("AS604", draft.place.at("prepare", key), message)
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
    name, place = draft.shaped.name, draft.place.at("spec")
    if prepare.size is not None:
        return prepare.size
    if shape is not None:
        return shape[0], shape[1]
    side = _side(wanted[0] or 0) if len(wanted) == 1 else 64
    example = f"for example `prepare: {{flatten: true, size: [{side}, {side}]}}`"
    if prepare.flatten:
        message = "`flatten` needs the `size` of pictures that are not all of one size"
        sink.report("AS604", draft.place.at("prepare", "flatten"), message, help=[example])
    elif len(wanted) != 3:
        message = (
            f"`{name}` takes {format_shape(wanted)}, but a picture is height × width × channels"
        )
        sink.report("AS604", place, message, help=[example])
    elif wanted[0] is None or wanted[1] is None:
        message = f"the sizes of `{name}`'s input are not known"
        sink.report("AS604", place, message, help=["write `prepare: {size: [224, 224]}`"])
    else:
        size = wanted[0] - 2 * prepare.pad, wanted[1] - 2 * prepare.pad
        if min(size) > 0:
            return size
        message = f"{prepare.pad} zeros on each side leave nothing of {wanted[0]}×{wanted[1]}"
        sink.report("AS604", draft.place.at("prepare", "pad"), message)
    return None


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
    help = []
    if len(wanted) == 1 and len(fed) == 3:
        help.append("`prepare: {flatten: true}` makes one row of a picture")
    elif len(wanted) == len(fed) == 3:
        if wanted[2] not in (None, fed[2]):
            sizes = ", ".join(map(str, fed))
            help.append(f"`input: [{sizes}]` in the spec takes them, if its weights are new")
        elif wanted[0] and wanted[1]:
            margin = wanted[0] - fed[0]
            if margin > 0 and margin % 2 == 0 and wanted[1] == fed[1] + margin:
                pad = prepare.pad + margin // 2
                help.append(f"`prepare: {{pad: {pad}}}` puts zeros around them")
            help.append(f"`prepare: {{size: [{wanted[0]}, {wanted[1]}]}}` resizes them")
    elif prepare.flatten and len(wanted) == 3:
        help.append("leave `flatten` out")
    place = draft.place.at("prepare") if draft.keys.prepare else draft.place.at("spec")
    sink.report("AS604", place, message, help=help)


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
            sink.report("AS604", place, message)
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
            sink.report("AS604", place.key(), message, help=help)
        elif facts.params:
            message = f"{name} has weights, but augmentation is not part of the network"
            sink.report("AS604", place.key(), message, help=["layers that learn stand in the spec"])
