"""Random YAML texts of which it is known what they mean and where everything stands."""

import json
from random import Random
from typing import Any, NamedTuple

Path = tuple[str | int, ...]

_PLAIN: list[tuple[str, Any]] = [
    *((str(n), n) for n in (0, 1, 7, 64, -12, 1000)),
    *(("+3", 3), ("62_378_344", 62378344), ("0x1F", 31), ("0o17", 15)),
    *(
        ("1.5", 1.5),
        ("-0.25", -0.25),
        ("1e-3", 0.001),
        ("6.02E+23", 6.02e23),
        (".5", 0.5),
        ("2.", 2.0),
    ),
    *((".inf", float("inf")), ("-.INF", float("-inf"))),
    *(
        ("true", True),
        ("False", False),
        ("TRUE", True),
        ("null", None),
        ("~", None),
        ("Null", None),
    ),
    *(
        (word, word)
        for word in ("relu", "no", "on", "Yes", "off", "y", "nULL", "tRUE", "0b1", "1:30")
    ),
    *(
        (text, text)
        for text in ("64*width", "3x3", "-x", "a: b".replace(": ", ":"), "x#y", "1.2.3")
    ),
    *(
        (text, text)
        for text in ("Krizhevsky et al.", "größe", "深い", "🙂 ok", "a-b", "$name", "<<<")
    ),
    *(
        (text, text)
        for text in ("2 if i == 0 else 1", "x - 1", "it's", 'say "x"', "1e", "--", "-1_")
    ),
]
_BLOCK_ONLY: list[tuple[str, Any]] = [
    *(
        (text, text)
        for text in ("max(8, c)", "a, b", "f[0]", "x}", "(3, 3)", "{x".replace("{", "_{"))
    ),
]
_TEXTS = [
    "",
    "a",
    "it's",
    'a "b"',
    "a: b",
    "# c",
    "true",
    "1",
    "ü🙂",
    "  two  ",
    "[x, y]",
    "back\\slash",
]
_KEYS = [
    "filters",
    "kernel_size",
    "from",
    "a b",
    "Conv2D",
    "größe",
    "🙂",
    "no",
    "x.y",
    "-1",
    "1",
    "null",
]


class Written(NamedTuple):
    """A text, its value, and what stands at each path: (path, part) → the piece of the text."""

    text: str
    value: Any
    pieces: dict[tuple[Path, str], str]


class _Writer:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.pieces: dict[tuple[Path, str], str] = {}

    def scalar(self, flow: bool) -> tuple[str, Any]:
        random = self.random
        kind = random.random()
        if kind < 0.7:
            return random.choice(_PLAIN if flow or random.random() < 0.8 else _BLOCK_ONLY)
        text = random.choice(_TEXTS)
        if kind < 0.85:
            return "'" + text.replace("'", "''") + "'", text
        escaped = random.random() < 0.5 and "🙂" not in text  # YAML has no pairs of escapes
        return json.dumps(text, ensure_ascii=escaped), text

    def keys(self) -> list[tuple[str, str]]:
        found = self.random.sample(_KEYS, self.random.randint(1, 4))
        return [(self.random.choice((k, k, k, f'"{k}"', f"'{k}'")), k) for k in found]

    def flow(self, path: Path, depth: int) -> tuple[str, Any]:
        """A value within one line."""
        random = self.random
        kind = random.random() if depth < 3 else 0.0
        space = random.choice(("", " "))
        if kind < 0.55:
            text, value = self.scalar(flow=True)
        elif kind < 0.8:
            parts, items = [], []
            for n in range(random.randint(0, 3)):
                part, item = self.flow((*path, n), depth + 1)
                parts.append(part)
                items.append(item)
            text, value = f"[{space}{', '.join(parts)}{space}]", items
        else:
            parts, entries = [], {}
            for written, key in self.keys():
                part, entries[key] = self.flow((*path, key), depth + 1)
                self.pieces[(*path, key), "key"] = written
                parts.append(f"{written}: {part}")
            text, value = f"{{{space}{', '.join(parts)}{space}}}", entries
        self.pieces[path, "value"] = text
        return text, value

    def block(self, path: Path, indent: int, depth: int) -> tuple[list[str], Any]:
        """The lines of a collection, each after its indentation."""
        random = self.random
        pad = " " * indent
        lines: list[str] = []
        if random.random() < 0.5:
            items: list[Any] = []
            for n in range(random.randint(1, 3)):
                self.noise(lines, pad)
                child = (*path, n)
                if depth < 4 and random.random() < 0.5:
                    inner, value = self.block(child, indent + 2, depth + 1)
                    if not inner[0].strip() or inner[0].lstrip()[0] == "#":
                        lines.append(f"{pad}-")
                        lines += inner
                    else:
                        lines += [f"{pad}- {inner[0][indent + 2 :]}", *inner[1:]]
                else:
                    text, value = self.value(child, depth)
                    lines.append(f"{pad}- {text}{self.comment()}")
                items.append(value)
            return lines, items
        entries: dict[str, Any] = {}
        for written, key in self.keys():
            self.noise(lines, pad)
            child = (*path, key)
            self.pieces[child, "key"] = written
            if depth < 4 and random.random() < 0.4:
                step = random.choice((1, 2, 4))
                inner, entries[key] = self.block(child, indent + step, depth + 1)
                lines += [f"{pad}{written}:{self.comment()}", *inner]
            else:
                text, entries[key] = self.value(child, depth)
                lines.append(f"{pad}{written}: {text}{self.comment()}")
        return lines, entries

    def value(self, path: Path, depth: int) -> tuple[str, Any]:
        if self.random.random() < 0.35:
            return self.flow(path, depth)
        text, value = self.scalar(flow=False)
        self.pieces[path, "value"] = text
        return text, value

    def noise(self, lines: list[str], pad: str) -> None:
        if self.random.random() < 0.1:
            lines.append(self.random.choice(("", f"{pad}# a comment: [x", "  ")))

    def comment(self) -> str:
        return self.random.choice(("", "", "", "  # why", " #"))


def write_document(random: Random) -> Written:
    """A random YAML text."""
    writer = _Writer(random)
    lines, value = writer.block((), 0, 0)
    return Written("\n".join(lines) + random.choice(("", "\n", "\n\n")), value, writer.pieces)
