"""What to say of text that is not YAML: libyaml's words and marks, turned into plain ones."""

import re
from typing import NamedTuple

import yaml

from archspec.diagnostics.fixes import Edit, Fix, How
from archspec.diagnostics.sink import Sink, SourcePlace, Span
from archspec.diagnostics.source import Source

_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)

_MOST_SIGNS = 100
"""Most characters that one fix deletes."""


class _Finding(NamedTuple):
    """Line and column (from 0), width, and what to say."""

    line: int
    column: int
    message: str
    help: str = ""
    width: int = 1
    notes: tuple[str, ...] = ()


class _Problem(NamedTuple):
    """What libyaml says: where it gave up, and where the thing began that it was reading."""

    text: str
    lines: list[str]
    line: int
    column: int
    context: str
    context_line: int
    context_column: int

    @property
    def at_end(self) -> bool:
        return not "".join(self.lines[self.line :]).strip()

    def rest(self, line: int, column: int) -> str:
        return self.lines[line][column:] if line < len(self.lines) else ""


def report_syntax(source: Source, sink: Sink, error: yaml.MarkedYAMLError) -> None:
    """Report what the scanner or the parser stumbled over."""
    mark = error.problem_mark or error.context_mark
    context = error.context_mark or mark
    problem = _Problem(
        (error.problem or "the text is not YAML").strip(),
        source.text.split("\n"),
        mark.line if mark else 0,
        mark.column if mark else 0,
        error.context or "",
        context.line if context else 0,
        context.column if context else 0,
    )
    found = _explain(problem)
    code = "AS010"
    tab = _tab(problem)
    if tab is not None:
        code, found = "AS018", tab
    line, start = found.line, found.column + 1
    if line >= len(problem.lines):  # libyaml's end of a text without a last line break
        line = len(problem.lines) - 1
        start = max(len(problem.lines[line]), 1)
    span = Span(line + 1, start, line + 1, start + found.width)
    help = [found.help] if found.help else []
    sink.report(code, SourcePlace(source, span), found.message, notes=found.notes, help=help)


def report_unprintable(source: Source, sink: Sink, error: yaml.reader.ReaderError) -> str | None:
    """Report characters that no YAML text may have; the text with spaces in their place."""
    found = list(_UNPRINTABLE.finditer(source.text))
    if not found:
        sink.report("AS010", SourcePlace(source), "a control character cannot stand in YAML")
        return None
    spans = []
    line, start = 1, 0
    for match in found[:_MOST_SIGNS]:
        at = match.start()
        line += source.text.count("\n", start, at)
        start = at
        column = at - source.text.rfind("\n", 0, at)
        spans.append(SourcePlace(source, Span(line, column, line, column + 1)))
    fix = Fix("delete it", tuple(Edit(place, "", How.TEXT) for place in spans), certain=True)
    notes = [f"{len(found):,} characters are such"] if len(found) > 1 else []
    message = f"the character U+{ord(found[0][0]):04X} cannot stand in YAML"
    sink.report("AS010", spans[0], message, notes=notes, help=[fix])
    return _UNPRINTABLE.sub(" ", source.text)


def _tab(problem: _Problem) -> _Finding | None:
    lines = problem.lines
    for line in range(min(problem.line, len(lines) - 1), -1, -1):
        if lines[line].lstrip(" ")[:1] == "\t" and lines[line].strip():
            if line == problem.line or "token" in problem.text:
                column = lines[line].index("\t")
                message = "a tab stands in the indentation"
                return _Finding(line, column, message, "indent with spaces")
            break
    if problem.rest(problem.line, problem.column)[:1] == "\t":
        message = "a tab stands where only spaces may"
        return _Finding(problem.line, problem.column, message, "write spaces instead")
    return None


def _explain(problem: _Problem) -> _Finding:
    said, line, column = problem.text, problem.line, problem.column
    text = problem.rest(line, 0)
    here = problem.rest(line, column)
    if "${" in text and ("or '}'" in said or "or ']'" in said):
        formula = re.search(r"\$\{([^{}]*)\}", text)
        shown = formula[1].strip() if formula and formula[1].strip() else "64*width"
        help = f"a formula stands alone, without `${{}}`: `{shown}`; text has `$name`"
        return _Finding(line, text.index("${"), "`${` does not begin a formula", help, 2)
    if "or '}'" in said or "or ']'" in said:
        return _bracket(problem, "}" if "or '}'" in said else "]")
    if "mapping values are not allowed" in said:
        return _second_colon(problem)
    if "block sequence entries are not allowed" in said:
        help = "begin the list in the next line, or write it as `[a, b]`"
        return _Finding(line, column, "a list cannot begin behind its key", help)
    if "could not find expected ':'" in said:
        at = problem.context_line, problem.context_column
        key = problem.rest(*at).strip()
        help = _dash(key) or "a key ends in `:`; text over several lines needs quotes"
        return _Finding(*at, f"there is no `:` after `{_short(key)}`", help, max(len(key), 1))
    if "found unexpected end of stream" in said and "quoted" in problem.context:
        at = problem.context_line, problem.context_column
        return _Finding(*at, "this quote is not closed", "close it with the same sign")
    if "escape" in said:
        help = "in double quotes `\\` begins an escape: use single quotes for plain text"
        return _Finding(line, max(column - 1, 0), "this escape does not exist", help, 2)
    if "cannot start any token" in said:
        sign = here[:1] or " "
        help = "a share is a number from 0 to 1" if sign == "%" else "quote text that begins so"
        return _Finding(line, column, f"a value cannot begin with `{sign}`", help)
    if "alphabetic or numeric" in said:
        help = 'quote it: "*2" is text; in a formula the name stands first: `width*2`'
        return _Finding(line, column, "a name must follow `*` or `&`", help)
    if "node content" in said:
        return _Finding(line, column, "a value is missing here", "is there a `,` too many?")
    if any(s in said for s in ("expected key", "expected '-'", "<block end>", "<document start>")):
        return _indentation(problem)
    notes: tuple[str, ...] = ()
    if problem.context:
        notes = (f"{problem.context}, in line {problem.context_line + 1}",)
    return _Finding(line, column, said, notes=notes)


def _bracket(problem: _Problem, closing: str) -> _Finding:
    """A bracket that is never closed, or a comma that is missing inside it."""
    at = problem.context_line, problem.context_column
    begun = problem.rest(problem.context_line, 0)
    stopped = problem.rest(problem.line, 0)
    opening = "{" if closing == "}" else "["
    outside = problem.line > problem.context_line and _indent(stopped) <= _indent(begun)
    if problem.at_end or outside:
        return _Finding(*at, f"this `{opening}` is not closed", f"write `{closing}` at its end")
    start, formula = _formula(stopped, problem.column)
    if formula:
        message = "a formula with brackets in it needs quotes here"
        help = f'write `"{formula}"`'
        return _Finding(problem.line, start, message, help, len(formula))
    message = f"a `,` or the closing `{closing}` is missing before this"
    notes: tuple[str, ...] = ()
    if problem.line > problem.context_line:
        notes = (f"the `{opening}` stands in line {problem.context_line + 1}",)
    start, width = _key(stopped, problem.column)
    return _Finding(problem.line, start, message, notes=notes, width=width)


def _formula(text: str, column: int) -> tuple[int, str]:
    """Where a formula such as ``depths[i] + 1`` begins that is cut at its bracket, and its text."""
    if text[column : column + 1] != "[" or not re.search(r"\w$", text[:column]):
        return column, ""
    start = max(text.rfind(sign, 0, column) + len(sign) for sign in (": ", ", ", "{", "["))
    depth, end = 0, column
    while end < len(text) and (depth or text[end] not in ",}]"):
        depth += {"[": 1, "]": -1}.get(text[end], 0)
        end += 1
    return start, text[start:end].strip()


def _second_colon(problem: _Problem) -> _Finding:
    line, column = problem.line, problem.column
    text = problem.rest(line, 0)
    key, colon, value = text.partition(": ")
    if colon and len(key) < column:
        begin = key.lstrip(" -")
        help = f'quote the text: `{begin}: "{_short(value.strip())}"`'
        if key.lstrip().startswith("- "):
            help = f"put arguments into braces: `{key.lstrip()}: {{{_short(value.strip())}}}`"
        return _Finding(line, column, "a second `:` stands in this line", help)
    above = next((n for n in range(line - 1, -1, -1) if problem.rest(n, 0).strip()), None)
    if above is None:
        return _Finding(line, column, "a `:` cannot stand here")
    shown = _short(problem.rest(above, 0).strip())
    help = f"is a `:` missing after `{shown}` in line {above + 1}, or is this line too far right?"
    start, width = _key(text, column)
    return _Finding(line, start, "a key cannot stand here", help, width)


def _indentation(problem: _Problem) -> _Finding:
    line, column = problem.line, problem.column
    text = problem.rest(line, 0)
    if column > _indent(text):
        shown = _short(text[column:].strip())
        help = "quote the whole text, or begin a new line"
        message = f"`{shown}` stands behind a value that is complete"
        return _Finding(line, column, message, help, max(len(text[column:].rstrip()), 1))
    help = "what belongs together begins in the same column: keys under keys, `-` under `-`"
    help = _dash(text.strip()) or help
    message = "the indentation of this line does not fit the lines above"
    return _Finding(line, column, message, help)


def _dash(text: str) -> str:
    """What to say of an item of a list that lacks its ``- ``, or the space in it."""
    if re.match(r"-\w", text):
        return f"a space follows the dash: `- {_short(text[1:])}`"
    if re.match(r"[A-Z]\w*[a-z]\w*(:|$)", text):  # a layer
        return f"a layer begins with `- `: `- {_short(text)}`"
    return ""


def _key(text: str, column: int) -> tuple[int, int]:
    """Column and width of the word before a colon; of one sign for anything else."""
    word = re.search(r"[\w-]+\s*$", text[:column]) if text[column : column + 1] == ":" else None
    return (word.start(), len(word[0].rstrip())) if word else (column, 1)


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "…"
