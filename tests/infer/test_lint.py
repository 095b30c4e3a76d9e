"""Rules of lint: one code, one page and one case each, and what they look for in a sentence."""

from collections.abc import Iterator

import pytest

import archspec.diagnostics.ignores
import archspec.importer.read.lint
import archspec.infer.lint
import archspec.spec.lint
import archspec.train.check.lint
from archspec.diagnostics.codes import CODES, is_error, severity_of
from archspec.diagnostics.rules import Finding, Rule, apply_rules, rule
from archspec.diagnostics.sink import Place, Sink
from archspec.diagnostics.source import Source
from archspec.parse import parse
from tests.conftest import ROOT

RULES: list[Rule[object]] = [
    *archspec.diagnostics.ignores.RULES,  # type: ignore[list-item]
    *archspec.spec.lint.RULES,  # type: ignore[list-item]
    *archspec.spec.lint.PARAMETER_RULES,  # type: ignore[list-item]
    *archspec.infer.lint.find_rules(),
    *archspec.train.check.lint.RULES,  # type: ignore[list-item]
    *archspec.importer.read.lint.RULES,
]
CASES = ROOT / "tests" / "cases"


def test_every_warning_has_one_rule() -> None:
    assert sorted(r.code for r in RULES) == sorted(c for c in CODES if not is_error(c))


@pytest.mark.parametrize("each", RULES, ids=lambda r: r.code)
def test_rule(each: Rule[object]) -> None:
    assert each.__doc__
    assert each.__doc__.partition("\n")[0].endswith(".")
    assert repr(each) == f"<{each.code} {CODES[each.code]}>"
    assert (ROOT / "docs" / "errors" / f"{each.code}.md").is_file()
    if each in archspec.importer.read.lint.RULES:
        return  # about files of models, which are no cases; tests/importer/test_read.py has them
    name = f"{each.code.lower()}_*.yaml"
    (case, *_) = [*CASES.glob(name), *(CASES / "recipes").glob(name)]
    assert f"{severity_of(each.code)}[{each.code}]" in case.with_suffix(".out").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize("code", ["AS999", "AS401"])
def test_a_rule_only_warns_with_a_known_code(code: str) -> None:
    with pytest.raises(ValueError, match=f"{code} is no warning or note"):
        rule(code)(lambda subject: iter(()))


def test_what_rules_find_is_reported() -> None:
    @rule("AS902")
    def small(place: Place) -> Iterator[Finding]:
        """A small one."""
        yield Finding(place, "this is small", ["it has 1"], ["take 2"])

    sink = Sink()
    document = parse(Source("a.yaml", "x: 1\n"), sink)
    assert document is not None
    apply_rules((small, small), document.root.at("x"), sink)
    (found,) = sink.diagnostics
    assert (found.code, found.message, found.help) == ("AS902", "this is small", ("take 2",))
    assert [n.message for n in found.notes] == ["it has 1"]
    assert not sink.errors
