"""YAML to a document: PyYAML's events, composed here in one of two ways.

The events come from libyaml where PyYAML has it. Plain scalars follow YAML 1.2's core rules:
``no`` and ``on`` are text, ``1e-3`` is a number.

Two ways, because a sound spec needs values only, and those are read three times as fast without
positions: ``quick_yaml`` reads them, and ``careful_yaml`` the texts that are unusual, and those of
which a position is asked for.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import yaml

from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source
from archspec.parse.document import Document, Marks
from archspec.parse.quick_yaml import Unusual, read_quickly
from archspec.parse.scalars import WORDS, OddNumber, read_number

T = TypeVar("T")

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_BREAKS = "\x85\u2028\u2029"
"""Line breaks in YAML 1.1, to libyaml, but neither in YAML 1.2 nor to editors."""


def parse_yaml(source: Source, sink: Sink) -> Document | None:
    """Parse YAML 1.2; reports and returns None when the text has an error."""
    try:
        value = read_values(source)
        return Document(source, value, lambda: read_with_marks(source, Sink())[1])
    except (Unusual, OddNumber, yaml.YAMLError):
        pass  # and now with care
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


def read_values(source: Source) -> Any:
    """The value of a text in which nothing is unusual.

    Raises:
        Unusual, OddNumber, yaml.YAMLError: something in it needs care.
    """
    return _from_events(source, lambda events: read_quickly(events, WORDS, read_number))


def read_with_marks(source: Source, sink: Sink) -> tuple[Any, Marks]:
    """The value of a text, and where all of it stands; reports what is wrong.

    Raises:
        Stop: something was reported that leaves no value.
        yaml.YAMLError: the text is not YAML, which is not reported yet.
    """
    from archspec.parse.careful_yaml import Composer

    return _from_events(source, Composer(source, sink).compose)


def _from_events(source: Source, read: Callable[[Callable[[], Any]], T]) -> T:
    text = source.text
    for sign in _BREAKS:  # in most texts there is none: faster than str.translate
        text = text.replace(sign, " ")
    loader = _LOADER(text)
    try:
        return read(loader.get_event)
    finally:
        loader.dispose()
