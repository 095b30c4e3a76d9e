"""Formulas in their scope: read from a document, with every unknown name reported."""

import re
from collections.abc import Iterable, Iterator
from keyword import iskeyword
from typing import Any

from archspec.diagnostics.fixes import Edit, Fix, How, add, guesses, remove, renamed, replace
from archspec.diagnostics.sink import REPORTED, Path, Place, Reported, Sink
from archspec.diagnostics.spelling import as_sentence, did_you_mean, near_words
from archspec.formulas.asks import FUNCTIONS as ASKS
from archspec.formulas.asks import is_ask, parse_ask
from archspec.formulas.explain import ExpressionError
from archspec.formulas.expressions import FUNCTIONS, is_name, parse_expression
from archspec.formulas.templates import Template, make_template
from archspec.formulas.values import show
from archspec.layers import layer_type
from archspec.records.record import bare_field, fields

_OTHER_WORDS = {
    **dict.fromkeys(("yes", "on", "y"), "true"),
    **dict.fromkeys(("no", "off", "n"), "false"),
    **dict.fromkeys(("none", "nil", "undefined"), "null"),
}
"""Words that mean something in YAML 1.1 or elsewhere."""
_FORMULA_WORDS = frozenset(("and", "or", "not", "if", "else"))
_MOST_SHOWN = 8
_MOST_OFFERED = 2
_MOST_GUESSED = 8
_LONGEST_MENDED = 200


def read_template(
    value: Any,
    text: bool,
    place: Place,
    scope: frozenset[str],
    sink: Sink,
    asks: bool = False,
    words: bool = False,
) -> Template | Reported:
    """A template whose formulas are sound and whose names are in scope.

    ``asks`` says that there are wires there, whose shapes it may ask for; ``words`` that a word
    which is no name is text where a result stands.
    """
    kind = type(value)
    if kind is int or kind is bool or value is None or kind is float:
        return Template(value)
    sound = True
    cut = False

    python: set[tuple[str | int, ...]] = set()

    def problem(error: ExpressionError, path: tuple[str | int, ...]) -> None:
        nonlocal sound, cut
        sound = False
        at = place.at(*path).as_it_stands()
        text = str(at.document.at(at.path))
        if text == "None" and path and isinstance(path[-1], int):
            if path[:-1] in python:
                return  # the same word in the same list is one mistake
            python.add(path[:-1])
        if cut and text.count(")") > text.count("("):
            cut = False
            return  # the other end of a formula that was cut at its comma
        cut = cut or text.count("(") > text.count(")")
        within = (error.start, error.end) if error.end else error.around
        help: list[str | Fix] = []
        if error.around is not None:
            help += _mends_in_text(error, at, text, scope)
        else:
            help += _mends(error, at, text, scope, at.path != (*place.path, *path))
        if not help and error.help:
            help = [error.help]
        expects = _expected_at(at.path)
        if error.code == "AS207" and expects and not help:
            help = [f"`{at.path[-1]}` takes {expects}, or a formula"]
        sink.report(error.code, at._replace(within=within), error.message, help=help)

    def meet(met: frozenset[str], path: tuple[str | int, ...]) -> None:
        nonlocal sound
        at = place.at(*path).as_it_stands()
        for word in sorted(met):
            if not _refuse_near(word, at, scope, sink):
                sound = False

    template = make_template(value, text, problem, scope, words, meet)
    unknown = template.names - scope
    if unknown:
        asked = frozenset(filter(is_ask, unknown))
        if asked and not asks:
            sound = False
            _refuse_asks(asked, value, place, sink)
        unknown -= asked
    if unknown:
        sound = False
        _report_unknown_names(unknown, value, place, scope, sink, words or text)
    return template if sound else REPORTED


def _refuse_near(word: str, place: Place, scope: frozenset[str], sink: Sink) -> bool:
    """Report a word that is text, and looks like a name that is misspelt; whether it is none."""
    near = near_words(word, sorted(scope), elsewhere=False)
    if not near.certain or word in _choices_at(place.path):
        return True
    at = place._replace(within=_find(place.document.at(place.path), word)[1])
    help: list[str | Fix] = [renamed(at, near.words[0]), *_in_quotes(word, at, "as text")]
    sink.report("AS208", at, f"there is no parameter `{word}` here", help=help)
    return False


def _refuse_asks(names: frozenset[str], value: Any, place: Place, sink: Sink) -> None:
    """Report what is asked of shapes where there are no wires."""
    for name in sorted(names):
        path, within = _find(value, parse_ask(name).function)
        at = place.at(*path).as_it_stands()._replace(within=within)
        message = f"`{name}` asks for a shape, and nothing stands above that could have one"
        help = ["a formula of an entry of `layers`, or of a `let`, can ask"]
        sink.report("AS209", at, message, help=help)


def _mends(
    error: ExpressionError, place: Place, text: str, scope: frozenset[str], short: bool
) -> Iterator[Fix]:
    """The formula, or the number, that is meant: the first that can be read."""
    from archspec.formulas.mend import NAME, meant_list, meant_numbers, mended_formulas
    from archspec.spec.meant_remarks import remark_fixes
    from archspec.spec.unknown_words import spatial_rank

    if error.code != "AS207" or len(text) > _LONGEST_MENDED:
        return
    yield from remark_fixes(place)
    if text.strip() in _NO and _is_flag(place):
        yield replace(did_you_mean("false"), place, False)
        return
    expects = _expected_at((*place.path, _first(place)) if short else place.path)
    takes_lists = not expects or "of them" in expects or "list" in expects
    if text.strip() == "None":
        around = place._replace(path=place.path[:-1])
        sizes = place.document.at(around.path) if place.path else None
        batch = place.path[:1] in (("input",), ("inputs",)) and place.path[-1:] == (0,)
        if batch and isinstance(sizes, list):
            rank = spatial_rank(place.document.source.text)
            batch = rank is None or len(sizes) != rank + 1  # it is a size, if the layers need it
        if batch and isinstance(sizes, list) and len(sizes) > 1:
            yield replace("shapes have no batch: leave it out", around, sizes[1:])
        said = "what is not known is `null` here"
        if isinstance(sizes, list) and sizes.count("None") > 1:
            edits = [Edit(around.at(n), None) for n, v in enumerate(sizes) if v == "None"]
            yield Fix(said, tuple(edits), not batch)
        yield replace(said, place, None, certain=not batch)
        if place.path and isinstance(place.path[-1], str):
            yield remove("leave it out, for Keras's own value", place)
        return
    if re.fullmatch(r"\d+([.;]? +\d+)+", text.strip()) and place.path:
        whole = place._replace(path=place.path[:-1])
        around = place.document.at(whole.path)
        if isinstance(around, list) and isinstance(place.path[-1], int):
            here = place.path[-1]
            between = (int(n) for n in re.findall(r"\d+", text))
            numbers = [*around[:here], *between, *around[here + 1 :]]
            said = f"commas stand between them: `[{', '.join(map(str, numbers))}]`"
            yield replace(said, whole, numbers, certain=True)
            return
    numbers_of_range = meant_list(text)
    if numbers_of_range is not None:
        yield replace(did_you_mean(str(numbers_of_range)), place, numbers_of_range, certain=True)
        return
    if text.startswith("(") and _is_tuple(around := _around(place)):
        numbers = [int(str(n).strip("() ")) for n in around]
        whole = place._replace(path=place.path[:-1])
        yield replace("a list stands in brackets alone", whole, numbers, certain=True)
        return
    comment = re.fullmatch(r"([\w.]+)(#.*)", text)
    if comment and place.path:
        at = place._replace(within=(len(comment[1]), len(comment[1]) + 1))
        said = "a comment in a line of YAML needs a space before its `#`"
        yield Fix(said, (Edit(at, " #", How.TEXT),), True)
        yield replace(did_you_mean(comment[1]), place, comment[1])
        return
    number = meant_numbers(text.strip())
    if number is not None:
        yield from _number_fix(number, text.strip(), expects, takes_lists, place, error.help)
        return
    if place.path[-1:] != ("when",) and all(
        re.match(rf"\s*{NAME}\s*=(?!=)", part) for part in text.split(",")
    ):
        found = [*_arguments_fix(text, place, short)]
        yield from found
        if found:
            return
    for better, certain in (
        *_better(error, text.strip()),
        *((found, True) for found in _index(error, text.strip(), scope)),
        *_other_word(text.strip(), scope),
        *((found, False) for found in _other_function(error, text.strip())),
        *((found, False) for found in mended_formulas(text.strip())),
    ):
        if better in ("", text.strip()) or (better[0] == "[" and not takes_lists):
            continue
        try:
            formula = parse_expression(better)
            if not formula.names:
                formula.evaluate({})
        except ExpressionError:
            continue
        if frozenset(n for n in formula.names if not is_ask(n)) <= scope:
            number = int(better) if better.isdecimal() else None
            certain = certain or (_PRODUCT.fullmatch(text) is not None and number is None)
            unit = number is not None and re.search("[a-zA-Z]", text)
            said = did_you_mean(better) + as_sentence(
                "a number stands alone" if unit else error.help
            )
            fix = replace(said, place, better if number is None else number, certain)
            yield fix._replace(otherwise=error.help)
            return


_NO = ("-", "--", "–", "—", "−", ".", "x", "✗", "✘", "none", "None")
"""What stands in tables for `false`."""


def _is_flag(place: Place) -> bool:
    """Whether a value goes to a parameter of a block that is true or false."""
    if len(place.path) < 2:
        return False
    declared = place.document.at(("blocks", place.path[-2], "params", place.path[-1]))
    return declared == "bool" or isinstance(declared, bool)


def _better(error: ExpressionError, text: str) -> Iterator[tuple[str, bool]]:
    """The formula with what the error itself knows to be meant."""
    if error.better:
        yield text[: error.start] + error.better + text[error.end :], True


def _mends_in_text(
    error: ExpressionError, place: Place, text: str, scope: frozenset[str]
) -> Iterator[Fix]:
    """The formula in a text that is meant."""
    from archspec.formulas.mend import mended_formulas

    if error.around is None or error.code != "AS207" or len(text) > _LONGEST_MENDED:
        return
    start, end = error.around
    inner = text[start:end].strip()
    for better in mended_formulas(inner):
        if better in ("", inner) and text[end:]:
            continue
        try:
            formula = parse_expression(better, scope)
        except ExpressionError:
            continue
        if formula.names <= scope:
            said = did_you_mean(f"$({better})") + as_sentence(error.help)
            yield replace(said, place, text[:start] + better + (text[end:] or ")"))
            return


def _number_fix(
    number: Any, text: str, expects: str, takes_lists: bool, place: Place, why: str
) -> Iterator[Fix]:
    """A number, or a list of them, that is written otherwise."""
    certain = not re.search(r"[kKM]$", text)  # a thousand, or 1024
    if re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+", text) and expects.startswith("a whole number"):
        number, why = int(text.replace(",", "")), ""
        certain = not takes_lists
    elif re.fullmatch(r"\d+,\d+", text) and expects.startswith("a number"):
        number = float(text.replace(",", "."))
    elif isinstance(number, list) and not takes_lists:
        if any(n != number[0] for n in number):
            return
        number, certain, why = number[0], False, ""
    shown = str(number)
    yield replace(did_you_mean(shown) + as_sentence(why), place, number, certain)


def _arguments_fix(text: str, place: Place, short: bool) -> Iterator[Fix]:
    """`units = 3` behind the word of a layer: a map of arguments, which a colon makes."""
    type = layer_type(str(place.path[-1])) if short and place.path else None
    parts = [part.partition("=") for part in text.split(",")]
    given = {name.strip(): value.strip() for name, _, value in parts}
    if type is None or not given.keys() <= fields(type).keys():
        return
    shown = ", ".join(f"{name}: {value}" for name, value in given.items())
    values = {n: int(v) if v.isdecimal() else v.strip("'\"") for n, v in given.items()}
    yield replace(f"arguments stand in braces: `{{{shown}}}`", place, values, certain=True)


def _around(place: Place) -> Any:
    """What the value at a place stands in."""
    return place.document.at(place.path[:-1]) if place.path else None


def _is_only_entry(place: Place) -> bool:
    around = _around(place)
    return isinstance(around, list) and len(around) == 1


def _is_tuple(values: Any) -> bool:
    """`[(64, 64, 1)]`, which YAML cuts at its commas."""
    if not isinstance(values, list) or len(values) < 2:
        return False
    texts = [str(v).strip() for v in values]
    whole = re.fullmatch(r"\(\d+(,\d+)+,?\)", ",".join(texts))
    return bool(whole)


def _other_word(text: str, scope: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """The formula with a parameter in the place of a word that no name can be: `class`."""
    for word in re.findall(r"[a-z]+", text):
        if iskeyword(word) and word not in _FORMULA_WORDS:
            near = near_words(word, sorted(scope), elsewhere=False)
            for name in near.words[:1]:
                yield re.sub(rf"\b{word}\b", name, text), near.certain


def _index(error: ExpressionError, text: str, scope: frozenset[str]) -> Iterator[str]:
    """The formula with an entry of a list that was called: `widths(1)` for `widths[1]`."""
    called = re.match(r"(\w+)\(([^()]*)\)", text[error.start :])
    if error.message.startswith("there is no function") and called and called[1] in scope:
        yield f"{text[: error.start]}{called[1]}[{called[2]}]{text[error.start + called.end() :]}"


def _other_function(error: ExpressionError, text: str) -> Iterator[str]:
    """The formula with a function whose name is spelt much alike."""
    called = re.match(r"\w+", text[error.start :])
    if error.message.startswith("there is no function") and called:
        known = [*FUNCTIONS, *ASKS]
        for near in near_words(called[0], known, elsewhere=False).words:
            yield text[: error.start] + near + text[error.start + called.end() :]


def _report_unknown_names(
    names: Iterable[str],
    value: Any,
    place: Place,
    scope: frozenset[str],
    sink: Sink,
    words: bool,
) -> None:
    """Report each name where it stands in the value; ``words`` may stand for text elsewhere."""
    from archspec.spec.misdeclared import report_misdeclared  # for what is wrong only

    declared = place.document.at(("params",))
    for name in sorted(names):
        path, within = _find(value, name)
        at = place.at(*path).as_it_stands()._replace(within=within)
        if _is_of_bad_name(name, at, declared):
            continue  # that is told where it is declared
        if report_misdeclared(
            name, near_words(name, sorted(scope), elsewhere=False).words, at, sink
        ):
            continue
        help = _help(name, value, place, at, scope)
        if words and within and not any(isinstance(h, Fix) for h in help):
            why = "a word is text only where a result stands, else"
            help = [*_in_quotes(name, at, why), *help]
        if sink.withholds() and place.document.at(("extends",)) is not None:
            help = []  # the names that are known are those of the other file
        sink.report("AS208", at, f"there is no parameter `{name}` here", help=help)


def _in_quotes(word: str, place: Place, why: str) -> Iterator[Fix]:
    """A word as text, wherever it stands in a formula without quotes."""
    text = str(place.document.at(place.path))
    if re.search(rf"\$\{{?{re.escape(word)}\b", text):
        return
    quoted = re.sub(rf"(?<![\w'\".]){re.escape(word)}(?![\w'\".(])", f"'{word}'", text)
    if quoted != text:
        yield replace(f"{why}, in quotes: `'{word}'`", place._replace(within=None), quoted)


def _handed_on(name: str, block: str, document: Any) -> tuple[Edit, ...]:
    """The edits with which a block gets a value that has a name where it is called."""
    at = Place(document, ("blocks", block))
    declared = document.at(at.path)
    if not isinstance(declared, dict) or "params" in declared:
        return ()
    calls: list[Edit] = []

    def walk(value: Any, path: Path, known: frozenset[str]) -> None:
        if isinstance(value, list):
            for n, each in enumerate(value):
                walk(each, (*path, n), known)
            return
        if value == block and path and isinstance(path[-1], int) and name in known:
            calls.append(Edit(Place(document, path), {block: {name: name}}))
        for word, inner in value.items() if isinstance(value, dict) else ():
            names = known
            if isinstance(inner, dict):
                table = inner.get("for")
                columns = table if isinstance(table, dict | list) else ()
                names |= {str(inner.get("as", "")), *map(str, columns)}
            if word == block and isinstance(inner, dict) and name in known:
                calls.append(Edit(Place(document, (*path, word)), name, How.ADD, name))
            walk(inner, (*path, word), names)

    walk(document.at(("layers",)), ("layers",), frozenset())
    return (Edit(at, {name: "int"}, How.ADD, "params"), *calls) if calls else ()


def _is_of_bad_name(name: str, place: Place, declared: Any) -> bool:
    """Whether it is a piece of `my-width`, which is declared so, but cannot be a name."""
    text = str(place.document.at(place.path))
    bad = (n for n in declared if not is_name(n)) if isinstance(declared, dict) else ()
    return any(name in n and n in text for n in bad)


def _help(name: str, value: Any, place: Place, at: Place, scope: frozenset[str]) -> list[str | Fix]:
    if name.lower() in _OTHER_WORDS:
        word = _OTHER_WORDS[name.lower()]
        message = f"`{name}` is only a word here: write `{word}`"
        if value != name:
            return [replace(message, at, word)]
        plain = {"true": True, "false": False, "null": None}[word]
        type = layer_type(str(place.path[-2])) if word == "null" and len(place.path) > 1 else None
        field = fields(type).get(str(place.path[-1])) if type else None
        if field is not None and field.default is not None and not field.required:
            at = at._replace(within=None)
            return [remove("leave it out, for Keras's own value", at, certain=True)]
        return [replace(message, at._replace(within=None), plain, certain=True)]
    if place.path[-1:] == ("trainable",) and value == name:
        frozen = name.lower() in ("frozen", "freeze", "fixed", "locked")
        said = did_you_mean("false") if frozen else "it is `true` or `false`"
        return [replace(said, at._replace(within=None), False)] if frozen else [said]
    words = ("true", "false", "null")
    if value == name and "`true`" in _expected_at(place.path):
        for word in near_words(name, words, elsewhere=False).words[:1]:
            plain = {"true": True, "false": False, "null": None}[word]
            return [replace(did_you_mean(word), at._replace(within=None), plain, certain=True)]
    near = near_words(name, sorted(scope), elsewhere=False)
    if near.words:
        return [renamed(at, word, near.certain) for word in near.words]
    if name in ASKS:
        return [renamed(at, f"{name}()"), f"`{name}(NAME)` is that of the wire of that name"]
    from archspec.formulas.mend import meant_numbers, spoken_number
    from archspec.spec.meant_remarks import remark_fixes

    help: list[str | Fix] = []
    if not re.search(r"\S ?// ?\w+$", str(value)):  # that is a quotient rather
        help += remark_fixes(at._replace(within=None))
    if value == name and name.lower() == "half" and "from 0 to 1" in _expected_at(place.path):
        return [replace(did_you_mean("0.5"), at._replace(within=None), 0.5)]
    number = meant_numbers(value) if isinstance(value, str) else None
    if number is not None:
        certain = spoken_number(str(value)) is not None
        return [replace(did_you_mean(str(number)), at._replace(within=None), number, certain)]
    expects = _expected_at(place.path)
    if value == name and (usual := _elsewhere(place)) is not None:
        help.append(
            replace(f"`{show(usual)}`, as in the other calls", at._replace(within=None), usual)
        )
    if value == name and expects:
        help.append(f"`{place.path[-1]}` takes {expects}; a word is a parameter")
    block = place.path[1] if place.path[:1] == ("blocks",) and len(place.path) > 1 else None
    if len(name) == 1 and not {"repeat", "dense_block"}.isdisjoint(place.path):
        message = f"`as: {name}` in the `repeat` names the number of its round, from 0"
        steps = [n for n, step in enumerate(place.path) if step in ("repeat", "dense_block")]
        around = place._replace(path=place.path[: steps[-1] + 1], part="value", within=None)
        holder = place.document.at(around.path)
        named = not isinstance(holder, dict) or "as" in holder
        help.append(message if named else add(message, around, "as", name, certain=True))
    elif scope:
        shown = ", ".join(f"`{n}`" for n in sorted(scope)[:_MOST_SHOWN])
        more = len(scope) - _MOST_SHOWN
        help.append(f"known here: {shown}" + (f" and {more} more" if more > 0 else ""))
        if len(scope) <= _MOST_OFFERED:
            help += [renamed(at, word) for word in sorted(scope)]
        elif len(scope) <= _MOST_GUESSED:
            help += guesses(at, sorted(scope))
    elif block is not None:
        said = f"declare it in the block `{block}`: `params: {{{name}: int}}`"
        passed = _handed_on(name, str(block), place.document)
        help.append(Fix(said, passed) if passed else said)
    else:
        help.append(f"declare it at the top of the spec: `params: {{{name}: …}}`")
    return help


def _elsewhere(place: Place) -> Any:
    """What all other entries of the same word have for the same argument; None if they differ."""
    word, name = (None, *place.path)[-2:] if place.path else (None, None)
    blocks = place.document.at(("blocks",))
    if not isinstance(blocks, dict) or word not in blocks or not isinstance(name, str):
        return None
    from archspec.spec.sources_of_values import arguments_of_calls

    calls = arguments_of_calls(place.document.at(()), str(word), name)
    found = [given for path, given in calls if path != place.path]
    return found[0] if found and all(f == found[0] for f in found) else None


_PRODUCT = re.compile(r"\d+[^\W\d]\w*")
"""A number and a parameter: `8base`."""


def _first(place: Place) -> str:
    """The argument for which a value alone stands behind the word of a layer."""
    type = layer_type(str(place.path[-1])) if place.path else None
    return bare_field(type) if type else ""


def _expected_at(path: Path) -> str:
    """What the argument of a layer takes that stands at a path; empty for anything else."""
    word, name = (None, *path)[-2:] if path else (None, None)
    type = layer_type(str(word))
    if type is None or name not in fields(type):
        return ""
    return fields(type)[str(name)].type.value_for(type)


def _choices_at(path: Path) -> frozenset[str]:
    """The words that an argument of a layer takes which stands at a path."""
    type = layer_type(str(path[-2])) if len(path) > 1 else None
    field = fields(type).get(str(path[-1])) if type else None
    return frozenset(field.type.choices) if field else frozenset()


def _find(value: Any, name: str) -> tuple[Path, tuple[int, int] | None]:
    """The path of a name in a value, and its columns there."""
    if isinstance(value, str):
        match = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", value)
        return (), match.span() if match else None
    steps: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, dict):
        steps = value.items()
    elif isinstance(value, list):
        steps = enumerate(value)
    for step, inner in steps:
        path, within = _find(inner, name)
        if within is not None:
            return (step, *path), within
    return (), None
