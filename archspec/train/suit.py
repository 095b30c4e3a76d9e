"""Whether a recipe and its network suit each other: input, classes, loss and last activation."""

from archspec.arguments import ACTIVATIONS
from archspec.diagnostics import Note, Place, Sink
from archspec.infer import ShapedGraph
from archspec.layers.base import Elementwise
from archspec.measure import measure
from archspec.record import snake_case
from archspec.shapes import ShapeError, format_shape
from archspec.train.data.look import DataError, Seen, look
from archspec.train.recipe import Recipe


def check_suits(recipe: Recipe, sink: Sink) -> Recipe:
    """Report what does not go together; the recipe with the shape of its examples."""
    shaped, place = recipe.shaped, recipe.place
    inputs, outputs = shaped.graph.inputs, shaped.graph.outputs
    if len(inputs) != 1 or len(outputs) != 1:
        message = (
            f"`{shaped.name}` has {len(inputs)} inputs and {len(outputs)} outputs:"
            " a recipe trains a network with one of each"
        )
        sink.report("AS601", place.at("spec"), message)
        return recipe
    seen = None
    try:
        seen = look(recipe.data)
    except DataError as error:
        report_data_error(error, recipe, sink)
    _check_loss(recipe, sink)
    if seen is not None:
        recipe = _with_picture(recipe, seen, sink)
        _check_classes(recipe, seen, sink)
    if not sink.errors:
        _check_augmentation(recipe, sink)
    return recipe


def report_data_error(error: DataError, recipe: Recipe, sink: Sink) -> None:
    """Report it at the recipe's data, or at ``--data``."""
    place = recipe.data_place
    if isinstance(place, Place):
        word = recipe.data.word
        if error.key and isinstance(place.document.at((*place.path, word, error.key)), object):
            place = place.at(word, error.key)
    sink.report(error.code, place, error.message, help=[error.help] if error.help else [])


def last_activation(shaped: ShapedGraph) -> tuple[str, str]:
    """The activation that makes the output, and the name of the node that has it."""
    index, _ = shaped.graph.outputs[0]
    while True:
        node = shaped.graph.nodes[index]
        layer = node.layer
        own = getattr(layer, "activation", None)
        if isinstance(own, str):
            return own, node.name
        name = snake_case(type(layer).__name__)
        if name == "re_lu":
            name = "relu"
        if name in ACTIVATIONS:
            return name, node.name
        passes = isinstance(layer, Elementwise) and not shaped.facts[index].params
        if not passes or len(node.inputs) != 1:
            return "linear", node.name
        index = node.inputs[0][0]


def _check_loss(recipe: Recipe, sink: Sink) -> None:
    """NETWORKS' fault 9: a loss on probabilities with a network that gives none, or twice."""
    loss, shaped = recipe.loss, recipe.shaped
    place = recipe.place.at("loss")
    name = type(loss).__name__
    activation, node = last_activation(shaped)
    item = next(n.item for n in shaped.graph.nodes if n.name == node)
    notes = [Note(f"the last activation is {activation}", item.place.key())] if item else []
    units = shaped.shape(shaped.graph.outputs[0])
    if loss.activation and loss.logits and activation in ("softmax", "sigmoid"):
        message = f"{name} with from_logits takes sums, but `{node}` gives {activation} of them"
        sink.report("AS603", place, message, notes=notes, help=["leave `from_logits` out"])
    elif loss.activation and not loss.logits and activation != loss.activation:
        message = f"{name} takes probabilities, but `{node}` ends with {activation}, not {loss.activation}"
        help = []
        if activation == "linear" and hasattr(loss, "from_logits"):
            help.append(f"write `loss: {{{name}: {{from_logits: true}}}}`")
        if activation == "linear":
            help.append(f"or give the last layer `activation: {loss.activation}`")
        elif activation == "softmax":
            help.append("for softmax: categorical_crossentropy")
        elif activation == "sigmoid":
            help.append("for sigmoid: binary_crossentropy")
        sink.report("AS603", place, message, notes=notes, help=help)
    elif activation == "softmax" and units[-1:] == (1,):
        message = f"softmax of one value is always 1: `{node}` cannot learn"
        help = ["for scores a linear output; for two classes 2 units, or sigmoid"]
        sink.report("AS603", place, message, notes=notes, help=help)
    _check_labels(recipe, sink)


def _check_labels(recipe: Recipe, sink: Sink) -> None:
    """Scores are for losses and metrics of scores, classes for those of classes."""
    loss, scores = recipe.loss, recipe.data.labels == "scores"
    if scores and loss.classes:
        message = f"{type(loss).__name__} is for classes, but the data have scores"
        help = ["for scores: mse, mae or huber"]
        sink.report("AS603", recipe.place.at("loss"), message, help=help)
    for number, metric in enumerate(recipe.metrics):
        if scores and not metric.scores:
            message = f"{type(metric).__name__} is for classes, but the data have scores"
            at = recipe.place.at("metrics", number)
            sink.report("AS603", at, message, help=["for scores: mse or mae"])
    if not recipe.metrics and loss.classes:
        return
    if "confusion_matrix" in (recipe.keys.show or ()) and not loss.classes:
        message = "a confusion matrix is for classes"
        sink.report("AS603", recipe.place.at("show"), message)


def _with_picture(recipe: Recipe, seen: Seen, sink: Sink) -> Recipe:
    """The shape of an example before padding and flattening, and whether the network takes it."""
    wanted = recipe.shaped.shape((next(iter(recipe.shaped.graph.inputs.values())), 0))
    prepare, pad = recipe.prepare, 2 * recipe.prepare.pad
    shape = seen.shape
    if shape is not None and len(shape) == 2 and (len(wanted) == 3 or prepare.flatten):
        shape = (*shape, 1)
    if prepare.flatten:
        size = prepare.size or (shape[:2] if shape and len(shape) == 3 else None)
        if size is None:
            help = ["for example `prepare: {flatten: true, size: [64, 64]}`"]
            sink.report("AS604", recipe.place.at("prepare"), "`flatten` needs `size`", help=help)
            return recipe
        area = (size[0] + pad) * (size[1] + pad)
        channels = shape[2] if shape else max(1, (wanted[0] or 1) // area)
        found: tuple[int, ...] = (*size, channels)
        fed: tuple[int | None, ...] = (area * channels,)
    elif shape is not None and len(shape) != 3:
        found = fed = shape
    else:
        if shape is None and len(wanted) != 3:
            message = f"`{recipe.shaped.name}` takes {format_shape(wanted)}, but pictures have three sizes"
            help = ["for example `prepare: {flatten: true, size: [64, 64]}`"]
            sink.report("AS604", recipe.place.at("spec"), message, help=help)
            return recipe
        size = prepare.size
        if size is None and shape is not None:
            size = shape[0], shape[1]
        if size is None:
            if wanted[0] is None or wanted[1] is None:
                message = f"the sizes of `{recipe.shaped.name}`'s input are not known"
                help = ["write `prepare: {size: [224, 224]}`"]
                sink.report("AS604", recipe.place.at("spec"), message, help=help)
                return recipe
            size = wanted[0] - pad, wanted[1] - pad
        channels = shape[2] if shape else wanted[2] or 3
        found = (*size, channels)
        fed = (size[0] + pad, size[1] + pad, channels)
    fits = len(fed) == len(wanted) and all(
        b is None or a == b for a, b in zip(fed, wanted, strict=True)
    )
    if not fits:
        _report_shape(recipe, fed, wanted, sink)
    elif len(found) == 3 and found[2] not in (1, 3, 4) and shape is None:
        message = f"pictures have 1, 3 or 4 channels, not {found[2]}"
        sink.report("AS604", recipe.place.at("spec"), message)
    return recipe._replace(picture=found, class_names=seen.class_names)


def _report_shape(
    recipe: Recipe, fed: tuple[int | None, ...], wanted: tuple[int | None, ...], sink: Sink
) -> None:
    name = recipe.shaped.name
    message = f"`{name}` takes {format_shape(wanted)}, but the data are {format_shape(fed)}"
    help = []
    if len(wanted) == 1 and len(fed) == 3:
        help.append("`prepare: {flatten: true}` makes one row of a picture")
    elif len(wanted) == 3 and len(fed) == 3 and wanted[2] in (None, fed[2]) and wanted[0]:
        help.append(f"`prepare: {{size: [{wanted[0]}, {wanted[1]}]}}` resizes them")
        margin = wanted[0] - (fed[0] or 0)
        if margin > 0 and margin % 2 == 0 and wanted[1] == (fed[1] or 0) + margin:
            help.append(f"`prepare: {{pad: {margin // 2}}}` puts zeros around them")
    place = recipe.place.at("prepare") if recipe.keys.prepare else recipe.place.at("spec")
    sink.report("AS604", place, message, help=help)


def _check_classes(recipe: Recipe, seen: Seen, sink: Sink) -> None:
    """As many outputs as classes, or as scores."""
    output = recipe.shaped.shape(recipe.shaped.graph.outputs[0])
    name, place = recipe.shaped.name, recipe.data_place
    loss = type(recipe.loss).__name__
    if len(output) != 1:
        message = f"`{name}` gives {format_shape(output)} for each example, not a row of numbers"
        help = ["a Flatten, or a global pooling, and a Dense make one"]
        sink.report("AS605", recipe.place.at("spec"), message, help=help)
        return
    units = output[0]
    wanted = None
    if recipe.loss.classes == "binary" or recipe.data.labels == "scores":
        wanted, what = 1, "scores" if recipe.data.labels == "scores" else f"the loss {loss}"
    elif recipe.loss.classes and seen.class_names is not None:
        wanted, what = len(seen.class_names), f"{len(seen.class_names)} classes"
        if recipe.loss.classes == "binary":
            wanted = 1
    if wanted is not None and units != wanted:
        message = f"`{name}` has {units} outputs, but {what} need {wanted}"
        help = []
        if "classes" in recipe.shaped.graph.spec.params:
            help.append(f"write `params: {{classes: {wanted}}}`")
        if seen.class_names:
            names = ", ".join(seen.class_names[:8])
            help.append(f"the classes are {names}{', …' if len(seen.class_names) > 8 else ''}")
        sink.report("AS605", place, message, help=help)
    elif recipe.loss.classes == "binary" and seen.class_names and len(seen.class_names) != 2:
        message = f"{loss} is for two classes, but the data have {len(seen.class_names)}"
        sink.report("AS605", place, message, help=["for more: categorical_crossentropy"])


def _check_augmentation(recipe: Recipe, sink: Sink) -> None:
    """Every augmentation takes the pictures and leaves their shape alone."""
    for number, layer in enumerate(recipe.augment):
        place = recipe.place.at("augment", number)
        name = type(layer).__name__
        if not recipe.is_picture:
            sink.report("AS604", place, f"{name} is for pictures, and the data are none")
            continue
        try:
            facts = measure(layer, (recipe.picture,))
        except ShapeError as error:
            sink.report(error.code, place, str(error))
            continue
        if facts.outputs[0] != recipe.picture:
            message = (
                f"{name} makes {format_shape(facts.outputs[0])} of"
                f" {format_shape(recipe.picture)}: augmentation must keep the shape"
            )
            sink.report("AS604", place, message, help=["sizes are changed under `prepare`"])
