"""Compare types of values and weights with Keras: ``python tests/dtypes_run.py --count 10000``.

A layer is drawn with a `dtype`, of its own and of a layer in it, and inputs of types that are drawn
too. What Keras calculates has our type, exactly if all inputs are floats and in kind if not; so have
its weights.
"""

import argparse
import os
import sys
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras

from archspec.layers.measure import measure
from archspec.records.record import ArgumentError, ValidationError
from archspec.shapes.dtypes import DTYPES, POLICIES, DtypeError
from archspec.shapes.shape import ShapeError
from tests import oracle
from tests.deviations import has
from tests.random_layers import Case, draw_case
from tests.special_arguments import Call

NOT_HERE = (
    "Could not find device",
    "Current implementation only supports",
    "CPU implementation",
    *oracle.LACKS,
)
"""What the CPU lacks: no matter of the network."""

OTHERWISE = {
    "CenterCrop": "what it makes larger becomes float32; which it does follows from the shape",
}
"""Layers whose type Keras tells otherwise in rare cases, and why we do not."""


def draw(random: Random, name: str) -> Case:
    """A layer of that name with dtypes, and types of its inputs."""
    kind = oracle.compared()[name]
    call, shapes, *_ = draw_case(random, kind, bad=0)
    arguments = {name: _with_dtype(random, value) for name, value in call.arguments.items()}
    if not kind.operation:
        arguments["dtype"] = random.choice((None, *POLICIES))
    floats = [dtype for dtype, of in DTYPES.items() if of == "float"]
    known = floats if random.random() < 0.8 else [dtype for dtype in DTYPES if dtype != "string"]
    count = len(shapes)
    same = random.random() < 0.5
    dtypes = (random.choice(known),) * count if same else tuple(random.choices(known, k=count))
    filled = tuple(tuple(3 if size is None else size for size in shape) for shape in shapes)
    return Case(Call(kind, arguments), filled, "", dtypes)


def _with_dtype(random: Random, value: Any) -> Any:
    if not isinstance(value, Call) or value.type.operation or random.random() < 0.5:
        return value
    return Call(value.type, {**value.arguments, "dtype": random.choice(POLICIES)})


def difference(case: Case) -> str | None:
    """How Keras differs, in a sentence; None if it does not, or if we do not take the case."""
    try:
        layer = case.call.make()
        facts = measure(layer, case.shapes)
        told = layer.output_dtype(*case.dtypes)
    except (ValidationError, ArgumentError, ShapeError, DtypeError):
        return None
    if has(case.call, "AdaptiveMax"):
        return None  # TensorFlow ends the process where a size is 1
    try:
        found = oracle.run_keras(case).dtype
        made = oracle.make_keras(case.call)
        tensors = zip(case.shapes, case.dtypes, strict=True)
        inputs = [keras.KerasTensor((None, *shape), dtype=dtype) for shape, dtype in tensors]
        oracle.call_keras(made, inputs, case.call)
    except Exception as error:
        text = " ".join(str(error).split())
        known = any(part in text for part in NOT_HERE) or case.call.type.__name__ in OTHERWISE
        return None if known or _fails_in_float32(case) else f"Keras raises {text[:200]}"
    floats = {DTYPES[dtype] for dtype in case.dtypes} == {"float"}
    if case.call.type.__name__ not in OTHERWISE and (
        found != told if floats else DTYPES[found] != DTYPES[told]
    ):
        return f"output: ours {told}, Keras {found}"
    ours = [weight.dtype or "float32" for weight in facts.weights]
    theirs = [weight.dtype for weight in made.weights]
    return None if ours == theirs else f"weights: ours {ours}, Keras {theirs}"


def _fails_in_float32(case: Case) -> bool:
    """Whether Keras refuses the layer whatever the types, so that they are not to blame."""
    given = case.call.arguments.items()
    call = Call(case.call.type, {name: _plain(value) for name, value in given if name != "dtype"})
    try:
        oracle.run_keras(case._replace(call=call, dtypes=()))
    except Exception:
        return True
    return False


def _plain(value: Any) -> Any:
    if not isinstance(value, Call):
        return value
    return Call(value.type, {n: v for n, v in value.arguments.items() if n != "dtype"})


def main() -> int:
    """Run from the command line; the exit status is 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    names = sorted(set(oracle.compared()) - {"Input"})
    wrong = 0
    for number in range(options.count):
        case = draw(Random(f"{options.seed}/{number}"), names[number % len(names)])
        found = difference(case)
        if found is not None:
            wrong += 1
            print(f"{case.call} of {case.shapes} {case.dtypes}: {found}")
        if number % 500 == 0:
            oracle.forget()
    print(f"{options.count:,} cases, {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
