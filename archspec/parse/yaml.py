"""YAML to a document, in one of two ways.

Two ways, because a sound spec needs values only, and those are read several times as fast without
positions and without PyYAML: ``quick_yaml`` reads them. ``careful_yaml`` composes PyYAML's events
(libyaml's where it has them): for texts that are unusual, and those of which a position is asked
for. Plain scalars follow YAML 1.2's core rules: ``no`` and ``on`` are text, ``1e-3`` is a number.
"""

from typing import Any

from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source
from archspec.parse.document import Document, Marks
from archspec.parse.quick_yaml import Unusual, read_quickly
from archspec.parse.scalars import OddNumber

_BREAKS = "\x85\u2028\u2029"
"""Line breaks in YAML 1.1, to libyaml, but neither in YAML 1.2 nor to editors."""


def parse_yaml(source: Source, sink: Sink) -> Document | None:
    """Parse YAML 1.2; reports and returns None when the text has an error."""
    try:
        value = read_quickly(source.text)
        return Document(source, value, lambda: read_with_marks(source, Sink())[1])
    except (Unusual, OddNumber):
        pass  # and now with care
    import yaml

    from archspec.parse.careful_yaml import Stop

    before = sink.count
    try:
        value, marks = read_with_marks(source, sink)
    except Stop:
        return None
    except yaml.MarkedYAMLError as error:
        from archspec.parse.yaml_syntax import report_syntax

        report_syntax(source, sink, error)
        return None
    except yaml.reader.ReaderError as error:
        from archspec.parse.yaml_syntax import report_unprintable

        report_unprintable(source, sink, error)
        return None
    if sink.count > before:
        return None
    return Document(source, value, lambda: marks)


def read_with_marks(source: Source, sink: Sink) -> tuple[Any, Marks]:
    """The value of a text, and where all of it stands; reports what is wrong.

    Raises:
        Stop: something was reported that leaves no value.
        yaml.YAMLError: the text is not YAML, which is not reported yet.
    """
    import yaml

    from archspec.parse.careful_yaml import Composer

    text = source.text
    for sign in _BREAKS:  # in most texts there is none: faster than str.translate
        text = text.replace(sign, " ")
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        return Composer(source, sink).compose(loader.get_event)
    finally:
        loader.dispose()
