"""What ``check`` says of a sound file."""

from typing import Any

from archspec.infer.infer import ShapedGraph


def spec_line(shaped: ShapedGraph | None) -> str:
    """A spec in a line: its chain of sizes, parameters, multiply-accumulates."""
    from archspec.emit.sizes import size_chain

    if shaped is None:
        return "blocks only"
    macs = f"{_short(shaped.macs)} MACs"
    if not shaped.macs_known:
        inputs = (shaped.shape((index, 0)) for index in shaped.graph.inputs.values())
        whose = "the input's size" if any(None in s for s in inputs) else "a size not known"
        macs = f"MACs depend on {whose}"
    parts = [size_chain(shaped), f"{shaped.params:,} params", macs]
    return "  ".join(p for p in parts if p)


def _short(count: int) -> str:
    for power, unit in ((12, "T"), (9, "G"), (6, "M"), (3, "k")):
        if count >= 10**power:
            return f"{count / 10**power:.3g} {unit}"
    return str(count)


def recipe_line(recipe: Any) -> str:
    """A recipe in a line: what goes in and out, how it learns, and for how long."""
    from archspec.records.record import snake_case
    from archspec.shapes.shape import format_shape

    shaped, keys, rate = recipe.shaped, recipe.keys, recipe.optimizer.learning_rate
    outputs = format_shape(shaped.shape(shaped.graph.outputs[0]))
    inputs = format_shape(recipe.picture) if recipe.picture else "?"
    optimizer = type(recipe.optimizer).__name__
    if not isinstance(rate, float):
        optimizer += f" with {type(rate).__name__}"
    epochs = f"{keys.epochs}" + (f" + {recipe.fine_tune.epochs}" if recipe.fine_tune else "")
    parts = [
        f"{shaped.name} {inputs} → {outputs}",
        f"{snake_case(type(recipe.loss).__name__)}, {optimizer}",
        f"{epochs} epoch{'s' * (recipe.epochs > 1)}, batches of {keys.batch_size}",
    ]
    if recipe.missing:
        parts.append(f"not here: {', '.join(recipe.missing)}")
    return "  ".join(parts)
