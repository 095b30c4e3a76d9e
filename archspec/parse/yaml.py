"""YAML to a document, in one of three ways.

A sound spec needs values only, and those are read several times as fast without positions and
without PyYAML: ``quick_yaml`` reads them. ``careful_yaml`` composes PyYAML's events (libyaml's where
it has them): for texts that are unusual, and those of which a position is asked for. ``loose_yaml``
makes such events of what is no YAML, or hardly meant as it stands, and knows what would mend it.
Plain scalars follow YAML 1.2's core rules: ``no`` and ``on`` are text, ``1e-3`` is a number.
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
    """Parse YAML 1.2; reports what is wrong, and returns None if nothing can be made of it."""
    if source.text.isascii() or not _has_odd_signs(source.text):
        try:
            value = read_quickly(source.text)
            return Document(source, value, lambda: _marks_of(source, value))
        except (Unusual, OddNumber):
            pass  # and now with care
    return _parse_with_care(source, sink)


def _marks_of(source: Source, value: Any) -> Marks:
    """Where a value stands that the quick reader has read."""
    from archspec.parse.quick_marks import Astray, find_marks

    try:
        return find_marks(source.text, value)
    except Astray:  # somebody has changed the value
        return read_with_marks(source, Sink())[1]


def read_with_marks(source: Source, sink: Sink, text: str | None = None) -> tuple[Any, Marks, bool]:
    """The value of a text, where all of it stands, and whether something in it looks like a slip.

    Reports what is wrong. ``text`` is read in place of the source's; it has as many characters.

    Raises:
        Stop: something was reported that leaves no value.
        yaml.YAMLError: the text is not YAML, which is not reported yet.
    """
    import yaml

    from archspec.parse.careful_yaml import Composer

    text = source.text if text is None else text
    for sign in _BREAKS:  # in most texts there is none: faster than str.translate
        text = text.replace(sign, " ")
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    composer = Composer(source, sink)
    try:
        value, marks = composer.compose(loader.get_event)
    finally:
        loader.dispose()
    return value, marks, composer.odd


def _parse_with_care(source: Source, sink: Sink, text: str | None = None) -> Document | None:
    """With positions; and, if there are slips, what was meant by the text."""
    import yaml

    from archspec.parse.careful_yaml import Stop

    first = Sink()
    error: yaml.YAMLError | None = None
    value: Any = None
    marks = Marks.nowhere()
    try:
        value, marks, odd = read_with_marks(source, first, text)
    except Stop:
        _tell_again(first, sink)
        return None
    except yaml.reader.ReaderError as found:
        from archspec.parse.yaml_syntax import report_unprintable

        cleaned = None if text is not None else report_unprintable(source, sink, found)
        if cleaned is None:
            return None
        document = _parse_with_care(source, sink, cleaned)
        if document is not None:
            document.sound = False
        return document
    except yaml.YAMLError as found:
        error, odd = found, True
    odd = odd or (not source.text.isascii() and _has_odd_signs(source.text))
    if odd:
        from archspec.parse.going_on import parse_loosely

        document, told = parse_loosely(source, sink, text, error is None)
        if told:
            return document
    if error is not None:
        from archspec.parse.yaml_syntax import report_syntax

        assert isinstance(error, yaml.MarkedYAMLError)
        report_syntax(source, sink, error)
        return None
    _tell_again(first, sink)
    return Document(source, value, lambda: marks, sound=not first.errors)


_ODD_SIGNS = (
    "：，｛｝［］（）；＂＇“”„‟«»‘’‚‛\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u202f\u205f\u3000"
)


def _has_odd_signs(text: str) -> bool:
    if not any(sign in text for sign in _ODD_SIGNS):
        return False
    from archspec.parse.loose_lines import has_odd_signs

    return has_odd_signs(text)


def _tell_again(found: Sink, sink: Sink) -> None:
    if found.count:
        from archspec.parse.going_on import tell_again

        tell_again(found, sink)
