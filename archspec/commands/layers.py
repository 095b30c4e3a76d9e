"""``archspec layers``: the layers that there are, and what each takes."""

import sys
from collections.abc import Iterator
from typing import Any

import click

from archspec.commands._say import show, terminal_width, wants_color


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from archspec.layers import layer_types
    from archspec.spec.words import CONSTRUCTS

    words = [*layer_types(), *CONSTRUCTS]
    return [w for w in words if w.lower().startswith(incomplete.lower())]


@click.command()
@click.argument("name", required=False, shell_complete=_complete)
def command(name: str | None) -> None:
    """List the layers by family, or show one: its arguments, defaults, and an example.

    Words of the language, such as repeat and residual, are shown in the same way.

    \b
    Examples:
      archspec layers
      archspec layers Conv2D
    """
    lines = _list() if name is None else _describe(name)
    show("\n".join(lines) + "\n")


def _bold(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m" if wants_color(sys.stdout) else text


def _list() -> Iterator[str]:
    from archspec.emit.table import cut, pad
    from archspec.reference.documentation import FAMILIES, families, summary_of
    from archspec.spec.words import CONSTRUCTS

    groups: dict[str, dict[str, Any]] = {
        FAMILIES.get(name, name): {layer.__name__: layer for layer in layers}
        for name, layers in families().items()
    }
    groups["words of the language"] = dict(CONSTRUCTS)
    widest = terminal_width() or 10_000
    for title, members in groups.items():
        yield _bold(title)
        column = max(len(name) for name in members)
        for name, member in members.items():
            yield cut(f"  {pad(name, column)}  {summary_of(member)}", widest)
        yield ""
    yield "`archspec layers NAME` shows the arguments of one."


def _describe(name: str) -> Iterator[str]:
    from archspec.diagnostics.spelling import as_sentence, suggest
    from archspec.layers import layer_types
    from archspec.reference.documentation import FAMILIES, description_of, group_of
    from archspec.spec.words import CONSTRUCTS

    known: dict[str, Any] = {**layer_types(), **CONSTRUCTS}
    record = known.get(name)
    if record is None:
        hint = as_sentence(suggest(name, list(known)))
        raise click.UsageError(f"There is no layer `{name}`.{hint}")
    family = group_of(record) if name in layer_types() else None
    kind = FAMILIES.get(family, family) if family else "word of the language"
    yield f"{_bold(name)}  ({kind})"
    yield ""
    yield from _wrapped(description_of(record), "")
    yield ""
    if name in layer_types():
        yield from _example(layer_types()[name])
    yield from _arguments(record)
    if name in layer_types():
        yield from _inputs(layer_types()[name])
        yield from _outputs(layer_types()[name])
    if getattr(record, "inputs", None) != (0, 0):
        yield from _of_every_item()


def _example(layer: Any) -> Iterator[str]:
    from archspec.reference.documentation import example_of
    from archspec.shapes.shape import format_shape
    from archspec.spec.written import flow, item

    example = example_of(layer)
    if example is None:
        return
    written = item(example.layer)
    if isinstance(written, dict):
        ((word, inner),) = written.items()
        written = f"{word}: {flow(inner)}"
    facts = example.facts
    numbers = [f"{facts.params:,} parameters"] if facts.params else []
    numbers += [f"{facts.macs:,} MACs"] if facts.macs else []
    if example.inputs:
        reads = " and ".join(format_shape(s) for s in example.inputs)
        gives = ", ".join([*map(format_shape, facts.outputs), *numbers])
        yield _bold("example")
        yield f"  - {written}"
        yield f"    {reads} → {gives}"
    else:
        yield _bold("example, at the top of a spec")
        yield f"  input: {flow(list(facts.outputs[0]))}"
    yield ""


def _arguments(record: Any) -> Iterator[str]:
    from archspec.records.record import fields
    from archspec.reference.documentation import field_docs
    from archspec.spec.written import flow

    docs = field_docs(record)
    if not docs:
        yield "no arguments of its own"
        yield ""
        return
    yield _bold("arguments")
    for name, field in fields(record).items():
        takes = field.type.expects_for(record)
        if field.required:
            takes += "; must be given"
        elif field.default is None:
            takes = takes.removesuffix(", or null")
        else:
            takes += f"; default {flow(_plain(field.default))}"
        if name in getattr(record, "call_arguments", ()):
            takes += "; of the call: on `apply` too"
        yield from _wrapped(f"{name}: {takes}", "  ", hang="      ")
        yield from _wrapped(docs[name], "      ")
    yield ""


def _inputs(layer: Any) -> Iterator[str]:
    from archspec.reference.documentation import ROLES

    if not layer.role_names:
        return
    yield _bold("inputs by name, such as `from: {" + f"{layer.role_names[0]}: x" + ", …}`")
    for role in layer.role_names:
        yield from _wrapped(f"{role}: {ROLES[role]}", "  ", hang="      ")
    yield ""


def _outputs(layer: Any) -> Iterator[str]:
    from archspec.reference.documentation import more_outputs

    more = more_outputs(layer)
    if not more:
        return
    yield _bold("outputs" if "" in more else "outputs beside the first")
    for argument, names in more.items():
        listed = ", ".join(f"NAME.{name}" for name in names)
        when = f"with `{argument}: true`" if argument else "of the example"
        yield from _wrapped(f"{listed}: {when}", "  ", hang="      ")
    yield ""


def _of_every_item() -> Iterator[str]:
    from archspec.reference.documentation import field_docs
    from archspec.spec.words import ItemKeys

    yield _bold("and, as every item")
    for name, text in field_docs(ItemKeys).items():
        yield from _wrapped(f"{name}: {text}", "  ", hang="      ")


def _plain(value: Any) -> Any:
    """A default as people write it: one number for a window that is the same along every axis."""
    while isinstance(value, tuple) and value and all(v == value[0] for v in value):
        value = value[0]
    return value


def _wrapped(text: str, indent: str, hang: str | None = None) -> Iterator[str]:
    """Lines of at most 100 columns, or of the terminal's width."""
    from textwrap import wrap

    width = min(terminal_width() or 100, 100)
    for paragraph in text.split("\n"):
        yield from wrap(
            paragraph,
            max(width, 40),
            initial_indent=indent,
            subsequent_indent=indent if hang is None else hang,
        ) or [""]
