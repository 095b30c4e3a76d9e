"""What to say of a text that is not a formula, or of a part that formulas do not have."""

import ast
import re

from archspec.formulas.asks import FUNCTIONS as ASKS

_HAVE = "+ - * / // % **, comparisons, and or not, `a if c else b`, `list[index]`"
_OPERATORS: dict[type[ast.AST], str] = {
    ast.BitXor: "a power is `**`",
    ast.BitAnd: "write `and`",
    ast.BitOr: "write `or`",
    ast.Invert: "write `not`",
    ast.Is: "write `==`",
    ast.IsNot: "write `!=`",
}
_PARTS: dict[type[ast.AST], str] = {
    ast.Attribute: "a formula has no `.` behind a name",
    ast.Slice: "a list can be indexed, but not cut",
    ast.Lambda: "a formula cannot define a function",
    ast.Dict: "a formula has no mappings",
    ast.Set: "a formula has no sets",
    ast.JoinedStr: "a formula has no f-texts",
    ast.ListComp: "a formula has no loops",
    ast.GeneratorExp: "a formula has no loops",
    ast.SetComp: "a formula has no loops",
    ast.DictComp: "a formula has no loops",
    ast.NamedExpr: "a formula cannot set a name",
}


class ExpressionError(ValueError):
    """A formula that cannot be read or has no value; ``start`` and ``end`` are columns in it."""

    def __init__(
        self,
        code: str,
        message: str,
        node: ast.AST | None = None,
        help: str = "",
        better: str = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.start: int = getattr(node, "col_offset", 0)
        self.end: int | None = getattr(node, "end_col_offset", None)
        self.help = help
        self.better = better
        """What could stand between ``start`` and ``end``; empty if nobody knows."""
        self.around: tuple[int, int] | None = None
        """Columns of the formula, if it stands in a text."""

    def moved(self, columns: int, around: tuple[int, int] | None = None) -> "ExpressionError":
        """The error of a formula that stands so far to the right in a text."""
        self.start += columns
        self.end = None if self.end is None else self.end + columns
        self.around = around
        return self

    def count_characters(self, text: str) -> None:
        """Turn columns that count bytes, as Python's do, into those that count characters."""
        if "\n" in text:
            self.start, self.end = 0, None
        elif self.end is not None and not text.isascii():
            data = text.encode()
            self.start = len(data[: self.start].decode(errors="ignore"))
            self.end = len(data[: self.end].decode(errors="ignore"))


def explain_syntax(text: str) -> ExpressionError:
    """The error of a text that Python's parser refuses too."""
    if not text:
        return ExpressionError("AS207", "the formula is empty")
    open = _unclosed(text)
    if open is not None:
        cut = re.search(r"\w\([^()]*$", text) and "," not in text
        help = "a formula with a comma in it needs quotes" if cut else ""
        error = ExpressionError("AS207", f"`{text[open]}` is not closed", None, help)
        error.start, error.end = open, open + 1
        return error
    product = re.fullmatch(r"([0-9.]+) ?([^\W\d]\w*)", text)
    help = ""
    if text.startswith("$"):
        help = "a parameter needs no `$` here"
    elif re.fullmatch(r"\d+(x\d+)+", text):
        help = "a shape is a list"
    elif product:
        help = "a product has a `*`"
    elif "&&" in text or "||" in text or text.startswith("!"):
        help = "write `and`, `or`, `not`"
    elif "?" in text:
        help = "write `a if condition else b`"
    elif all(re.match(r"\s*[^\W\d]\w*\s*=(?!=)", part) for part in text.split(",")):
        inner = ", ".join(
            re.sub(r"\s*=\s*", ": ", part.strip(), count=1) for part in text.split(",")
        )
        help = f"arguments stand in braces: `{{{inner}}}`; `==` compares"
    elif re.search(r"(?<![=<>!:])=(?!=)", text):
        help = "`==` compares"
    elif re.search(r"[0-9]%$", text):
        help = "a share is a number from 0 to 1"
    return ExpressionError("AS207", f"`{_short(text)}` is not a formula", None, help)


def explain_node(node: ast.AST, functions: tuple[str, ...]) -> ExpressionError:
    """The error of a part that Python has and formulas have not."""
    if isinstance(node, ast.Tuple):
        help = "a list stands in brackets"
        return ExpressionError("AS207", "a formula has one value", node, help)
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id in ASKS:
            return _explain_ask(node, node.func.id)
        if isinstance(node.func, ast.Name) and node.func.id not in functions:
            functions = (*functions, *ASKS)
            help = f"there are {', '.join(functions)}"
            if node.func.id in ("sqrt", "pow"):
                help = "a power is `**`, a square root one of 0.5"
            elif node.func.id == "int":
                help = "`floor(x)`, `ceil(x)` and `round(x)` make whole numbers"
            return ExpressionError("AS207", f"there is no function `{node.func.id}`", node, help)
        message = (
            "functions have no named arguments here" if node.keywords else "this is no function"
        )
        return ExpressionError("AS207", message, node)
    operator: ast.AST | None = getattr(node, "op", None) or next(
        iter(getattr(node, "ops", ())), None
    )
    if isinstance(node, ast.Subscript):
        node = node.slice
    message = _PARTS.get(type(node), "formulas do not have this")
    help = _OPERATORS.get(
        type(operator or node), "" if type(node) in _PARTS else f"they have {_HAVE}"
    )
    return ExpressionError("AS207", message, node, help)


def _explain_ask(node: ast.Call, function: str) -> ExpressionError:
    """The error of an ask whose argument is no wire."""
    help = f"`{function}(NAME)` asks for the wire of that name, `{function}()` for what is read"
    match node.args:
        case [ast.Constant(value=str(wire))]:
            better = f"{function}({wire})"
        case [ast.Call(func=ast.Name(id=inner), args=[])] if inner in ASKS:
            better = f"{function}()"
        case _:
            better = ""
    message = f"`{function}` takes the name of a wire"
    return ExpressionError("AS207", message, node, help, better)


def _unclosed(text: str) -> int | None:
    open: list[int] = []
    for at, sign in enumerate(text):
        if sign in "([":
            open.append(at)
        elif sign in ")]" and open:
            open.pop()
    return open[0] if open else None


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"
