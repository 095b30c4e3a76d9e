"""Whether the parts of a recipe suit each other: network, data, loss, metrics, callbacks."""

import os
from typing import NamedTuple

from archspec.diagnostics.fixes import Fix, add, replace
from archspec.diagnostics.sink import Place, Sink, SourcePlace
from archspec.diagnostics.spelling import did_you_mean, near_words
from archspec.train.check.classes import check_classes, may_quote_data
from archspec.train.check.draft import Draft
from archspec.train.check.input import check_augmentation, check_input
from archspec.train.check.lint import lint
from archspec.train.check.lint_subject import Examined
from archspec.train.check.loss import check_loss, check_metrics, loss_mistake
from archspec.train.check.losses import loss_fixes
from archspec.train.check.phases import check_callbacks, check_fine_tune, check_weights
from archspec.train.check.show import check_show
from archspec.train.data.errors import DataError, Elsewhere
from archspec.train.data.look import Seen, look
from archspec.train.objects.data import Arrays, DataKind
from archspec.train.recipe.keys import Recipe


class Suited(NamedTuple):
    """What the checks found out."""

    picture: tuple[int, ...]
    """Shape of an example; empty if it is not known."""
    class_names: tuple[str, ...] | None
    missing: tuple[str, ...]
    """Files and folders that are not on this machine, if that is no mistake."""


def check_suits(draft: Draft, sink: Sink, needed: bool) -> Suited:
    """Report what does not go together.

    Args:
        draft: the recipe, as far as it could be read.
        sink: takes what is wrong.
        needed: whether data and weights that are not on this machine are a mistake.
    """
    draft = _with_one_end(draft, sink)
    missing: list[str] = []
    seen = _see(draft, sink, needed, missing) if draft.data else None
    suits = check_loss(draft, loss_fixes(draft) if loss_mistake(draft) else [], sink)
    check_metrics(draft if suits else draft._replace(loss=None), sink)
    picture = check_input(draft, seen, sink) if seen else ()
    if seen:
        check_classes(draft, seen, suits, sink)
    check_augmentation(draft, picture, sink)
    check_weights(draft, sink, needed, missing)
    lint(Examined(draft, seen or Seen()), sink)
    check_fine_tune(draft, sink)
    check_callbacks(draft, sink, needed)
    check_show(draft, picture, sink)
    return Suited(picture, seen.class_names if seen else None, tuple(missing))


def _with_one_end(draft: Draft, sink: Sink) -> Draft:
    """The draft without its network if that has not one input and one output."""
    if draft.shaped is None:
        return draft
    name, graph = draft.shaped.name, draft.shaped.graph
    if len(graph.inputs) == len(graph.outputs) == 1:
        return draft
    inputs, outputs = _count(len(graph.inputs), "input"), _count(len(graph.outputs), "output")
    message = f"`{name}` has {inputs} and {outputs}: a recipe trains a network with one of each"
    help = ["`outputs:` in the spec says which layer gives the answer"]
    sink.report(
        "AS601", draft.place.at("spec"), message, help=help if len(graph.inputs) == 1 else []
    )
    return draft._replace(shaped=None)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' * (number != 1)}"


def _see(draft: Draft, sink: Sink, needed: bool, missing: list[str]) -> Seen:
    """What is known of the data; what is known without them if they cannot be found."""
    data = draft.data
    assert data is not None
    try:
        return look(data, sink.may_look)
    except Elsewhere as error:
        missing.append(error.path)
    except DataError as error:
        path = _absent(data, error)
        if path is None or needed:
            _report(error, data, draft.data_place, sink)
        else:
            missing.append(path)
    return _expected(data)


def _absent(data: DataKind, error: DataError) -> str | None:
    """The path that is not there, if that is why data cannot be used."""
    path: str | None = getattr(data, "path", None)
    if path is not None and not os.path.exists(path):
        return path
    if error.key == "images":  # the table is here, its pictures are not
        return os.path.join(os.path.dirname(path or ""), getattr(data, "images", ""))
    return None


def _near_data(path: str, written: str, sink: Sink) -> str:
    """The data of nearly the same name that lie beside a path where there are none."""
    folder, name = os.path.split(path.rstrip("/"))
    if os.path.lexists(path) or not sink.may_quote(folder or "."):
        return ""
    try:
        names = sorted(os.listdir(folder or "."))
    except (OSError, ValueError):
        return ""
    ending = os.path.splitext(name)[1]
    alike = [n for n in names if os.path.splitext(n)[1] == ending]
    near = near_words(name, alike, elsewhere=False).words
    return os.path.join(os.path.dirname(written.rstrip("/")), near[0]) if near else ""


def _expected(data: DataKind) -> Seen:
    """What is known of data without looking at them."""
    if isinstance(data, Arrays):
        return Seen(None, tuple(data.class_names) if data.class_names else None)
    if "path" in data.arguments() and data.word == "mnist":
        return look(data.replace(path=None))
    return Seen()


def report_data_error(error: DataError, recipe: Recipe, sink: Sink) -> None:
    """Report it at the recipe's data, or at ``--data``."""
    _report(error, recipe.data, recipe.data_place, sink)


def _report(error: DataError, data: DataKind, place: Place | SourcePlace, sink: Sink) -> None:
    quoted = not error.without or may_quote_data(data, place, sink, *error.paths)
    message = error.message if quoted else error.without
    help: list[str | Fix] = [error.help] if error.help else []
    if not quoted:
        help = ["`--data PATH` or `--root DIR` lets more be said of it"]
    if isinstance(place, Place) and place.document.at((*place.path, data.word)) is not None:
        place = place.at(data.word)
        given = error.key and place.document.at((*place.path, error.key)) is not None
        meant = error.meant if quoted else ""
        written = place.document.at((*place.path, "path"))
        if error.key == "path" and isinstance(written, str):
            meant = _near_data(getattr(data, "path", ""), written, sink)
        if meant and error.key:
            fix = replace(did_you_mean(meant), place.at(error.key), meant) if given else None
            help = [fix or add(f"`{error.key}: {meant}`?", place, error.key, meant)]
        if given:
            place = place.at(error.key)
    sink.report(error.code, place, message, help=help)
