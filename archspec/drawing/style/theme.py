"""Colours: one palette for the light page, one for the dark."""

from typing import NamedTuple


class Colors(NamedTuple):
    """Colours of a family of layers."""

    fill: str
    line: str
    ink: str


class Theme(NamedTuple):
    """Colours of a picture."""

    name: str
    page: str
    ink: str
    muted: str
    edge: str
    edge_label: str
    group: Colors
    badge: Colors
    families: dict[str, Colors]

    def family(self, name: str) -> Colors:
        """Colours of a family; those of ``other`` for one without its own."""
        return self.families.get(name) or self.families["other"]

    def color(self, role: str) -> str:
        """``#RRGGBB`` of a role such as ``ink`` or ``conv.line``, or of a mix of two, ``a+b*0.34``."""
        first, plus, rest = role.partition("+")
        if plus:
            second, _, share = rest.partition("*")
            return _mixed(self.color(first), self.color(second), float(share))
        name, dot, part = role.partition(".")
        if not dot:
            return str(getattr(self, name))
        colors = getattr(self, name) if name in ("group", "badge") else self.family(name)
        return str(getattr(colors, part))


def _mixed(first: str, second: str, share: float) -> str:
    """A colour between two, ``share`` of the way to the second."""
    pairs = [(int(first[k : k + 2], 16), int(second[k : k + 2], 16)) for k in (1, 3, 5)]
    return "#" + "".join([f"{round(a + (b - a) * share):02X}" for a, b in pairs])


def _families(table: str) -> dict[str, Colors]:
    rows = (line.split() for line in table.strip().splitlines())
    return {name: Colors(*(f"#{c}" for c in colors)) for name, *colors in rows}


# Every role has a colour of its own in the light palette, so that a style sheet can turn the
# colours of a picture that follows the page.
LIGHT = Theme(
    "light",
    page="#FFFFFF",
    ink="#0F172A",
    muted="#566378",
    edge="#94A3B7",
    edge_label="#475568",
    group=Colors("#F8FAFC", "#CBD5E1", "#0F172A"),
    badge=Colors("#0F172B", "#0F172B", "#FFFFFE"),
    families=_families(
        """
        io         E2E8F0 475569 0F1729
        conv       DBEAFE 3B82F6 1E3A8A
        norm       E0F2F1 26A69A 004D40
        activation FEF3C7 F59E0B 78350F
        pool       D1FAE5 10B981 064E3B
        dense      EDE9FE 8B5CF6 4C1D95
        merge      FFE4E6 F43F5E 881337
        reshape    F5F5F4 A8A29E 44403C
        dropout    F4F4F5 A1A1AA 3F3F46
        attention  FAE8FF D946EF 701A75
        recurrent  CFFAFE 06B6D4 164E63
        embedding  ECFCCB 84CC16 365314
        other      F1F5F9 94A3B8 334155
        added      DCFCE7 16A34A 14532D
        removed    FEE2E2 DC2626 7F1D1D
        changed    FEF9C3 CA8A04 713F12
        same       FBFBFC D4D9E1 4B5563
        """
    ),
)

DARK = Theme(
    "dark",
    page="#0B1220",
    ink="#E5E7EB",
    muted="#94A3B8",
    edge="#64748B",
    edge_label="#A9B6C8",
    group=Colors("#111B2E", "#334155", "#E5E7EB"),
    badge=Colors("#E2E8F0", "#E2E8F0", "#0B1220"),
    families=_families(
        """
        io         1E293B 94A3B8 F1F5F9
        conv       172B54 60A5FA DBEAFE
        norm       0B3B37 2DD4BF CCFBF1
        activation 45300B FBBF24 FEF3C7
        pool       0B3B2C 34D399 D1FAE5
        dense      2E1F5E A78BFA EDE9FE
        merge      4C1524 FB7185 FFE4E6
        reshape    292524 A8A29E E7E5E4
        dropout    27272A A1A1AA E4E4E7
        attention  4A1450 E879F9 FAE8FF
        recurrent  0C3440 22D3EE CFFAFE
        embedding  233A0C A3E635 ECFCCB
        other      1A2436 64748B E2E8F0
        added      0D3A20 4ADE80 DCFCE7
        removed    431616 F87171 FEE2E2
        changed    3F300A FACC15 FEF9C3
        same       131C2B 3B475A C3CAD5
        """
    ),
)

THEMES = {"light": LIGHT, "dark": DARK}

LEGEND = {
    "io": "Input / output",
    "conv": "Convolution",
    "norm": "Normalization",
    "activation": "Activation",
    "pool": "Pooling",
    "dense": "Dense",
    "merge": "Merge",
    "reshape": "Reshape",
    "dropout": "Dropout",
    "attention": "Attention",
    "recurrent": "Recurrent",
    "embedding": "Embedding",
    "other": "Other",
    "added": "+ Added",
    "removed": "− Removed",
    "changed": "~ Changed",
    "same": "Unchanged",
}
"""Family → its name in the legend, in the order of the legend; the last four are of comparisons."""


def by_role(theme: Theme) -> dict[str, str]:
    """Role → colour, for replacing those of one theme by those of another."""
    found = {
        "page": theme.page,
        "ink": theme.ink,
        "muted": theme.muted,
        "edge": theme.edge,
        "edge_label": theme.edge_label,
    }
    for name, colors in (
        ("group", theme.group),
        ("badge", theme.badge),
        *theme.families.items(),
    ):
        for part, color in zip(("fill", "line", "ink"), colors, strict=True):
            found[f"{name}.{part}"] = color
    return found
