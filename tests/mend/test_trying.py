"""Fixes are tried: who is told of them, and what they are worth."""

from collections.abc import Callable
from pathlib import Path

import pytest

from archspec import api
from archspec.diagnostics.fixes import Edit, Fix, How
from archspec.diagnostics.place import Located, Place, SourcePlace, Span
from archspec.diagnostics.sink import Diagnostic, Sink
from archspec.diagnostics.source import Source
from archspec.diagnostics.tried import Outcome
from archspec.mend import trying
from archspec.mend.applying import mend
from archspec.parse import Document, parse

Examine = Callable[[Document, Sink], object]


def numbers(document: Document, sink: Sink) -> None:
    """Values must be below 10; 7 beside 6 is worse, and is told where 6 stands."""
    for name, value in document.value.items():
        place = document.root.at(name)
        if value >= 10:
            fixes = [
                Fix(f"write {n}", (Edit(place, n),), certain=n == 1, otherwise=f"not {n}")
                for n in (12, 7, 1, 2)
            ]
            sink.report("AS204", place, f"`{name}` is {value}", help=["as it is", *fixes])
        if value == 7:
            sink.report("AS205", place, f"`{name}` is seven")


def checked(text: str, examine: Examine = numbers, name: str = "a.yaml") -> list[Diagnostic]:
    sink = Sink()
    document = parse(Source(name, text), sink)
    if document is not None:
        examine(document, sink)
    trying.try_fixes(Source(name, text), sink, trying.rechecks(sink, examine))
    return sink.diagnostics


def test_outcomes() -> None:
    (found,) = checked("a: 11\n")
    assert found.help == ("as it is", "write 1", "write 2")
    one, two = found.tried
    assert (one.outcome, two.outcome) == (Outcome.MENDS, Outcome.MENDS)
    assert (one.certain, two.certain) == (True, False)
    assert one.replacements == (((1, 4, 1, 6), "1"),)


@pytest.mark.parametrize(
    ("code", "help", "kept"),
    [
        ("AS405", [], True),  # the layer was not there, so nobody knew its shape
        ("AS205", [], False),  # something else was meant
        ("AS205", [3], True),
        ("AS205", [8], False),
    ],
)
def test_what_a_fix_brings_to_light(code: str, help: list[int], kept: bool) -> None:
    def examine(document: Document, sink: Sink) -> None:
        place = document.root.at("a")
        if document.value["a"] > 9:
            fix = Fix("7", (Edit(place, 7),), True, otherwise="another number")
            sink.report("AS204", place, "too large", help=[fix])
        elif document.value["a"] > 6:
            fixes = [Fix(f"{n}", (Edit(place, n),)) for n in help]
            sink.report(code, place, "not quite", help=fixes)

    (found,) = checked("a: 11\n", examine)
    if kept:
        assert [(t.outcome, t.certain) for t in found.tried] == [(Outcome.PARTLY, False)]
    else:
        assert found.advice == ("another number",)


def test_a_message_may_have_other_numbers() -> None:
    """What is wrong elsewhere is no new mistake because its message counts anew."""

    def examine(document: Document, sink: Sink) -> None:
        a, b = document.value.values()
        place = document.root.at("a")
        if a > 9:
            sink.report("AS204", place, "too large", help=[Fix("1", (Edit(place, 1),), True)])
        sink.report("AS401", document.root.at("b"), f"{a} and {b}")

    first, _ = checked("a: 11\nb: 3\n", examine)
    assert first.tried[0].certain


def test_warnings_that_an_error_hid_are_not_new() -> None:
    def examine(document: Document, sink: Sink) -> None:
        place = document.root.at("a")
        if document.value["a"] > 9:
            sink.report("AS204", place, "too large", help=[Fix("1", (Edit(place, 1),), True)])
        else:
            sink.report("AS903", place, "never used")

    assert checked("a: 11\n", examine)[0].tried[0].certain


def test_text_that_cannot_be_read() -> None:
    def examine(document: Document, sink: Sink) -> None:
        place = document.root.at("a")
        broken = Fix("break it", (Edit(place, "[1", How.TEXT),), True)
        nothing = Fix("change nothing", (Edit(place, 11),), True)
        nowhere = Fix("change what is not there", (Edit(place.at("b"), 11),), True)
        sink.report("AS204", place, "wrong", help=[broken, nothing, nowhere])

    (found,) = checked("a: 11\n", examine)
    assert found.advice == ()


def test_slips_that_hide_each_other() -> None:
    """The reader stops at the first slip; that it then stops further down is better."""

    def slips(source: Source, sink: Sink) -> None:
        for number, line in enumerate(source.text.splitlines(), 1):
            if "?" in line:
                at = line.index("?") + 1
                place = SourcePlace(source, Span(number, at, number, at + 1))
                fixes = [Fix(t, (Edit(place, t, How.TEXT),), True) for t in ("!", "??")]
                sink.report("AS010", place, f"a slip in line {number}", help=fixes)
                return

    source = Source("a.yaml", "a: ?\nb: ?\n")
    sink = Sink()
    slips(source, sink)

    def check(source: Source, /, helps: bool = True) -> Sink:
        again = Sink()
        slips(source, again)
        return again

    trying.try_fixes(source, sink, check)
    (found,) = sink.diagnostics
    assert [(t.message, t.outcome) for t in found.tried] == [("!", Outcome.PARTLY)]


def test_other_files_and_anchors() -> None:
    other = Source("b.yaml", "a: 3\n")

    def examine(document: Document, sink: Sink) -> None:
        there = parse(other, Sink())
        assert there is not None
        places = there.root.at("a"), document.root.at("x", "a"), document.root.at("y", "a")
        help = [Fix(f"fix {n}", (Edit(p, 1),), True) for n, p in enumerate(places)]
        sink.report("AS204", document.root.at("x", "a"), "wrong", help=help)

    (found,) = checked("x: &x {a: 3}\ny: *x\n", examine)
    assert [(t.outcome, t.certain) for t in found.tried] == [(Outcome.UNTRIED, False)] * 3
    assert not any(t.replacements for t in found.tried)


def test_so_many_that_they_are_tried_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = 0
    judge = trying.judge

    def counted(*arguments: list[Diagnostic]) -> Outcome | None:
        nonlocal tries
        tries += 1
        return judge(*arguments)

    def examine(document: Document, sink: Sink) -> None:
        for name, value in document.value.items():
            place = document.root.at(name)
            if value > 9:
                fixes = [Fix(f"{n}", (Edit(place, n),), True) for n in (1, 2)]
                sink.report("AS204", place, f"`{name}` is wrong", help=fixes)

    monkeypatch.setattr(trying, "judge", counted)
    found = checked("".join(f"k{n}: {n}\n" for n in range(10, 600)), examine)
    assert tries < 8
    assert len(found) == 590
    assert all(d.tried[0].certain for d in found)
    assert found[-1].tried[1].outcome is Outcome.UNTRIED


def test_mending() -> None:
    def check(source: Source, /, helps: bool = True) -> Sink:
        sink = Sink()
        document = parse(source, sink)
        assert document is not None
        numbers(document, sink)
        return sink

    text = "a: 11  # one\r\nb: 12\r\n\r\nc: 3"
    mended = mend("a.yaml", text, check)
    assert mended.text == "a: 1  # one\r\nb: 1\r\n\r\nc: 3"
    assert [(d.where and d.where.line, d.message) for d in mended.done] == [
        (1, "`a` is 11"),
        (2, "`b` is 12"),
    ]
    assert mended.left.diagnostics == []


def test_mending_in_rounds() -> None:
    """A fix that another one lies over comes next; none that may be meant otherwise, unless asked."""

    def check(source: Source, /, helps: bool = True) -> Sink:
        sink = Sink()
        document = parse(source, sink)
        assert document is not None
        value: int = document.value["a"]
        place = document.root.at("a")
        for bit in (4, 2, 1):
            if value & bit:
                fix = Fix(f"{value - bit}", (Edit(place, value - bit),), certain=bit > 1)
                sink.report(f"AS20{bit}", place, f"{bit} of {value}", help=[fix])
        return sink

    safe = mend("a.yaml", "a: 7\r", check)
    assert safe.text == "a: 1\r"
    assert [d.message for d in safe.done] == ["4 of 7", "2 of 3"]
    assert [d.code for d in safe.left.found] == ["AS201"]
    assert mend("a.yaml", "a: 7\r", check, unsafe=True).text == "a: 0\r"
    assert mend("a.yaml", "a:\r 0", check).text == "a:\r 0"


def test_place_of_a_document_that_is_none() -> None:
    class Other(Located):
        source = Source("a.yaml", "a: 1")

        def span(self, path: object, part: str) -> Span:
            return Span(1, 1, 1, 2)

        def sign_at(self, span: Span) -> str:
            return "a"

        def at(self, path: object) -> None:
            return None

    place = Place(Other(), ())
    sink = Sink()
    sink.report("AS204", place, "wrong", help=[Fix("fix", (Edit(place, 1),))])
    trying.try_fixes(Other.source, sink, trying.rechecks(sink, numbers))
    assert sink.diagnostics[0].advice == ()


def test_comments_are_not_lost_unasked() -> None:
    def examine(document: Document, sink: Sink) -> None:
        place = document.root.at("a")
        if document.value["a"] != 1:
            sink.report("AS204", place, "wrong", help=[Fix("1", (Edit(place, 1),), True)])

    for text, certain in (
        ("a: 2  # two\n", True),
        ("a: {b: '#', c: ' # '}\n", True),
        ("a: {b: 3,  # three\n  c: 4}\n", False),
        ("a:  # below\n  b: 3\n  c: 4\nd: 1  # one\n", True),
        ("a:  # below\n  b: 3\n  # four\n  c: 4\n", False),
        ("a:  # below\n  b: 3\n  c: 4  # c\nd: 1\n", False),
    ):
        assert checked(text, examine)[0].tried[0].certain is certain, text


def test_a_slip_of_the_text_is_told_though_another_fix_writes_it_anew(tmp_path: Path) -> None:
    """A fix of the shapes writes the whole input again, and with it the bracket that is missing."""
    path = tmp_path / "net.yaml"
    layers = "  - Conv2D: {filters: 8, kernel_size: 3}\n  - GlobalMaxPooling2D\n  - Dense: 4\n"
    path.write_text(f"archspec: 1\nname: net\ninput: [96, 96,\nlayers:\n{layers}", "utf-8")
    assert ("AS010", 3) in [(d.code, d.span and d.span.line) for d in api.check(path)]
