"""Small specs that are made to grow: each would take much time or memory if nothing bounded it."""

import random
from collections.abc import Iterator

HEAD = "archspec: 1\ninput: [8]\n"
LARGE_LIST = "[" + ", ".join(["1"] * 1500) + "]"


def chain(levels: int, kind: str, inner: str, last: str, start: str) -> str:
    """Blocks each of which hands something larger to the next one."""
    lines = [
        f"  b{n}: {{params: {{y: {kind}}}, layers: [{{b{n + 1}: {{y: {inner}}}}}]}}"
        for n in range(levels)
    ]
    last = f"  b{levels}: {{params: {{y: {kind}}}, layers: [{last}]}}"
    return "\n".join([HEAD + "blocks:", *lines, last, f"layers: [{{b0: {{y: {start}}}}}]", ""])


def columns(levels: int, inner: str) -> str:
    """Repeats in each other whose columns grow."""
    lines, indent = [HEAD + "params: {y: [1]}\nlayers:"], "  "
    for _ in range(levels):
        lines.append(f"{indent}- repeat:")
        lines.append(f"{indent}    for: {{y: [{inner}]}}")
        lines.append(f"{indent}    layers:")
        indent += "      "
    return "\n".join([*lines, f'{indent}- Dense: "len(y)"', ""])


def rounds(item: str, times: int = 20_000, params: str = "a: 1") -> str:
    """One item again and again, `i` being the number of the round."""
    return (
        f"{HEAD}params: {{{params}}}\nlayers:\n"
        f"  - repeat: {{times: {times}, as: i, layers: [{item}]}}\n"
    )


def pairs(count: int, merge: str = "null") -> str:
    """Branches without layers, which double what goes on."""
    line = f"  - parallel: {{merge: {merge}, branches: {{a: [], b: []}}}}\n"
    return HEAD + "layers:\n" + line * count + "  - Add\n"


def inside(opening: str, closing: str, count: int, inner: str) -> str:
    return f"{HEAD}layers:\n  - {opening * count}{inner}{closing * count}\n"


def branches(count: int, inner: str) -> str:
    return ", ".join(f"a{n}: [{inner.replace('N', str(n + 1))}]" for n in range(count))


_LAST = '{Dense: {units: "len(y)"}}'
_NAME = '{Dense: {units: 3, name: "$y"}}'
_X = f"x: {LARGE_LIST}"
_XY = f"{_X}, y: {LARGE_LIST}"
_ALIASES = ", ".join(["*t"] * 300)
_FORMULA = "max(" + ", ".join(["sum(x)"] * 34) + ", i+1)"

AMPLIFIERS: dict[str, str] = {
    # What templates make.
    "text": chain(5, "str", f'"{"$y" * 50}"', _NAME, "aaaaaaaaaa"),
    "text of lists": chain(9, "str | list", f'"{"$y" * 50}"', _NAME, "[1]"),
    "doubled list": chain(24, "list", '"[y, y]"', _LAST, "[1]"),
    "doubled list, deeper": chain(38, "list", '"[y, y]"', _LAST, "[1]"),
    "doubled list of YAML": chain(38, "list", "[y, y]", _LAST, "[1]"),
    "nested list": chain(38, "list", f'"{"[" * 30}y{"]" * 30}"', _LAST, "[1]"),
    "compared lists": chain(30, "list", '"[y, y]"', "{Dense: '3 if y == [y, y] else 4'}", "[1]"),
    "summed lists": chain(38, "list", '"sum([y, y, y], [])"', _LAST, "[1]"),
    "list in a column": columns(9, '"[y, y, y, y, y, y, y, y, y, y]"'),
    "list in a text": chain(30, "list", '"[y, y]"', "{Dense: {units: 3, name: 'd$y'}}", "[1]"),
    "list in an error": chain(16, "list", '"[y, y]"', "{Dense: y}", "[1]"),
    "list in an expectation": chain(
        16, "list", '"[y, y]"', "{Dense: {units: 3, expect: y}}", "[1]"
    ),
    # What is worked out again and again.
    "lists compared": rounds('{Dense: "i+1 if x == y else 4"}', params=_XY),
    "lists summed": rounds(f'{{Dense: "{_FORMULA}"}}', params=_X),
    "lists in lists": rounds('{Dense: "len([x, [x, [x, [x, [x]]]]]) + i"}', params=_X),
    "lists joined": rounds('{Dense: "len([i]*4000 + [i]*4000) + 1"}'),
    "lists joined in a text": rounds('{Dense: {units: 3, name: "a$(len([i]*4000) + i)"}}'),
    "lists joined for a name": rounds('{Dense: "len(z) + i"}').replace(
        "as: i", "as: i, let: {z: '[i]*4000'}"
    ),
    "lists handed on": chain(30, "list", "y", '{Dense: {units: "y[0]"}}', LARGE_LIST),
    "lists found": rounds('{Dense: "i+1 if i in x else i + 2"}', params=_X),
    "text handed on": f"{HEAD}params: {{x: {'a' * 4000}}}\n"
    'blocks: {b: {params: {y: str}, layers: [{Dense: {units: 3, activation: "relu", when: "y != 3"}}]}}\n'
    'layers:\n  - repeat: {times: 20000, as: i, layers: [{b: {y: "$x$i$x"}}]}\n',
    "text again": rounds('{Dense: {units: 3, name: "d$i$x"}}', params="x: " + "a" * 4000),
    "long text again": rounds(f'{{Dense: {{units: 3, name: "d$i{"$a" * 3000}"}}}}'),
    "long list again": rounds(f"{{Normalization: {{mean: {LARGE_LIST}, variance: i}}}}"),
    "many formulas": rounds(
        '{Conv1D: {filters: i+1, kernel_size: i+1, strides: i+1, name: "a$i", trainable: i > 3,'
        " when: i >= 0, padding: '$p', expect: [i, i]}}",
        59_000,
        "p: same",
    ),
    "many parameters": rounds(
        '{Dense: {units: "i", when: i < 0}}', 240_000, ", ".join(f"p{n}: 1" for n in range(900))
    ),
    # What is wired.
    "outputs": pairs(40),
    "outputs in rounds": f"{HEAD}layers:\n  - repeat: {{times: 200000, layers: ["
    "{parallel: {merge: null, branches: {a: [], b: []}}}]}\n  - Add\n",
    "outputs by name": HEAD
    + "layers:\n  - parallel: {name: p0, merge: null, branches: {a: [], b: []}}\n"
    + "".join(
        f"  - parallel: {{name: p{n}, merge: null, from: [p{n - 1}, p{n - 1}], branches: {{a: []}}}}\n"
        for n in range(1, 40)
    )
    + "  - Add\n",
    "outputs added": pairs(60, "Add"),
    "outputs beside each other": f"{HEAD}layers:\n"
    f"  - parallel: {{merge: null, branches: {{{branches(300, '')}}}}}\n"
    f"  - parallel: {{merge: null, branches: {{{branches(300, 'Add')}}}}}\n  - Add\n"
    f"  - repeat: {{times: 300, layers: [{{Add: {{from: [add, add]}}}}]}}\n",
    "wide reads": f"{HEAD}layers:\n"
    f"  - parallel: {{name: w, merge: null, branches: {{{branches(400, '')}}}}}\n"
    "  - repeat: {times: 30000, layers: [{Add: {from: w}}]}\n",
    "rounds without layers": inside(
        f"{{repeat: {{name: {'a' * 100}, times: 1, layers: [",
        "]}}",
        15,
        f"{{repeat: {{name: {'a' * 100}, times: 100000, layers: []}}}}",
    ),
    "deep and dead": HEAD
    + "blocks:\n"
    + "".join(f"  b{n}: {{layers: [{{residual: [b{n + 1}]}}]}}\n" for n in range(38))
    + "  b38: {layers: [{repeat: {times: 30000, layers: [{residual: [{Dense: 8}]}, Dropout: 0.5]}}]}\n"
    "layers: [b0, {Dense: {units: 8, from: input}}]\n",
    "long columns": HEAD
    + "blocks:\n"
    + "".join(
        f'  b{n}: {{params: {{y: list}}, layers: [{{b{n + 1}: {{y: "[y, y]"}}}}]}}\n'.replace(
            '"[y, y]"', '"sum([y, y], [])"'
        )
        for n in range(16)
    )
    + "  b16: {params: {y: list}, layers: [{repeat: {for: {"
    + ", ".join(f"c{n}: y" for n in range(300))
    + "}, layers: [{Dense: c0}]}}]}\nlayers: [{b0: {y: [1]}}]\n",
    # What has many dimensions.
    "dimensions": f"archspec: 1\ninput: {LARGE_LIST}\nlayers:\n"
    "  - repeat: {times: 20000, as: i, layers: [{Dropout: 1/(i+2)}]}\n",
    "dimensions made": f"{HEAD}layers:\n  - Flatten\n  - repeat: {{times: 30000, as: i, layers: ["
    f"{{Reshape: [{', '.join(['1'] * 1500)}, -1]}}, {{Dropout: 1/(i+2)}}]}}\n",
    # What stands often in the same way.
    "flat": f"{HEAD}layers:\n  - repeat: {{times: 249000, layers: [Flatten]}}\n",
    "named": f"{HEAD}layers:\n  - repeat: {{name: {'a' * 100}, times: 120000, layers: [Flatten]}}\n",
    "named in each other": inside(
        f"{{repeat: {{name: {'a' * 100}, times: 2, layers: [", "]}}", 15, "Flatten"
    ),
    "applied": f"{HEAD}layers:\n  - repeat: {{name: r, times: 100, layers: [{{Dense: 8}}]}}\n"
    "  - repeat: {times: 2400, layers: [{apply: r}]}\n",
    "aliases of text": f'{HEAD}title: &t "{"$y" * 1500}"\nblocks: {{b: {{params: {{x: list | str}},'
    f" layers: [Flatten]}}}}\nparams: {{y: a}}\nlayers:\n  - b: {{x: [&a [{_ALIASES}],"
    f" {', '.join(['*a'] * 300)}]}}\n",
    "aliases in an argument": f'{HEAD}title: &t "{"y" * 3000}"\nlayers:\n  - Dense: {{units: 3,'
    f" kernel_initializer: {{Constant: {{value: [&a [{_ALIASES}], {', '.join(['*a'] * 300)}]}}}}}}\n",
    # The same mistake again and again.
    "window": "archspec: 1\ninput: [4, 4, 3]\nlayers:\n  - repeat: {times: 30000, layers: ["
    "{Conv2D: {filters: 3, kernel_size: 9, from: input}}]}\n",
    "windows": "archspec: 1\ninput: [4, 4, 3]\nlayers:\n  - repeat: {times: 20000, as: i, layers: ["
    "{Conv2D: {filters: i+1, kernel_size: 9+i, from: input}}]}\n",
    "nowhere": rounds('{Dense: {units: 3, from: "x$i"}}'),
    "nowhere, many": f"{HEAD}layers:\n  - repeat: {{times: 20000, layers: [{{Dense: 8}}]}}\n"
    + "".join(f"  - Dense: {{units: 3, from: densf_{n}}}\n" for n in range(200)),
    "values": rounds("{Dense: -i}"),
    "formulas": rounds("{Dense: 1/(i-i)}"),
    "names": rounds("{Dense: {units: 3, name: a}}"),
    "dead": rounds("{Dense: {units: 8, from: input}}", 30_000),
    "dead, deep": inside(
        "{residual: [",
        "]}",
        18,
        "{repeat: {times: 30000, layers: [{Dense: {units: 8, from: input}}]}}",
    ),
    "merges": f"{HEAD}layers:\n  - repeat: {{times: 20000, layers: [{{Dense: 8}}]}}\n"
    f"  - parallel: {{merge: Add, branches: {{{branches(300, '{Dense: N}')}}}}}\n"
    + "  - {Add: {from: [input, dense, dense_1]}}\n  - {Dense: 7}\n  - {Add: {from: [input, dense_7]}}\n",
    "expectations": rounds("{Dense: {units: 8, expect: {params: 72, macs: 64, shape: [8]}}}"),
    "expectations that fail": rounds(
        "{Dense: {units: 8, from: input, expect: {params: 3, macs: 4, shape: [9]}}}"
    ),
    "expectations in each other": inside(
        "{residual: {expect: {params: 7, macs: 3}, layers: [",
        "]}}",
        15,
        "{repeat: {times: 30000, layers: [{Dense: 8}]}}",
    ),
    "expectations in rounds": rounds(
        "{repeat: {times: 400, layers: [{Dense: 8}], expect: {params: 1}}}", 400
    ),
}


LARGEST = {
    name: AMPLIFIERS.pop(name)
    for name in (
        "flat",
        "named",
        "named in each other",
        "applied",
        "many formulas",
        "values",
        "formulas",
    )
}
"""What is as large as it may be; a sound one takes a second or so."""


def random_amplifiers(draw: random.Random) -> Iterator[str]:
    """Small specs at random, each with something that grows from block to block."""
    kinds = ("list", "str", "int", "any", "list | str", "float")
    inners = (
        *('"[y, y]"', "[y, y, y]", '"$y$y$y"', '"y*9"', '"[y[0], y]"', '"y if y else [y]"', '"-y"'),
        *('"sum([y, y], [])"', '"max(y, [y, y])"', '"y ** 3"', "y", '"$y"', '"[[y], [[y]]]"'),
        *(
            '"[y == y, y, y]"',
            '["$y", "$y"]',
            "{a: y}",
            '"y + y"',
            '"len([y, y])"',
            '"round(y, 3)"',
        ),
    )
    starts = ("[1]", "a", "1", "[a, [b]]", "1.5", LARGE_LIST, "a" * 2000, "null", "[]", '""')
    items = (
        *('{Dense: {units: 3, name: "$y"}}', "{Dense: y}", '{Dense: "len(y)"}', "{Reshape: y}"),
        *('{Dense: {units: 3, name: "a$y", from: "$y"}}', "{Dense: {units: 3, expect: y}}"),
        *(
            "{repeat: {times: y, layers: [{Dense: 3}]}}",
            "{repeat: {for: {z: y}, layers: [{Dense: z}]}}",
        ),
        *('{repeat: {for: {z: [y, y, y]}, layers: [{Dense: "len(z)"}]}}', "{Dropout: y}"),
        *('{Dense: {units: 3, when: "y == y", trainable: "y != [y]"}}', '{apply: "$y"}'),
        *('{parallel: {merge: null, branches: {a: [], b: [{Dense: "len(y)"}], c: []}}}', "Add"),
    )
    while True:
        kind, levels = draw.choice(kinds), draw.choice((2, 5, 12, 25, 38, 45))
        lines = []
        for n in range(levels):
            calls = [
                f"{{b{n + 1}: {{y: {draw.choice(inners)}}}}}"
                for _ in range(draw.choice((1, 1, 1, 2)))
            ]
            if draw.random() < 0.3:
                calls.insert(draw.randrange(2), draw.choice(items))
            if draw.random() < 0.2:
                times = draw.choice((2, 10, 1000))
                calls = [f"{{repeat: {{times: {times}, as: i, layers: [{', '.join(calls)}]}}}}"]
            lines.append(f"  b{n}: {{params: {{y: {kind}}}, layers: [{', '.join(calls)}]}}")
        last = f"  b{levels}: {{params: {{y: {kind}}}, layers: [{draw.choice(items)}]}}"
        end = f"layers: [{{b0: {{y: {draw.choice(starts)}}}}}]"
        yield "\n".join([HEAD + "blocks:", *lines, last, end, ""])
