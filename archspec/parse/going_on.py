"""On after a slip of YAML: what was meant by a text that cannot be read as it stands."""

from contextlib import suppress
from typing import Any

from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source
from archspec.parse.careful_yaml import Composer, Stop
from archspec.parse.document import Document, Marks
from archspec.parse.loose_yaml import read_loosely
from archspec.parse.slips import LARGEST, Slips, is_ours


def parse_loosely(
    source: Source, sink: Sink, text: str | None, is_yaml: bool
) -> tuple[Document | None, bool]:
    """What was meant by a text; and whether something was told."""
    if len(source.text) > LARGEST:
        return None, False
    slips = Slips(source, "AS010", text)
    events = iter(read_loosely(slips))
    if not slips.found or (is_yaml and not all(slip.in_yaml for slip in slips.found)):
        return None, False
    second = Sink()
    value: Any = None
    marks = Marks.nowhere()
    with suppress(Stop, StopIteration):
        value, marks = Composer(source, second).compose(events.__next__)
    ours = is_ours(value)
    slips.report(sink) if ours else slips.report(sink, most=1)
    if not ours:
        return None, True
    tell_again(second, sink, slips)
    return Document(source, value, lambda: marks, sound=False), True


def tell_again(found: Sink, sink: Sink, slips: Slips | None = None) -> None:
    """Report what was kept back until it was known how the text is to be read.

    What has a slip within it, which was told, is not said.
    """
    for told in found.diagnostics:
        if slips is not None and told.span is not None and slips.lies_in(told.span):
            continue
        sink.report(told.code, told.place, told.message, notes=told.notes, help=told.advice)
