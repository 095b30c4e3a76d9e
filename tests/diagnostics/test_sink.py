"""The sink: what counts as the same mistake, and what is taken back."""

from archspec.diagnostics.sink import Sink, SourcePlace
from archspec.diagnostics.source import Source

PLACE = SourcePlace(Source("net.keras", ""))


def test_of_a_file_as_a_whole_there_is_more_than_one_thing_to_say() -> None:
    sink = Sink()
    for message in ("`a` is unknown", "`b` is unknown", "`a` is unknown"):
        sink.report("AS703", PLACE, message, node="c")
    assert [d.message for d in sink.diagnostics] == ["`a` is unknown", "`b` is unknown"]
    assert [list(d.repeats) for d in sink.diagnostics] == [["c"], []]


def test_what_was_told_of_a_file_of_another_kind_is_taken_back() -> None:
    sink = Sink()
    sink.report("AS901", PLACE, "before")
    before = sink.count
    sink.report("AS002", PLACE, "this is binary")
    assert sink.errors
    sink.take_back(before)
    assert [d.code for d in sink.diagnostics] == ["AS901"]
    assert not sink.errors
    sink.report("AS002", PLACE, "this is binary")
    assert sink.count == 2
