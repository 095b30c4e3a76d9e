"""The networks of keras.applications, imported: what each comes to."""

import time
from typing import Any, NamedTuple

from archspec.diagnostics.sink import Sink
from archspec.emit.keras.build import declaring
from archspec.importer.prove_built import prove_outputs, prove_structure
from archspec.importer.read.read import read_config
from archspec.weights.loading.models import application
from tests.importer.round_trip import round_trip

TO_REACH = {
    "ResNet50": 38,
    "ResNet152": 38,
    "VGG16": 16,
    "MobileNet": 26,
    "MobileNetV2": 40,
    "DenseNet121": 36,
    "InceptionV3": 108,
    "EfficientNetB0": 58,
    "ConvNeXtTiny": 30,
    "MobileNetV3Large": 60,
    "NASNetMobile": 110,
}
"""Lines of the folded spec, at most."""
MOST_PARAMS = 70_000_000
"""Of larger ones the outputs are calculated with ``--large`` only."""


class Imported(NamedTuple):
    """A network of keras.applications, imported."""

    call: str
    nodes: int
    lines: int
    params: int
    warnings: int
    wrong: list[str]
    outputs: str
    """The difference of the outputs in words; why there is none."""
    seconds: float
    """Of reading, folding, writing, loading and the first proof."""
    text: str

    def row(self) -> str:
        """A line of the table."""
        most = TO_REACH.get(self.call)
        bound = "" if most is None else f"{'≤' if self.lines <= most else '>'} {most}"
        told = "; ".join(self.wrong)[:300] or "ok"
        return (
            f"{self.call:20} {self.nodes:6,} {self.lines:5} {bound:6} {self.params:12,}"
            f" {self.warnings:4} {self.seconds:6.2f}  {self.outputs:34} {told}"
        )


HEAD = (
    f"{'network':20} {'layers':>6} {'lines':>5} {'bound':6} {'parameters':>12} {'warn':>4}"
    f" {'secs':>6}  {'outputs':34} proofs"
)


def import_application(call: str, outputs: bool = True, large: bool = False) -> Imported:
    """Import a network, and prove it.

    Args:
        call: ``MobileNet`` or ``MobileNet(alpha=0.25)``.
        outputs: whether outputs are compared.
        large: of large ones too.
    """
    import keras

    with declaring(values=False):
        model = application(call)
    config = model.get_config()
    params = model.count_params()
    keras.backend.clear_session()
    start = time.perf_counter()
    sink = Sink()
    graph = read_config(type(model).__name__, config, f"keras:{call}", sink)
    if graph is None:
        wrong = [f"{d.code}: {d.message}" for d in sink.diagnostics]
        return Imported(call, 0, 0, 0, 0, wrong, "", time.perf_counter() - start, "")
    found = round_trip(graph)
    seconds = time.perf_counter() - start
    wrong, told = [*found.wrong], ""
    if found.shaped is not None:
        if found.shaped.params != params:
            wrong.append(f"{found.shaped.params:,} parameters, not {params:,}")
        proof = prove_structure(found.shaped, type(model).__name__, config)
        wrong += [*proof.differences, *([] if proof.proved else proof.unproved)]
        told = "not calculated: large"
        if outputs and (large or params <= MOST_PARAMS):
            gap = prove_outputs(found.shaped, application(call))
            wrong += [*gap.differences, *gap.unproved]
            told = "; ".join(gap.proved)
        keras.backend.clear_session()
    return Imported(
        *(call, len(graph.nodes), found.lines, params, found.warnings, wrong),
        *(told.replace("outputs with copied weights differ by", "differ by"), seconds, found.text),
    )


def import_all(calls: list[str], **options: Any) -> list[Imported]:
    """Import several, a line for each as it is done."""
    print(HEAD, flush=True)
    found = []
    for call in calls:
        try:
            found.append(import_application(call, **options))
        except Exception as error:
            told = [f"{type(error).__name__}: {error}"]
            found.append(Imported(call, 0, 0, 0, 0, told, "", 0.0, ""))
        print(found[-1].row(), flush=True)
    return found
