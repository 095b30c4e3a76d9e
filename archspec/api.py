"""The Python interface: load and check specs."""

import json
import os
from typing import Any

from archspec.diagnostics.characters import visible
from archspec.diagnostics.report import report
from archspec.diagnostics.sink import Diagnostic as Diagnostic
from archspec.diagnostics.sink import Sink, SourcePlace
from archspec.diagnostics.source import Source, SourceError, decode_source
from archspec.formulas.values import show
from archspec.infer.infer import ShapedGraph
from archspec.parse import parse
from archspec.parse.document import Document
from archspec.pipeline import open_document, quotable, report_unreadable, shape_document
from archspec.weights.pairing.report import WeightsReport as WeightsReport

_TEXT = "<text>"
_PARAMETERS = "<parameters>"


class SpecError(Exception):
    """A spec that has errors; its text is what ``archspec check`` prints."""

    def __init__(self, diagnostics: list[Diagnostic], message: str = "") -> None:
        super().__init__(visible(message) if message else report(diagnostics).rstrip())
        self.diagnostics = diagnostics
        """All errors and warnings, by file and line."""

    def _render_traceback_(self, *_: Any) -> list[str]:
        """What IPython and notebooks show in place of a traceback: what a terminal would show."""
        from archspec.diagnostics.notebook import notebook_lines

        return notebook_lines(self, self.diagnostics)


class Network(ShapedGraph):
    """A checked network: ``name``, ``title``, ``nodes``, ``params``, ``trainable_params``, ``macs``.

    Every node has a ``name``, a ``layer``, an ``output_shape`` without the batch, ``params`` and
    ``macs``.
    """

    def summary(self, depth: int = 1) -> str:
        """The table of ``archspec summary``; ``depth`` is the number of levels of blocks."""
        from archspec.emit.summary import Options, summary

        return summary(self, options=Options(depth))

    def __repr__(self) -> str:
        nodes = self.graph.nodes
        plural = "s" if len(nodes) != 1 else ""
        return f"<Network {visible(self.name)}: {len(nodes):,} layer{plural}, {self.params:,} parameters>"

    def _repr_svg_(self) -> str:
        """The picture, for notebooks."""
        from archspec.drawing.render import render_svg

        return render_svg(self)

    def _repr_html_(self) -> str:
        """The picture with the table, for notebooks."""
        from archspec.drawing.shown import shown

        return shown(self)


def load(path: str | os.PathLike[str], /, **params: Any) -> Network:
    """The network of a spec file, with other values for its parameters if given.

    Raises:
        SpecError: the file cannot be read, the spec has errors, or it has blocks only.
    """
    name = os.fsdecode(path)
    sink = Sink(quotable([name]))
    return _network(open_document(name, sink), sink, params, name)


def loads(text: str | bytes, /, **params: Any) -> Network:
    """The network of a spec that is given as text, YAML or JSON.

    Files that it extends or uses are looked for from the current folder.

    Raises:
        SpecError: the spec has errors, or it has blocks only.
    """
    sink = Sink(quotable(["-"]))
    if not isinstance(text, str | bytes):
        raise TypeError(f"loads() takes the text of a spec, not {type(text).__name__}")
    try:
        source = Source(_TEXT, text) if isinstance(text, str) else decode_source(_TEXT, text)
    except SourceError as error:
        report_unreadable(error, sink)
        return _network(None, sink, params)
    return _network(parse(source, sink), sink, params)


def check(path: str | os.PathLike[str], /) -> list[Diagnostic]:
    """Everything that is wrong with a spec file, errors and warnings; empty if nothing is.

    Each has a ``code``, a ``severity``, a ``message``, ``notes``, ``help``, ``tried`` (what of the
    help is edits, as replacements of characters) and a ``span`` of line and columns.
    """
    name = os.fsdecode(path)
    sink = Sink(quotable([name]))
    document = open_document(name, sink)
    if document is not None:
        shape_document(document, sink)
    _try_fixes(sink, name)
    return sink.diagnostics


def fix(text: str, /, *, unsafe: bool = False) -> str:
    """The text of a spec with those of its mistakes mended where it is certain how.

    A fix is applied if it can hardly be meant otherwise and the mistake is gone then and no other
    has come; all other characters stay as they are. A text without such mistakes is returned as it
    is. Files that it extends or uses are looked for from the current folder, and stay as they are.

    Args:
        text: YAML or JSON.
        unsafe: whether fixes are applied too that mend, but may be meant otherwise.
    """
    from archspec.mend.applying import mend
    from archspec.mend.trying import rechecks

    if not isinstance(text, str):
        raise TypeError(f"fix() takes the text of a spec, not {type(text).__name__}")
    return mend(_TEXT, text, rechecks(Sink(quotable(["-"])), shape_document), unsafe).text


def draw(spec: "str | os.PathLike[str] | ShapedGraph", /, **options: Any) -> Any:
    """A network as a picture: a :class:`archspec.drawing.shown.Drawing`.

    It shows itself in a notebook, with the table of its layers; ``.save("net.pdf")`` writes it as
    .svg, .png, .pdf, .tex, .html, .dot, .mmd or .drawio; ``.svg`` is the text of the picture, ``.dot`` what
    the ``graphviz`` package can change.

    Args:
        spec: a checked network, or the path of a spec.
        options: those of ``archspec render``: ``view`` (``"graph"``, ``"volumes"``), ``detail``,
            ``expand``, ``direction``, ``theme`` (``"auto"``), ``columns``, ``shape``, ``width``
            (``"16cm"`` or points), ``paper``, ``min_text``, ``block``, ``dot``.

    Raises:
        SpecError: the spec has errors.
        LookupError: there is no block to open of that name.
        ValueError: an option cannot be that, or cannot apply.
    """
    from archspec.drawing.shown import Drawing

    return Drawing(spec if isinstance(spec, ShapedGraph) else load(spec), **options)


def build(spec: "str | os.PathLike[str] | ShapedGraph", /, **params: Any) -> Any:
    """The uncompiled functional Keras model of a spec file or of a loaded network.

    Layers are named after the paths of the nodes, ``stage2.unit1.add``. One input or output
    stands alone, several are a list in the order of the spec. After
    ``keras.utils.set_random_seed(n)`` the initial weights are those of the same layers written by
    hand.

    Raises:
        SpecError: the spec has errors, or Keras refuses one of its layers.
        BackendError: Keras or its backend is not installed.
    """
    from archspec.emit.keras import build_model

    if isinstance(spec, ShapedGraph):
        if params:
            raise TypeError(
                "a loaded network has its parameters already: load(path, ...) takes them"
            )
        network = spec
    else:
        network = load(spec, **params)
    sink = Sink()
    built = build_model(network, sink)
    if built is None:
        raise SpecError(sink.diagnostics)
    return built.model


def load_weights(model: Any, source: Any, /, **options: Any) -> WeightsReport:
    """Load weights into a Keras model, by name and then by structure; gives a report.

    ``source`` is a ``.keras`` or ``.weights.h5`` file, an ``.h5`` file of Keras 2, a model, or
    ``keras:ResNet50`` for the pretrained one of keras.applications; see
    :func:`archspec.weights.loading.load.load_weights` for options. ``report.without`` are the layers that
    kept their own.

    Raises:
        ModelError: the source cannot be read or downloaded, or no layer takes weights.
    """
    from archspec.weights.loading.load import load_weights

    return load_weights(model, source, **options)


def import_model(
    model: Any,
    path: str | os.PathLike[str] | None = None,
    /,
    *,
    flat: bool = False,
    initializers: bool = True,
) -> str:
    """The text of a spec of a Keras model, proved to be the same network: ``archspec import``.

    Nothing in a file is executed. If folding fails, there is a warning and the flat spec.

    Args:
        model: a model, the path of a ``.keras``, ``.h5`` or JSON file, or ``keras:ResNet50``.
        path: where to write the text too; a file that is there already is not replaced.
        flat: whether every layer stands by itself, under its own name, without blocks and repeats.
        initializers: whether initializers, regularizers and constraints are kept.

    Raises:
        SpecError: the model cannot be read, holds what a spec cannot say, or the text cannot be
            written.
        BackendError: Keras is needed, for ``keras:``, and is not installed.
        ModelError: keras.applications has no such network.
    """
    import warnings

    from archspec.files.writing import WriteError, check_file, write_safely
    from archspec.importer.bring import Wanted, bring, totals
    from archspec.importer.initial_values import without_initial_values
    from archspec.importer.second_proof import is_built_alike
    from archspec.importer.sources import read_source

    sink = Sink()
    target = None if path is None else os.fsdecode(path)
    try:
        if target is not None:
            check_file(target)
        origin = read_source(model, sink)
        found = None
        if origin is not None:
            graph = origin.graph if initializers else without_initial_values(origin.graph)
            wanted = Wanted(flat)
            found = bring(graph, origin.name, totals(f"imported from {origin.name}"), sink, wanted)
        if origin is None or found is None:
            raise SpecError(sink.diagnostics)
        if origin.config is not None and not is_built_alike(
            found.shaped, origin, sink, initializers
        ):
            raise SpecError(sink.diagnostics)
        if found.unfolded:
            warnings.warn(f"nothing is folded: {found.unfolded}", stacklevel=2)
        if target is not None:
            write_safely(target, found.text)
    except WriteError as error:
        help = [error.hint] if error.hint else []
        sink.report(error.code, SourcePlace(Source(error.path, "")), error.message, help=help)
        raise SpecError(sink.diagnostics) from None
    return found.text


def load_model(path: str | os.PathLike[str], /) -> Any:
    """Load a ``.keras`` file, or an ``.h5`` one: like ``keras.models.load_model``, of any depth.

    Knows the layers that Keras lacks, and executes nothing that is in the file. The model is not
    compiled.

    Raises:
        ModelError: there is no such file, or Keras cannot load it.
    """
    from archspec.weights.loading.models import load_model

    return load_model(path)


def _network(
    document: Document | None, sink: Sink, params: dict[str, Any], name: str = _TEXT
) -> Network:
    shaped = None
    values: dict[str, str] = {}
    if document is not None:
        values = _as_yaml(params, sink)
        shaped = None if sink.errors else shape_document(document, sink, values, _PARAMETERS)
    if shaped is not None:
        return Network(shaped.graph, shaped.facts)
    _try_fixes(sink, name, values)
    message = ""
    if not sink.errors and document is not None:
        message = f"{document.source.name} is a library of blocks, not a network"
    raise SpecError(sink.diagnostics, message)


def _try_fixes(sink: Sink, name: str, values: dict[str, str] | None = None) -> None:
    """Try what would mend the text of a name, before it is told."""
    if any(d.fixes for d in sink.diagnostics):
        from archspec.mend.behind import try_found

        try_found(sink, name, lambda d, again: shape_document(d, again, values, _PARAMETERS))


def _as_yaml(params: dict[str, Any], sink: Sink) -> dict[str, str]:
    """The text of each value; reports what no spec can have."""
    found = {}
    place = SourcePlace(Source(_PARAMETERS, ""))
    for name, value in params.items():
        if not name.isidentifier():
            sink.report("AS110", place, f"{show(name)} cannot be the name of a parameter")
            continue
        try:
            found[name] = json.dumps(value.tolist() if hasattr(value, "tolist") else value)
        except (TypeError, ValueError, RecursionError):
            kind = type(value).__name__
            message = f"parameter `{name}` must be a number, a truth value, text or a list"
            sink.report("AS111", place, f"{message}, and cannot be this {kind}")
    return found
