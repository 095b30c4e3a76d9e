"""Warnings of what a recipe does to its examples."""

from collections.abc import Iterator

from archspec.diagnostics.fixes import Edit, Fix, How, remove, replace
from archspec.diagnostics.rules import Finding, rule
from archspec.infer.infer import ShapedGraph
from archspec.layers import Layer
from archspec.layers.base import Elementwise
from archspec.train.check.input import prepared
from archspec.train.check.lint_subject import Examined
from archspec.train.objects.data import Mnist
from archspec.train.recipe.keys import PREPROCESSING
from archspec.weights.loading.applications import APPLICATIONS

_SCALING = ("Rescaling", "Normalization")
_NORMALIZING = (
    "BatchNormalization",
    "LayerNormalization",
    "GroupNormalization",
    "UnitNormalization",
)
_RANDOM = ("augmentation", "color_augmentation", "combined_augmentation", "regularization")
"""Files of the layers that do something at random, and nothing in use."""
_FAMILIES = {
    "vgg16": "vgg16",
    "vgg19": "vgg19",
    "densenet": "densenet",
    "inceptionresnetv2": "inception_resnet_v2",
    "inceptionv3": "inception_v3",
    "xception": "xception",
    "mobilenetv2": "mobilenet_v2",
    "nasnet": "nasnet",
}


def _scales_itself(shaped: ShapedGraph) -> bool:
    """Whether a network brings its input to a range, or does not mind which one it has."""
    nodes = shaped.graph.nodes
    for index, node in enumerate(nodes):
        kind = type(node.layer)
        if not kind.__module__.startswith("archspec.") or kind.__name__ in _SCALING:
            return True
        if shaped.facts[index].params:
            if kind.__name__ in _NORMALIZING:
                return True
            readers = [n for n in nodes if (index, 0) in n.inputs]
            return any(type(n.layer).__name__ in _NORMALIZING for n in readers)
    return True


def _first_scaling(shaped: ShapedGraph | None) -> float | None:
    """The factor by which a network multiplies its only input before all else; None if it does not."""
    nodes = shaped.graph.nodes if shaped is not None else []
    for node in nodes[1:2]:
        scale = getattr(node.layer, "scale", None)
        if type(node.layer).__name__ == "Rescaling" and isinstance(scale, int | float):
            return float(scale)
    return None


@rule("AS950")
def bytes_as_they_are(found: Examined) -> Iterator[Finding]:
    """Pictures whose bytes, 0 to 255, reach weights that are made for small numbers."""
    draft, prepare = found.draft, found.draft.prepare
    if not found.of_pictures or prepare is None or draft.shaped is None:
        return
    if prepare.preprocess is not None or prepare.rescale not in (None, 1):
        return
    if draft.keys.weights is not None or "weights" in draft.elsewhere:
        return
    if _scales_itself(draft.shaped):
        return
    message = "pictures are bytes, 0 to 255, and nothing brings them to small numbers"
    fix = prepared(draft, "`prepare: {rescale: 1/255}` makes them 0 to 1", rescale="1/255")
    yield Finding(found.prepare_place("rescale"), message, help=[fix])


@rule("AS951")
def odd_range(found: Examined) -> Iterator[Finding]:
    """A `rescale` and an `offset` after which the values of pictures are far from small numbers."""
    prepare = found.draft.prepare
    if not found.of_pictures or prepare is None or prepare.rescale in (None, 1):
        return
    low, high = prepare.offset, 255 * prepare.rescale + prepare.offset
    again = _first_scaling(found.draft.shaped)
    if again is not None and prepare.rescale < 1 and not prepare.offset and again * high < 0.1:
        message = "pictures are scaled twice: by `prepare`, and by the network itself"
        place = found.draft.place.at("prepare", "rescale")
        fix = remove("leave it out: the network does it", place)
        yield Finding(found.prepare_place("rescale"), message, help=[fix])
        return
    if 0.2 <= high - low <= 300 and low <= 5 and high >= -5:
        return
    message = f"pictures are bytes, 0 to 255: with `prepare` they become {low:,.6g} to {high:,.6g}"
    place = found.draft.place.at("prepare")
    fix = replace(
        "`rescale: 1/255` makes them 0 to 1",
        place.at("rescale"),
        "1/255",
        certain=prepare.rescale == 255,
    )
    if prepare.offset:
        edits = (Edit(place.at("rescale"), "1/127.5"), Edit(place.at("offset"), -1))
        fix = Fix(
            "`rescale: 1/127.5, offset: -1` makes them -1 to 1: `offset` is added last", edits
        )
    yield Finding(found.prepare_place("rescale"), message, help=[fix])


@rule("AS959")
def other_preprocessing(found: Examined) -> Iterator[Finding]:
    """Weights of keras.applications that are fed other values than those that they were trained on."""
    draft, prepare, source = found.draft, found.draft.prepare, found.draft.keys.weights or ""
    if prepare is None or draft.shaped is None or not source.startswith("keras:"):
        return
    name = source.removeprefix("keras:").partition("(")[0].strip()
    family = _family(name.lower()) if name in APPLICATIONS else None
    kinds = {type(n.layer).__name__ for n in draft.shaped.graph.nodes}
    if family is None or not found.of_pictures or kinds & set(_SCALING):
        return
    mode = PREPROCESSING[family]
    wanted = draft.shaped.shape((next(iter(draft.shaped.graph.inputs.values())), 0))
    if mode != "tf" and wanted[-1] != 3:
        return
    if prepare.preprocess is not None and PREPROCESSING[prepare.preprocess] == mode:
        return
    by_hand = prepare.rescale is not None and abs(prepare.rescale - 1 / 127.5) < 1e-4
    if mode == "tf" and by_hand and abs(prepare.offset + 1) < 0.02:
        return
    message = f"the weights of {source.removeprefix('keras:')} were trained on pictures prepared in another way"
    said = f"`prepare: {{preprocess: {family}}}` prepares them so"
    fix = prepared(draft, said, preprocess=family, rescale=None, offset=None)
    place = (
        found.prepare_place("preprocess", "rescale")
        if draft.keys.prepare
        else draft.place.at("weights")
    )
    yield Finding(place, message, help=[fix])


def _family(name: str) -> str | None:
    """The preprocessing of a network of keras.applications, if it is not in the network itself."""
    if name.startswith("resnet"):
        return "resnet_v2" if name.endswith("v2") else "resnet"
    if name == "mobilenet":
        return "mobilenet"
    return next((f for start, f in _FAMILIES.items() if name.startswith(start)), None)


@rule("AS960")
def steady_augmentation(found: Examined) -> Iterator[Finding]:
    """A layer under `augment` that does the same each time: it is left out where the model is used."""
    draft = found.draft
    for number, layer in enumerate(draft.augment):
        if layer is None or _is_random(layer):
            continue
        place, _ = draft.object_place("augment", number)
        name = type(layer).__name__
        message = f"{name} does the same to each picture, but `augment` is not part of the model that is used"
        fixes: list[str | Fix] = [
            "what is done to every picture stands under `prepare`, or in the network"
        ]
        scale = getattr(layer, "scale", None)
        if name == "Rescaling" and isinstance(scale, int | float) and _takes_scale(found):
            entry = draft.place.at("augment", number)
            gone = draft.place.at("augment") if len(draft.augment) == 1 else entry
            written = place.document.at(place.path)
            value = written.get("scale", scale) if isinstance(written, dict) else written or scale
            edits = prepared(draft, "", rescale=value).edits
            edits = (Edit(gone, how=How.REMOVE), *edits)
            fixes = [Fix(f"`prepare: {{rescale: {value}}}` does it always", edits)]
        yield Finding(place.key(), message, help=fixes)


def _takes_scale(found: Examined) -> bool:
    prepare = found.draft.prepare
    return prepare is not None and prepare.rescale is None and prepare.preprocess is None


def _is_random(layer: Layer) -> bool:
    module = type(layer).__module__
    if not isinstance(layer, Elementwise):
        return True  # it changes the shape, or has weights: that is an error already
    return not module.startswith("archspec.layers.") or module.rpartition(".")[2] in _RANDOM


@rule("AS956")
def turned_digits(found: Examined) -> Iterator[Finding]:
    """Digits that are flipped or turned over: a 6 becomes a 9, and a 2 no digit."""
    draft = found.draft
    if not isinstance(draft.data, Mnist):
        return
    for number, layer in enumerate(draft.augment):
        place, _ = draft.object_place("augment", number)
        name = type(layer).__name__
        entry = draft.place.at("augment", number)
        gone = draft.place.at("augment") if len(draft.augment) == 1 else entry
        if name == "RandomFlip":
            message = "a digit that is flipped is another one, or none"
            yield Finding(place.key(), message, help=[remove("leave it out", gone)])
        elif name == "RandomRotation" and _widest(getattr(layer, "factor", 0)) > 0.25:
            message = "a digit that is turned over is another one: a 6 becomes a 9"
            fix = replace("`RandomRotation: 10/360` turns it a little", entry, {name: "10/360"})
            yield Finding(place.key(), message, help=[fix])


def _widest(factor: object) -> float:
    values = factor if isinstance(factor, list | tuple) else (factor,)
    return max((abs(v) for v in values if isinstance(v, int | float)), default=0)


@rule("AS955")
def large_batch(found: Examined) -> Iterator[Finding]:
    """A batch that is larger than all of the examples: an epoch is one step."""
    draft, examples = found.draft, found.examples
    if not examples or "batch_size" not in draft.document_keys:
        return
    size = draft.keys.batch_size
    if size > examples:
        message = (
            f"a batch of {size:,} is more than all {examples:,} examples: an epoch is one step"
        )
        meant = min(32, max(1, examples // 4))
        place = draft.place.at("batch_size")
        yield Finding(
            place, message, help=[replace(f"such as `batch_size: {meant}`", place, meant)]
        )


@rule("AS853")
def much_held_back(found: Examined) -> Iterator[Finding]:
    """A validation part that is larger than what is left for training."""
    share = found.draft.keys.validation_split
    if share is not None and share > 0.5:
        message = f"{share:.0%} of the training part are for watching, less is left for training"
        yield Finding(found.draft.place.at("validation_split"), message)


RULES = (
    bytes_as_they_are,
    odd_range,
    other_preprocessing,
    steady_augmentation,
    turned_digits,
    large_batch,
    much_held_back,
)
