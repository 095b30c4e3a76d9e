"""Formulas as other languages write them, and what a spec writes."""

import re
from collections.abc import Iterator

_CALLS = {"int": "floor", "trunc": "floor", "ceiling": "ceil", "maximum": "max", "minimum": "min"}
NUMBERS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve"),
)
_TEENS = ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
NAME = r"[^\W\d]\w*"
_PLAIN: tuple[tuple[str, str], ...] = (
    (r"\$\{\{?\s*([^{}]+?)\s*\}?\}", r"\1"),
    (r"\{\{\s*([^{}]+?)\s*\}\}", r"\1"),
    (rf"\$({NAME})", r"\1"),
    (rf"(?<![\w.])(?:params|parameters|self|cfg|config|args|hparams|vars)\.({NAME})", r"\1"),
    (r"\b(?:math|np|numpy|Math|tf|torch)\.(\w+)", r"\1"),
    (rf"^\{{\s*({NAME})\s*\}}$", r"\1"),
    (rf"^<\s*({NAME})\s*>$", r"\1"),
    (r"(?<=[\w)]) [xX] (?=[\w(])", " * "),
    (r"^if (?!.*\belse\b)(.+?):?$", r"\1"),
    (r"&&?", " and "),
    (r"\|\|?", " or "),
    (r"!(?!=)", " not "),
    (r"~", " not "),
    (r"<>", "!="),
    (r"=<", "<="),
    (r"=>", ">="),
    (r"===", "=="),
    (r"!==", "!="),
    (r"(?<![=<>!:])=(?!=)", "=="),
    (r"\bis not\b", "!="),
    (r"\bis\b", "=="),
    (r"\bAND\b", "and"),
    (r"\bOR\b", "or"),
    (r"\bNOT\b", "not"),
    (r"\b(?:mod|MOD)\b", "%"),
    (r"\b(?:div|DIV)\b", "//"),
    (r"\^", "**"),
    ("²", "**2"),
    ("³", "**3"),
    ("[×·]", "*"),
    ("÷", "/"),
    ("[−–]", "-"),
    ("≤", "<="),
    ("≥", ">="),
    ("≠", "!="),
    (r";\s*$", ""),
)
_UNIT = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?) ?[a-zA-Z×]+(?![\w(])")
"""A number with its unit: `224px`, `3x`, `64 channels`."""
_SHARE = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?%")


def mended_formulas(text: str) -> Iterator[str]:
    """What a text that is no formula may mean; whether it is one is for the caller to see."""
    ternary = re.fullmatch(r"(.+?)\?(.+):(.+)", text)
    if ternary:
        condition, first, second = (_plain(part.strip()) for part in ternary.groups())
        yield f"{first} if {condition} else {second}"
    before = re.fullmatch(r"if (.+?)(?::| then) (.+?)[;:]? else:? (.+)", text)
    if before:
        yield f"{before[2]} if {before[1]} else {before[3]}"
    sizes = re.fullmatch(r"\(?\s*(\w+(?:\s*,\s*\w+)+)\s*,?\s*\)?", text)
    if sizes:
        yield f"[{', '.join(part.strip() for part in sizes[1].split(','))}]"
    yield re.split(r"\s//\s", text)[0].strip()  # a comment of C
    yield re.sub(r"\b(\w+)\.(channels|height|width)\b(?!\()", r"\2(\1)", text)
    plain = _plain(text)
    yield plain
    product = re.sub(rf"(?<![\w.])([0-9]+(?:\.[0-9]+)?) ?(?=\(|{NAME}(?!\w*[(]))", r"\1*", plain)
    yield product
    yield re.sub(r"\)\s*\(", ")*(", product)
    yield _with_known_functions(plain)
    yield _without_loose_parentheses(plain)
    yield re.sub(r"\s*(?:\*\*|//|[*/+-])$", "", plain)
    yield _UNIT.sub(r"\1", plain)
    yield re.sub(r"^(\d+) ?\(\w+(?: \w+)*\)$", r"\1", plain)  # a remark
    yield re.sub(r"\s*(?:--+|<-|->|=>|←|→|;)\s*[A-Za-z].*$", "", text)


_RANGE = re.compile(r"(?:list\()?range\((-?\d+)(?:, *(-?\d+))?(?:, *(-?[1-9]\d*))?\)\)?")
_MOST_VALUES = 100


def meant_list(text: str) -> list[int] | None:
    """`range(4)`: the numbers, if they are few."""
    found = _RANGE.fullmatch(text.strip())
    if found is None:
        return None
    values = range(*(int(n) for n in found.groups() if n is not None))
    return [*values] if 0 < len(values) <= _MOST_VALUES else None


def meant_numbers(text: str) -> float | int | list[int] | None:
    """`50%`, `3x3`, `10k`: the number that is meant."""
    share = _SHARE.fullmatch(text.strip())
    if share:
        return round(float(share[1]) / 100, 8)
    if re.fullmatch(r"\(?\d+(\s*[x×,]\s*\d+)+,?\)?", text.strip()):
        return [int(n) for n in re.findall(r"\d+", text)]
    sized = re.fullmatch(r"(\d+) ?[x×*] ?(\d+) ?[a-zA-Z]+", text.strip())
    if sized:
        return [int(sized[1]), int(sized[2])]
    thousands = re.fullmatch(r"(\d+(?:\.\d+)?) ?([kKM])", text.strip())
    if thousands:
        return round(float(thousands[1]) * (1000 if thousands[2] in "kK" else 1_000_000))
    wide = re.fullmatch(r"(\d+)[- ]?[dD]|[xX×](\d+)", text.strip())
    if wide:
        return int(wide[1] or wide[2])
    letters = re.fullmatch(r"(?=\d|[lI]+[oO\d])(?=.*[oOlI])[\doOlI]+", text.strip())
    if letters:
        return int(text.strip().translate(str.maketrans("oOlI", "0011")))
    return spoken_number(text)


def spoken_number(text: str) -> int | None:
    """`thirty-two`, `one hundred`: the number that is meant, below a thousand."""
    words = [w for w in re.split(r"[\s-]+", text.strip().lower()) if w != "and"]
    total, last = 0, 1000
    for word in words:
        if word == "hundred" and 0 < total < 10:
            total, last = total * 100, 100
            continue
        small = [*NUMBERS, *_TEENS]
        value = small.index(word) if word in small else None
        if word in _TENS:
            value = 20 + 10 * _TENS.index(word)
        if value is None or value >= last:
            return None
        total, last = total + value, 10 if word in _TENS else 1
    return total if words else None


def _plain(text: str) -> str:
    for pattern, better in _PLAIN:
        text = re.sub(pattern, better, text)
    return re.sub(r"(?<=\S)  +", " ", text).strip()


def _with_known_functions(text: str) -> str:
    """`sqrt(x)` as a power; functions under their names here."""
    power = re.sub(r"\bpow\(\s*([^(),]+?)\s*,\s*([^(),]+?)\s*\)", r"\1 ** \2", text)
    root = re.sub(r"\bsqrt\(\s*(\w+)\s*\)", r"\1 ** 0.5", power)
    root = re.sub(r"\bsqrt\(\s*([^()]+?)\s*\)", r"(\1) ** 0.5", root)
    square = re.sub(r"\b(?:sq|square)\(\s*(\w+)\s*\)", r"\1 ** 2", root)
    known = re.sub(r"\b(\w+)\(", lambda m: f"{_CALLS.get(m[1].lower(), m[1].lower())}(", square)
    return re.sub(r"\b(?:float|long|eval)\(([^()]*)\)", r"\1", known)


def _without_loose_parentheses(text: str) -> str:
    more = text.count("(") - text.count(")")
    if more > 0:
        return text + ")" * more
    kept = text
    while more < 0 and kept.endswith(")"):
        kept, more = kept[:-1].rstrip(), more + 1
    return kept


def like_formulas(text: str) -> Iterator[str]:
    """Formulas with one other sign, one of which may be meant where a value is wrong."""
    swapped = re.sub(
        r"([\w.]+(?:\([^()]*\))?) - ([\w.]+(?:\([^()]*\))?)", r"\2 - \1", text, count=1
    )
    whole = re.sub(r"(?<!/)/(?!/)", "//", text)
    power = re.sub(r"(?<![*])[*](?![*])", "**", text)
    for other in dict.fromkeys((swapped, whole, power)):
        if other != text:
            yield other
