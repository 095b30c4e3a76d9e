"""The quick way through YAML: values only, of texts in which nothing is unusual.

Most specs have no error, no anchor and no odd number, and need no positions. At the first thing
that is not plain this reader gives up, and :mod:`archspec.parse.careful_yaml` reads the text with care;
a test holds the two to the same values.
"""

from collections.abc import Callable
from typing import Any

from yaml.events import (
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from archspec.parse.document import MAX_DEPTH


class Unusual(Exception):
    """Something that needs care."""


_LIST: Any = object()
"""Stands for the key while a list is read."""


def read_quickly(
    get_event: Callable[[], Any], words: dict[str, Any], number: Callable[[str], Any]
) -> Any:
    """The value of a text from its events; ``number`` reads what begins like one.

    Raises:
        Unusual: an error, an anchor, a tag, a key that stands twice or has no value.
    """
    get_event()  # the start of the stream
    if type(get_event()) is not DocumentStartEvent:
        raise Unusual
    stack: list[tuple[Any, Any]] = []
    container: Any = None
    key: Any = _LIST
    value: Any = None
    starts = frozenset("0123456789+-.")
    while True:
        event = get_event()
        kind = type(event)
        if kind is ScalarEvent:
            if event.tag is not None or event.anchor is not None:
                raise Unusual
            text = event.value
            if key is None:
                if text in container or text == "<<":
                    raise Unusual
                key = text
                continue
            if not event.implicit[0]:
                value = text
            elif not text:
                raise Unusual
            elif text[0] in starts:
                value = number(text)
            else:
                value = words.get(text, text)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            unusual = event.tag is not None or event.anchor is not None or key is None
            if unusual or len(stack) >= MAX_DEPTH:
                raise Unusual
            stack.append((container, key))
            container, key = ({}, None) if kind is MappingStartEvent else ([], _LIST)
            continue
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            value = container
            container, key = stack.pop()
        elif kind is DocumentEndEvent:
            break
        else:
            raise Unusual
        if not stack:
            continue  # the root
        if key is _LIST:
            container.append(value)
        else:
            container[key] = value
            key = None
    if type(get_event()) is not StreamEndEvent:
        raise Unusual
    return value
