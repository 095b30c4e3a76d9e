"""A spec at a revision of a Git repository, with the files that it uses at the same one."""

import os

from archspec.commands._leave import leave
from archspec.commands._root import given_roots
from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import MAX_BYTES, Source, SourceError, decode_source
from archspec.files.revisions import Revision, RevisionError
from archspec.files.roots import real_paths
from archspec.infer.infer import ShapedGraph
from archspec.pipeline import open_document, shape_document


def shaped_at_revision(revision: Revision, path: str, values: dict[str, str]) -> ShapedGraph:
    """The shaped graph of a spec at a revision; prints the errors and leaves if there are any."""

    def read(name: str) -> Source:
        try:
            return decode_source(name, revision.read(name, MAX_BYTES))
        except RevisionError as error:
            message = f"cannot read this file: {error.message}"
            raise SourceError("AS001", name, message, error.help) from None

    name = revision.named(path)
    sink = Sink()
    sink.roots = real_paths([*given_roots(), os.path.dirname(name)])
    sink.read = read
    document = open_document(name, sink)
    shaped = shape_document(document, sink, values) if document is not None else None
    if shaped is None:
        leave(sink, name)
    return shaped
